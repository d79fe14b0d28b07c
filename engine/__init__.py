"""What runs inside Rasa's Python: a turn as a function, and Rasa's own command line. It imports nothing of `bot`."""
