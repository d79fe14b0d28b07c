"""Rows of payment events: stored once by the provider's event id, worked off once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from bot.storage.selling_tables import payment_events
from bot.storage.sql import Row, Transaction, insert_once


async def add(
    tx: Transaction,
    *,
    event_id: str,
    kind: str,
    session_id: str | None,
    payment_intent: str | None,
    body: bytes,
    now: datetime,
) -> bool:
    """True when this event is new."""
    values = {
        "id": event_id,
        "type": kind,
        "session_id": session_id,
        "payment_intent": payment_intent,
        "body": body,
        "received_at": now,
    }
    return await insert_once(tx, payment_events, values, ["id"])


async def get_new(tx: Transaction, event_id: str) -> Row[Any] | None:
    query = select(payment_events).where(payment_events.c.id == event_id, payment_events.c.state == "new")
    return (await tx.execute(query)).one_or_none()


async def finish(tx: Transaction, event_id: str, state: str, now: datetime) -> None:
    await tx.execute(
        update(payment_events)
        .where(payment_events.c.id == event_id, payment_events.c.state == "new")
        .values(state=state, done_at=now)
    )


async def put_off(tx: Transaction, event_id: str, until: datetime) -> None:
    """It did not work out; not before `until` again."""
    await tx.execute(
        update(payment_events)
        .where(payment_events.c.id == event_id, payment_events.c.state == "new")
        .values(attempts=payment_events.c.attempts + 1, next_at=until)
    )


async def waiting(tx: Transaction, before: datetime, now: datetime, limit: int = 200) -> list[str]:
    """Events that came before a moment and are not settled, as far as their time is now."""
    due = payment_events.c.next_at.is_(None) | (payment_events.c.next_at <= now)
    query = (
        select(payment_events.c.id)
        .where(payment_events.c.state == "new", payment_events.c.received_at < before, due)
        .order_by(payment_events.c.received_at)
        .limit(limit)
    )
    return list((await tx.execute(query)).scalars())
