"""How an order is doing, in words: where it is, where its parcels are, what comes back and what was paid back.

Pure: facts of the shop in, sentences out, in the customer's language.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from babel.dates import format_date

from actions import wording
from actions.counter import Asked
from bot.commerce.orders import OrderState
from bot.commerce.refunds import RefundState
from bot.commerce.returns import ReturnState
from bot.conversation.phrases import phrase
from bot.conversation.replies import Line, Link
from bot.selling.after_sale import Aftermath
from bot.selling.order_answers import OrderView

STATES = {
    OrderState.AWAITING_PAYMENT: phrase("Order {number} of {day} waits to be paid."),
    OrderState.PAID: phrase("Order {number} of {day} is paid and being packed. I will write here when it ships."),
    OrderState.SHIPPED: phrase("Order {number} of {day} is on its way to you."),
    OrderState.DELIVERED: phrase("Order {number} of {day} has been delivered."),
    OrderState.CANCELLED: phrase("Order {number} of {day} was cancelled."),
    OrderState.EXPIRED: phrase(
        "Order {number} of {day} was not paid in time, so it was closed and nothing was charged."
    ),
    OrderState.NEEDS_ATTENTION: phrase(
        "Order {number} of {day} is being checked by a person of our team, who will write to you here."
    ),
}
STANDS = {
    OrderState.AWAITING_PAYMENT: phrase("Waits to be paid"),
    OrderState.PAID: phrase("Paid"),
    OrderState.SHIPPED: phrase("On its way"),
    OrderState.DELIVERED: phrase("Delivered"),
    OrderState.CANCELLED: phrase("Cancelled"),
    OrderState.EXPIRED: phrase("Closed"),
    OrderState.NEEDS_ATTENTION: phrase("Being checked"),
}
"""In a word or two, for where it stands beside the number."""
_ON_ITS_WAY = phrase("{amount} is on its way back to you; banks take 5 to 10 days.")
_REFUNDS = {
    RefundState.ASKED: phrase("{amount} goes back to you as soon as a person has approved it."),
    RefundState.APPROVED: _ON_ITS_WAY,
    RefundState.SENT: _ON_ITS_WAY,
    RefundState.PENDING: _ON_ITS_WAY,
    RefundState.SUCCEEDED: phrase("{amount} went back to you on {day}; banks take 5 to 10 days."),
    RefundState.FAILED: phrase("{amount} could not be paid back; a person is looking at it."),
    RefundState.DECLINED: phrase("A refund of {amount} was declined; a person can tell you why."),
}
_RETURNS = {
    ReturnState.ASKED: phrase("Return {id}: a person is looking at it."),
    ReturnState.APPROVED: phrase("Return {id} is registered; we wait for your parcel."),
    ReturnState.RECEIVED: phrase("Return {id} has reached us."),
    ReturnState.DECLINED: phrase("Return {id} was not accepted; a person can tell you why."),
}


def told(asked: Asked, order: OrderView, after: Aftermath | None) -> str:
    """All of it, a sentence each."""
    begins = asked.say(STATES[OrderState(order.state)], number=order.number, day=day(asked, order.created_at))
    return " ".join([begins, *_partly(asked, order), *(afterwards(asked, after) if after else ())])


def _partly(asked: Asked, order: OrderView) -> Iterator[str]:
    if order.state == OrderState.PAID and order.shipments:
        yield asked.say("A part of it has been sent.")


def afterwards(asked: Asked, after: Aftermath) -> Iterator[str]:
    for one in after.returns:
        if (returned := ReturnState(one.state)) in _RETURNS:
            yield asked.say(_RETURNS[returned], id=one.id)
    for refund in after.refunds:
        if (stands := RefundState(refund.state)) in _REFUNDS:
            on = day(asked, refund.done_at or refund.created_at)
            yield asked.say(_REFUNDS[stands], amount=asked.amount(refund.amount), day=on)
    if after.disputed:
        yield asked.say("Your bank is looking at its payment, so nothing can be paid back beside it.")


def parcels(asked: Asked, order: OrderView) -> list[Link]:
    """Where each parcel can be followed."""
    found = []
    for parcel in order.shipments:
        if parcel.tracking_url:
            who = " ".join(word for word in (parcel.carrier, parcel.tracking_number) if word)
            text = asked.say("Your parcel: {who}", who=who) if who else asked.say("Your parcel")
            found.append(Link(text, asked.say("Track the parcel"), parcel.tracking_url))
    return found


def lines(asked: Asked, order: OrderView) -> list[Line]:
    """The things, then what makes the total of them."""
    said = [Line(wording.label(asked, line.title), line.quantity, asked.amount(line.amount)) for line in order.lines]
    if order.discount.amount:
        said.append(Line(f"{asked.say('Discount')} {order.code or ''}".strip(), 1, asked.amount(order.discount * -1)))
    if order.shipping.amount:
        said.append(Line(order.way or asked.say("Delivery"), 1, asked.amount(order.shipping)))
    if order.tax.amount:
        said.append(Line(order.tax_name or asked.say("Tax"), 1, asked.amount(order.tax)))
    return said


def day(asked: Asked, moment: datetime) -> str:
    return format_date(moment, format="long", locale=asked.locale)
