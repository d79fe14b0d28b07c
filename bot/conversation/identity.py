"""Who talks to whom: the key of a conversation and the words for a contact's identity on a channel."""

from __future__ import annotations

import msgspec


class ConversationKey(msgspec.Struct, frozen=True, order=True):
    """A conversation is one customer on one account (number, page, site) of one channel."""

    channel: str
    account: str
    customer: str

    def __str__(self) -> str:
        return f"{self.channel}:{self.account}:{self.customer}"


class Profile(msgspec.Struct, frozen=True):
    """What a channel tells of a customer. `name` is what they call themselves there; it proves nothing."""

    name: str = ""
    phone: str | None = None
    email: str | None = None
    locale: str | None = None
