"""Rows of disputes, by the provider's id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Row

from bot.commerce.refunds import CLOSED, OURS
from bot.storage.selling_tables import disputes, orders
from bot.storage.sql import Transaction, insert_once


async def put(tx: Transaction, values: Mapping[str, Any]) -> str | None:
    """Write the dispute as the provider tells it. The status that it had before: empty for a new one, None where
    nothing of it is news; one that is closed stays as it was closed, whatever comes late."""
    if await insert_once(tx, disputes, dict(values), ["id"]):
        return ""
    before = (await tx.execute(select(disputes).where(disputes.c.id == values["id"]))).one()
    if before.status in CLOSED:
        return None
    told = {name: values[name] for name in ("amount", "status", "reason", "evidence_due")}
    if all(getattr(before, name) == value for name, value in told.items()):
        return None
    await tx.execute(update(disputes).where(disputes.c.id == before.id).values(**told, updated_at=values["updated_at"]))
    return str(before.status)


async def of_orders(tx: Transaction, order_ids: Iterable[int]) -> dict[int, list[Row[Any]]]:
    """By order, oldest first."""
    query = select(disputes).where(disputes.c.order_id.in_(list(order_ids))).order_by(disputes.c.opened_at)
    found: dict[int, list[Row[Any]]] = {}
    for row in (await tx.execute(query)).all():
        found.setdefault(row.order_id, []).append(row)
    return found


async def is_open(tx: Transaction, order_id: int) -> bool:
    """Whether the order's money may be, or was, taken by the shopper's bank."""
    query = select(disputes.c.id).where(disputes.c.order_id == order_id, disputes.c.status.not_in(OURS)).limit(1)
    return (await tx.execute(query)).one_or_none() is not None


async def all_open(tx: Transaction, limit: int) -> Sequence[Row[Any]]:
    """With the order's number and conversation; the one whose evidence is due first comes first."""
    query = (
        select(disputes, orders.c.number, orders.c.conversation_id)
        .join(orders, orders.c.id == disputes.c.order_id)
        .where(disputes.c.status.not_in(CLOSED))
        .order_by(disputes.c.evidence_due.nulls_last(), disputes.c.opened_at)
        .limit(limit)
    )
    return (await tx.execute(query)).all()
