"""Rows of how often promotion codes were used: counted while an order is open, kept once it is paid."""

from __future__ import annotations

from sqlalchemy import func, insert, select, update

from bot.commerce.orders import BOUGHT
from bot.commerce.promotions import Past
from bot.commerce.stock import HoldState
from bot.storage.selling_tables import orders, promotion_uses
from bot.storage.sql import Transaction


async def past(tx: Transaction, code: str, contact_id: int) -> Past:
    """How often the code was used, those in open checkouts of others included; a customer's own open one is not."""
    counted = promotion_uses.c.state == HoldState.SOLD
    others = (promotion_uses.c.state == HoldState.HELD) & (promotion_uses.c.contact_id != contact_id)
    uses = select(func.count()).where(promotion_uses.c.code == code, counted | others)
    here = select(func.count()).where(promotion_uses.c.code == code, promotion_uses.c.contact_id == contact_id, counted)
    bought = select(func.count()).where(orders.c.contact_id == contact_id, orders.c.state.in_(BOUGHT))
    return Past(*[(await tx.execute(query)).scalar_one() for query in (uses, here, bought)])


async def hold(tx: Transaction, order_id: int, code: str, contact_id: int) -> None:
    """An open checkout counts as a use."""
    values = {"order_id": order_id, "code": code, "contact_id": contact_id, "state": HoldState.HELD}
    await tx.execute(insert(promotion_uses).values(**values))


async def move(tx: Transaction, order_id: int, state: HoldState) -> None:
    await tx.execute(update(promotion_uses).where(promotion_uses.c.order_id == order_id).values(state=state))
