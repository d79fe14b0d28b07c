"""What tests share: a whole shop started as a user starts it, and the outside world's side of its conversations."""
