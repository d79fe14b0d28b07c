"""Rows of live events: appended in the transaction of the change they tell of, read by id."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.engine import Row

from bot.storage.sql import Transaction
from bot.storage.tables import live_events

PAGE = 500


async def add_events(tx: Transaction, news: Sequence[tuple[str, str, dict[str, Any]]], at: datetime) -> None:
    rows = [{"topic": topic, "kind": kind, "data": data, "at": at} for topic, kind, data in news]
    await tx.execute(insert(live_events), rows)


async def last_event_id(tx: Transaction) -> int:
    newest: int = (await tx.execute(select(func.coalesce(func.max(live_events.c.id), 0)))).scalar_one()
    return newest


async def first_event_id(tx: Transaction) -> int | None:
    oldest: int | None = (await tx.execute(select(func.min(live_events.c.id)))).scalar_one()
    return oldest


async def events_after(tx: Transaction, after: int, topics: Iterable[str] | None) -> Sequence[Row[Any]]:
    query = select(live_events).where(live_events.c.id > after).order_by(live_events.c.id).limit(PAGE)
    if topics is not None:
        query = query.where(live_events.c.topic.in_(list(topics)))
    return (await tx.execute(query)).all()


async def drop_before(tx: Transaction, at: datetime) -> None:
    await tx.execute(delete(live_events).where(live_events.c.at < at))
