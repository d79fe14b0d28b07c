"""The questions of the forms that need to look: which order, which thing of it, what instead, and the last one before
something is done, with the exact amount. Questions that are always the same are responses of domain.yml alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from actions import payloads
from actions.dialogue import DialogueAction, Heard, Told, Utter
from actions.filling import WHOLE_ORDER
from actions.forms import FORMS
from bot.commerce.money import Money
from bot.commerce.orders import OrderState
from bot.conversation.phrases import Speaker, label_in
from bot.conversation.replies import Option
from bot.errors import NotFound
from bot.selling.after_sale import ReturnQuote
from bot.selling.answers import VariantView
from bot.selling.order_answers import OrderLine, OrderView
from bot.selling.shop import Shop

MOST_ROWS = 10
"""WhatsApp's limit for the rows of a list."""


class AskOrderNumber(DialogueAction):
    title = "action_ask_order_number"

    async def tell(self, heard: Heard) -> Told:
        orders = await self.shop.orders(heard.asked.conversation_id)
        form = FORMS.get(heard.loop or "")
        possible = [order for order in orders if form is None or OrderState(order.state) in form.states]
        options = [
            detail(f"{order.number} · {heard.asked.amount(order.total)}", order_number=str(order.number))
            for order in possible[:MOST_ROWS]
        ]
        return Told.response("utter_which_order", *options)


class AskItem(DialogueAction):
    title = "action_ask_item"

    async def tell(self, heard: Heard) -> Told:
        order = await order_of(self.shop, heard)
        lines = order.lines if order else []
        say = heard.asked.say
        options = [detail(short(label_in(say, line.title)), sku=line.sku) for line in lines[: MOST_ROWS - 1]]
        return Told.response("utter_which_item", *options, order=heard.slot("order_number"))


class AskExchangeFor(DialogueAction):
    """Offers what is in stock of the same product; another product can be written."""

    title = "action_ask_exchange_for"

    async def tell(self, heard: Heard) -> Told:
        line = line_of(await order_of(self.shop, heard), heard.slot("item"))
        variants = await variants_of(self.shop, heard, line) if line else []
        bought = next((one.options for one in variants if line and one.sku == line.sku), {})
        say = heard.asked.say
        others = [one for one in variants if one.available and line and one.sku != line.sku]
        nearest = sorted(others, key=lambda one: len(one.options.items() - bought.items()))[:MOST_ROWS]
        options = [detail(short(label(say, one.options.items() - bought.items())), sku=one.sku) for one in nearest]
        return Told.response("utter_exchange_for_what", *options, item=label_in(say, line.title) if line else "")


class AskSure(DialogueAction):
    """The question before a request is made. It names the order and the exact amount."""

    title = "action_ask_sure"

    async def tell(self, heard: Heard) -> Told:
        form = heard.loop or ""
        order = await order_of(self.shop, heard)
        item = item_label(heard.asked.say, order, heard.slot("item"))
        facts = {"order": heard.slot("order_number"), "item": item}
        match form:
            case "return_form" if order:
                return await self.returning(heard, order, facts)
            case "cancel_form" if order:
                unpaid = "_unpaid" if order.state == OrderState.AWAITING_PAYMENT else ""
                return Told.response(
                    f"utter_confirm_cancel_form{unpaid}",
                    **facts,
                    amount=heard.asked.amount(order.total - order.refunded),
                )
            case "exchange_form":
                return Told((await self.exchange(heard, order, facts),))
            case "contact_form":
                kind = heard.slot("contact_field")
                return Told.response(f"utter_confirm_contact_{kind}", value=heard.slot("contact_value"))
        return Told.response(f"utter_confirm_{form}", **facts, address=heard.slot("address"))

    async def returning(self, heard: Heard, order: OrderView, facts: dict[str, str]) -> Told:
        """With the exact amount; where the rules forbid it, that is what the closing action tells, so nothing is asked
        of an amount that nobody gets."""
        asked = heard.asked
        quote = await self.shop.after.quote_return(asked.conversation_id, order.number, heard.slot("item"))
        first = "_first" if isinstance(quote, ReturnQuote) and quote.pay_first else ""
        amount = quote.amount if isinstance(quote, ReturnQuote) else worth(order, heard)
        return Told.response(f"utter_confirm_return_form{first}", **facts, amount=asked.amount(amount))

    async def exchange(self, heard: Heard, order: OrderView | None, facts: dict[str, str]) -> Utter:
        line, wanted = line_of(order, heard.slot("item")), heard.slot("exchange_for")
        variants = await variants_of(self.shop, heard, line) if line else []
        variant = next((one for one in variants if one.sku == wanted), None)
        facts |= {"what": label(heard.asked.say, variant.options.items()) if variant else wanted}
        if variant is None or line is None:
            return Utter("utter_confirm_exchange_other", facts)
        if variant.price == line.unit_price:
            return Utter("utter_confirm_exchange_form", facts)
        prices = {"paid": heard.asked.amount(line.unit_price), "price": heard.asked.amount(variant.price)}
        return Utter("utter_confirm_exchange_price", {**facts, **prices})


def detail(title: str, **entities: str) -> Option:
    return Option(title, payloads.payload("give_details", **entities))


def short(title: str) -> str:
    """As much of a name as a button shows."""
    most = payloads.TITLE_LENGTH
    return title if len(title) <= most else f"{title[: most - 1].rstrip(' ,')}…"


async def order_of(shop: Shop, heard: Heard) -> OrderView | None:
    """The customer's own order that the form is about."""
    number = heard.slot("order_number")
    orders = await shop.orders(heard.asked.conversation_id, int(number)) if number.isdigit() else []
    return orders[0] if orders else None


def line_of(order: OrderView | None, sku: str) -> OrderLine | None:
    return next((line for line in order.lines if line.sku == sku), None) if order else None


async def variants_of(shop: Shop, heard: Heard, line: OrderLine) -> list[VariantView]:
    """None of a product that is no longer sold."""
    try:
        return (await shop.product(heard.asked.conversation_id, line.product_id)).variants
    except NotFound:
        return []


def label(say: Speaker, options: Iterable[tuple[str, str]]) -> str:
    """ "blue, 42": values of options, in the speaker's language."""
    return ", ".join(say.word("option", value) for _, value in sorted(options))


def item_label(say: Speaker, order: OrderView | None, sku: str) -> str:
    """ "Aero 2, blue, 42", "2 × Soy Candle Fig", or all of an order, with the options in the speaker's language."""
    lines = [line for line in (order.lines if order else []) if sku in (WHOLE_ORDER, line.sku)]
    named = [(line.quantity, label_in(say, line.title)) for line in lines]
    return "; ".join(f"{quantity} × {title}" if quantity > 1 else title for quantity, title in named)


def worth(order: OrderView, heard: Heard) -> Money:
    """What is paid back: a line's sum, or all that was paid, delivery included, when nothing of the order is kept."""
    line = line_of(order, heard.slot("item"))
    return order.total if line is None or len(order.lines) == 1 else line.amount
