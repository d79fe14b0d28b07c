"""What a tap means: the payloads of every option that an action offers, and the options that many of them share."""

from __future__ import annotations

import json
from collections.abc import Mapping

from bot.conversation.replies import PAYLOAD_BYTES, Option

TITLE_LENGTH = 20
"""WhatsApp's limit for a reply button's title; longer ones would be cut off."""


def payload(intent: str, **entities: str) -> str:
    """`/intent{"entity": "value"}`. Raises `ValueError` when it would not fit into a list row."""
    carried = json.dumps(entities, ensure_ascii=False, separators=(",", ":")) if entities else ""
    made = f"/{intent}{carried}"
    if len(made.encode()) > PAYLOAD_BYTES:
        raise ValueError(f"the payload of {intent} is longer than {PAYLOAD_BYTES} bytes")
    return made


def check_out(total: str) -> Option:
    """The button with the sum on it, or without where the sum is too long."""
    title = f"Check out · {total}"
    return Option(title if len(title) <= TITLE_LENGTH else "Check out", payload("checkout"))


KEEP_LOOKING = Option("Keep looking", payload("show_more"))
SHOW_MORE = Option("Show more", payload("show_more"))
SEE_AGAIN = Option("See them again", payload("show_more"))
SHOW_CART = Option("My cart", payload("show_cart"))
ADD_TO_CART = Option("Add to cart", payload("add_to_cart"))
PERSON = Option("Talk to a person", payload("ask_human"))
MY_ORDER = Option("My order", payload("order_status"))
WHAT_CAN_YOU_DO = Option("What can you do?", payload("ask_what_can_you_do"))
TRY_AGAIN = Option("Try again", payload("checkout"))
EMPTY_CART = Option("Yes, empty it", payload("clear_cart", sure="yes"))
KEEP_CART = Option("No, keep it", payload("deny"))


def choose_product(product_id: str, title: str = "Choose") -> Option:
    return Option(title, payload("choose_product", product_id=product_id))


def choose_value(product_id: str, name: str, value: str, chosen: Mapping[str, str] | None = None) -> Option:
    """One size or colour of a product, beside those `chosen` already. The payload names them all, so that an old list
    still means what it showed."""
    return Option(value, payload("choose_option", **{"product_id": product_id, **(chosen or {}), name: value}))


def another_colour(product_id: str) -> Option:
    return Option("Another colour", payload("choose_option", product_id=product_id))


def remove_line(sku: str, label: str) -> Option:
    return Option(label, payload("remove_from_cart", sku=sku))


def order(number: int) -> Option:
    return Option(f"Order {number}", payload("order_status", order_number=str(number)))


def keep_only(sku: str, quantity: int) -> Option:
    return Option(f"Keep {quantity}", payload("set_quantity", sku=sku, quantity=str(quantity)))
