"""Finding products by words: an interface, and the index that implements it."""
