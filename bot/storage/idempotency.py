"""Answers that were given once under a key, kept with the change they tell of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from bot.storage.sql import Transaction, insert_once
from bot.storage.tables import idempotency


async def answer_of(tx: Transaction, key: str) -> Any | None:
    """The stored JSON value, None for a key that is new."""
    return (await tx.execute(select(idempotency.c.result).where(idempotency.c.key == key))).scalar_one_or_none()


async def keep_answer(tx: Transaction, key: str, result: Any, now: datetime) -> None:
    await insert_once(tx, idempotency, {"key": key, "result": result, "created_at": now}, ["key"])


async def claim(tx: Transaction, key: str, now: datetime) -> bool:
    """Take a key that may be used once. False when somebody has."""
    return await insert_once(tx, idempotency, {"key": key, "result": True, "created_at": now}, ["key"])


async def release(tx: Transaction, key: str) -> None:
    await tx.execute(delete(idempotency).where(idempotency.c.key == key))


async def drop_before(tx: Transaction, moment: datetime) -> None:
    await tx.execute(delete(idempotency).where(idempotency.c.created_at < moment))
