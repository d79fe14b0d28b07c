"""Settling orders: paid exactly once, or closed with their stock given back. For the worker.

Every report is only a reason to look: the session is fetched, compared with the order, and the order is moved by one
guarded transaction that also takes the stock off the shelf, empties the cart of what was bought and writes the message
(`then`). So reports may come twice, at once, in any order, or not at all: the timer looks after those.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from bot.clock import Clock
from bot.commerce.checkout import HOLD_GRACE, SLOW_PAYMENT_LOOK
from bot.commerce.money import Money
from bot.commerce.orders import PAYABLE, Attention, OrderState
from bot.commerce.stock import HoldState, wanted_by_sku
from bot.payments.base import (
    CheckoutSession,
    Payments,
    PaymentsError,
    PaymentStatus,
    RequestRefused,
    SessionStatus,
)
from bot.selling.answers import (
    AlreadyDone,
    Fulfilled,
    Fulfilment,
    Mismatch,
    NotPaid,
    PaidOrder,
    Release,
    Released,
    UnknownSession,
)
from bot.selling.cart_watch import announce_cart
from bot.selling.policy import ShopPolicy
from bot.selling.views import order_view
from bot.storage import carts, orders, promotions, stock
from bot.storage.sql import Database, Transaction

Then = Callable[[Transaction, PaidOrder], Awaitable[None]]
"""Called inside the transaction that settles an order, so that the confirmation is written with it or not at all."""

_SWEEP = 100

log = structlog.get_logger()


class Settlement:
    def __init__(self, db: Database, payments: Payments, clock: Clock, policy: ShopPolicy) -> None:
        self._db = db
        self._payments = payments
        self._clock = clock
        self._policy = policy

    # -- money came ----------------------------------------------------------------------------------------------------

    async def fulfil(self, session_id: str, then: Then) -> Fulfilment:
        session = await self._known(self._payments.retrieve_checkout(session_id))
        if session is None:
            return UnknownSession()
        async with self._db.write() as tx:
            order = await self._locked_order(tx, session)
            if order is None:
                return UnknownSession()
            if session.payment_status is PaymentStatus.UNPAID:
                if session.status is SessionStatus.COMPLETE:
                    await stock.keep(tx, order.id, self._clock.now() + SLOW_PAYMENT_LOOK)
                return NotPaid(order.number)
            if order.session_id not in (None, session.id):
                return await self._another_payment(tx, order, session, then)
            if order.state not in PAYABLE:
                return AlreadyDone(order.number)
            attention = self._mismatch(order, session) or await self._hold_again(tx, order)
            paid = await self._settle(tx, order, session, attention)
            await then(tx, paid)
        log.info("order.settled", order=order.number, attention=attention)
        return Mismatch(paid) if attention else Fulfilled(paid)

    async def _another_payment(self, tx: Transaction, order: Any, session: CheckoutSession, then: Then) -> Fulfilment:
        """Money for an order by a session that is not its own: nothing is settled, and a person looks, once."""
        log.error("order.another_payment", order=order.number, session=session.id)
        if order.attention == Attention.ANOTHER_PAYMENT:
            return AlreadyDone(order.number)
        await orders.note(tx, order.id, attention=Attention.ANOTHER_PAYMENT)
        seen = await self._seen(tx, order, Attention.ANOTHER_PAYMENT)
        await then(tx, seen)
        return Mismatch(seen)

    async def _locked_order(self, tx: Transaction, session: CheckoutSession) -> Any | None:
        """The session's order. One that died before it wrote down its session is known by what travelled with it."""
        order = await orders.order_of_session(tx, session.id)
        if order is None and session.order_id is not None and session.order_id.isdecimal():
            order = await orders.order_by_id(tx, int(session.order_id))
            if order is not None and session.metadata.get("order_number") != str(order.number):
                return None
        if order is None:
            return None
        # Cart before order, as a checkout locks them.
        await carts.lock_cart(tx, order.contact_id, order.currency, self._clock.now())
        return await orders.lock_order(tx, order.id)

    def _mismatch(self, order: Any, session: CheckoutSession) -> Attention | None:
        if session.amount_total != Money(order.total, order.currency):
            return Attention.AMOUNT_MISMATCH
        return Attention.LIVEMODE_MISMATCH if session.livemode is not self._policy.livemode else None

    async def _hold_again(self, tx: Transaction, order: Any) -> Attention | None:
        """A payment that came after the stock was released finds it still there, or not."""
        if order.state != OrderState.EXPIRED:
            return None
        wanted = wanted_by_sku((line.sku, line.quantity) for line in (await orders.lines_of(tx, [order.id]))[order.id])
        if await stock.take(tx, wanted):
            return Attention.SOLD_OUT
        await stock.hold(tx, order.id, wanted, self._clock.now() + HOLD_GRACE)
        return None

    async def _settle(
        self, tx: Transaction, order: Any, session: CheckoutSession, attention: Attention | None
    ) -> PaidOrder:
        now = self._clock.now()
        await orders.move(
            tx,
            order.id,
            OrderState.NEEDS_ATTENTION if attention else OrderState.PAID,
            session_id=session.id,
            payment_intent=session.payment_intent,
            paid_at=now,
            attention=attention,
        )
        if not attention:
            lines = (await orders.lines_of(tx, [order.id]))[order.id]
            await stock.sell(tx, order.id)
            await promotions.move(tx, order.id, HoldState.SOLD)
            await self._empty_cart(tx, order, {line.sku: line.quantity for line in lines})
        return await self._seen(tx, order, attention)

    async def _seen(self, tx: Transaction, order: Any, attention: Attention | None) -> PaidOrder:
        """The order as it stands now, for whoever tells of it."""
        lines = (await orders.lines_of(tx, [order.id]))[order.id]
        return PaidOrder(
            order=order_view(await orders.lock_order(tx, order.id), lines, self._clock.now()),
            conversation_id=order.conversation_id,
            contact_id=order.contact_id,
            locale=order.locale,
            attention=attention,
        )

    async def _empty_cart(self, tx: Transaction, order: Any, bought: dict[str, int]) -> None:
        now = self._clock.now()
        row = await carts.lock_cart(tx, order.contact_id, order.currency, now)
        left = (await carts.read_cart(tx, row)).without(bought)
        await carts.write_cart(tx, row.id, left, row.currency, now)
        await announce_cart(tx, order.contact_id, left.version, now)

    # -- no money came -------------------------------------------------------------------------------------------------

    async def expire(self, session_id: str) -> Release:
        """The provider says that the pay page ran out."""
        session = await self._known(self._payments.retrieve_checkout(session_id))
        if session is None:
            return UnknownSession()
        return await self._release(session, when=session.status is SessionStatus.EXPIRED)

    async def payment_failed(self, session_id: str) -> Release:
        """The provider says that a slow payment bounced."""
        session = await self._known(self._payments.retrieve_checkout(session_id))
        if session is None:
            return UnknownSession()
        unpaid = session.payment_status is PaymentStatus.UNPAID
        return await self._release(session, when=unpaid and session.status is not SessionStatus.OPEN)

    async def release_dead_sessions(self, then: Then) -> int:
        """For the timer: settle every order whose hold has ended. Its pay page is closed first, and only then is the
        stock free; one that turns out to be paid is fulfilled. Returns how many orders moved."""
        async with self._db.read() as tx:
            overdue = await orders.overdue(tx, self._clock.now(), _SWEEP)
        moved = 0
        for order in overdue:
            try:
                moved += await self._settle_overdue(order, then)
            except PaymentsError as error:
                log.warning("order.overdue_not_settled", order=order.number, error=error.code)
        return moved

    async def _settle_overdue(self, order: Any, then: Then) -> bool:
        session = await self._known(self._payments.expire_checkout(order.session_id)) if order.session_id else None
        if session is None:
            # Never opened, or unknown at the provider: there is no page to pay at.
            return isinstance(await self._release_order(order.id, order.number), Released)
        if session.status is SessionStatus.EXPIRED:
            return isinstance(await self._release(session, when=True), Released)
        return isinstance(await self.fulfil(session.id, then), Fulfilled | Mismatch)

    async def _release(self, session: CheckoutSession, *, when: bool) -> Release:
        async with self._db.read() as tx:
            order = await orders.order_of_session(tx, session.id)
        if order is None:
            return UnknownSession()
        return await self._release_order(order.id, order.number) if when else NotPaid(order.number)

    async def _release_order(self, order_id: int, number: int) -> Release:
        async with self._db.write() as tx:
            await orders.lock_order(tx, order_id)
            if not await orders.move(tx, order_id, OrderState.EXPIRED):
                return AlreadyDone(number)
            await stock.release(tx, order_id)
            await promotions.move(tx, order_id, HoldState.RELEASED)
        log.info("order.released", order=number)
        return Released(number)

    async def _known(self, call: Awaitable[CheckoutSession]) -> CheckoutSession | None:
        """None for a session that the provider never heard of."""
        try:
            return await call
        except RequestRefused as refused:
            if refused.refusal != "resource_missing":
                raise
            return None
