"""Rows of log-ins and their sessions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Row

from bot.storage.sql import Transaction
from bot.storage.tables import sessions, users


async def put_user(tx: Transaction, email: str, name: str, role: str, password_hash: str, now: datetime) -> None:
    changed = await tx.execute(
        update(users).where(users.c.email == email).values(name=name, role=role, password_hash=password_hash)
    )
    if not changed.rowcount:
        await tx.execute(
            insert(users).values(
                email=email, name=name, role=role, password_hash=password_hash, active=True, created_at=now
            )
        )


async def count_users(tx: Transaction) -> int:
    return (await tx.execute(select(func.count()).select_from(users))).scalar_one()


async def user_by_email(tx: Transaction, email: str) -> Row[Any] | None:
    return (await tx.execute(select(users).where(users.c.email == email))).one_or_none()


async def user_by_session(tx: Transaction, token_hash: str, now: datetime) -> Row[Any] | None:
    query = (
        select(users)
        .join(sessions, sessions.c.user_id == users.c.id)
        .where(sessions.c.token_hash == token_hash, sessions.c.expires_at > now, users.c.active)
    )
    return (await tx.execute(query)).one_or_none()


async def add_session(tx: Transaction, token_hash: str, user_id: int, now: datetime, expires_at: datetime) -> None:
    await tx.execute(delete(sessions).where(sessions.c.expires_at < now))
    await tx.execute(
        insert(sessions).values(token_hash=token_hash, user_id=user_id, created_at=now, expires_at=expires_at)
    )


async def drop_session(tx: Transaction, token_hash: str) -> None:
    await tx.execute(delete(sessions).where(sessions.c.token_hash == token_hash))
