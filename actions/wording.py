"""How the shop's answers sound: sentences and things to tap, the same ones wherever the same thing is said.

Pure: an answer of the shop in, replies out. Warm and short; never a fact that the answer does not hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from actions import reading
from actions.counter import Asked, Said
from bot.conversation.replies import Card, Cards, Choices, Listing, Option, Reply, Row
from bot.selling.answers import CartChanged, CartLimit, CartView, OutOfStock, ProductCard

MOST_BUTTONS = 3
MOST_ROWS = 10
"""WhatsApp's limits for reply buttons and for rows of a list."""
MOST_NAMED = 4


def card(asked: Asked, product: ProductCard) -> Card:
    price = asked.amount(product.price)
    return Card(
        title=product.title,
        subtitle=f"from {price}" if product.price_varies else price,
        text=product.why,
        image=product.image,
        options=[asked.buttons.choose_product(product.id)],
    )


def cards(asked: Asked, text: str, products: Sequence[ProductCard], *options: Option) -> Cards:
    return Cards(text, "See them", [card(asked, product) for product in products], list(options))


def question(text: str, name: str, options: Sequence[Option]) -> Reply:
    """Buttons where they fit, else a list; of too many values the middle ones, for the ends can be typed."""
    if len(options) <= MOST_BUTTONS:
        return Choices(text, list(options))
    shown = middle(options, MOST_ROWS)
    if len(shown) < len(options):
        text = f"{text} There is {options[0].title} to {options[-1].title}: tap one or write it."
    return Listing(text, f"{name.capitalize()}s", [Row(option.title, option.payload) for option in shown])


def ask_option(
    asked: Asked,
    product_id: str,
    title: str,
    name: str,
    values: Sequence[str],
    before: str = "",
    chosen: Mapping[str, str] | None = None,
) -> Reply:
    """ "Which size?", with the values that can be had beside what is chosen."""
    text = f"Which {name} of {title}?" if not before else f"{before} Which {name}?"
    ordered = reading.by_size(values) if name == "size" else values
    return question(text, name, [asked.buttons.choose_value(product_id, name, value, chosen) for value in ordered])


def middle(options: Sequence[Option], count: int) -> Sequence[Option]:
    start = max(0, (len(options) - count) // 2)
    return options[start : start + count]


def listed(values: Sequence[str], last: str = "and") -> str:
    """ "blue, mint and black"; a long list ends in "and more"."""
    if len(values) > MOST_NAMED:
        values = [*values[: MOST_NAMED - 1], "more"]
    return f" {last} ".join([", ".join(values[:-1]), values[-1]]) if len(values) > 1 else "".join(values)


def things(count: int) -> str:
    return "1 thing" if count == 1 else f"{count} things"


def delivery(asked: Asked, cart: CartView) -> str:
    """What delivery costs for this cart, and from when it is free."""
    if cart.shipping.amount == 0:
        return "Delivery is free."
    cost = f"Delivery: {asked.amount(cart.shipping)}"
    return f"{cost}, free from {asked.amount(cart.free_shipping_from)}." if cart.free_shipping_from else f"{cost}."


def sum_up(asked: Asked, cart: CartView) -> str:
    """The cart in a line."""
    return f"{things(cart.count).capitalize()} in your cart. {delivery(asked, cart)} Total: {asked.amount(cart.total)}."


def whole_cart(asked: Asked, cart: CartView) -> str:
    """The cart, a line each."""
    lines = [f"{line.quantity} × {line.label}: {asked.amount(line.amount)}" for line in cart.lines]
    return "\n".join(["Your cart:", *lines, delivery(asked, cart), f"Total: {asked.amount(cart.total)}"])


def with_cart(asked: Asked, text: str, cart: CartView, *more: Option) -> Said:
    """A sentence over the cart as it is now, and what to do next."""
    if not cart.lines:
        return Said.text(f"{text} Your cart is empty now.", asked.buttons.keep_looking)
    options = (asked.buttons.check_out(asked.amount(cart.total)), asked.buttons.keep_looking, *more)
    return Said.text(text, *options[:MOST_BUTTONS], offer="checkout")


def empty_cart(asked: Asked, text: str = "Your cart is empty.") -> Said:
    return Said.text(f"{text} Tell me what you are looking for, for example “running shoes under 80”.")


def changed(asked: Asked, text: str, answer: CartChanged, *more: Option) -> Said:
    """The cart after a change. What was changed is what "another one" will speak of."""
    said = with_cart(asked, f"{text} {sum_up(asked, answer.cart)}" if answer.cart.lines else text, answer.cart, *more)
    line = answer.line
    if line is None:
        return said.keeping(added=None, product_id=None, wanted=None)
    added = {"sku": line.sku, "product_id": line.product_id, "options": dict(line.options), "quantity": line.quantity}
    return said.keeping(added=added, product_id=line.product_id, size=None, colour=None, wanted=None)


def refused(asked: Asked, answer: OutOfStock | CartLimit, chosen: Mapping[str, str] | None = None) -> Said:
    """Nothing was changed, and why. `chosen` are the size and the colour that were asked for."""
    if isinstance(answer, CartLimit):
        most = f"{answer.limit} of one thing" if answer.what == "quantity" else f"{answer.limit} different things"
        return Said.text(f"A cart takes at most {most}. For more than that, a person can help.", asked.buttons.person)
    if answer.available:
        left = f"There are only {answer.available} left" if answer.available > 1 else "There is only one left"
        text = f"{left} of {answer.label}. Your cart is as it was."
        return Said.text(text, asked.buttons.show_cart, asked.buttons.keep_looking)
    sold_out = f"{answer.label} is sold out just now."
    for name in ("colour", "size"):
        if answer.others.get(name):
            sorry = f"{sold_out} But there is another {name}."
            return Said((ask_option(asked, answer.product_id, answer.title, name, answer.others[name], sorry, chosen),))
    return Said.text(sold_out, asked.buttons.keep_looking)
