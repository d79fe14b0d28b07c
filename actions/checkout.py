"""Paying."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from actions import wording
from actions.counter import Asked, CounterAction, Said
from bot.clock import Clock
from bot.conversation.replies import Link, Option
from bot.selling.answers import NotDelivered
from bot.selling.order_answers import (
    BelowMinimum,
    CartEmpty,
    CheckoutOpened,
    PaymentArriving,
    PaymentsDown,
    PriceChange,
    ShortLine,
    SoldOut,
)
from bot.selling.shop import Shop

HELD_IN_STEPS_OF = timedelta(minutes=5)
"""The time that is left is rounded down, so that nobody is promised more than there is."""


class Checkout(CounterAction):
    title = "action_checkout"

    def __init__(self, shop: Shop, clock: Clock) -> None:
        super().__init__(shop)
        self.clock = clock

    async def answer(self, asked: Asked) -> Said:
        answer = await self.shop.checkout(asked.conversation_id, asked.key)
        match answer:
            case CheckoutOpened():
                return Said((self.link(asked, answer),))
            case CartEmpty() if asked.slots.get("product_id") and asked.slots.get("added") is None:
                text = asked.say("Once that is chosen it goes into your cart, and we go on to the checkout.")
                return Said.text(text).keeping(product_id=asked.slots["product_id"])
            case CartEmpty():
                return wording.empty_cart(asked, asked.say("Your cart is empty, so there is nothing to pay."))
            case NotDelivered():
                text = asked.say("We do not deliver there, I am sorry. Tell me another country, and I reckon again.")
                return Said.text(text, asked.buttons.show_cart)
            case BelowMinimum():
                start, total = asked.amount(answer.minimum), asked.amount(answer.total)
                text = asked.say(
                    "Card payments start at {start}, and your cart comes to {total}.", start=start, total=total
                )
                return Said.text(text, asked.buttons.keep_looking)
            case SoldOut():
                return sold_out(asked, answer)
            case PaymentArriving():
                text = asked.say(
                    "You have just paid for order {number}; the confirmation will be here in a moment.",
                    number=answer.order_number,
                )
                return Said.text(text, asked.buttons.my_order)
            case PaymentsDown():
                text = asked.say(
                    "Our payment service does not answer just now. I keep your things aside for a while, and nothing "
                    "was charged. Shall we try again in a minute?"
                )
                return Said.text(text, asked.buttons.try_again, asked.buttons.person, offer="checkout")

    def link(self, asked: Asked, opened: CheckoutOpened) -> Link:
        total = asked.amount(opened.total)
        left = max(opened.expires_at - self.clock.now(), timedelta())
        minutes = left // HELD_IN_STEPS_OF * HELD_IN_STEPS_OF // timedelta(minutes=1)
        fields = {"number": opened.order_number, "total": total}
        if opened.again:
            begins = asked.say("Your checkout is still open: order {number}, {total}.", **fields)
        else:
            begins = asked.say("Here is your secure checkout: order {number}, {total}.", **fields)
        if opened.changes:
            begins = f"{changed(asked, opened.changes)}\n{begins}"
        cost = asked.amount(opened.shipping)
        delivery = (
            asked.say("Delivery {cost} included.", cost=cost)
            if opened.shipping.amount
            else asked.say("Delivery is free.")
        )
        kept = (
            asked.say.n("I hold your things for one minute.", "I hold your things for {count} minutes.", minutes)
            if minutes
            else asked.say("It closes in a moment.")
        )
        parts = [begins, *taken_off_and_on(asked, opened), delivery, kept]
        return Link(" ".join(parts), wording.pay(asked, total), opened.url)


def taken_off_and_on(asked: Asked, opened: CheckoutOpened) -> list[str]:
    """What makes the total another sum than goods and delivery."""
    told = []
    if opened.discount.amount:
        off = asked.amount(opened.discount)
        told.append(asked.say("{code} takes {amount} off.", code=opened.code or "", amount=off))
    if opened.tax.amount:
        told.append(asked.say("{tax}: {amount}.", tax=asked.say("Tax"), amount=asked.amount(opened.tax)))
    return told


def changed(asked: Asked, changes: Sequence[PriceChange]) -> str:
    """What costs something else than on the pay page before: "Aero 2, blue, 42: was $69.00, now $71.00."."""
    say = asked.say
    names = {"delivery": say("Delivery"), "discount": say("Discount"), "tax": say("Tax")}
    lines = [
        say(
            "{what}: was {was}, now {now}.",
            what=names.get(change.what) or wording.label(asked, change.label),
            was=asked.amount(change.was),
            now=asked.amount(change.now),
        )
        for change in changes
    ]
    return "\n".join([say("Something costs more or less than on your last checkout:"), *lines])


def sold_out(asked: Asked, answer: SoldOut) -> Said:
    say = asked.say
    labels = {line.sku: wording.label(asked, line.label) for line in answer.lines}
    lines = [
        say.n("{label}: only one left", "{label}: only {count} left", line.available, label=labels[line.sku])
        if line.available
        else say("{label}: sold out", label=labels[line.sku])
        for line in answer.lines
    ]
    text = "\n".join(
        [say("Somebody was faster, I am sorry. Nothing was charged."), *lines, say("Please change your cart:")]
    )
    options = [change_to(asked, answer, line) for line in answer.lines]
    return Said((wording.question(asked, text, "change", [*options, asked.buttons.show_cart]),))


def change_to(asked: Asked, answer: SoldOut, line: ShortLine) -> Option:
    """The tap that makes a line possible again."""
    if line.available:
        return asked.buttons.keep_only(line.sku, line.available)
    if len(answer.lines) == 1:
        return asked.buttons.take_out(line.sku)
    without = asked.say("Without {label}", label=wording.label(asked, line.label))
    return asked.buttons.take_out_line(line.sku, without)
