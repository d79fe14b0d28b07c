"""Sums that must agree over all rows: stock and holds, orders and their parts, codes, refunds. It only reads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.engine import Row

from bot.commerce.orders import OrderState
from bot.commerce.refunds import GIVEN
from bot.commerce.stock import HoldState
from bot.storage.selling_tables import orders, payment_events, promotion_uses, refunds, reservations, stock
from bot.storage.sql import Transaction

_MOST = 100
_UNDECIDED = (OrderState.AWAITING_PAYMENT, OrderState.NEEDS_ATTENTION)
_SETTLED = (OrderState.PAID, OrderState.SHIPPED, OrderState.DELIVERED)
_HELD = (
    select(reservations.c.sku, func.sum(reservations.c.quantity).label("held"))
    .where(reservations.c.state == HoldState.HELD)
    .group_by(reservations.c.sku)
    .subquery()
)
_GIVEN = (
    select(refunds.c.order_id, func.sum(refunds.c.amount).label("given"))
    .where(refunds.c.state.in_(GIVEN))
    .group_by(refunds.c.order_id)
    .subquery()
)


async def wrong_stock(tx: Transaction) -> Sequence[Row[Any]]:
    """sku, on_hand, reserved, held: where what is counted as held is not what is held, or there is less than that."""
    held = func.coalesce(_HELD.c.held, 0)
    query = (
        select(stock.c.sku, stock.c.on_hand, stock.c.reserved, held.label("held"))
        .outerjoin(_HELD, _HELD.c.sku == stock.c.sku)
        .where(or_(stock.c.reserved != held, stock.c.on_hand < 0, stock.c.reserved > stock.c.on_hand))
    )
    return await _few(tx, query)


async def idle_holds(tx: Transaction) -> Sequence[Row[Any]]:
    """number, state, sku: holds of orders that nobody can pay any more."""
    query = (
        select(orders.c.number, orders.c.state, reservations.c.sku)
        .join(orders, orders.c.id == reservations.c.order_id)
        .where(reservations.c.state == HoldState.HELD, orders.c.state.in_((OrderState.EXPIRED, OrderState.CANCELLED)))
    )
    return await _few(tx, query)


async def open_without_hold(tx: Transaction) -> Sequence[Row[Any]]:
    """number: orders that can be paid although nothing is held for them."""
    holds = select(reservations.c.sku).where(
        reservations.c.order_id == orders.c.id, reservations.c.state == HoldState.HELD
    )
    return await _few(tx, select(orders.c.number).where(orders.c.state == OrderState.AWAITING_PAYMENT, ~holds.exists()))


async def wrong_sums(tx: Transaction) -> Sequence[Row[Any]]:
    """number, total, refunded, given: where the parts do not make the total, or what went back is told in two ways."""
    parts = orders.c.subtotal - orders.c.discount + orders.c.shipping + orders.c.tax
    given = func.coalesce(_GIVEN.c.given, 0)
    query = (
        select(orders.c.number, orders.c.total, orders.c.refunded, given.label("given"))
        .outerjoin(_GIVEN, _GIVEN.c.order_id == orders.c.id)
        .where(or_(orders.c.total != parts, orders.c.refunded != given, orders.c.refunded > orders.c.total))
    )
    return await _few(tx, query)


async def wrong_uses(tx: Transaction) -> Sequence[Row[Any]]:
    """number, code, state: uses of codes that do not fit the state of their order."""
    counted_early = (promotion_uses.c.state == HoldState.HELD) & orders.c.state.not_in(_UNDECIDED)
    not_counted = (promotion_uses.c.state != HoldState.SOLD) & orders.c.state.in_(_SETTLED)
    query = (
        select(orders.c.number, promotion_uses.c.code, promotion_uses.c.state)
        .join(orders, orders.c.id == promotion_uses.c.order_id)
        .where(or_(counted_early, not_counted))
    )
    return await _few(tx, query)


async def stuck_events(tx: Transaction, before: datetime) -> Sequence[Row[Any]]:
    """id, type, attempts: reports of payments that came before then and are not settled."""
    query = select(payment_events.c.id, payment_events.c.type, payment_events.c.attempts).where(
        payment_events.c.state == "new", payment_events.c.received_at < before
    )
    return await _few(tx, query)


async def bought_since(tx: Transaction, since: datetime) -> Sequence[Row[Any]]:
    """Orders that were written since then and are paid."""
    query = select(orders).where(orders.c.created_at >= since, orders.c.paid_at.is_not(None)).order_by(orders.c.id)
    return (await tx.execute(query)).all()


async def _few(tx: Transaction, query: Any) -> Sequence[Row[Any]]:
    rows: Sequence[Row[Any]] = (await tx.execute(query.limit(_MOST))).all()
    return rows
