"""Paying and delivery."""

from __future__ import annotations

from datetime import timedelta

from actions import payloads, wording
from actions.counter import Asked, CounterAction, Said
from bot.clock import Clock
from bot.conversation.replies import Link
from bot.selling.answers import (
    BelowMinimum,
    CartEmpty,
    CheckoutOpened,
    PaymentArriving,
    PaymentsDown,
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
            case CartEmpty():
                return wording.empty_cart(asked, "Your cart is empty, so there is nothing to pay.")
            case BelowMinimum():
                start, total = asked.amount(answer.minimum), asked.amount(answer.total)
                text = f"Card payments start at {start}, and your cart comes to {total}."
                return Said.text(text, asked.buttons.keep_looking)
            case SoldOut():
                return sold_out(asked, answer)
            case PaymentArriving():
                return Said.text(
                    f"You have just paid for order {answer.order_number}; the confirmation will be here in a moment.",
                    asked.buttons.my_order,
                )
            case PaymentsDown():
                return Said.text(
                    "Our payment service does not answer just now. I keep your things aside for a while, and nothing "
                    "was charged. Shall we try again in a minute?",
                    asked.buttons.try_again,
                    asked.buttons.person,
                    offer="checkout",
                )

    def link(self, asked: Asked, opened: CheckoutOpened) -> Link:
        total = asked.amount(opened.total)
        left = max(opened.expires_at - self.clock.now(), timedelta())
        held = left // HELD_IN_STEPS_OF * HELD_IN_STEPS_OF // timedelta(minutes=1)
        begins = "Your checkout is still open" if opened.again else "Here is your secure checkout"
        delivery = (
            f", delivery {asked.amount(opened.shipping)} included" if opened.shipping.amount else ", delivery free"
        )
        kept = f" I hold your things for {held} minutes." if held else " It closes in a moment."
        label = f"Pay {total}"
        return Link(
            f"{begins}: order {opened.order_number}, {total}{delivery}.{kept}",
            label if len(label) <= payloads.TITLE_LENGTH else "Pay",
            opened.url,
        )


def sold_out(asked: Asked, answer: SoldOut) -> Said:
    lines = [
        f"{line.label}: {f'only {line.available} left' if line.available else 'sold out'}" for line in answer.lines
    ]
    text = "\n".join(["Somebody was faster, I am sorry. Nothing was charged.", *lines, "Please change your cart:"])
    options = [
        asked.buttons.keep_only(line.sku, line.available)
        if line.available
        else asked.buttons.take_out(line.sku)
        if len(answer.lines) == 1
        else asked.buttons.take_out_line(line.sku, f"Without {line.label}")
        for line in answer.lines
    ]
    options.append(asked.buttons.show_cart)
    return Said((wording.question(text, "change", options),))


class TellShipping(CounterAction):
    title = "action_tell_shipping"

    async def answer(self, asked: Asked) -> Said:
        cart = await self.shop.cart(asked.conversation_id)
        if cart.lines:
            return wording.with_cart(asked, f"For what is in your cart: {wording.delivery(asked, cart)}", cart)
        free = cart.free_shipping_from
        below = f", free from {asked.amount(free)}" if free else ""
        return Said.text(
            f"Delivery is {asked.amount(cart.flat_shipping)}{below}. For a place or a date of delivery, a person can tell "
            "you for sure.",
            asked.buttons.keep_looking,
            asked.buttons.person,
        )
