"""From the bot to a person and back: when (policy), in what order (queue), and by whom (takeover)."""
