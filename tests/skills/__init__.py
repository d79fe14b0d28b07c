"""The bot's skills: a folder each, beside what holds for all of them."""
