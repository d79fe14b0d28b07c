"""The customers' web chat: its HTTP API, its signed sessions, and the pages and pictures that browsers load."""
