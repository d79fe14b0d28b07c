"""What a customer reads of their parcels. Whether and when it is said is `bot.selling.shipping_news`' business."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.commerce.shipments import ShipmentState
from bot.conversation.phrases import Speaker, label_in
from bot.conversation.replies import Link, Text


@dataclass(frozen=True, slots=True)
class Told:
    """A parcel's news. `lines` are names of variants with pieces; `whole` says that it holds all of the order, `rest`
    that something of the order has not been sent yet."""

    number: int
    state: ShipmentState
    lines: Sequence[tuple[str, int]]
    whole: bool
    rest: bool
    carrier: str = ""
    tracking_number: str = ""
    tracking_url: str | None = None


def words(told: Told, say: Speaker) -> Text | Link:
    text = {
        ShipmentState.SHIPPED: _shipped,
        ShipmentState.DELIVERED: _delivered,
        ShipmentState.RETURNED: _returned,
    }[told.state](told, say)
    if told.state is not ShipmentState.SHIPPED:
        return Text(text)
    if told.tracking_number:
        text = f"{text} {tracked(say, told.carrier, told.tracking_number)}"
    return Link(text, say("Track the parcel"), told.tracking_url) if told.tracking_url else Text(text)


def tracked(say: Speaker, carrier: str, number: str) -> str:
    """ "DHL, tracking number JD01." """
    known = say("Tracking number: {number}.", number=number)
    return f"{carrier}. {known}" if carrier else known


def _things(told: Told, say: Speaker) -> str:
    return ", ".join(f"{quantity} × {label_in(say, title)}" for title, quantity in told.lines)


def _shipped(told: Told, say: Speaker) -> str:
    if told.whole:
        return say("Good news: order {number} is on its way to you.", number=told.number)
    part = say(
        "A part of order {number} is on its way to you: {things}.", number=told.number, things=_things(told, say)
    )
    return f"{part} {say('The rest follows.')}" if told.rest else part


def _delivered(told: Told, say: Speaker) -> str:
    if told.whole:
        text = say("Order {number} has arrived, the carrier says.", number=told.number)
    else:
        text = say("A parcel of order {number} has arrived, the carrier says: {things}.",
                   number=told.number, things=_things(told, say))  # fmt: skip
    return f"{text} {say('If something is not right with it, just tell me.')}"


def _returned(told: Told, say: Speaker) -> str:
    return say(
        "A parcel of order {number} is coming back to us. Somebody from our team will look into it and write to you "
        "here.",
        number=told.number,
    )
