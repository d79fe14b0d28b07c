"""A stand-in for Meta's Graph API: takes what a shop sends to WhatsApp, Messenger and Instagram, and plays the phones.

It speaks to the shop as Meta does: answers the send, posts signed webhooks for what became of it and for what customers
write. It exists so that a shop can be tried without an account, and it is reachable on the loopback address only.
"""
