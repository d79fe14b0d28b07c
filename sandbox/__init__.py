"""Stand-ins for services that live elsewhere, each a process of its own that speaks the real one's HTTP.

They exist so that a shop can be tried without accounts. Production code reaches them only through a base URL and
they import nothing of `bot`, so that the two sides of a conversation can disagree.
"""
