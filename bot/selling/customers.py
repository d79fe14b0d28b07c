"""Who is being served: the contact behind a conversation, with the currency and language they are served in."""

from __future__ import annotations

from dataclasses import dataclass

from bot.errors import NotFound
from bot.selling.policy import ShopPolicy
from bot.storage import carts
from bot.storage.sql import Transaction


@dataclass(frozen=True, slots=True)
class Customer:
    conversation_id: int
    contact_id: int
    currency: str
    locale: str


async def customer_of(tx: Transaction, conversation_id: int, policy: ShopPolicy) -> Customer:
    """Raises `NotFound` for a conversation that never was."""
    row = await carts.shopper(tx, conversation_id)
    if row is None:
        raise NotFound("conversation_unknown", "there is no such conversation", conversation_id=conversation_id)
    return Customer(
        conversation_id=conversation_id,
        contact_id=row.contact_id,
        currency=policy.currency_for(row.currency),
        locale=row.locale or policy.locale,
    )
