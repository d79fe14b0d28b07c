"""What the people of the shop do with a return: approve, decline, say that it arrived, or make good without waiting.

Each carries the version that was seen; a decision that somebody else took in the meantime raises `Conflict`. What
follows (money, shelf, the replacement's order) is in the same transaction.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Any

import structlog

from bot.clock import Clock
from bot.commerce.money import Money
from bot.commerce.orders import OrderState
from bot.commerce.refunds import GIVEN, RefundReason
from bot.commerce.returns import ReturnKind, ReturnState
from bot.errors import Conflict, NotFound
from bot.selling.after_sale import RefundRefused, ReplacementSent, ReturnDeclined, Told
from bot.selling.policy import ShopPolicy
from bot.selling.refunding import Refunding
from bot.selling.returning import put_aside
from bot.storage import orders, refunds, returns
from bot.storage.sql import Database, Transaction

log = structlog.get_logger()


class Remedy(StrEnum):
    REPLACEMENT = "replacement"
    REFUND = "refund"


class ReturnDecisions:
    """Raises NotFound, and Conflict: `moved_on`, `sold_out`, `disputed`, `nothing_left`."""

    def __init__(self, db: Database, clock: Clock, policy: ShopPolicy, refunding: Refunding) -> None:
        self._db = db
        self._clock = clock
        self._restock = policy.after_sale.returns.restock
        self._refunding = refunding

    async def approve(self, return_id: int, user_id: int, version: int) -> None:
        """The customer may send it; for an exchange, what it is for is put aside."""
        async with self._taken(return_id) as (tx, order, row):
            await self._move(tx, row, ReturnState.APPROVED, version, decided_by=user_id)
            if row.kind == ReturnKind.EXCHANGE:
                await self._set_aside(tx, row)
        log.info("return.approved", order=order.number, return_id=return_id, user_id=user_id)

    async def decline(self, return_id: int, user_id: int, version: int, then: Told) -> None:
        now = self._clock.now()
        async with self._taken(return_id) as (tx, order, row):
            await self._move(tx, row, ReturnState.DECLINED, version, decided_by=user_id, done_at=now)
            if row.state == ReturnState.APPROVED:
                await returns.put_back(tx, put_aside(row))
            await then(tx, ReturnDeclined(f"return:{row.id}:declined", *_whose(order, row), row.id))
        log.info("return.declined", order=order.number, return_id=return_id, user_id=user_id)

    async def receive(
        self, return_id: int, user_id: int, version: int, then: Told, *, restock: bool | None = None
    ) -> None:
        """It has arrived: onto the shelf by the rules, or as `restock` says; then the money, or the other thing."""
        now = self._clock.now()
        async with self._taken(return_id) as (tx, order, row):
            await self._move(tx, row, ReturnState.RECEIVED, version, decided_by=user_id, received_at=now)
            if self._restock if restock is None else restock:
                await returns.put_back(tx, {line["sku"]: line["quantity"] for line in row.lines})
            if row.kind == ReturnKind.EXCHANGE:
                replacement = await self._replace(tx, order, row, {**put_aside(row)})
                await returns.move(tx, row.id, ReturnState.DONE, done_at=now)
                news = ReplacementSent(f"return:{row.id}:replaced", *_whose(order, row), row.id, replacement, True)
                await then(tx, news)
            else:
                await self._pay_back(tx, order, row, then)
        log.info("return.received", order=order.number, return_id=return_id, user_id=user_id)

    async def make_good(self, return_id: int, user_id: int, version: int, remedy: Remedy, then: Told) -> None:
        """What arrived wrong is settled at once; the customer keeps it."""
        now = self._clock.now()
        async with self._taken(return_id) as (tx, order, row):
            if row.state != ReturnState.ASKED:
                raise _moved_on(row)
            await self._move(tx, row, ReturnState.DONE, version, decided_by=user_id, done_at=now)
            if remedy is Remedy.REPLACEMENT:
                pieces = {line["exchange_for"] or line["sku"]: line["quantity"] for line in row.lines}
                if not await returns.set_aside(tx, pieces):
                    raise _sold_out()
                replacement = await self._replace(tx, order, row, pieces)
                news = ReplacementSent(f"return:{row.id}:replaced", *_whose(order, row), row.id, replacement, False)
                await then(tx, news)
            else:
                await self._refund(tx, order, row, RefundReason.DAMAGED, user_id, then)
        log.info("return.made_good", order=order.number, return_id=return_id, user_id=user_id, remedy=remedy)

    # -- inside --------------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def _taken(self, return_id: int) -> AsyncIterator[tuple[Transaction, Any, Any]]:
        """One transaction with the order locked: it, the order and the return."""
        async with self._db.write() as tx:
            row = await returns.by_id(tx, return_id)
            if row is None:
                raise NotFound("no_return", "There is no such return.")
            order = await orders.lock_order(tx, row.order_id)
            row = await returns.by_id(tx, return_id)
            yield tx, order, row

    async def _move(self, tx: Transaction, row: Any, to: ReturnState, version: int, **values: Any) -> None:
        if not await returns.move(tx, row.id, to, version=version, **values):
            raise _moved_on(row)

    async def _set_aside(self, tx: Transaction, row: Any) -> None:
        if not await returns.set_aside(tx, put_aside(row)):
            raise _sold_out()

    async def _pay_back(self, tx: Transaction, order: Any, row: Any, then: Told) -> None:
        """Ask for the money, unless it went before; then, or where there is none to pay, all is done."""
        known = await refunds.by_key(tx, f"return:{row.id}")
        left = order.total - await refunds.live_sum(tx, order.id)
        if known is None and min(row.amount, left) > 0:
            await self._refund(tx, order, row, RefundReason.RETURNED, None, then)
        elif known is None or known.state in GIVEN:
            await returns.finish(tx, row.id, self._clock.now())

    async def _refund(
        self, tx: Transaction, order: Any, row: Any, reason: RefundReason, by: int | None, then: Told
    ) -> None:
        left = order.total - await refunds.live_sum(tx, order.id)
        if left <= 0:
            raise Conflict("nothing_left", "All that was paid for this order has gone back already.")
        refund = await self._refunding.ask(
            tx,
            order,
            Money(min(row.amount, left), order.currency),
            reason,
            key=f"return:{row.id}",
            conversation_id=row.conversation_id,
            return_id=row.id,
            asked_by=by,
            then=then,
        )
        if isinstance(refund, RefundRefused):
            raise Conflict("disputed", "The customer's bank disputes this payment; nothing is paid back beside it.")

    async def _replace(self, tx: Transaction, order: Any, row: Any, pieces: dict[str, int]) -> int:
        """An order of what was set aside, with nothing to pay; its number."""
        now = self._clock.now()
        bought = {line.sku: line for line in (await orders.lines_of(tx, [order.id]))[order.id]}
        wanted = {line["exchange_for"] or line["sku"]: bought[line["sku"]] for line in row.lines}
        names = await returns.names(tx, list(pieces))
        worth = sum(wanted[sku].unit_amount * quantity for sku, quantity in pieces.items())
        made = await orders.add_order(
            tx,
            {
                "contact_id": order.contact_id,
                "conversation_id": row.conversation_id,
                "state": OrderState.PAID,
                "currency": order.currency,
                "subtotal": worth,
                "discount": worth,
                "total": 0,
                "idempotency_key": f"return:{row.id}",
                "locale": order.locale,
                "country": order.country,
                "way": order.way,
                "ways": order.ways,
                "buyer": order.buyer,
                "source": "exchange",
                "note": f"For return {row.id} of order {order.number}",
                "created_at": now,
                "paid_at": now,
            },
            [
                {
                    "sku": sku,
                    "product_id": wanted[sku].product_id,
                    "title": names.get(sku, wanted[sku].title),
                    "image": wanted[sku].image,
                    "quantity": quantity,
                    "unit_amount": wanted[sku].unit_amount,
                    "discount": wanted[sku].unit_amount * quantity,
                }
                for sku, quantity in sorted(pieces.items())
            ],
        )
        await returns.hand_out(tx, made.id, pieces, now)
        return int(made.number)


def _whose(order: Any, row: Any) -> tuple[int, int, str]:
    """Number, conversation and locale, as news have them."""
    return order.number, row.conversation_id, order.locale


def _moved_on(row: Any) -> Conflict:
    return Conflict(
        "moved_on", "Somebody decided this in the meantime; look at it again.", state=row.state, version=row.version
    )


def _sold_out() -> Conflict:
    return Conflict("sold_out", "There are not enough of it in stock. Offer the money back instead.")
