"""After the purchase: how an order is doing, and the same once more."""

from __future__ import annotations

from collections.abc import Sequence

from actions import order_state, wording
from actions.counter import Asked, CounterAction, Said
from actions.order_state import STANDS
from actions.unlocking import ask_for_code, code_slots
from bot.commerce.orders import OrderState
from bot.conversation.replies import Link, Option, Order, Reply
from bot.errors import NotFound
from bot.selling.after_sale import Aftermath
from bot.selling.answers import CartChanged, CartLimit, CartView, OutOfStock
from bot.selling.order_answers import OrderLine, OrderView

BOUGHT = frozenset({OrderState.PAID, OrderState.SHIPPED, OrderState.DELIVERED})


class TellOrderStatus(CounterAction):
    title = "action_tell_order_status"

    async def answer(self, asked: Asked) -> Said:
        asked_for = asked.entities.get("order_number", "").lstrip("#")
        number = int(asked_for) if asked_for.isdecimal() else None
        orders = await self.shop.orders(asked.conversation_id, number)
        if orders:
            # "Cancel it" will speak of this one.
            after = await self.shop.after.of(asked.conversation_id, number)
            return tell(asked, orders, after.get(orders[0].number)).keeping(order_number=str(orders[0].number))
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
        begins = asked.say(
            "As in order {number} of {day}.", number=last.number, day=order_state.day(asked, last.created_at)
        )
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


def tell(asked: Asked, orders: Sequence[OrderView], after: Aftermath | None) -> Said:
    """The newest order in full, and the others to tap."""
    order, *older = orders
    state = OrderState(order.state)
    text = order_state.told(asked, order, after)
    others = [asked.buttons.order(other.number) for other in older[: wording.MOST_BUTTONS]]
    total = asked.amount(order.total)
    if state is OrderState.AWAITING_PAYMENT and order.pay_url:
        whole = asked.say("{total} in total.", total=total)
        return Said((Link(f"{text} {whole}", wording.pay(asked, total), order.pay_url), *more(asked, others)))
    stands = Order(str(order.number), asked.say(STANDS[state]), order_state.lines(asked, order), total, text)
    return Said((stands, *order_state.parcels(asked, order), *more(asked, others)))


def more(asked: Asked, others: Sequence[Option]) -> Sequence[Reply]:
    return Said.text(asked.say("Your earlier orders:"), *others).replies if others else ()
