"""To whom the shop tells of orders and accounts, and for whom it opens one: never to a sender who may be anybody.

Most channels vouch for their customers. A mail can bear any sender; where the host that received it did not find it
genuine, the conversation is not proven (`conversations.proven`), and what needs proof raises `SenderUnproven`. An order
that is not the sender's own is shown by a one-time code (`bot.selling.order_codes`), and for a while only.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.errors import NotAllowed
from bot.selling.customers import customer_of
from bot.selling.policy import ShopPolicy
from bot.storage import conversations, order_codes, orders
from bot.storage.sql import Row, Transaction


class SenderUnproven(NotAllowed):
    """`chat_url`: where the same customer can ask instead."""

    def __init__(self, chat_url: str) -> None:
        super().__init__("sender_unproven", "nobody vouches for this sender", chat_url=chat_url)
        self.chat_url = chat_url


async def vouch(tx: Transaction, conversation_id: int, policy: ShopPolicy) -> None:
    """Raises `SenderUnproven`. Of a conversation that never was it knows nothing."""
    if not await conversations.is_proven(tx, conversation_id):
        raise SenderUnproven(policy.cancel_url)


async def vouch_for_orders(tx: Transaction, conversation_id: int, policy: ShopPolicy, now: datetime) -> None:
    """Raises `SenderUnproven`, unless a code has shown an order to this conversation."""
    if not await order_codes.shown(tx, conversation_id, now):
        await vouch(tx, conversation_id, policy)


async def orders_of_sender(
    tx: Transaction, conversation_id: int, number: int | None, limit: int, policy: ShopPolicy, now: datetime
) -> Sequence[Row[Any]]:
    """The orders this conversation may see, newest first: the contact's own, where the channel vouches for them, and
    those that a code has shown. With `number` that one alone. Raises `SenderUnproven` where neither is."""
    shown = await order_codes.shown(tx, conversation_id, now)
    proven = await conversations.is_proven(tx, conversation_id)
    if not proven and not shown:
        raise SenderUnproven(policy.cancel_url)
    customer = await customer_of(tx, conversation_id, policy)
    found = await orders.orders_seen(tx, customer.contact_id if proven else None, shown, number, limit)
    if not found and not proven:
        raise SenderUnproven(policy.cancel_url)
    return found
