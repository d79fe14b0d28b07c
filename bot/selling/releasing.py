"""Letting go of orders that no money came for: their stock is free again, once their pay page is closed for certain.

For the worker. Reports are only a reason to look, and the timer looks after those that never came. A closed page may
be taken up again where the provider keeps a link for it; whoever tells the customer (`tell`) decides whether they are
told.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from bot.clock import Clock
from bot.commerce.orders import OrderState
from bot.commerce.stock import HoldState
from bot.payments.base import CheckoutSession, Payments, PaymentsError, PaymentStatus, SessionStatus
from bot.selling.fulfilment import Settlement, Then, known
from bot.selling.order_answers import (
    AlreadyDone,
    Fulfilled,
    LapsedOrder,
    Mismatch,
    NotPaid,
    PaidBack,
    Release,
    Released,
    UnknownSession,
)
from bot.selling.views import order_view
from bot.storage import orders, promotions, stock
from bot.storage.sql import Database, Transaction

Tell = Callable[[Transaction, LapsedOrder], Awaitable[None]]
"""Called inside the transaction that lets an order go."""
EXPIRED, BOUNCED = "expired", "bounced"
_SWEEP = 100

log = structlog.get_logger()


class Releases:
    def __init__(self, db: Database, payments: Payments, clock: Clock, settlement: Settlement) -> None:
        self._db = db
        self._payments = payments
        self._clock = clock
        self._settlement = settlement

    async def expire(self, session_id: str, tell: Tell | None) -> Release:
        """The provider says that the pay page ran out."""
        session = await known(self._payments.retrieve_checkout(session_id))
        if session is None:
            return UnknownSession()
        return await self._release(session, EXPIRED, tell, when=session.status is SessionStatus.EXPIRED)

    async def payment_failed(self, session_id: str, tell: Tell | None) -> Release:
        """The provider says that a slow payment bounced."""
        session = await known(self._payments.retrieve_checkout(session_id))
        if session is None:
            return UnknownSession()
        unpaid = session.payment_status is PaymentStatus.UNPAID
        return await self._release(session, BOUNCED, tell, when=unpaid and session.status is not SessionStatus.OPEN)

    async def release_dead_sessions(self, then: Then, tell: Tell | None) -> int:
        """For the timer: settle every order whose hold has ended. Its pay page is closed first, and only then is the
        stock free; one that turns out to be paid is fulfilled. Returns how many orders moved."""
        async with self._db.read() as tx:
            overdue = await orders.overdue(tx, self._clock.now(), _SWEEP)
        moved = 0
        for order in overdue:
            try:
                moved += await self._settle_overdue(order, then, tell)
            except PaymentsError as error:
                log.warning("order.overdue_not_settled", order=order.number, error=error.code)
        return moved

    async def _settle_overdue(self, order: Any, then: Then, tell: Tell | None) -> bool:
        session = await known(self._payments.expire_checkout(order.session_id)) if order.session_id else None
        if session is None:
            # Never opened, or unknown at the provider: there is no page to pay at.
            return isinstance(await self._let_go(order, None, EXPIRED, None), Released)
        if session.bounced:
            return isinstance(await self._release(session, BOUNCED, tell, when=True), Released)
        if session.status is SessionStatus.EXPIRED:
            return isinstance(await self._release(session, EXPIRED, tell, when=True), Released)
        return isinstance(await self._settlement.fulfil(session.id, then), Fulfilled | Mismatch | PaidBack)

    async def _release(self, session: CheckoutSession, why: str, tell: Tell | None, *, when: bool) -> Release:
        async with self._db.read() as tx:
            order = await orders.order_of_session(tx, session.id)
        if order is None:
            return UnknownSession()
        return await self._let_go(order, session, why, tell) if when else NotPaid(order.number)

    async def _let_go(self, order: Any, session: CheckoutSession | None, why: str, tell: Tell | None) -> Release:
        recovery = session.recovery if session else None
        link = {"recovery_url": recovery.url, "recovery_until": recovery.until} if recovery else {}
        async with self._db.write() as tx:
            await orders.lock_order(tx, order.id)
            if not await orders.move(tx, order.id, OrderState.EXPIRED, **link):
                return AlreadyDone(order.number)
            await stock.release(tx, order.id)
            await promotions.move(tx, order.id, HoldState.RELEASED)
            if tell is not None:
                await tell(tx, await self._lapsed(tx, order.id, why))
        log.info("order.released", order=order.number, why=why)
        return Released(order.number)

    async def _lapsed(self, tx: Transaction, order_id: int, why: str) -> LapsedOrder:
        order = await orders.lock_order(tx, order_id)
        lines = (await orders.lines_of(tx, [order_id]))[order_id]
        return LapsedOrder(
            order=order_view(order, lines, self._clock.now()),
            conversation_id=order.conversation_id,
            contact_id=order.contact_id,
            locale=order.locale,
            source=order.source,
            why=why,
            cart_same=await orders.is_of_cart(tx, order),
        )
