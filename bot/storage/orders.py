"""Rows of orders. Every change of state is a guarded UPDATE that tells whether this call made it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import exists, false, func, insert, or_, select, update
from sqlalchemy.engine import Row

from bot.commerce.orders import OrderState, sources
from bot.commerce.stock import HoldState
from bot.storage.selling_tables import carts, order_lines, orders, reservations
from bot.storage.sql import Transaction, insert_once

_BEFORE_FIRST = 10_000


async def add_order(tx: Transaction, values: Mapping[str, Any], lines: Iterable[Mapping[str, Any]]) -> Row[Any]:
    """Write an order with the next free number, and its lines in their order."""
    highest = (await tx.execute(select(func.max(orders.c.number)))).scalar_one_or_none()
    number = (highest or _BEFORE_FIRST) + 1
    while not await insert_once(tx, orders, {**values, "number": number}, ["number"]):
        number += 1
    row = (await tx.execute(select(orders).where(orders.c.number == number))).one()
    rows = [{"order_id": row.id, "place": place, **line} for place, line in enumerate(lines)]
    await tx.execute(insert(order_lines), rows)
    return row


async def lock_order(tx: Transaction, order_id: int) -> Row[Any]:
    """The order, nobody else's until the transaction ends. Whoever needs the cart too locks the cart first."""
    return (await tx.execute(select(orders).where(orders.c.id == order_id).with_for_update())).one()


async def order_of_session(tx: Transaction, session_id: str) -> Row[Any] | None:
    return (await tx.execute(select(orders).where(orders.c.session_id == session_id))).one_or_none()


async def order_by_id(tx: Transaction, order_id: int) -> Row[Any] | None:
    return (await tx.execute(select(orders).where(orders.c.id == order_id))).one_or_none()


async def order_by_number(tx: Transaction, number: int) -> Row[Any] | None:
    return (await tx.execute(select(orders).where(orders.c.number == number))).one_or_none()


async def by_ids(tx: Transaction, order_ids: Iterable[int]) -> dict[int, Row[Any]]:
    rows = (await tx.execute(select(orders).where(orders.c.id.in_(list(order_ids))))).all()
    return {row.id: row for row in rows}


async def open_order(tx: Transaction, contact_id: int) -> Row[Any] | None:
    """The contact's order that waits to be paid; checkout keeps it at one."""
    query = (
        select(orders)
        .where(orders.c.contact_id == contact_id, orders.c.state == OrderState.AWAITING_PAYMENT)
        .order_by(orders.c.id.desc())
        .limit(1)
    )
    return (await tx.execute(query)).one_or_none()


async def orders_of(tx: Transaction, contact_id: int, number: int | None, limit: int) -> Sequence[Row[Any]]:
    """The contact's orders, newest first."""
    query = select(orders).where(orders.c.contact_id == contact_id).order_by(orders.c.id.desc()).limit(limit)
    if number is not None:
        query = query.where(orders.c.number == number)
    return (await tx.execute(query)).all()


async def orders_seen(
    tx: Transaction, contact_id: int | None, also: Sequence[int], number: int | None, limit: int
) -> Sequence[Row[Any]]:
    """The contact's orders (none of nobody's) and those with the ids `also`, newest first."""
    mine = false() if contact_id is None else orders.c.contact_id == contact_id
    query = select(orders).where(or_(mine, orders.c.id.in_(also))).order_by(orders.c.id.desc()).limit(limit)
    if number is not None:
        query = query.where(orders.c.number == number)
    return (await tx.execute(query)).all()


async def lines_of(tx: Transaction, order_ids: Iterable[int]) -> dict[int, list[Row[Any]]]:
    query = (
        select(order_lines)
        .where(order_lines.c.order_id.in_(list(order_ids)))
        .order_by(order_lines.c.order_id, order_lines.c.place)
    )
    found: dict[int, list[Row[Any]]] = {}
    for row in (await tx.execute(query)).all():
        found.setdefault(row.order_id, []).append(row)
    return found


async def overdue(tx: Transaction, now: datetime, limit: int) -> Sequence[Row[Any]]:
    """Orders that wait for a payment although their hold has ended."""
    ended = (
        exists()
        .where(reservations.c.order_id == orders.c.id)
        .where(reservations.c.state == HoldState.HELD, reservations.c.until < now)
    )
    query = (
        select(orders)
        .where(orders.c.state == OrderState.AWAITING_PAYMENT, ended)
        .order_by(orders.c.session_expires_at)
        .limit(limit)
    )
    return (await tx.execute(query)).all()


async def move(tx: Transaction, order_id: int, to: OrderState, **values: Any) -> bool:
    """Change the state if the order may go there from where it is. True when this call did it."""
    done = await tx.execute(
        update(orders).where(orders.c.id == order_id, orders.c.state.in_(sources(to))).values(state=to, **values)
    )
    return bool(done.rowcount)


async def note(tx: Transaction, order_id: int, **values: Any) -> None:
    """Change what an order says beside its state."""
    await tx.execute(update(orders).where(orders.c.id == order_id).values(**values))


async def put_discounts(tx: Transaction, order_id: int, discounts: Sequence[int]) -> None:
    """What was taken off each line, in their order."""
    for place, discount in enumerate(discounts):
        mine = (order_lines.c.order_id == order_id) & (order_lines.c.place == place)
        await tx.execute(update(order_lines).where(mine).values(discount=discount))


async def is_of_cart(tx: Transaction, order: Row[Any]) -> bool:
    """Whether the contact's cart is still as it was when the order was written."""
    version = select(carts.c.version).where(carts.c.contact_id == order.contact_id)
    return bool((await tx.execute(version)).scalar_one_or_none() == order.cart_version)


async def lapsed_before(tx: Transaction, order: Row[Any]) -> Row[Any] | None:
    """The contact's order just before this one, if its pay page was given out and closed unpaid."""
    query = (
        select(orders)
        .where(orders.c.contact_id == order.contact_id, orders.c.id < order.id)
        .order_by(orders.c.id.desc())
        .limit(1)
    )
    row = (await tx.execute(query)).one_or_none()
    return row if row is not None and row.state == OrderState.EXPIRED and row.session_id is not None else None


async def put_session(tx: Transaction, order_id: int, key: str, **session: Any) -> bool:
    """Write the pay page that was opened with `key`, or the next key to try. False when the order has moved on."""
    done = await tx.execute(
        update(orders)
        .where(
            orders.c.id == order_id,
            orders.c.idempotency_key == key,
            orders.c.state == OrderState.AWAITING_PAYMENT,
        )
        .values(**session)
    )
    return bool(done.rowcount)
