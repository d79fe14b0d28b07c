"""Carts that were left lying, for reminding their owners: which, where their owners talk, and that it was done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, or_, select, update

from bot.commerce.orders import OrderState
from bot.storage.selling_tables import cart_lines, carts, orders
from bot.storage.sql import Row, Transaction
from bot.storage.tables import contacts, conversations


async def lying(tx: Transaction, *, since: datetime, until: datetime, after_id: int, limit: int) -> Sequence[Row[Any]]:
    """Carts with something in them that nobody touched from `since` until `until`, whose owners want news and have
    neither been reminded of them nor gone to the till with them. By id, behind `after_id`."""
    bought = exists().where(
        orders.c.contact_id == carts.c.contact_id,
        or_(
            orders.c.state == OrderState.AWAITING_PAYMENT,
            orders.c.cart_version == carts.c.version,
            orders.c.created_at >= carts.c.updated_at,
        ),
    )
    reminded = and_(carts.c.reminded_version.is_not(None), carts.c.reminded_version == carts.c.version)
    query = (
        select(carts)
        .join(contacts, contacts.c.id == carts.c.contact_id)
        .where(
            carts.c.id > after_id,
            carts.c.updated_at.between(since, until),
            contacts.c.news.is_(True),
            exists().where(cart_lines.c.cart_id == carts.c.id),
            ~bought,
            ~reminded,
        )
        .order_by(carts.c.id)
        .limit(limit)
    )
    return (await tx.execute(query)).all()


async def where_they_talk(tx: Transaction, contact_id: int) -> Row[Any] | None:
    """The conversation in which a contact wrote last."""
    query = (
        select(conversations)
        .where(conversations.c.contact_id == contact_id, conversations.c.last_customer_at.is_not(None))
        .order_by(conversations.c.last_customer_at.desc(), conversations.c.id.desc())
        .limit(1)
    )
    return (await tx.execute(query)).one_or_none()


async def mark(tx: Transaction, cart_id: int, version: int, now: datetime) -> bool:
    """False when the cart has changed, or somebody else was faster."""
    done = await tx.execute(
        update(carts)
        .where(
            carts.c.id == cart_id,
            carts.c.version == version,
            or_(carts.c.reminded_version.is_(None), carts.c.reminded_version != version),
        )
        .values(reminded_version=version, reminded_at=now)
    )
    return bool(done.rowcount)
