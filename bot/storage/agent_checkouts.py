"""Rows of purchases by shopping agents, and of their requests: each answered once by its idempotency key."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from bot.storage.selling_tables import agent_checkouts, agent_requests, orders
from bot.storage.sql import Row, Transaction, insert_once


async def add(tx: Transaction, values: dict[str, Any]) -> Row[Any]:
    """The purchase with this id, made now if there was none."""
    await insert_once(tx, agent_checkouts, values, ["id"])
    return (await tx.execute(select(agent_checkouts).where(agent_checkouts.c.id == values["id"]))).one()


async def find(tx: Transaction, protocol: str, purchase: str) -> Row[Any] | None:
    query = select(agent_checkouts).where(agent_checkouts.c.id == purchase, agent_checkouts.c.protocol == protocol)
    return (await tx.execute(query)).one_or_none()


async def of_number(tx: Transaction, protocol: str, number: int) -> Row[Any] | None:
    """The purchase that became the order with this number."""
    query = (
        select(agent_checkouts)
        .join(orders, orders.c.conversation_id == agent_checkouts.c.conversation_id)
        .where(orders.c.number == number, agent_checkouts.c.protocol == protocol)
    )
    return (await tx.execute(query)).one_or_none()


async def keep(tx: Transaction, purchase: str, **values: Any) -> None:
    await tx.execute(
        update(agent_checkouts)
        .where(agent_checkouts.c.id == purchase)
        .values(version=agent_checkouts.c.version + 1, **values)
    )


# -- requests ----------------------------------------------------------------------------------------------------------


async def begin(tx: Transaction, key: str, fingerprint: str, now: datetime) -> Row[Any] | None:
    """None when this call is the first with its key, and has to answer; else the row of the first."""
    values = {"key": key, "fingerprint": fingerprint, "created_at": now}
    if await insert_once(tx, agent_requests, values, ["key"]):
        return None
    return (await tx.execute(select(agent_requests).where(agent_requests.c.key == key))).one()


async def take_over(tx: Transaction, key: str, before: datetime, now: datetime) -> bool:
    """Answer in place of a first call that died while it answered. True for one caller."""
    taken = await tx.execute(
        update(agent_requests)
        .where(agent_requests.c.key == key, agent_requests.c.status.is_(None), agent_requests.c.created_at < before)
        .values(created_at=now)
    )
    return bool(taken.rowcount)


async def answered(tx: Transaction, key: str, status: int, answer: Any) -> None:
    await tx.execute(update(agent_requests).where(agent_requests.c.key == key).values(status=status, answer=answer))


async def forget(tx: Transaction, key: str) -> None:
    """A request that failed on our side may be sent again."""
    await tx.execute(delete(agent_requests).where(agent_requests.c.key == key))
