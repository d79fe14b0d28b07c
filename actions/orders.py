"""After the purchase: how an order is doing, and the same once more."""

from __future__ import annotations

from collections.abc import Sequence

from babel.dates import format_date

from actions import wording
from actions.counter import Asked, CounterAction, Said
from actions.unlocking import ask_for_code, code_slots
from bot.commerce.orders import OrderState
from bot.conversation.phrases import phrase
from bot.conversation.replies import Line, Link, Option, Order, Reply
from bot.errors import NotFound
from bot.selling.answers import CartChanged, CartLimit, CartView, OrderLine, OrderView, OutOfStock

STATES = {
    OrderState.AWAITING_PAYMENT: phrase("Order {number} of {day} waits to be paid."),
    OrderState.PAID: phrase("Order {number} of {day} is paid and being packed. I will write here when it ships."),
    OrderState.SHIPPED: phrase("Order {number} of {day} is on its way to you."),
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
    OrderState.CANCELLED: phrase("Cancelled"),
    OrderState.EXPIRED: phrase("Closed"),
    OrderState.NEEDS_ATTENTION: phrase("Being checked"),
}
"""In a word or two, for where it stands beside the number."""
BOUGHT = frozenset({OrderState.PAID, OrderState.SHIPPED})


class TellOrderStatus(CounterAction):
    title = "action_tell_order_status"

    async def answer(self, asked: Asked) -> Said:
        asked_for = asked.entities.get("order_number", "").lstrip("#")
        number = int(asked_for) if asked_for.isdecimal() else None
        orders = await self.shop.orders(asked.conversation_id, number)
        if orders:
            # "Cancel it" will speak of this one.
            return tell(asked, orders).keeping(order_number=str(orders[0].number))
        if number is not None:
            return Said((), code_slots(str(number)), follow_up=ask_for_code())
        text = asked.say(
            "You have no order with us yet from here. If you ordered somewhere else, tell me its number: I send a code "
            "to whoever bought it, and with the code I show it here."
        )
        return Said.text(text, asked.buttons.keep_looking, asked.buttons.person)


class OrderAgain(CounterAction):
    """ "Same as last time": the newest paid order goes into the cart, and the cart is shown before anything is paid."""

    title = "action_order_again"

    async def answer(self, asked: Asked) -> Said:
        orders = await self.shop.orders(asked.conversation_id)
        last = next((order for order in orders if OrderState(order.state) in BOUGHT), None)
        if last is None:
            text = asked.say("I see no earlier order of yours here that I could repeat. What are you looking for?")
            return Said.text(text, asked.buttons.keep_looking, asked.buttons.person)
        cart = await self.shop.cart(asked.conversation_id)
        told = [news for line in last.lines if (news := await self.put(asked, line, cart))]
        cart = await self.shop.cart(asked.conversation_id)
        kept = {"order_number": str(last.number), "added": None, "product_id": None, "wanted": None}
        begins = asked.say("As in order {number} of {day}.", number=last.number, day=day(asked, last))
        if not cart.lines:
            said = Said.text("\n".join([begins, *told]), asked.buttons.keep_looking, asked.buttons.person)
            return said.keeping(**kept)
        said = wording.with_cart(asked, "\n".join([begins, *told, wording.whole_cart(asked, cart)]), cart)
        return said.keeping(**kept)

    async def put(self, asked: Asked, line: OrderLine, before: CartView) -> str | None:
        """One line into the cart, unless it is there already; what to tell of it, if it is not simply in."""
        if any(one.sku == line.sku for one in before.lines):
            return None
        label = wording.label(asked, line.title)
        try:
            page = await self.shop.product(asked.conversation_id, line.product_id)
        except NotFound:
            return asked.say("{label} is no longer in the shop.", label=label)
        options = next((variant.options for variant in page.variants if variant.sku == line.sku), None)
        if options is None:
            return asked.say("{label} is no longer in the shop.", label=label)
        key = f"{asked.key}:{line.sku}"
        answer = await self.shop.add(asked.conversation_id, key, line.product_id, options, line.quantity)
        if isinstance(answer, OutOfStock) and answer.available:
            left = answer.available
            answer = await self.shop.add(asked.conversation_id, f"{key}:left", line.product_id, options, left)
            if isinstance(answer, CartChanged):
                return asked.say.n("{label}: only one left", "{label}: only {count} left", left, label=label)
        if isinstance(answer, CartLimit):
            return wording.limit(asked, answer)
        return None if isinstance(answer, CartChanged) else asked.say("{label}: sold out", label=label)


def tell(asked: Asked, orders: Sequence[OrderView]) -> Said:
    """The newest order in full, and the others to tap."""
    order, *older = orders
    state = OrderState(order.state)
    text = asked.say(STATES[state], number=order.number, day=day(asked, order))
    others = [asked.buttons.order(other.number) for other in older[: wording.MOST_BUTTONS]]
    total = asked.amount(order.total)
    if state is OrderState.AWAITING_PAYMENT and order.pay_url:
        whole = asked.say("{total} in total.", total=total)
        return Said((Link(f"{text} {whole}", wording.pay(asked, total), order.pay_url), *more(asked, others)))
    lines = [Line(wording.label(asked, line.title), line.quantity, asked.amount(line.amount)) for line in order.lines]
    if order.shipping.amount:
        lines.append(Line(asked.say("Delivery"), 1, asked.amount(order.shipping)))
    return Said((Order(str(order.number), asked.say(STANDS[state]), lines, total, text), *more(asked, others)))


def more(asked: Asked, others: Sequence[Option]) -> Sequence[Reply]:
    return Said.text(asked.say("Your earlier orders:"), *others).replies if others else ()


def day(asked: Asked, order: OrderView) -> str:
    return format_date(order.created_at, format="long", locale=asked.locale)
