"""How far something was read, by name: moments, kept as text."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from bot.storage.selling_tables import cursors
from bot.storage.sql import Transaction, insert_once


async def read(tx: Transaction, name: str) -> datetime | None:
    value = (await tx.execute(select(cursors.c.value).where(cursors.c.name == name))).scalar_one_or_none()
    return None if value is None else datetime.fromisoformat(value)


async def move(tx: Transaction, name: str, to: datetime, now: datetime) -> None:
    values = {"value": to.isoformat(), "updated_at": now}
    if not await insert_once(tx, cursors, {"name": name, **values}, ["name"]):
        await tx.execute(update(cursors).where(cursors.c.name == name).values(**values))
