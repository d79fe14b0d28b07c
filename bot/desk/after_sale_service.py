"""What the desk reads and does after a sale, in the desk's words. The deeds are `bot.selling`'s, what customers hear of
them `bot.aftercare`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.accounts import User
from bot.commerce.money import Money
from bot.commerce.orders import OrderState
from bot.commerce.refunds import NoRefund, RefundReason, RefundState
from bot.commerce.returns import ReturnKind, ReturnState
from bot.desk.after_sale_words import (
    AfterSaleView,
    Amount,
    CancelOrder,
    DeskDispute,
    DeskRefund,
    DeskReturn,
    DeskReturnLine,
    NewRefund,
    OrderAfterSale,
)
from bot.desk.goods_reading import LOCALE
from bot.errors import BadInput, Conflict, NotFound
from bot.handoff.queue import QUEUE
from bot.live import Live
from bot.selling.after_sale import CancelTooLate, OrderCancelled, RefundRefused, Told
from bot.selling.cancelling import Cancelling
from bot.selling.order_answers import PaymentArriving
from bot.selling.refunding import Refunding
from bot.selling.return_decisions import Remedy, ReturnDecisions
from bot.storage import disputes, orders, refunds, returns, tickets
from bot.storage.sql import Database, Transaction

_SHOWN = 100


class AfterSaleDesk:
    def __init__(
        self,
        *,
        db: Database,
        live: Live,
        refunding: Refunding,
        cancelling: Cancelling,
        decisions: ReturnDecisions,
        told: Told,
    ) -> None:
        self._db = db
        self._live = live
        self._refunding = refunding
        self._cancelling = cancelling
        self._decisions = decisions
        self._told = told

    # -- reading -------------------------------------------------------------------------------------------------------

    async def waiting(self) -> AfterSaleView:
        """At most 100 of each."""
        async with self._db.read() as tx:
            waiting = await refunds.waiting(tx, _SHOWN)
            coming = await returns.open_ones(tx, _SHOWN)
            disputed = await disputes.all_open(tx, _SHOWN)
            names = await _names(tx, coming)
        return AfterSaleView(
            refunds=[refund(row, row.number, row.conversation, row.user_name or "") for row in waiting],
            returns=[returned(row, row.number, row.currency, names) for row in coming],
            disputes=[dispute(row, row.number, row.conversation_id) for row in disputed],
        )

    async def order(self, number: int) -> OrderAfterSale:
        """Raises NotFound."""
        async with self._db.read() as tx:
            return await self._view(tx, await self._known(tx, number))

    async def _view(self, tx: Transaction, order: Any) -> OrderAfterSale:
        back = (await refunds.of_orders(tx, [order.id])).get(order.id, [])
        sent = (await returns.of_orders(tx, [order.id])).get(order.id, [])
        disputed = (await disputes.of_orders(tx, [order.id])).get(order.id, [])
        stopped = await disputes.is_open(tx, order.id)
        who = {row.asked_by: await tickets.user_name(tx, row.asked_by) for row in back if row.asked_by is not None}
        names = await _names(tx, sent)
        left = 0 if stopped or order.payment_intent is None else order.total - await refunds.live_sum(tx, order.id)
        can_cancel = order.state in (OrderState.AWAITING_PAYMENT, OrderState.PAID) and order.source != "exchange"
        return OrderAfterSale(
            number=order.number,
            state=order.state,
            paid=amount(order.total if order.paid_at else 0, order.currency),
            refunded=amount(order.refunded, order.currency),
            left=amount(left, order.currency),
            disputed=stopped,
            can_cancel=can_cancel and not stopped and not await returns.was_sent(tx, order.id),
            refunds=[
                refund(row, order.number, row.conversation_id or order.conversation_id, who.get(row.asked_by, ""))
                for row in back
            ],
            returns=[returned(row, order.number, order.currency, names) for row in sent],
            disputes=[dispute(row, order.number, order.conversation_id) for row in disputed],
        )

    async def _known(self, tx: Transaction, number: int) -> Any:
        order = await orders.order_by_number(tx, number)
        if order is None:
            raise NotFound("no_order", "There is no such order.")
        return order

    async def _now(self, order_id: int) -> OrderAfterSale:
        """The order after something was done, told to every desk."""
        async with self._db.write() as tx:
            order = await orders.order_by_id(tx, order_id)
            assert order is not None
            changed = {"conversation": order.conversation_id, "order": order.number}
            for topic in (QUEUE, f"conversation:{order.conversation_id}"):
                await self._live.announce(tx, topic, "after_sale", changed)
            view = await self._view(tx, order)
        await self._live.wake()
        return view

    # -- doing ---------------------------------------------------------------------------------------------------------

    async def refund(self, number: int, user: User, asked: NewRefund) -> OrderAfterSale:
        """Raises NotFound, BadInput for no amount, Conflict `more_than_paid`, `disputed` or `not_paid`."""
        async with self._db.write() as tx:
            order = await self._known(tx, number)
            wanted = Money.parse(asked.amount, order.currency)
            if wanted.amount <= 0:
                raise BadInput("bad_amount", "How much is to be paid back?")
            answer = await self._refunding.ask(
                tx,
                order,
                wanted,
                asked.reason,
                key=_key(number, user, asked.client_id),
                conversation_id=order.conversation_id,
                asked_by=user.id,
                note=asked.note,
            )
            if isinstance(answer, RefundRefused):
                raise _refused(answer)
        return await self._now(order.id)

    async def cancel(self, number: int, user: User, asked: CancelOrder) -> OrderAfterSale:
        """Raises NotFound, Conflict `too_late`, `under_review`, `payment_arriving` or `payments_down`."""
        async with self._db.read() as tx:
            order = await self._known(tx, number)
        key = _key(number, user, asked.client_id)
        answer = await self._cancelling.cancel(order.conversation_id, key, order.id, by=user.id)
        match answer:
            case OrderCancelled():
                return await self._now(order.id)
            case CancelTooLate():
                raise Conflict("too_late", "It has left already; what arrives can be sent back.")
            case PaymentArriving():
                raise Conflict("payment_arriving", "It is being paid at this moment; look again in a minute.")
        raise Conflict("under_review", "It cannot be called off now: look at its payment first.")

    async def approve_refund(self, refund_id: int, user: User, version: int) -> OrderAfterSale:
        """Raises NotFound, Conflict."""
        await self._refunding.approve(refund_id, user.id, version)
        return await self._of_refund(refund_id)

    async def decline_refund(self, refund_id: int, user: User, version: int, note: str) -> OrderAfterSale:
        """Raises NotFound, Conflict."""
        await self._refunding.decline(refund_id, user.id, version, note)
        return await self._of_refund(refund_id)

    async def _of_refund(self, refund_id: int) -> OrderAfterSale:
        async with self._db.read() as tx:
            row = await refunds.by_id(tx, refund_id)
        assert row is not None
        return await self._now(row.order_id)

    async def approve_return(self, return_id: int, user: User, version: int) -> OrderAfterSale:
        """Raises NotFound, Conflict."""
        await self._decisions.approve(return_id, user.id, version)
        return await self._of_return(return_id)

    async def decline_return(self, return_id: int, user: User, version: int) -> OrderAfterSale:
        """Raises NotFound, Conflict."""
        await self._decisions.decline(return_id, user.id, version, self._told)
        return await self._of_return(return_id)

    async def receive_return(self, return_id: int, user: User, version: int, restock: bool | None) -> OrderAfterSale:
        """Raises NotFound, Conflict."""
        await self._decisions.receive(return_id, user.id, version, self._told, restock=restock)
        return await self._of_return(return_id)

    async def make_good(self, return_id: int, user: User, version: int, remedy: Remedy) -> OrderAfterSale:
        """Raises NotFound, Conflict."""
        await self._decisions.make_good(return_id, user.id, version, remedy, self._told)
        return await self._of_return(return_id)

    async def _of_return(self, return_id: int) -> OrderAfterSale:
        async with self._db.read() as tx:
            row = await returns.by_id(tx, return_id)
        assert row is not None
        return await self._now(row.order_id)


def _key(number: int, user: User, client_id: str) -> str:
    """The writer's own name for what is done to this order."""
    return f"desk:{number}:{user.id}:{client_id}"


def amount(minor: int, currency: str) -> Amount:
    money = Money(minor, currency)
    return Amount(minor, currency, money.format(LOCALE), str(money.decimal))


def refund(row: Any, number: int, conversation: int, asked_by: str) -> DeskRefund:
    return DeskRefund(
        id=row.id,
        order=number,
        conversation=conversation,
        amount=amount(row.amount, row.currency),
        state=RefundState(row.state),
        reason=RefundReason(row.reason),
        note=row.note,
        failure=row.failure,
        version=row.version,
        asked_by=asked_by,
        elsewhere=row.idempotency_key.startswith("provider:"),
        return_id=row.return_id,
        created_at=row.created_at,
        done_at=row.done_at,
    )


def returned(row: Any, number: int, currency: str, names: dict[str, str]) -> DeskReturn:
    return DeskReturn(
        id=row.id,
        order=number,
        conversation=row.conversation_id,
        kind=ReturnKind(row.kind),
        state=ReturnState(row.state),
        lines=[
            DeskReturnLine(
                sku=line["sku"],
                title=names.get(line["sku"], line["sku"]),
                quantity=line["quantity"],
                exchange_for=line["exchange_for"],
                instead=names.get(line["exchange_for"], line["exchange_for"]) if line["exchange_for"] else None,
            )
            for line in row.lines
        ],
        amount=amount(row.amount, currency),
        reason=row.reason,
        version=row.version,
        created_at=row.created_at,
        received_at=row.received_at,
    )


def dispute(row: Any, number: int, conversation: int) -> DeskDispute:
    return DeskDispute(
        id=row.id,
        order=number,
        conversation=conversation,
        amount=amount(row.amount, row.currency),
        reason=row.reason,
        status=row.status,
        evidence_due=row.evidence_due,
        opened_at=row.opened_at,
    )


async def _names(tx: Transaction, rows: Sequence[Any]) -> dict[str, str]:
    """How the variants of returns are named, as far as the catalogue still knows them."""
    skus = {sku for row in rows for line in row.lines for sku in (line["sku"], line["exchange_for"]) if sku}
    return await returns.names(tx, sorted(skus)) if skus else {}


def _refused(answer: RefundRefused) -> Conflict:
    words = {
        NoRefund.NOT_PAID: "Nothing was paid for this order.",
        NoRefund.DISPUTED: "The customer's bank disputes this payment; nothing is paid back beside it.",
        NoRefund.MORE_THAN_PAID: f"Only {answer.left.format(LOCALE)} of what was paid is left.",
    }
    return Conflict(answer.why, words[NoRefund(answer.why)], left=answer.left.amount)
