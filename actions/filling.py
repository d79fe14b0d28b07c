"""One message read into a form's slots: which order, which thing of it, and the answers that a form asks for.

It knows the customer's own orders and the product pages behind them. It fills what the message names and leaves the
rest open; when an order cannot be what the form is about, it ends the form and notes why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from actions import answers
from actions.dialogue import NOT_UNDERSTOOD, Heard, Told, Utter
from bot.commerce.orders import OrderState
from bot.errors import NotFound
from bot.search.words import tokens
from bot.selling.after_sale import ReturnRefused
from bot.selling.answers import ProductPage
from bot.selling.order_answers import OrderLine, OrderView
from bot.selling.shop import Shop

WHOLE_ORDER = "all"
NOT_BY_RULES = "not_by_rules"
_SAID = frozenset({"give_details", NOT_UNDERSTOOD, "out_of_scope", "affirm", "deny"})
_NAMED = _SAID | {"choose_product", "choose_option", "search_products", "order_status", "set_quantity", "ask_details"}
_COMPLAINED = _SAID | {"report_item_problem", "choose_option", "ask_size_advice", "complain", "ask_details"}
_ANSWERS = {
    "order_number": _NAMED,
    "item": _NAMED | {"report_item_problem"},
    "reason": _COMPLAINED,
    "problem": _COMPLAINED | {"return_item"},
    "remedy": _SAID | {"ask_refund", "exchange_item", "return_item"},
    "exchange_for": _NAMED,
    "change": _NAMED | {"add_to_cart", "add_another", "remove_from_cart", "exchange_item"},
    "address": _SAID | {"ask_shop_info"},
    "payment_problem": _SAID | {"complain"},
    "contact_field": _SAID | {"choose_option"},
    "contact_value": _SAID,
    "sure": _SAID | {"choose_option"},
}
"""Which intents' sentences may answer a question. A sentence that surely means something else interrupts the form."""
_TABLES = {"reason": answers.REASONS, "problem": answers.PROBLEMS, "remedy": answers.REMEDIES}
_LIKE_ANSWERS = frozenset({"return_item", "exchange_item", "ask_refund", "report_item_problem", "ask_size_advice"})
"""What "they are too tight" may be taken for: an answer all the same, unless it names what is wanted instead."""


class Filling:
    def __init__(
        self,
        shop: Shop,
        intent: str,
        wanted: Sequence[str],
        states: frozenset[OrderState],
        heard: Heard,
        orders: Sequence[OrderView],
    ) -> None:
        self.shop = shop
        self.intent = intent
        self.wanted = wanted
        self.states = states
        self.heard = heard
        self.asked = heard.asked
        self.orders = orders
        self.possible = [order for order in orders if OrderState(order.state) in states]
        self.requested: str | None = None
        self.slots: dict[str, Any] = {}
        self.says: list[Utter] = []

    async def begin(self, forgotten: Mapping[str, None]) -> Told:
        """The message that opens the form may answer much of it already."""
        self.slots = {**forgotten, "ended_by": None}
        await self._read()
        return self._told()

    async def go_on(self) -> Told:
        """A message while the form is open. An answer that could not be read is asked for again; nothing at all is
        told of a message that is none, which makes Rasa answer it by its rules first."""
        self.requested = self.heard.requested
        if not self._may_answer():
            return Told()
        await self._read()
        if not self.slots and self.heard.intent in ("affirm", "deny", "give_details"):
            return Told(tuple(self.says), {"ended_by": None})
        return self._told()

    def _may_answer(self) -> bool:
        if not self.heard.sure or self.heard.intent == self.intent:
            return True
        requested = self.requested or ""
        if requested == "item" and answers.means_all(self.asked.text):
            return True
        if self.heard.intent in _ANSWERS.get(requested, _SAID):
            return True
        if self.heard.intent not in _LIKE_ANSWERS or {"size", "colour"} & self.asked.entities.keys():
            return False
        return answers.meant(_TABLES.get(requested, {}), self.asked.text) is not None

    async def _read(self) -> None:
        for name in self.wanted:
            await getattr(self, f"_read_{name}")()
            if self.slots.get("ended_by"):
                return

    def _told(self) -> Told:
        ended = {"requested_slot": None} if self.slots.get("ended_by") else {}
        return Told(tuple(self.says), {**self.slots, **ended})

    def _value(self, name: str) -> str | None:
        value = self.slots[name] if name in self.slots else self.asked.slots.get(name)
        return str(value) if value else None

    def _free_words(self, name: str) -> str | None:
        """The whole message, when it is what was asked for: not one that corrects the order or the thing of it."""
        corrects = {"order_number", "item"} & self.slots.keys()
        if corrects or (self.heard.intent in ("affirm", "deny") and name != "reason"):
            return None
        return answers.kept(self.asked.text) if self.requested == name and self.asked.text else None

    # -- which order, and what of it -----------------------------------------------------------------------------------

    @property
    def order(self) -> OrderView | None:
        number = self._value("order_number")
        return next((order for order in self.possible if str(order.number) == number), None)

    async def _read_order_number(self) -> None:
        number = None if self._has_other_numbers() else self.asked.entities.get("order_number")
        if number is None and self.requested == "order_number":
            number = answers.order_number(self.asked.text)
        if number is not None:
            self._take(number.lstrip("#"))
        elif self.order is None:
            self._take_the_only_one()

    def _has_other_numbers(self) -> bool:
        """A postcode or a phone number looks like an order's."""
        other = {"address", "phone", "email"} & self.asked.entities.keys()
        return bool(other) or self.requested in ("address", "contact_value")

    def _take(self, number: str) -> None:
        order = next((order for order in self.orders if str(order.number) == number), None)
        if order is None:
            self.slots |= {"order_number": None, "code_for": number}
            self._end("unseen")
        elif order not in self.possible:
            self.slots["order_number"] = number
            self._end("wrong_state")
        elif number != self._value("order_number"):
            self.slots["order_number"] = number
            if self._value("item") not in (None, WHOLE_ORDER, *(line.sku for line in order.lines)):
                self.slots["item"] = None

    def _take_the_only_one(self) -> None:
        place = self.asked.entities.get("position", "")
        if len(self.possible) == 1:
            self.slots["order_number"] = str(self.possible[0].number)
        elif not self.possible:
            self.slots["order_number"] = str(self.orders[0].number) if self.orders else None
            self._end("wrong_state" if self.orders else "no_order")
        elif self.requested == "order_number" and place.lstrip("-").isdigit():
            at = int(place) - 1 if int(place) > 0 else int(place)
            if -len(self.possible) <= at < len(self.possible):
                self.slots["order_number"] = str(self.possible[at].number)
        elif self._value("order_number"):
            self.slots["order_number"] = None

    def _end(self, why: str) -> None:
        self.slots["ended_by"] = why

    async def _read_item(self) -> None:
        order = self.order
        if order is None:
            return
        sku = self.asked.entities.get("sku")
        asking = self.requested in (None, "item")
        if len(order.lines) == 1:
            sku = order.lines[0].sku
        elif sku is None and (asking or self.asked.entities.get("product")):
            named = [] if self.heard.tapped else await self._lines_named(order.lines)
            sku = named[0].sku if len(named) == 1 else None
            if sku is None and asking and answers.means_all(self.asked.text):
                sku = WHOLE_ORDER
        if sku in (WHOLE_ORDER, *(line.sku for line in order.lines)) and sku != self._value("item"):
            self.slots["item"] = sku
            await self._judge(order, sku)

    async def _judge(self, order: OrderView, item: str) -> None:
        """What may not come back by the rules is not asked about any further."""
        if self.intent not in ("return_item", "exchange_item"):
            return
        quote = await self.shop.after.quote_return(self.asked.conversation_id, order.number, item)
        if isinstance(quote, ReturnRefused):
            self._end(NOT_BY_RULES)

    async def _lines_named(self, lines: Sequence[OrderLine]) -> list[OrderLine]:
        said = _words(f"{self.asked.text} {self.asked.entities.get('product', '')}")
        scores = [len(said & _words(f"{line.title} {await self._kind(line)}")) for line in lines]
        best = max(scores, default=0)
        return [line for line, score in zip(lines, scores, strict=True) if best and score == best]

    async def _kind(self, line: OrderLine) -> str:
        page = await self._page(line)
        return f"{page.card.kind} {page.category.replace('/', ' ')}" if page else ""

    async def _page(self, line: OrderLine) -> ProductPage | None:
        try:
            return await self.shop.product(self.asked.conversation_id, line.product_id)
        except NotFound:
            return None

    # -- answers -------------------------------------------------------------------------------------------------------

    async def _read_reason(self) -> None:
        self._read_word("reason", answers.REASONS)
        if "reason" not in self.slots and (text := self._free_words("reason")):
            self.slots["reason"] = text

    async def _read_problem(self) -> None:
        self._read_word("problem", answers.PROBLEMS)
        if self.slots.get("problem") and self.asked.text:
            self.slots["problem"] = answers.kept(self.asked.text)
        elif text := self._free_words("problem"):
            self.slots["problem"] = text

    async def _read_remedy(self) -> None:
        self._read_word("remedy", answers.REMEDIES)

    async def _read_payment_problem(self) -> None:
        self._read_word("payment_problem", answers.PAYMENTS)

    async def _read_contact_field(self) -> None:
        named = next((name for name in ("email", "phone", "name") if self.asked.entities.get(name)), None)
        if named and self.requested != "sure":
            self.slots["contact_field"] = named
        else:
            self._read_word("contact_field", answers.CONTACT_FIELDS)

    def _read_word(self, name: str, table: Mapping[str, str]) -> None:
        """A word of a table: tapped, or written where the form opens or asks for it."""
        value = self.asked.entities.get(name) if self.heard.tapped else None
        if value is None and self.requested in (None, name):
            value = answers.meant(table, self.asked.text)
        if value:
            self.slots[name] = value

    async def _read_change(self) -> None:
        named = self.requested is None and {"product", "size", "colour"} & self.asked.entities.keys()
        if self.asked.text and (named or self.requested == "change"):
            self.slots["change"] = answers.kept(self.asked.text)

    async def _read_address(self) -> None:
        written = self.asked.entities.get("address")
        if written is None and (text := self._free_words("address")):
            written = text if answers.could_be_address(text) else None
            if written is None:
                self.says.append(Utter("utter_address_unclear"))
                self.slots["address"] = None
        if written:
            self.slots["address"] = answers.kept(written)

    async def _read_contact_value(self) -> None:
        kind = self._value("contact_field")
        found = self.asked.entities.get(kind) if kind else None
        if found is None and kind in ("email", "phone") and self.asked.text:
            found = answers.email(self.asked.text) if kind == "email" else answers.phone(self.asked.text)
        if found is None and kind == "name":
            found = self._free_words("contact_value")
        if found:
            self.slots["contact_value"] = answers.kept(found)

    async def _read_exchange_for(self) -> None:
        """A variant's SKU where the shop has what is named, the customer's own words where it names another thing."""
        named = {name: value for name in ("size", "colour") if (value := self.asked.entities.get(name))}
        order = self.order
        line = next((one for one in order.lines if one.sku == self._value("item")), None) if order else None
        sku = self.asked.entities.get("sku") if self.heard.tapped and self.requested == "exchange_for" else None
        if sku and sku != self._value("item"):
            self.slots["exchange_for"] = sku
        elif named and line is not None:
            await self._read_variant(line, named)
        elif text := self._free_words("exchange_for"):
            self.slots["exchange_for"] = text

    async def _read_variant(self, line: OrderLine, named: Mapping[str, str]) -> None:
        page = await self._page(line)
        bought = next((one.options for one in page.variants if one.sku == line.sku), {}) if page else {}
        wanted = {name: value.casefold() for name, value in {**bought, **named}.items()}
        fitting = [
            one
            for one in (page.variants if page else [])
            if one.available and {name: value.casefold() for name, value in one.options.items()} == wanted
        ]
        what = ", ".join(named.values())
        if fitting and fitting[0].sku != line.sku:
            self.slots["exchange_for"] = fitting[0].sku
        elif page is None:
            self.slots["exchange_for"] = what
        else:
            self.says.append(Utter("utter_exchange_not_there", {"what": what, "item": line.title}))
            self.slots["exchange_for"] = None

    async def _read_sure(self) -> None:
        """Read only where it was asked for, and never from a message that changes what would be agreed to."""
        if self.requested != "sure" or self.slots:
            return
        if self.heard.intent == "deny":
            self.slots["sure"] = "no"
        elif self.heard.sure and self.heard.intent in ("affirm", self.intent):
            about = self.asked.entities.get("order_number")
            if about in (None, self._value("order_number")):
                self.slots["sure"] = "yes"


def _words(text: str) -> frozenset[str]:
    """Folded words without a plural s."""
    return frozenset(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in tokens(text))
