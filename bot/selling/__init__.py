"""Selling as a service: what a conversation, the desk or the worker can ask of the shop (docs/adr/0004)."""
