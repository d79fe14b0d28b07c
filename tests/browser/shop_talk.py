"""What the shop says in the tests of the chat page: one reply of each kind, with the demo catalogue's pictures."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from bot.commerce.money import Money
from bot.conversation.replies import (
    Card,
    Cards,
    Choices,
    Line,
    Link,
    Listing,
    Option,
    Picture,
    Receipt,
    Row,
    Shown,
    Text,
)
from bot.selling.answers import CartLine, CartView, DeliveryOffer
from tests.support.counter import empty_cart


def _card(name: str, price: str, why: str, picture: str) -> Card:
    return Card(
        title=name,
        subtitle=price,
        text=why,
        image=f"/media/catalog/{picture}.svg",
        options=[
            Option("Choose", f'/choose_product{{"product_id": "{picture}"}}'),
            Option("Details", f'/ask_product{{"product_id": "{picture}"}}'),
        ],
    )


SHOES = Cards(
    text="Three running shoes under $80 that are in stock:",
    button="See the shoes",
    cards=[
        _card("Aero 2", "$69.00", "Light and breathable, for roads and short runs.", "aero-2"),
        _card("Bed socks", "$14.00", "Warm for cold nights.", "bed-socks"),
        _card("Big soup mug", "$18.00", "Holds a whole bowl and stays warm.", "big-soup-mug"),
    ],
    options=[Option("Show more", "/show_more"), Option("Show my cart", "/show_cart")],
)
SIZES = Choices(
    "Aero 2, $69.00. Light, for roads. Which size?",
    [Option(size, f'/choose_option{{"size": "{size}"}}') for size in ("40", "41", "42", "43", "44")],
)
IN_CART = Choices(
    "Size 42 is in your cart. Yes, we ship to Lyon: 2–3 days, $6.00, free over $75.00.",
    [Option("Check out · $75.00", "/checkout"), Option("Keep looking", "/keep_looking")],
)
PAY = Link("Here is your secure checkout. I hold your shoes for 30 minutes.", "Pay $75.00", "https://pay.example/s/1")
PAID = [
    Text("Paid, thank you! Order 10482 arrives Thursday or Friday. I will write when it ships."),
    Receipt(
        number="10482", lines=[Line("Aero 2, blue, 42", 1, "$69.00"), Line("Delivery", 1, "$6.00")], total="$75.00"
    ),
]
MENU = Listing(
    "I can help with these:",
    "See how",
    [
        Row("Find something", "/browse", "By name, price, size or colour"),
        Row("My orders", "/order_status", "Where they are and when they come"),
        Row("Talk to a person", "/human", "Usually within a few minutes"),
    ],
)
PHOTO = Picture("/media/catalog/aero-2.svg", "Aero 2, blue. Light, for roads.")


def answer(text: str, payload: str | None) -> Sequence[Shown]:
    """A small scripted shop: enough to walk through a purchase."""
    said = (payload or text).lower()
    if said.startswith("/choose_product"):
        return [PHOTO, SIZES]
    if said.startswith("/choose_option"):
        return [IN_CART]
    if said.startswith("/checkout") or "checkout" in said:
        return [PAY]
    if "shoes" in said:
        return [SHOES]
    if "help" in said:
        return [MENU]
    return [Text(f"You said: {text}")]


def cart_with_shoes() -> CartView:
    line = CartLine(
        sku="AERO-2-BLUE-42",
        product_id="aero-2",
        title="Aero 2",
        label="Aero 2, blue, 42",
        options={"size": "42", "colour": "blue"},
        quantity=1,
        unit_price=Money(6900, "USD"),
        amount=Money(6900, "USD"),
        available=5,
        image="/media/catalog/aero-2.svg",
    )
    return msgspec.structs.replace(
        empty_cart(),
        lines=[line],
        count=1,
        subtotal=Money(6900, "USD"),
        shipping=Money(600, "USD"),
        total=Money(7500, "USD"),
        deliveries=[DeliveryOffer("standard", "Standard delivery", Money(600, "USD"), (2, 3))],
    )
