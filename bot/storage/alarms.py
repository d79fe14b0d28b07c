"""Rows of trouble with an account: opened once, tried again by one message at a time, closed when one got through."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from bot.storage.sql import Row, Transaction
from bot.storage.tables import alarms

_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(minutes=15)


async def stopping(tx: Transaction, channel: str, account: str) -> Row[Any] | None:
    """The open alarm that keeps this account from sending."""
    query = select(alarms).where(
        alarms.c.channel == channel,
        alarms.c.account == account,
        alarms.c.closed_at.is_(None),
        alarms.c.stops.is_(True),
    )
    return (await tx.execute(query.limit(1))).one_or_none()


async def raise_one(
    tx: Transaction, channel: str, account: str, words: str, code: int | None, now: datetime, *, stops: bool
) -> bool:
    """Open an alarm, or let the open one wait twice as long. True when it is new."""
    query = select(alarms).where(
        alarms.c.channel == channel,
        alarms.c.account == account,
        alarms.c.closed_at.is_(None),
        alarms.c.stops.is_(stops),
    )
    if not stops:
        query = query.where(alarms.c.words == words[:300])
    known = (await tx.execute(query.limit(1))).one_or_none()
    if known is not None:
        pause = min(max(_FIRST_PAUSE, 2 * (known.again_at - known.opened_at)), _LONGEST_PAUSE)
        values = {"words": words[:300], "code": code, "again_at": now + pause}
        await tx.execute(update(alarms).where(alarms.c.id == known.id).values(**values))
        return False
    await tx.execute(
        insert(alarms).values(
            channel=channel,
            account=account,
            code=code,
            words=words[:300],
            stops=stops,
            opened_at=now,
            again_at=now + _FIRST_PAUSE,
        )
    )
    return True


async def try_now(tx: Transaction, alarm: Row[Any], now: datetime) -> bool:
    """Whether this message may try whether the account is well again: one does, the others wait another while."""
    changed = await tx.execute(
        update(alarms)
        .where(alarms.c.id == alarm.id, alarms.c.again_at == alarm.again_at, alarms.c.again_at <= now)
        .values(again_at=now + _FIRST_PAUSE)
    )
    return bool(changed.rowcount)


async def close(tx: Transaction, alarm_id: int, now: datetime) -> None:
    await tx.execute(update(alarms).where(alarms.c.id == alarm_id).values(closed_at=now))


async def open_ones(tx: Transaction) -> list[Row[Any]]:
    """Every open alarm, oldest first."""
    query = select(alarms).where(alarms.c.closed_at.is_(None)).order_by(alarms.c.id)
    return list((await tx.execute(query)).all())
