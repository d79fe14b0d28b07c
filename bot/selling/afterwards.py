"""What a customer asks of the counter after the sale, one method a wish. Each raises `SenderUnproven` where nobody
vouches for who writes, and answers `NoSuchOrder` for an order that this conversation may not know of.

A part of `bot.selling.shop`, which knows whose orders a conversation may see.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.clock import Clock
from bot.commerce.money import Money
from bot.commerce.returns import ReturnKind
from bot.payments.base import Payments
from bot.selling.after_sale import (
    Aftermath,
    Cancellation,
    NoSuchOrder,
    Quote,
    RefundView,
    Return,
    ReturnView,
)
from bot.selling.cancelling import Cancelling
from bot.selling.policy import ShopPolicy
from bot.selling.refunding import Refunding
from bot.selling.returning import Returning
from bot.selling.vouching import orders_of_sender
from bot.storage import disputes, refunds, returns
from bot.storage.sql import Database, Row, Transaction

_ORDERS_SHOWN = 10


class Afterwards:
    def __init__(
        self, db: Database, payments: Payments, clock: Clock, policy: ShopPolicy, refunding: Refunding
    ) -> None:
        self._db = db
        self._clock = clock
        self._policy = policy
        self._cancelling = Cancelling(db, payments, clock, refunding)
        self._returning = Returning(db, clock, policy, refunding)

    async def of(self, conversation_id: int, number: int | None = None) -> dict[int, Aftermath]:
        """What came after the orders that this conversation may see, by their number."""
        async with self._db.read() as tx:
            rows = await orders_of_sender(tx, conversation_id, number, _ORDERS_SHOWN, self._policy, self._clock.now())
            return await aftermath(tx, rows)

    async def cancel(self, conversation_id: int, key: str, number: int) -> Cancellation:
        """Call an order off before it leaves: what was paid goes back, what was not is not asked for any more."""
        order_id = await self._seen(conversation_id, number)
        if order_id is None:
            return NoSuchOrder(number)
        return await self._cancelling.cancel(conversation_id, key, order_id)

    async def quote_return(self, conversation_id: int, number: int, item: str) -> Quote:
        """What sending `item` back (a SKU, or `all`) would be, or why it cannot be by the rules."""
        order_id = await self._seen(conversation_id, number)
        return NoSuchOrder(number) if order_id is None else await self._returning.quote(order_id, item)

    async def open_return(self, conversation_id: int, key: str, number: int, item: str, reason: str) -> Return:
        order_id = await self._seen(conversation_id, number)
        if order_id is None:
            return NoSuchOrder(number)
        return await self._returning.open(conversation_id, key, order_id, item, reason)

    async def open_exchange(
        self, conversation_id: int, key: str, number: int, sku: str, wanted: str, price: Money, reason: str = ""
    ) -> Return:
        """`wanted` is the SKU that comes instead, at its `price` now, which must be what was paid."""
        order_id = await self._seen(conversation_id, number)
        if order_id is None:
            return NoSuchOrder(number)
        return await self._returning.exchange(conversation_id, key, order_id, sku, wanted, price, reason)

    async def report_problem(
        self, conversation_id: int, key: str, number: int, item: str, problem: str, *, replace: bool
    ) -> Return:
        """Something arrived wrong; a person decides. `replace`: rather another one than the money."""
        order_id = await self._seen(conversation_id, number)
        if order_id is None:
            return NoSuchOrder(number)
        kind = ReturnKind.EXCHANGE if replace else ReturnKind.RETURN
        return await self._returning.report(conversation_id, key, order_id, item, kind, problem)

    async def _seen(self, conversation_id: int, number: int) -> int | None:
        """The id of the order, if this conversation may see it."""
        async with self._db.read() as tx:
            rows = await orders_of_sender(tx, conversation_id, number, 1, self._policy, self._clock.now())
        return int(rows[0].id) if rows else None


async def aftermath(tx: Transaction, rows: Sequence[Row[Any]]) -> dict[int, Aftermath]:
    """Of orders' rows, by number."""
    ids = [row.id for row in rows]
    back = await refunds.of_orders(tx, ids)
    sent = await returns.of_orders(tx, ids)
    disputed = {row.id: await disputes.is_open(tx, row.id) for row in rows}
    return {
        row.number: Aftermath(
            refunds=[refund_view(one) for one in back.get(row.id, [])],
            returns=[return_view(one, row.currency) for one in sent.get(row.id, [])],
            disputed=disputed[row.id],
        )
        for row in rows
    }


def refund_view(row: Row[Any]) -> RefundView:
    return RefundView(
        id=row.id,
        amount=Money(row.amount, row.currency),
        state=row.state,
        reason=row.reason,
        created_at=row.created_at,
        done_at=row.done_at,
        return_id=row.return_id,
    )


def return_view(row: Row[Any], currency: str) -> ReturnView:
    return ReturnView(
        id=row.id,
        kind=row.kind,
        state=row.state,
        pieces={line["sku"]: line["quantity"] for line in row.lines},
        amount=Money(row.amount, currency),
        reason=row.reason,
        created_at=row.created_at,
        exchange_for={line["sku"]: line["exchange_for"] for line in row.lines if line["exchange_for"]},
    )
