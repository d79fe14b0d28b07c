"""Rows of returns. Every change of state is a guarded UPDATE that tells whether this call made it.

Callers lock the order first: what may still come back of it is counted under that lock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Row

from bot.commerce.catalog import label
from bot.commerce.returns import LIVE, OPEN, ReturnKind, ReturnState, sources
from bot.commerce.stock import HoldState
from bot.storage.selling_tables import (
    orders,
    products,
    refunds,
    reservations,
    returns,
    shipments,
    stock,
    variants,
)
from bot.storage.sql import Transaction


async def add(tx: Transaction, values: Mapping[str, Any]) -> int:
    """The new return's id, which is the number that goes onto the parcel."""
    return int((await tx.execute(insert(returns).values(**values).returning(returns.c.id))).scalar_one())


async def by_id(tx: Transaction, return_id: int) -> Row[Any] | None:
    return (await tx.execute(select(returns).where(returns.c.id == return_id))).one_or_none()


async def of_orders(tx: Transaction, order_ids: Iterable[int]) -> dict[int, list[Row[Any]]]:
    """By order, oldest first."""
    query = select(returns).where(returns.c.order_id.in_(list(order_ids))).order_by(returns.c.id)
    found: dict[int, list[Row[Any]]] = {}
    for row in (await tx.execute(query)).all():
        found.setdefault(row.order_id, []).append(row)
    return found


async def pieces_back(tx: Transaction, order_id: int) -> Counter[str]:
    """How many of each SKU of the order are in live returns."""
    query = select(returns.c.lines).where(returns.c.order_id == order_id, returns.c.state.in_(LIVE))
    counted: Counter[str] = Counter()
    for lines in (await tx.execute(query)).scalars():
        for line in lines:
            counted[line["sku"]] += line["quantity"]
    return counted


async def promised(tx: Transaction, order_id: int) -> int:
    """What is to be paid back once it arrives, for returns that have no refund yet."""
    has_refund = select(refunds.c.id).where(refunds.c.return_id == returns.c.id).exists()
    query = select(func.coalesce(func.sum(returns.c.amount), 0)).where(
        returns.c.order_id == order_id,
        returns.c.kind == ReturnKind.RETURN,
        returns.c.state.in_(OPEN),
        ~has_refund,
    )
    return int((await tx.execute(query)).scalar_one())


async def categories(tx: Transaction, product_ids: Iterable[str]) -> dict[str, str]:
    """The category path of each product, as far as the catalogue still knows it."""
    query = select(products.c.id, products.c.category).where(products.c.id.in_(list(product_ids)))
    return {row.id: row.category for row in (await tx.execute(query)).all()}


async def names(tx: Transaction, skus: Sequence[str]) -> dict[str, str]:
    """How each variant is named on an order."""
    query = (
        select(variants.c.sku, variants.c.options, products.c.title)
        .join(products, products.c.id == variants.c.product_id)
        .where(variants.c.sku.in_(skus))
    )
    return {row.sku: label(row.title, row.options) for row in (await tx.execute(query)).all()}


async def open_ones(tx: Transaction, limit: int) -> Sequence[Row[Any]]:
    """Returns that are not over, with the order's number and currency: those that wait for a person first."""
    query = (
        select(returns, orders.c.number, orders.c.currency)
        .join(orders, orders.c.id == returns.c.order_id)
        .where(returns.c.state.in_(OPEN))
        .order_by((returns.c.state != ReturnState.ASKED), returns.c.id)
        .limit(limit)
    )
    return (await tx.execute(query)).all()


async def stale(tx: Transaction, before: datetime, limit: int) -> Sequence[Row[Any]]:
    """Approved returns that were asked for before a moment and never came."""
    query = (
        select(returns)
        .where(returns.c.state == ReturnState.APPROVED, returns.c.created_at < before)
        .order_by(returns.c.id)
        .limit(limit)
    )
    return (await tx.execute(query)).all()


async def move(tx: Transaction, return_id: int, to: ReturnState, *, version: int | None = None, **values: Any) -> bool:
    """Change the state if the return may go there from where it is, and is in this version. True when this call did."""
    guarded = update(returns).where(returns.c.id == return_id, returns.c.state.in_(sources(to)))
    if version is not None:
        guarded = guarded.where(returns.c.version == version)
    done = await tx.execute(guarded.values(state=to, version=returns.c.version + 1, **values))
    return bool(done.rowcount)


async def finish(tx: Transaction, return_id: int, now: datetime) -> bool:
    """The money of a received return is on its way, so all is done. One that was paid first waits to be received."""
    return await move(tx, return_id, ReturnState.DONE, done_at=now) if await _is_received(tx, return_id) else False


async def _is_received(tx: Transaction, return_id: int) -> bool:
    query = select(returns.c.id).where(returns.c.id == return_id, returns.c.state == ReturnState.RECEIVED)
    return (await tx.execute(query)).one_or_none() is not None


async def was_sent(tx: Transaction, order_id: int) -> bool:
    """Whether anything of the order has left, part of it too."""
    query = select(shipments.c.id).where(shipments.c.order_id == order_id).limit(1)
    return (await tx.execute(query)).one_or_none() is not None


# -- the shelf ---------------------------------------------------------------------------------------------------------


async def unsell(tx: Transaction, order_id: int) -> None:
    """Put what the order bought back on the shelf, once: a row that was released is not sold any more."""
    sold = (reservations.c.order_id == order_id) & (reservations.c.state == HoldState.SOLD)
    rows = (await tx.execute(select(reservations).where(sold).order_by(reservations.c.sku))).all()
    await put_back(tx, {row.sku: row.quantity for row in rows})
    await tx.execute(update(reservations).where(sold).values(state=HoldState.RELEASED))


async def put_back(tx: Transaction, pieces: Mapping[str, int]) -> None:
    """Onto the shelf, in SKU order; what the shop no longer knows has no shelf."""
    for sku, quantity in sorted(pieces.items()):
        await tx.execute(update(stock).where(stock.c.sku == sku).values(on_hand=stock.c.on_hand + quantity))


async def set_aside(tx: Transaction, pieces: Mapping[str, int]) -> bool:
    """Take all of it off the shelf for somebody whose own thing is on its way back, or nothing. `put_back` undoes it;
    a hold would have to belong to an order that waits to be paid."""
    taken: dict[str, int] = {}
    for sku, quantity in sorted(pieces.items()):
        free = stock.c.on_hand - stock.c.reserved >= quantity
        guarded = update(stock).where(stock.c.sku == sku, free).values(on_hand=stock.c.on_hand - quantity)
        if not (await tx.execute(guarded)).rowcount:
            await put_back(tx, taken)
            return False
        taken[sku] = quantity
    return True


async def hand_out(tx: Transaction, order_id: int, pieces: Mapping[str, int], now: datetime) -> None:
    """What was set aside is this order's, and sold."""
    rows = [
        {"order_id": order_id, "sku": sku, "quantity": quantity, "state": HoldState.SOLD, "until": now}
        for sku, quantity in sorted(pieces.items())
    ]
    await tx.execute(insert(reservations), rows)
