"""Rows of one-time codes: for which order's number a conversation was sent one, how often it was tried, what it showed.

A row stands for a request even where there is no such order: it is counted and tried like the others.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from bot.storage.selling_tables import order_codes
from bot.storage.sql import Row, Transaction


async def add(
    tx: Transaction,
    *,
    conversation_id: int,
    number: int,
    order_id: int | None,
    code_hash: str,
    sent_to: str,
    now: datetime,
    expires_at: datetime,
) -> None:
    values = {
        "conversation_id": conversation_id,
        "number": number,
        "order_id": order_id,
        "code_hash": code_hash,
        "sent_to": sent_to,
        "created_at": now,
        "expires_at": expires_at,
    }
    await tx.execute(insert(order_codes).values(**values))


async def asked_here(tx: Transaction, conversation_id: int, since: datetime) -> int:
    """How many codes a conversation has asked for."""
    return await _count(tx, order_codes.c.conversation_id == conversation_id, since)


async def asked_for(tx: Transaction, number: int, since: datetime) -> int:
    """How many codes were asked for an order's number, by anybody."""
    return await _count(tx, order_codes.c.number == number, since)


async def _count(tx: Transaction, which: Any, since: datetime) -> int:
    query = select(func.count()).select_from(order_codes).where(which, order_codes.c.created_at > since)
    return int((await tx.execute(query)).scalar_one())


async def newest(tx: Transaction, conversation_id: int) -> Row[Any] | None:
    """The code that counts in a conversation: a new one takes the place of the one before."""
    query = (
        select(order_codes)
        .where(order_codes.c.conversation_id == conversation_id)
        .order_by(order_codes.c.id.desc())
        .limit(1)
    )
    return (await tx.execute(query)).one_or_none()


async def try_it(tx: Transaction, code_id: int, most: int) -> bool:
    """Count a try. False when there were enough of them, or the code has been used."""
    unused = order_codes.c.shown_until.is_(None)
    done = await tx.execute(
        update(order_codes)
        .where(order_codes.c.id == code_id, order_codes.c.tries < most, unused)
        .values(tries=order_codes.c.tries + 1)
    )
    return bool(done.rowcount)


async def show(tx: Transaction, code_id: int, until: datetime) -> None:
    await tx.execute(update(order_codes).where(order_codes.c.id == code_id).values(shown_until=until))


async def shown(tx: Transaction, conversation_id: int, now: datetime) -> list[int]:
    """The ids of the orders that a conversation may see by a code just now."""
    query = (
        select(order_codes.c.order_id)
        .where(
            order_codes.c.conversation_id == conversation_id,
            order_codes.c.order_id.is_not(None),
            order_codes.c.shown_until > now,
        )
        .distinct()
    )
    return list((await tx.execute(query)).scalars())
