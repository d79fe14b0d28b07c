"""Rows of what came in: kept once by the platform's own id, worked off in the platform's order."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bot.storage.sql import Row, Transaction
from bot.storage.tables import inbox


async def add(tx: Transaction, values: dict[str, Any]) -> int | None:
    """The new row's id; None when this event was stored before."""
    insert = sqlite_insert if tx.dialect.name == "sqlite" else postgres_insert
    key = [inbox.c.channel, inbox.c.account, inbox.c.event_key]
    once = insert(inbox).on_conflict_do_nothing(index_elements=key).returning(inbox.c.id)
    row_id: int | None = (await tx.execute(once, values)).scalar_one_or_none()
    return row_id


async def next_new(tx: Transaction, conversation_id: int) -> Row[Any] | None:
    """The oldest unworked message of a conversation, by the platform's clock, then by arrival."""
    query = (
        select(inbox)
        .where(inbox.c.state == "new", inbox.c.conversation_id == conversation_id)
        .order_by(inbox.c.sent_at, inbox.c.id)
        .limit(1)
    )
    return (await tx.execute(query)).one_or_none()


async def all_new(tx: Transaction, conversation_id: int, limit: int) -> list[Row[Any]]:
    """The unworked messages of a conversation, in the order of `next_new`."""
    query = (
        select(inbox)
        .where(inbox.c.state == "new", inbox.c.conversation_id == conversation_id)
        .order_by(inbox.c.sent_at, inbox.c.id)
        .limit(limit)
    )
    return list((await tx.execute(query)).all())


async def finish(tx: Transaction, inbox_id: int, state: str, now: datetime) -> bool:
    """Move a row from new to `done` or `failed`. False when another worker did: then nothing may be committed."""
    changed = await tx.execute(
        update(inbox).where(inbox.c.id == inbox_id, inbox.c.state == "new").values(state=state, done_at=now)
    )
    return bool(changed.rowcount)


async def reword(tx: Transaction, inbox_id: int, text: str | None, now: datetime) -> None:
    """An unworked message was changed; one that was taken back (None) needs no answer any more."""
    query = select(inbox.c.body).where(inbox.c.id == inbox_id)
    body: dict[str, Any] = (await tx.execute(query)).scalar_one()
    if text is None:
        values = {"body": {**body, "text": "", "attachments": []}, "state": "done", "done_at": now}
    else:
        values = {"body": {**body, "text": text}}
    await tx.execute(update(inbox).where(inbox.c.id == inbox_id, inbox.c.state == "new").values(**values))


async def count_attempt(tx: Transaction, inbox_id: int) -> int:
    changed = await tx.execute(
        update(inbox).where(inbox.c.id == inbox_id).values(attempts=inbox.c.attempts + 1).returning(inbox.c.attempts)
    )
    attempts: int = changed.scalar_one()
    return attempts


async def waiting(tx: Transaction, before: datetime, limit: int = 1000) -> list[int]:
    """Conversations with unworked messages that arrived before a moment."""
    query = (
        select(inbox.c.conversation_id)
        .where(inbox.c.state == "new", inbox.c.received_at < before)
        .group_by(inbox.c.conversation_id)
        .order_by(func.min(inbox.c.id))
        .limit(limit)
    )
    return list((await tx.execute(query)).scalars())
