"""The studio: what the bot did not understand, its training data, its models; for operators, without a terminal."""
