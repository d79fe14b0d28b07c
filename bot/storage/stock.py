"""Rows of stock and of holds on it. The guarded UPDATE here is what keeps two buyers from one pair of shoes.

Rows are locked in SKU order by every function, so that two orders never wait for each other. Callers change the order's
state first, in the same transaction: that is the lock on the order's own holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Row

from bot.commerce.orders import OrderState
from bot.commerce.stock import HoldState, Shortfall
from bot.storage.selling_tables import orders, reservations, shelves, stock
from bot.storage.sql import Transaction


async def take(tx: Transaction, wanted: Mapping[str, int]) -> list[Shortfall]:
    """Count all of it as held, or nothing: then what is short, with how many there are. `hold` names for whom."""
    taken: list[tuple[str, int]] = []
    short: list[Shortfall] = []
    for sku, quantity in sorted(wanted.items()):
        free = stock.c.on_hand - stock.c.reserved >= quantity
        guarded = update(stock).where(stock.c.sku == sku, free).values(reserved=stock.c.reserved + quantity)
        if (await tx.execute(guarded)).rowcount:
            taken.append((sku, quantity))
        else:
            short.append(Shortfall(sku, quantity, await available(tx, sku)))
    if short:
        for sku, quantity in taken:
            await _give_back(tx, sku, quantity)
    return short


async def hold(tx: Transaction, order_id: int, taken: Mapping[str, int], until: datetime) -> None:
    """Write down for whom the pieces were taken and how long; an order that lost its hold gets the same rows again."""
    for sku, quantity in sorted(taken.items()):
        again = await tx.execute(
            update(reservations)
            .where(reservations.c.order_id == order_id, reservations.c.sku == sku)
            .values(quantity=quantity, state=HoldState.HELD, until=until)
        )
        if not again.rowcount:
            row = {"order_id": order_id, "sku": sku, "quantity": quantity, "state": HoldState.HELD, "until": until}
            await tx.execute(insert(reservations).values(**row))


async def release(tx: Transaction, order_id: int) -> None:
    """Free what the order still holds."""
    for row in await _held(tx, order_id):
        await _give_back(tx, row.sku, row.quantity)
    await _move(tx, order_id, HoldState.RELEASED)


async def sell(tx: Transaction, order_id: int) -> None:
    """Take what the order holds off the shelf."""
    for row in await _held(tx, order_id):
        await tx.execute(
            update(stock)
            .where(stock.c.sku == row.sku)
            .values(on_hand=stock.c.on_hand - row.quantity, reserved=stock.c.reserved - row.quantity)
        )
    await _move(tx, order_id, HoldState.SOLD)


async def keep(tx: Transaction, order_id: int, until: datetime) -> None:
    """Hold it longer."""
    await tx.execute(
        update(reservations)
        .where(reservations.c.order_id == order_id, reservations.c.state == HoldState.HELD)
        .values(until=until)
    )


async def available(tx: Transaction, sku: str) -> int:
    """Pieces that nobody holds; none of an unknown SKU."""
    free = await tx.execute(select(stock.c.on_hand - stock.c.reserved).where(stock.c.sku == sku))
    return free.scalar_one_or_none() or 0


async def held_for(tx: Transaction, contact_id: int) -> dict[str, int]:
    """What the contact's own unpaid orders hold, by SKU."""
    query = (
        select(reservations.c.sku, func.sum(reservations.c.quantity).label("quantity"))
        .join(orders, orders.c.id == reservations.c.order_id)
        .where(
            orders.c.contact_id == contact_id,
            orders.c.state == OrderState.AWAITING_PAYMENT,
            reservations.c.state == HoldState.HELD,
        )
        .group_by(reservations.c.sku)
    )
    return {row.sku: int(row.quantity) for row in (await tx.execute(query)).all()}


async def on_hand(tx: Transaction) -> dict[str, int]:
    """How many of each SKU there are, those that are held included."""
    return {row.sku: row.on_hand for row in (await tx.execute(select(stock.c.sku, stock.c.on_hand))).all()}


async def places(tx: Transaction) -> dict[str, dict[str, int]]:
    """The pieces of each SKU by location, "" for all of it where nobody counts by locations. What was sold since the
    count is taken off the first locations that have some, because nobody says where it went from."""
    found = {sku: {"": pieces} for sku, pieces in (await on_hand(tx)).items()}
    by_place: dict[str, dict[str, int]] = {}
    for row in (await tx.execute(select(shelves).order_by(shelves.c.sku, shelves.c.location))).all():
        by_place.setdefault(row.sku, {})[row.location] = row.counted
    for sku, counted in by_place.items():
        found[sku] = _less(counted, sum(counted.values()) - found[sku][""])
    return found


def _less(counted: Mapping[str, int], sold: int) -> dict[str, int]:
    """`sold` may be less than nothing, where something came back: then the first location has it."""
    left: dict[str, int] = {}
    for location, pieces in counted.items():
        left[location] = max(pieces - sold, 0)
        sold -= pieces - left[location]
    return left


async def _held(tx: Transaction, order_id: int) -> Sequence[Row[Any]]:
    query = (
        select(reservations)
        .where(reservations.c.order_id == order_id, reservations.c.state == HoldState.HELD)
        .order_by(reservations.c.sku)
    )
    return (await tx.execute(query)).all()


async def _give_back(tx: Transaction, sku: str, quantity: int) -> None:
    await tx.execute(update(stock).where(stock.c.sku == sku).values(reserved=stock.c.reserved - quantity))


async def _move(tx: Transaction, order_id: int, state: HoldState) -> None:
    await tx.execute(
        update(reservations)
        .where(reservations.c.order_id == order_id, reservations.c.state == HoldState.HELD)
        .values(state=state)
    )
