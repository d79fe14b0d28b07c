"""What packers and carriers report of an order's parcels: kept, the order moved on, and the customer told, once.

A report names its parcel by the sender's own id, so that the same report again is no news; one that comes late moves
nothing backwards. It does not know who reports, nor how (`bot.webhooks.fulfilment`, `bot.webhooks.orders_api`).
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
import structlog

from bot.clock import Clock
from bot.commerce.orders import OrderState
from bot.commerce.shipments import Parcel, ShipmentState, all_delivered, is_news, left_to_send
from bot.conversation.messages import Author
from bot.conversation.phrases import language_of, speaker
from bot.errors import BadInput, Conflict, NotFound
from bot.handoff import policy
from bot.handoff.policy import Reason
from bot.handoff.queue import open_ticket
from bot.live import Live
from bot.outbox import Outbox
from bot.selling.shipping_words import Told, words
from bot.storage import conversations, orders, shipments
from bot.storage.sql import Database, Row, Transaction

SENDABLE = (OrderState.PAID, OrderState.SHIPPED, OrderState.DELIVERED)

log = structlog.get_logger()


class ShippedLine(msgspec.Struct, frozen=True):
    sku: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    quantity: Annotated[int, msgspec.Meta(ge=1)]


class ShipmentReport(msgspec.Struct, frozen=True):
    """`external_id` is the sender's own id of the parcel. `lines` are what is in it; without any it holds all that has
    not been sent yet. `at` is when it happened, now where it is not told."""

    external_id: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    state: ShipmentState
    carrier: Annotated[str, msgspec.Meta(max_length=80)] = ""
    tracking_number: Annotated[str, msgspec.Meta(max_length=100)] = ""
    tracking_url: Annotated[str, msgspec.Meta(max_length=1000, pattern=r"^https?://[^\s]+$")] | None = None
    lines: list[ShippedLine] = []
    at: datetime | None = None


class OrderReport(ShipmentReport, frozen=True, kw_only=True):
    """A report that names its order itself."""

    order: int


class Reported(msgspec.Struct, frozen=True):
    """`news` is False for what was known already. `lines` are the parcel's pieces by SKU."""

    order: int
    order_state: str
    external_id: str
    state: str
    lines: dict[str, int]
    news: bool


class ShippingNews:
    def __init__(self, *, db: Database, outbox: Outbox, live: Live, clock: Clock) -> None:
        self._db = db
        self._outbox = outbox
        self._live = live
        self._clock = clock

    async def take(self, number: int, report: ShipmentReport) -> Reported:
        """Raises `NotFound` for an order that is none, `Conflict` for one that is not to be sent or a parcel that was
        reported with other things in it, `BadInput` for things that are not in the order or more of them than are."""
        async with self._db.write() as tx:
            found = await orders.order_by_number(tx, number)
            if found is None:
                raise NotFound("order_unknown", f"There is no order {number}.", order=number)
            order = await orders.lock_order(tx, found.id)
            if order.state not in SENDABLE:
                words = f"Order {number} is {order.state}: nothing of it is to be sent."
                raise Conflict("order_not_to_send", words, order=number, state=order.state)
            parcels = list(await shipments.of_order(tx, order.id))
            known = next((each for each in parcels if each.external_id == report.external_id), None)
            ordered = await self._ordered(tx, order)
            if known is None:
                parcel, news = await self._begin(tx, order, ordered, parcels, report), True
            else:
                parcel, news = await self._go_on(tx, known, report)
            if news:
                await self._consequences(tx, order, ordered, parcel)
            state = (await orders.lock_order(tx, order.id)).state
        if news:
            await self._outbox.wake(order.conversation_id)
            log.info("shipment.news", order=number, state=parcel.state, order_state=state)
        return Reported(number, state, parcel.external_id, parcel.state, dict(parcel.lines), news)

    async def _ordered(self, tx: Transaction, order: Row[Any]) -> Counter[str]:
        pieces: Counter[str] = Counter()
        for line in (await orders.lines_of(tx, [order.id])).get(order.id, []):
            pieces[line.sku] += line.quantity
        return pieces

    async def _begin(
        self, tx: Transaction, order: Row[Any], ordered: Counter[str], parcels: list[Row[Any]], report: ShipmentReport
    ) -> Row[Any]:
        at = self._moment(report)
        await shipments.add(
            tx,
            order_id=order.id,
            external_id=report.external_id,
            carrier=report.carrier,
            tracking_number=report.tracking_number,
            tracking_url=report.tracking_url,
            lines=_pieces(order.number, ordered, parcels, report),
            state=report.state,
            shipped_at=at,
            delivered_at=at if report.state is ShipmentState.DELIVERED else None,
        )
        return (await shipments.of_order(tx, order.id))[-1]

    async def _go_on(self, tx: Transaction, known: Row[Any], report: ShipmentReport) -> tuple[Row[Any], bool]:
        """The parcel as it is after the report, and whether that is news."""
        if report.lines and dict(_counted(report)) != dict(known.lines):
            words = f"Parcel {report.external_id} was reported with other things in it."
            raise Conflict("shipment_differs", words, lines=dict(known.lines))
        news = is_news(ShipmentState(known.state), report.state)
        told = {name: getattr(report, name) for name in ("carrier", "tracking_number", "tracking_url")}
        changes: dict[str, Any] = {name: value for name, value in told.items() if value}
        if news:
            changes["state"] = report.state
            if report.state is ShipmentState.DELIVERED:
                changes["delivered_at"] = self._moment(report)
        if changes:
            await shipments.change(tx, known.id, **changes)
        after = await shipments.of_order(tx, known.order_id)
        return next(each for each in after if each.id == known.id), news

    def _moment(self, report: ShipmentReport) -> datetime:
        """A moment without a zone is meant as UTC; nothing happens in the future."""
        now = self._clock.now()
        if report.at is None:
            return now
        return min(report.at if report.at.tzinfo else report.at.replace(tzinfo=UTC), now)

    # -- what follows --------------------------------------------------------------------------------------------------

    async def _consequences(self, tx: Transaction, order: Row[Any], ordered: Counter[str], parcel: Row[Any]) -> None:
        parcels = _as_parcels(await shipments.of_order(tx, order.id))
        state = ShipmentState(parcel.state)
        whole = dict(parcel.lines) == dict(ordered)
        if state is not ShipmentState.RETURNED:
            await orders.move(tx, order.id, OrderState.SHIPPED, shipped_at=parcel.shipped_at)
        if state is ShipmentState.DELIVERED and all_delivered(ordered, parcels):
            await orders.move(tx, order.id, OrderState.DELIVERED, delivered_at=parcel.delivered_at)
        conversation = await conversations.get(tx, order.conversation_id)
        locale = conversation.locale or order.locale
        titles = {line.sku: line.title for line in (await orders.lines_of(tx, [order.id]))[order.id]}
        told = Told(
            number=order.number,
            state=state,
            lines=[(titles[sku], quantity) for sku, quantity in sorted(parcel.lines.items())],
            whole=whole,
            rest=bool(left_to_send(ordered, parcels)),
            carrier=parcel.carrier,
            tracking_number=parcel.tracking_number,
            tracking_url=parcel.tracking_url,
        )
        await self._outbox.say(
            tx,
            conversation=conversation,
            author=Author.BOT,
            reply=words(told, speaker(language_of(locale))),
            turn_id=f"shipment:{parcel.id}:{state}",
            notice=True,
        )
        if state is ShipmentState.RETURNED:
            await open_ticket(
                tx,
                self._live,
                conversation=order.conversation_id,
                reason=Reason.REQUEST,
                summary=f"Order {order.number}: parcel {parcel.external_id} ({parcel.carrier}) came back to us.",
                priority=policy.priority(Reason.REQUEST, paid=True),
                now=self._clock.now(),
            )


def _counted(report: ShipmentReport) -> Counter[str]:
    pieces: Counter[str] = Counter()
    for line in report.lines:
        pieces[line.sku] += line.quantity
    return pieces


def _pieces(number: int, ordered: Counter[str], parcels: list[Row[Any]], report: ShipmentReport) -> dict[str, int]:
    """What is in a parcel that is reported for the first time."""
    left = left_to_send(ordered, _as_parcels(parcels))
    pieces = _counted(report)
    if unknown := sorted(pieces.keys() - ordered.keys()):
        raise BadInput("sku_unknown", f"Order {number} has no {', '.join(unknown)} in it.", skus=unknown)
    if not pieces and not left:
        raise Conflict("nothing_left", f"All of order {number} is in parcels already.", order=number)
    for sku, quantity in sorted(pieces.items()):
        if quantity > left.get(sku, 0):
            words = f"Order {number} has {left.get(sku, 0)} of {sku} left to send, not {quantity}."
            raise BadInput("too_many_pieces", words, sku=sku, left=left.get(sku, 0))
    return dict(sorted((pieces or left).items()))


def _as_parcels(rows: list[Row[Any]] | Any) -> list[Parcel]:
    return [Parcel(ShipmentState(row.state), row.lines) for row in rows]
