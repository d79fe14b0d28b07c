"""The checkout, open to other sellers' shopping agents: UCP first, ACP from the same counter. Off without keys."""
