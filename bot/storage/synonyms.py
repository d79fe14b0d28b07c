"""Rows of synonyms: what shoppers of this shop also call a thing, as operators wrote it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from bot.storage.selling_tables import synonyms
from bot.storage.sql import Row, Transaction


async def every_synonym(tx: Transaction) -> Sequence[Row[Any]]:
    """By word, the oldest meaning first."""
    return (await tx.execute(select(synonyms).order_by(synonyms.c.word, synonyms.c.id))).all()


async def synonym(tx: Transaction, synonym_id: int) -> Row[Any] | None:
    return (await tx.execute(select(synonyms).where(synonyms.c.id == synonym_id))).one_or_none()


async def same_synonym(tx: Transaction, *, word: str, means: str, language: str) -> Row[Any] | None:
    query = select(synonyms).where(synonyms.c.word == word, synonyms.c.means == means, synonyms.c.language == language)
    return (await tx.execute(query)).one_or_none()


async def add_synonym(
    tx: Transaction, *, word: str, means: str, both_ways: bool, language: str, user_id: int | None, now: datetime
) -> int:
    values = {"word": word, "means": means, "both_ways": both_ways, "language": language, "user_id": user_id}
    added: int = (
        await tx.execute(insert(synonyms).values(**values, created_at=now).returning(synonyms.c.id))
    ).scalar_one()
    return added


async def remove_synonym(tx: Transaction, synonym_id: int) -> None:
    await tx.execute(delete(synonyms).where(synonyms.c.id == synonym_id))
