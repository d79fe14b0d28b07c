"""Settling orders that money came for, exactly once. For the worker. Those that no money came for are `releasing`'s.

Every report is only a reason to look: the session is fetched, compared with the order, and the order is moved by one
guarded transaction that also takes the stock off the shelf, empties the cart of what was bought and writes the message
(`then`). So reports may come twice, at once, in any order, or not at all: the timer and `reconciling` look after those.

Money that comes after its stock was released holds it again; where it is gone, the money goes back.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
import structlog

from bot.clock import Clock
from bot.commerce.checkout import HOLD_GRACE, SLOW_PAYMENT_LOOK
from bot.commerce.orders import PAID_BACK, PAYABLE, Attention, OrderState
from bot.commerce.promotions import split
from bot.commerce.refunds import RefundReason
from bot.commerce.stock import HoldState, wanted_by_sku
from bot.payments.base import (
    CheckoutSession,
    Payments,
    PaymentStatus,
    RequestRefused,
    SessionStatus,
)
from bot.selling.after_sale import RefundRefused
from bot.selling.cart_watch import announce_cart
from bot.selling.order_answers import (
    AlreadyDone,
    Fulfilled,
    Fulfilment,
    Mismatch,
    NotPaid,
    PaidBack,
    PaidOrder,
    UnknownSession,
)
from bot.selling.paid import is_of, paid_of
from bot.selling.policy import ShopPolicy
from bot.selling.refunding import Refunding
from bot.selling.views import order_view
from bot.storage import carts, orders, promotions, stock
from bot.storage.sql import Database, Transaction

Then = Callable[[Transaction, PaidOrder], Awaitable[None]]
"""Called inside the transaction that settles an order, so that the confirmation is written with it or not at all."""

log = structlog.get_logger()


class Settlement:
    def __init__(
        self, db: Database, payments: Payments, clock: Clock, policy: ShopPolicy, refunding: Refunding
    ) -> None:
        self._db = db
        self._payments = payments
        self._clock = clock
        self._policy = policy
        self._refunding = refunding

    async def fulfil(self, session_id: str, then: Then) -> Fulfilment:
        session = await known(self._payments.retrieve_checkout(session_id))
        if session is None:
            return UnknownSession()
        async with self._db.write() as tx:
            order = await self._locked_order(tx, session)
            if order is None:
                return UnknownSession()
            if session.payment_status is PaymentStatus.UNPAID:
                if session.status is SessionStatus.COMPLETE:
                    await self._wait_longer(tx, order, session, then)
                return NotPaid(order.number)
            waits = order.state in PAYABLE or (order.state == OrderState.CANCELLED and order.paid_at is None)
            takes_up = waits and session.recovered_from is not None
            if order.session_id not in (None, session.id) and not takes_up:
                return await self._another_payment(tx, order, session, then)
            if not waits:
                return AlreadyDone(order.number)
            return await self._paid(tx, order, session, then)

    async def _paid(self, tx: Transaction, order: Any, session: CheckoutSession, then: Then) -> Fulfilment:
        """Money came for an order that waited for it."""
        paid = paid_of(order, session, self._policy)
        attention = paid if isinstance(paid, Attention) else await self._hold_again(tx, order)
        amounts = {} if isinstance(paid, Attention) else paid.row
        paid_back = attention in PAID_BACK and await self._pay_back(tx, order, session, attention, amounts)
        if not paid_back:
            await self._settle(tx, order, session, attention, amounts)
        seen = await self._seen(tx, order, attention, paid_back=paid_back)
        await then(tx, seen)
        log.info("order.settled", order=order.number, attention=attention, paid_back=paid_back)
        if paid_back:
            return PaidBack(seen)
        return Mismatch(seen) if attention else Fulfilled(seen)

    async def _wait_longer(self, tx: Transaction, order: Any, session: CheckoutSession, then: Then) -> None:
        """A slow payment is on its way: the goods stay held. Who bought is known by now, and hears so once."""
        await stock.keep(tx, order.id, self._clock.now() + SLOW_PAYMENT_LOOK)
        if order.state == OrderState.AWAITING_PAYMENT and order.buyer is None and session.buyer is not None:
            await orders.note(tx, order.id, buyer=msgspec.to_builtins(session.buyer))
            await then(tx, await self._seen(tx, order, None, arriving=True))

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
            if order is not None and not is_of(order, session):
                return None
        if order is None:
            return None
        # Cart before order, as a checkout locks them.
        await carts.lock_cart(tx, order.contact_id, order.currency, self._clock.now())
        return await orders.lock_order(tx, order.id)

    async def _hold_again(self, tx: Transaction, order: Any) -> Attention | None:
        """A payment that came after the stock was released finds it still there, or not."""
        if order.state == OrderState.CANCELLED:
            return Attention.CANCELLED_BEFORE
        if order.state != OrderState.EXPIRED:
            return None
        wanted = wanted_by_sku((line.sku, line.quantity) for line in (await orders.lines_of(tx, [order.id]))[order.id])
        if await stock.take(tx, wanted):
            return Attention.SOLD_OUT
        await stock.hold(tx, order.id, wanted, self._clock.now() + HOLD_GRACE)
        return None

    async def _settle(
        self,
        tx: Transaction,
        order: Any,
        session: CheckoutSession,
        attention: Attention | None,
        amounts: Mapping[str, Any],
    ) -> None:
        values = {
            "session_id": session.id,
            "payment_intent": session.payment_intent,
            "paid_at": self._clock.now(),
            "attention": attention,
            **amounts,
        }
        if attention:
            if not await orders.move(tx, order.id, OrderState.NEEDS_ATTENTION, **values):
                await orders.note(tx, order.id, **values)
            return
        await orders.move(tx, order.id, OrderState.PAID, **values)
        lines = (await orders.lines_of(tx, [order.id]))[order.id]
        if amounts["discount"] != order.discount:
            taken = split(amounts["discount"], [line.unit_amount * line.quantity for line in lines])
            await orders.put_discounts(tx, order.id, taken)
        await stock.sell(tx, order.id)
        await promotions.move(tx, order.id, HoldState.SOLD)
        await self._empty_cart(tx, order, {line.sku: line.quantity for line in lines})

    async def _pay_back(
        self,
        tx: Transaction,
        order: Any,
        session: CheckoutSession,
        attention: Attention,
        amounts: Mapping[str, Any],
    ) -> bool:
        """What was paid for can no longer be had: the order ends, and its refund is written in the same transaction.
        The goods stay in the cart, in case something else will do. False where a person must see to it."""
        now = self._clock.now()
        payment = {"session_id": session.id, "payment_intent": session.payment_intent, "paid_at": now}
        await orders.note(tx, order.id, **payment, **amounts)
        if session.amount_total.amount:
            refund = await self._refunding.ask(
                tx,
                order,
                session.amount_total,
                RefundReason.SOLD_OUT if attention is Attention.SOLD_OUT else RefundReason.CANCELLED,
                key=f"{attention}:{order.id}",
                conversation_id=order.conversation_id,
            )
            if isinstance(refund, RefundRefused):
                return False
        if not await orders.move(tx, order.id, OrderState.CANCELLED, cancelled_at=now, attention=attention):
            await orders.note(tx, order.id, attention=attention)
        return True

    async def _seen(
        self,
        tx: Transaction,
        order: Any,
        attention: Attention | None,
        *,
        paid_back: bool = False,
        arriving: bool = False,
    ) -> PaidOrder:
        """The order as it stands now, for whoever tells of it."""
        lines = (await orders.lines_of(tx, [order.id]))[order.id]
        return PaidOrder(
            order=order_view(await orders.lock_order(tx, order.id), lines, self._clock.now()),
            conversation_id=order.conversation_id,
            contact_id=order.contact_id,
            locale=order.locale,
            attention=attention,
            paid_back=paid_back,
            arriving=arriving,
        )

    async def _empty_cart(self, tx: Transaction, order: Any, bought: dict[str, int]) -> None:
        now = self._clock.now()
        row = await carts.lock_cart(tx, order.contact_id, order.currency, now)
        left = (await carts.read_cart(tx, row)).without(bought)
        await carts.write_cart(tx, row.id, left, row.currency, now)
        await announce_cart(tx, order.contact_id, left.version, now)


async def known(call: Awaitable[CheckoutSession]) -> CheckoutSession | None:
    """None for a session that the provider never heard of."""
    try:
        return await call
    except RequestRefused as refused:
        if refused.refusal != "resource_missing":
            raise
        return None
