"""Where the payment provider, the orders and the stock tell different stories. For `souk doctor`; it repairs nothing.

Each finding is a sentence for the operator. Amounts are in minor units, as they are stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.commerce.orders import OrderState
from bot.payments.base import CheckoutSession, Payments, PaymentStatus, RefundStatus, SessionStatus
from bot.selling.paid import is_of
from bot.storage import ledger, orders
from bot.storage.sql import Database

LOOKS_BACK = timedelta(days=2)
SETTLED_WITHIN = timedelta(minutes=10)
"""A report that waits for longer is stuck."""
_MOST_REFUNDS = 200
_TAKEN_OFF = (RefundStatus.PENDING, RefundStatus.REQUIRES_ACTION, RefundStatus.SUCCEEDED)


async def drift_inside(db: Database, now: datetime) -> list[str]:
    """What our own tables contradict each other in."""
    async with db.read() as tx:
        stock = await ledger.wrong_stock(tx)
        idle = await ledger.idle_holds(tx)
        unheld = await ledger.open_without_hold(tx)
        sums = await ledger.wrong_sums(tx)
        uses = await ledger.wrong_uses(tx)
        stuck = await ledger.stuck_events(tx, now - SETTLED_WITHIN)
    return [
        *(f"{x.sku}: {x.on_hand} on hand, {x.reserved} counted as held, {x.held} held" for x in stock),
        *(f"order {x.number} is {x.state} and still holds {x.sku}" for x in idle),
        *(f"order {x.number} can be paid and holds nothing" for x in unheld),
        *(f"order {x.number}: total {x.total}, refunded {x.refunded}, refunds say {x.given}" for x in sums),
        *(f"order {x.number}: the use of {x.code} is {x.state}" for x in uses),
        *(f"event {x.id} ({x.type}) waits, tried {x.attempts} times" for x in stuck),
    ]


async def drift_beside(db: Database, payments: Payments, now: datetime) -> list[str]:
    """What the provider knows otherwise, for the checkouts of the last days. Raises `PaymentsError`."""
    since = now - LOOKS_BACK
    sessions = [each for each in await payments.checkouts_since(since) if (each.order_id or "").isdecimal()]
    async with db.read() as tx:
        rows = await orders.by_ids(tx, {int(each.order_id or 0) for each in sessions})
        bought = await ledger.bought_since(tx, since)
    paid = [each for each in sessions if _is_paid(each)]
    return [
        *_unsettled(paid, rows),
        *_unpaid(paid, bought),
        *await _refunds(payments, bought),
    ]


def _is_paid(session: CheckoutSession) -> bool:
    return session.status is SessionStatus.COMPLETE and session.payment_status is not PaymentStatus.UNPAID


def _unsettled(paid: Iterable[CheckoutSession], rows: dict[int, Any]) -> list[str]:
    found = []
    for session in paid:
        order = rows.get(int(session.order_id or 0))
        if order is None or not is_of(order, session):
            continue  # another shop's, on the same account
        if order.paid_at is None:
            found.append(f"session {session.id} is paid, and order {order.number} is {order.state}")
        elif order.session_id != session.id:
            found.append(f"order {order.number} was paid again by session {session.id}")
        elif session.amount_total.amount != order.total and order.state != OrderState.NEEDS_ATTENTION:
            found.append(f"order {order.number}: total {order.total}, paid {session.amount_total.amount}")
    return found


def _unpaid(paid: Iterable[CheckoutSession], bought: Sequence[Any]) -> list[str]:
    known = {session.id for session in paid}
    return [
        f"order {order.number} is {order.state}, and its session {order.session_id} is not paid"
        for order in bought
        if order.session_id is not None and order.session_id not in known
    ]


async def _refunds(payments: Payments, bought: Sequence[Any]) -> list[str]:
    """Of the orders that say money went back; the others' refunds are looked at when they are reported."""
    found = []
    for order in [each for each in bought if each.refunded and each.payment_intent][:_MOST_REFUNDS]:
        given = sum(
            refund.amount.amount
            for refund in await payments.refunds_of(order.payment_intent)
            if refund.status in _TAKEN_OFF
        )
        if given != order.refunded:
            found.append(f"order {order.number}: refunded {order.refunded}, the provider says {given}")
    return found
