"""Rows of shipments: a parcel of an order each, as whoever packs or carries it calls it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import insert, select, update

from bot.storage.selling_tables import shipments
from bot.storage.sql import Row, Transaction


async def of_order(tx: Transaction, order_id: int) -> Sequence[Row[Any]]:
    """The order's parcels, the first one first."""
    query = select(shipments).where(shipments.c.order_id == order_id).order_by(shipments.c.id)
    return (await tx.execute(query)).all()


async def of_orders(tx: Transaction, order_ids: Iterable[int]) -> dict[int, list[Row[Any]]]:
    query = select(shipments).where(shipments.c.order_id.in_(list(order_ids))).order_by(shipments.c.id)
    found: dict[int, list[Row[Any]]] = {}
    for row in (await tx.execute(query)).all():
        found.setdefault(row.order_id, []).append(row)
    return found


async def add(tx: Transaction, **values: Any) -> int:
    made = await tx.execute(insert(shipments).values(**values).returning(shipments.c.id))
    shipment_id: int = made.scalar_one()
    return shipment_id


async def change(tx: Transaction, shipment_id: int, **values: Any) -> None:
    await tx.execute(update(shipments).where(shipments.c.id == shipment_id).values(**values))
