"""Sending back and exchanging, by the owner's rules: what may come back, what it is worth, what follows its arrival.

A return that keeps the rules is approved at once; a fault is a person's to decide. What an exchange asks for is taken
off the shelf when it is approved, and becomes an order of its own, with nothing to pay, when the old thing has arrived.
Every step is one guarded transaction under the order's lock. It trusts its caller that the order is the customer's.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog

from bot.clock import Clock
from bot.commerce.money import Money
from bot.commerce.orders import OrderState
from bot.commerce.refunds import RefundReason
from bot.commerce.returns import (
    SEND_BACK_WITHIN,
    Bought,
    BoughtLine,
    NoReturn,
    ReturnKind,
    ReturnState,
    refusal,
    until,
    worth,
)
from bot.selling.after_sale import Quote, RefundAsked, Return, ReturnOpened, ReturnQuote, ReturnRefused
from bot.selling.once import tell, told_before
from bot.selling.policy import ShopPolicy
from bot.selling.refunding import Refunding
from bot.storage import disputes, orders, refunds, returns
from bot.storage.sql import Database, Transaction

WHOLE_ORDER = "all"
_BOUGHT = (OrderState.PAID, OrderState.SHIPPED, OrderState.DELIVERED, OrderState.NEEDS_ATTENTION)

log = structlog.get_logger()


class Returning:
    """`item` is a SKU of the order, or `all`: so many pieces of it as have not come back yet."""

    def __init__(self, db: Database, clock: Clock, policy: ShopPolicy, refunding: Refunding) -> None:
        self._db = db
        self._clock = clock
        self._rules = policy.after_sale.returns
        self._refunding = refunding

    async def quote(self, order_id: int, item: str) -> Quote:
        """What a return would be, or why it cannot be by the rules."""
        async with self._db.read() as tx:
            order = await orders.order_by_id(tx, order_id)
            assert order is not None
            return await self._judged(tx, order, item)

    async def open(self, conversation_id: int, key: str, order_id: int, item: str, reason: str) -> Return:
        """Send something back. Once for each key."""

        async def step(tx: Transaction, order: Any) -> Return:
            quoted = await self._judged(tx, order, item)
            if not isinstance(quoted, ReturnQuote):
                return quoted
            made = await self._write(
                tx, conversation_id, order, ReturnKind.RETURN, quoted.pieces, quoted.amount, reason
            )
            waits = await self._pay_first(tx, conversation_id, order, made, quoted.amount)
            return self._opened(order, made, quoted.amount, waits=waits)

        return await self._once(f"{key}:return", order_id, step)

    async def exchange(
        self, conversation_id: int, key: str, order_id: int, sku: str, wanted: str, price: Money, reason: str
    ) -> Return:
        """Swap a line of the order for another variant, whose price now is `price`. Once for each key."""

        async def step(tx: Transaction, order: Any) -> Return:
            return await self._swap(tx, conversation_id, order, sku, wanted, price, reason)

        return await self._once(f"{key}:exchange", order_id, step)

    async def report(
        self, conversation_id: int, key: str, order_id: int, item: str, kind: ReturnKind, problem: str
    ) -> Return:
        """Something arrived wrong: a person decides, whatever the rules say. Once for each key."""

        async def step(tx: Transaction, order: Any) -> Return:
            bought = await self._bought(tx, order)
            pieces = _pieces(bought, item)
            if order.state not in _BOUGHT or not pieces:
                why = NoReturn.ALREADY if order.state in _BOUGHT else NoReturn.NOT_BOUGHT
                return ReturnRefused(order.number, why)
            amount = await self._worth(tx, order, bought, pieces)
            made = await self._write(tx, conversation_id, order, kind, pieces, amount, problem, state=ReturnState.ASKED)
            return self._opened(order, made, amount)

        return await self._once(f"{key}:problem", order_id, step)

    async def _once(self, key: str, order_id: int, step: Callable[[Transaction, Any], Awaitable[Return]]) -> Return:
        """One step with the order locked; the same key again gets the same answer."""
        async with self._db.write() as tx:
            order = await orders.lock_order(tx, order_id)
            before: Return | None = await told_before(tx, key, Return)
            return before or await tell(tx, key, await step(tx, order), self._clock.now())

    async def lapse(self) -> int:
        """For a timer: what was never sent back is kept, and what was put aside for it is on sale again."""
        async with self._db.read() as tx:
            rows = await returns.stale(tx, self._clock.now() - SEND_BACK_WITHIN, 50)
        lapsed = 0
        for row in rows:
            async with self._db.write() as tx:
                await orders.lock_order(tx, row.order_id)
                if await returns.move(tx, row.id, ReturnState.CANCELLED, done_at=self._clock.now()):
                    await returns.put_back(tx, put_aside(row))
                    lapsed += 1
        return lapsed

    # -- inside --------------------------------------------------------------------------------------------------------

    async def _judged(self, tx: Transaction, order: Any, item: str) -> ReturnQuote | ReturnRefused:
        bought = await self._bought(tx, order)
        pieces = _pieces(bought, item)
        why = refusal(self._rules, bought, pieces, self._clock.now())
        if why is None and not pieces:
            why = NoReturn.ALREADY
        if why is None and await disputes.is_open(tx, order.id):
            why = NoReturn.UNDER_REVIEW
        if why is not None:
            return ReturnRefused(order.number, why, until(self._rules, bought))
        amount = await self._worth(tx, order, bought, pieces)
        return ReturnQuote(order.number, pieces, amount, until(self._rules, bought), self._rules.pay_first)

    async def _worth(self, tx: Transaction, order: Any, bought: Bought, pieces: Mapping[str, int]) -> Money:
        """Never more than is left of what was paid."""
        left = order.total - await refunds.live_sum(tx, order.id) - await returns.promised(tx, order.id)
        return Money(max(0, min(worth(self._rules, bought, pieces), left)), order.currency)

    async def _bought(self, tx: Transaction, order: Any) -> Bought:
        lines = (await orders.lines_of(tx, [order.id]))[order.id]
        back = await returns.pieces_back(tx, order.id)
        categories = await returns.categories(tx, [line.product_id for line in lines])
        return Bought(
            state=OrderState(order.state),
            shipping=order.shipping,
            tax=order.tax,
            shipped_at=order.shipped_at,
            delivered_at=order.delivered_at,
            source=order.source,
            lines=tuple(
                BoughtLine(
                    sku=line.sku,
                    unit=line.unit_amount,
                    quantity=line.quantity,
                    discount=line.discount,
                    category=categories.get(line.product_id, ""),
                    back=back[line.sku],
                )
                for line in lines
            ),
        )

    async def _swap(
        self, tx: Transaction, conversation_id: int, order: Any, sku: str, wanted: str, price: Money, reason: str
    ) -> ReturnOpened | ReturnRefused:
        if not self._rules.exchanges:
            return ReturnRefused(order.number, NoReturn.NO_EXCHANGES)
        quoted = await self._judged(tx, order, sku)
        if isinstance(quoted, ReturnRefused):
            return quoted
        bought = await self._bought(tx, order)
        paid = Money(next(line.unit for line in bought.lines if line.sku == sku), order.currency)
        if price != paid:
            return ReturnRefused(order.number, NoReturn.OTHER_PRICE, paid=paid, price=price)
        if not await returns.set_aside(tx, {wanted: quoted.pieces[sku]}):
            return ReturnRefused(order.number, NoReturn.SOLD_OUT)
        made = await self._write(
            tx, conversation_id, order, ReturnKind.EXCHANGE, quoted.pieces, quoted.amount, reason, wanted=wanted
        )
        return self._opened(order, made, quoted.amount)

    async def _write(
        self,
        tx: Transaction,
        conversation_id: int,
        order: Any,
        kind: ReturnKind,
        pieces: Mapping[str, int],
        amount: Money,
        reason: str,
        *,
        wanted: str | None = None,
        state: ReturnState = ReturnState.APPROVED,
    ) -> Any:
        """Write the return; its row."""
        values = {
            "order_id": order.id,
            "conversation_id": conversation_id,
            "kind": kind,
            "lines": [
                {"sku": sku, "quantity": quantity, "exchange_for": wanted} for sku, quantity in sorted(pieces.items())
            ],
            "reason": reason,
            "state": state,
            "amount": amount.amount,
            "created_at": self._clock.now(),
        }
        made = await returns.add(tx, values)
        log.info("return.opened", order=order.number, return_id=made, kind=kind, state=state)
        return await returns.by_id(tx, made)

    async def _pay_first(self, tx: Transaction, conversation_id: int, order: Any, made: Any, amount: Money) -> bool:
        """Where the rules trust the customer. Whether the money waits for a person."""
        if not self._rules.pay_first or not amount.amount:
            return False
        refund = await self._refunding.ask(
            tx,
            order,
            amount,
            RefundReason.RETURNED,
            key=f"return:{made.id}",
            conversation_id=conversation_id,
            return_id=made.id,
        )
        return isinstance(refund, RefundAsked) and refund.waits

    def _opened(self, order: Any, made: Any, amount: Money, *, waits: bool = False) -> ReturnOpened:
        return ReturnOpened(
            id=made.id,
            order_number=order.number,
            kind=made.kind,
            state=made.state,
            pieces={line["sku"]: line["quantity"] for line in made.lines},
            amount=amount,
            send_by=made.created_at + SEND_BACK_WITHIN if made.state == ReturnState.APPROVED else None,
            pay_first=self._rules.pay_first and made.kind == ReturnKind.RETURN,
            waits=waits,
            exchange_for=next((line["exchange_for"] for line in made.lines), None),
        )


def _pieces(order: Bought, item: str) -> dict[str, int]:
    """Of each SKU that is meant, what has not come back yet."""
    meant = [line for line in order.lines if item in (WHOLE_ORDER, line.sku)]
    left = {line.sku: line.quantity - line.back for line in meant}
    return {sku: pieces for sku, pieces in left.items() if pieces}


def put_aside(row: Any) -> dict[str, int]:
    """What was taken off the shelf for an exchange, by SKU."""
    aside: dict[str, int] = {}
    for line in row.lines if row.kind == ReturnKind.EXCHANGE else ():
        if line["exchange_for"]:
            aside[line["exchange_for"]] = aside.get(line["exchange_for"], 0) + line["quantity"]
    return aside
