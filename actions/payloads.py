"""What a tap means: the payloads of every option that an action offers, and the options that many of them share."""

from __future__ import annotations

from collections.abc import Mapping

from bot.conversation.payloads import payload as payload
from bot.conversation.phrases import Speaker
from bot.conversation.replies import Option

TITLE_LENGTH = 20
"""WhatsApp's limit for a reply button's title; longer ones would be cut off."""


class Buttons:
    """The things to tap, in one language. Titles have at most TITLE_LENGTH characters in every language."""

    def __init__(self, say: Speaker) -> None:
        self._say = say

    @property
    def keep_looking(self) -> Option:
        return Option(self._say("Keep looking"), payload("show_more"))

    @property
    def show_more(self) -> Option:
        return Option(self._say("Show more"), payload("show_more"))

    @property
    def see_again(self) -> Option:
        return Option(self._say("See them again"), payload("show_more"))

    @property
    def show_cart(self) -> Option:
        return Option(self._say("My cart"), payload("show_cart"))

    @property
    def add_to_cart(self) -> Option:
        return Option(self._say("Add to cart"), payload("add_to_cart"))

    @property
    def person(self) -> Option:
        return Option(self._say("Talk to a person"), payload("ask_human"))

    @property
    def my_order(self) -> Option:
        return Option(self._say("My order"), payload("order_status"))

    @property
    def what_can_you_do(self) -> Option:
        return Option(self._say("What can you do?"), payload("ask_what_can_you_do"))

    @property
    def try_again(self) -> Option:
        return Option(self._say("Try again"), payload("checkout"))

    @property
    def empty_cart(self) -> Option:
        return Option(self._say("Yes, empty it"), payload("clear_cart", sure="yes"))

    @property
    def keep_cart(self) -> Option:
        return Option(self._say("No, keep it"), payload("deny"))

    @property
    def send_again(self) -> Option:
        return Option(self._say("Send it again"), payload("account_trouble"))

    @property
    def exchanges(self) -> Option:
        return Option(self._say("Exchanges"), payload("ask_return_policy"))

    @property
    def not_old_enough(self) -> Option:
        return Option(self._say("No"), payload("deny"))

    @property
    def without_code(self) -> Option:
        return Option(self._say("Without the code"), payload("use_promo_code", sure="no"))

    def deliver_to(self, country: str, name: str) -> Option:
        return Option(name, payload("ask_shipping", place=country))

    def prices_in(self, currency: str) -> Option:
        return Option(
            self._say("Prices in {currency}", currency=currency), payload("switch_currency", currency=currency)
        )

    def old_enough(self, age: int) -> Option:
        return Option(self._say("Yes, {age} or older", age=age), payload("add_to_cart", sure=str(age)))

    def check_out(self, total: str) -> Option:
        """With the sum on it, or without where the sum is too long."""
        title = self._say("Check out · {total}", total=total)
        return Option(title if len(title) <= TITLE_LENGTH else self._say("Check out"), payload("checkout"))

    def choose_product(self, product_id: str) -> Option:
        return Option(self._say("Choose"), payload("choose_product", product_id=product_id))

    def tell_me(self, product_id: str, options: Mapping[str, str]) -> Option:
        """With the options, unless the customer named so much that no button holds it."""
        title = self._say("Tell me if it comes")
        try:
            return Option(title, payload("opt_in", product_id=product_id, **options))
        except ValueError:
            return Option(title, payload("opt_in", product_id=product_id))

    def show_product(self, product_id: str) -> Option:
        return Option(self._say("Show it"), payload("choose_product", product_id=product_id))

    def product_named(self, product_id: str, title: str) -> Option:
        return Option(title, payload("choose_product", product_id=product_id))

    def choose_value(self, product_id: str, name: str, value: str, chosen: Mapping[str, str] | None = None) -> Option:
        """One size or colour of a product, beside those `chosen` already. The payload names them all, so that an old
        list still means what it showed."""
        title = self._say.word("option", value)
        return Option(title, payload("choose_option", **{"product_id": product_id, **(chosen or {}), name: value}))

    def change_it(self, product_id: str, name: str, value: str) -> Option:
        return Option(self._say("Change it"), payload("choose_option", **{"product_id": product_id, name: value}))

    def another_colour(self, product_id: str) -> Option:
        return Option(self._say("Another colour"), payload("choose_option", product_id=product_id))

    def take_out(self, sku: str) -> Option:
        return Option(self._say("Take it out"), payload("remove_from_cart", sku=sku))

    def take_out_line(self, sku: str, label: str) -> Option:
        return Option(label, payload("remove_from_cart", sku=sku))

    def keep_only(self, sku: str, quantity: int) -> Option:
        title = self._say("Keep {count}", count=quantity)
        return Option(title, payload("set_quantity", sku=sku, quantity=str(quantity)))

    def send_code(self, number: str) -> Option:
        return Option(self._say("Send me a code"), payload("account_trouble", order_number=number))

    def order(self, number: int) -> Option:
        return Option(self._say("Order {number}", number=number), payload("order_status", order_number=str(number)))
