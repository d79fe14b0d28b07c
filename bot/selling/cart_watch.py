"""A cart that several people look at: its customer on every channel, agents at the desk.

A change is told to all who have a conversation of its owner open; who acts on an old picture of it is refused. It does
not know what a change is.
"""

from __future__ import annotations

from datetime import datetime

from bot.errors import Conflict
from bot.storage import carts, live
from bot.storage.sql import Transaction


class CartMovedOn(Conflict):
    """The cart is no longer what was looked at; nothing was changed. `version` is what it is now."""

    def __init__(self, version: int) -> None:
        super().__init__("cart_moved_on", "The cart changed in the meantime; look at it again.", version=version)
        self.version = version


def require_seen(version: int, seen: int | None) -> None:
    """Raises `CartMovedOn` when somebody acts on another version than this; None looks at none."""
    if seen is not None and seen != version:
        raise CartMovedOn(version)


async def announce_cart(tx: Transaction, contact_id: int, version: int, now: datetime) -> None:
    """In the transaction of the change: `cart` on the topics of each of the contact's conversations (`bot.live`), the
    desk's and the customer's page. They hear it within a second, or as soon as somebody wakes them."""
    news = [
        (f"{topic}:{conversation}", "cart", {"version": version})
        for conversation in await carts.conversations_of(tx, contact_id)
        for topic in ("conversation", "chat")
    ]
    await live.add_events(tx, news, now)
