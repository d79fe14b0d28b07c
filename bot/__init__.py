"""Souk: a shop counter inside the chat."""
