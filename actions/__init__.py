"""What the bot does when Rasa asks: a file a skill, an action a wish, one call of the shop, one thing said."""
