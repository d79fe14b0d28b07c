"""After the purchase: how an order is doing."""

from __future__ import annotations

from collections.abc import Sequence

from babel.dates import format_date

from actions import wording
from actions.counter import Asked, CounterAction, Said
from bot.commerce.orders import OrderState
from bot.conversation.replies import Line, Link, Option, Receipt, Reply
from bot.selling.answers import OrderView

STATES = {
    OrderState.AWAITING_PAYMENT: "waits to be paid",
    OrderState.PAID: "is paid and being packed. I will write here when it ships",
    OrderState.SHIPPED: "is on its way to you",
    OrderState.CANCELLED: "was cancelled",
    OrderState.EXPIRED: "was not paid in time, so it was closed and nothing was charged",
    OrderState.NEEDS_ATTENTION: "is being checked by a person of our team, who will write to you here",
}


class TellOrderStatus(CounterAction):
    title = "action_tell_order_status"

    async def answer(self, asked: Asked) -> Said:
        asked_for = asked.entities.get("order_number", "")
        number = int(asked_for) if asked_for.isdigit() else None
        orders = await self.shop.orders(asked.conversation_id, number)
        if orders:
            return tell(asked, orders)
        if number is not None:
            return Said.text(
                f"I do not see order {number} among yours. Is the number right? A person can search for it too.",
                asked.buttons.my_order,
                asked.buttons.person,
            )
        return Said.text(
            "You have no order with us yet from here. If you ordered somewhere else, a person can look it up.",
            asked.buttons.keep_looking,
            asked.buttons.person,
        )


def tell(asked: Asked, orders: Sequence[OrderView]) -> Said:
    """The newest order in full, and the others to tap."""
    order, *older = orders
    state = OrderState(order.state)
    text = f"Order {order.number} of {day(asked, order)} {STATES[state]}."
    others = [asked.buttons.order(other.number) for other in older[: wording.MOST_BUTTONS]]
    if state is OrderState.AWAITING_PAYMENT and order.pay_url:
        link = Link(f"{text} {asked.amount(order.total)} in total.", "Pay", order.pay_url)
        return Said((link, *more(others)))
    lines = [Line(line.title, line.quantity, asked.amount(line.amount)) for line in order.lines]
    if order.shipping.amount:
        lines.append(Line("Delivery", 1, asked.amount(order.shipping)))
    return Said((Receipt(str(order.number), lines, asked.amount(order.total), text), *more(others)))


def more(others: Sequence[Option]) -> Sequence[Reply]:
    return Said.text("Your earlier orders:", *others).replies if others else ()


def day(asked: Asked, order: OrderView) -> str:
    return format_date(order.created_at, format="long", locale=asked.locale.replace("-", "_"))
