"""Repairing what no report told: the provider's checkouts are listed and held against our orders. For the worker.

A webhook may be lost, or we may have been away for longer than the provider repeats itself. Every look begins a little
before the last one, since a page that was opened then may have been paid since; once an hour it goes back a whole day,
as far as a checkout that was taken up again may live. What it finds goes the way of any report, so it changes nothing
that was settled.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from enum import Enum, auto
from typing import Any

import structlog

from bot.clock import Clock
from bot.commerce.checkout import HOLD_GRACE, PAY_PAGE_LIFE
from bot.commerce.orders import PAYABLE, Attention, OrderState
from bot.payments.base import LONGEST_SESSION, CheckoutSession, Payments, PaymentsError, PaymentStatus, SessionStatus
from bot.selling.fulfilment import Settlement, Then
from bot.selling.order_answers import Fulfilled, Mismatch, PaidBack, Released
from bot.selling.paid import is_of
from bot.selling.releasing import Releases, Tell
from bot.storage import cursors, orders
from bot.storage.sql import Database

OVERLAP = PAY_PAGE_LIFE + 2 * HOLD_GRACE
FAR_BACK = LONGEST_SESSION + PAY_PAGE_LIFE
FAR_BACK_EVERY = timedelta(hours=1)
_LAST, _LAST_FAR = "checkouts", "checkouts: far back"
_AT_ONCE = 200

log = structlog.get_logger()


class Repair(Enum):
    SETTLE = auto()
    LET_GO = auto()


def repair_of(session: CheckoutSession, order: Any) -> Repair | None:
    """What an order's row lacks of what the provider knows of its session. Pure."""
    if session.status is SessionStatus.COMPLETE and session.payment_status is not PaymentStatus.UNPAID:
        waits = order.state in PAYABLE or (order.state == OrderState.CANCELLED and order.paid_at is None)
        second = order.session_id not in (None, session.id) and order.attention != Attention.ANOTHER_PAYMENT
        return Repair.SETTLE if waits or second else None
    mine = order.session_id == session.id and order.state == OrderState.AWAITING_PAYMENT
    return Repair.LET_GO if mine and session.status is SessionStatus.EXPIRED else None


class Reconciling:
    def __init__(
        self, db: Database, payments: Payments, clock: Clock, settlement: Settlement, releases: Releases
    ) -> None:
        self._db = db
        self._payments = payments
        self._clock = clock
        self._settlement = settlement
        self._releases = releases

    async def repair(self, then: Then, tell: Tell | None) -> int:
        """Returns how many orders moved. Raises `PaymentsError` when the provider cannot be asked: then the next look
        begins where this one would have."""
        now = self._clock.now()
        async with self._db.read() as tx:
            last, far = await cursors.read(tx, _LAST), await cursors.read(tx, _LAST_FAR)
        goes_far = last is None or far is None or now - far >= FAR_BACK_EVERY
        since = now - FAR_BACK if goes_far or last is None else max(last - OVERLAP, now - FAR_BACK)
        sessions = [session for session in await self._payments.checkouts_since(since) if _ours(session)]
        repaired = 0
        for start in range(0, len(sessions), _AT_ONCE):
            repaired += await self._repair_some(sessions[start : start + _AT_ONCE], then, tell)
        async with self._db.write() as tx:
            await cursors.move(tx, _LAST, now, now)
            if goes_far:
                await cursors.move(tx, _LAST_FAR, now, now)
        return repaired

    async def _repair_some(self, sessions: Sequence[CheckoutSession], then: Then, tell: Tell | None) -> int:
        async with self._db.read() as tx:
            rows = await orders.by_ids(tx, [int(session.order_id or 0) for session in sessions])
        repaired = 0
        for session in sessions:
            order = rows.get(int(session.order_id or 0))
            what = repair_of(session, order) if order is not None and is_of(order, session) else None
            if what is None:
                continue
            try:
                moved = await self._do(what, session, then, tell)
            except PaymentsError as error:
                log.warning("order.not_repaired", order=session.order_id, error=error.code)
                continue
            if moved:
                repaired += 1
                log.warning("order.repaired", order=session.order_id, session=session.id, what=what.name)
        return repaired

    async def _do(self, what: Repair, session: CheckoutSession, then: Then, tell: Tell | None) -> bool:
        if what is Repair.SETTLE:
            return isinstance(await self._settlement.fulfil(session.id, then), Fulfilled | Mismatch | PaidBack)
        return isinstance(await self._releases.expire(session.id, tell), Released)


def _ours(session: CheckoutSession) -> bool:
    """An account may sell elsewhere too."""
    return session.order_id is not None and session.order_id.isdecimal()
