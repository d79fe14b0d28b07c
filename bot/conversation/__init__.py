"""The words of talking: messages, replies, identity, ownership. Pure: no I/O, no clock, no other layer."""
