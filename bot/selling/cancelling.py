"""Calling an order off before it leaves: the pay page is closed, or the money goes back and the stock onto the shelf.

Each is one guarded transaction. It trusts its caller that the order is the customer's.
"""

from __future__ import annotations

from typing import Any

import structlog

from bot.clock import Clock
from bot.commerce.money import Money
from bot.commerce.orders import OrderState
from bot.commerce.refunds import RefundReason
from bot.commerce.stock import HoldState
from bot.payments.base import Payments
from bot.selling.after_sale import Cancellation, CancelTooLate, OrderCancelled, RefundRefused, UnderReview
from bot.selling.closing import close_page
from bot.selling.once import tell, told_before
from bot.selling.refunding import Refunding
from bot.storage import disputes, orders, promotions, refunds, returns, stock
from bot.storage.sql import Database, Transaction

UNPAID = (OrderState.AWAITING_PAYMENT, OrderState.EXPIRED)

log = structlog.get_logger()


class Cancelling:
    def __init__(self, db: Database, payments: Payments, clock: Clock, refunding: Refunding) -> None:
        self._db = db
        self._payments = payments
        self._clock = clock
        self._refunding = refunding

    async def cancel(self, conversation_id: int, key: str, order_id: int, *, by: int | None = None) -> Cancellation:
        """`by` is a person of the shop. `PaymentArriving` and `PaymentsDown` are not kept: the same key tries again."""
        key = f"{key}:cancel"
        async with self._db.write() as tx:
            order = await orders.lock_order(tx, order_id)
            before: Cancellation | None = await told_before(tx, key, Cancellation)
            if before is not None:
                return before
            if order.state != OrderState.AWAITING_PAYMENT:
                return await tell(tx, key, await self._call_off(tx, conversation_id, order, by), self._clock.now())
        hindered = await close_page(self._payments, order)
        if hindered is not None:
            return hindered
        async with self._db.write() as tx:
            order = await orders.lock_order(tx, order_id)
            return await tell(tx, key, await self._call_off(tx, conversation_id, order, by), self._clock.now())

    async def _call_off(
        self, tx: Transaction, conversation_id: int, order: Any, by: int | None
    ) -> OrderCancelled | CancelTooLate | UnderReview:
        if order.state in UNPAID:
            return await self._unpaid(tx, order)
        if order.state == OrderState.CANCELLED:
            return OrderCancelled(order.number, paid=order.paid_at is not None, again=True)
        if order.state in (OrderState.SHIPPED, OrderState.DELIVERED) or await returns.was_sent(tx, order.id):
            return CancelTooLate(order.number)
        if order.state != OrderState.PAID or order.source == "exchange" or await disputes.is_open(tx, order.id):
            return UnderReview(order.number)
        return await self._paid(tx, conversation_id, order, by)

    async def _unpaid(self, tx: Transaction, order: Any) -> OrderCancelled:
        await orders.move(tx, order.id, OrderState.CANCELLED, cancelled_at=self._clock.now())
        await stock.release(tx, order.id)
        await promotions.move(tx, order.id, HoldState.RELEASED)
        log.info("order.cancelled", order=order.number, paid=False)
        return OrderCancelled(order.number, paid=False)

    async def _paid(self, tx: Transaction, conversation_id: int, order: Any, by: int | None) -> OrderCancelled:
        await orders.move(tx, order.id, OrderState.CANCELLED, cancelled_at=self._clock.now())
        await returns.unsell(tx, order.id)
        await promotions.move(tx, order.id, HoldState.RELEASED)
        left = Money(order.total - await refunds.live_sum(tx, order.id), order.currency)
        log.info("order.cancelled", order=order.number, paid=True)
        if not left.amount:
            return OrderCancelled(order.number, paid=True)
        refund = await self._refunding.ask(
            tx,
            order,
            left,
            RefundReason.CANCELLED,
            key=f"cancel:{order.id}",
            conversation_id=conversation_id,
            asked_by=by,
        )
        assert not isinstance(refund, RefundRefused), "what is left of a paid order can go back"
        return OrderCancelled(order.number, paid=True, amount=left, waits=refund.waits)
