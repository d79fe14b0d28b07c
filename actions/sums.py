"""What a cart costs, in words: code, delivery, tax and total, so that the sum can be seen to be right. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from actions.counter import Asked
from bot.commerce.money import Money
from bot.conversation.countries import country_name
from bot.selling import code_words
from bot.selling.answers import CartView, CodeRefused, DeliveryOffer, WayPrice


def costs(asked: Asked, cart: CartView, *, told: bool = False) -> str:
    """In one line: "RUN15: −$10.35. Delivery: $6.00. Total: $64.65 (incl. $5.00 VAT)."; without the code where that
    was told before."""
    parts = [
        "" if told else code_line(asked, cart),
        delivery(asked, cart),
        tax_on_top(asked, cart),
        f"{total(asked, cart)}.",
    ]
    return " ".join(part for part in parts if part)


def added_up(asked: Asked, cart: CartView) -> list[str]:
    """A line for everything that the total is made of, the goods where something is taken off or comes on top."""
    goods = asked.say("Goods: {amount}", amount=asked.amount(cart.subtotal))
    several = len(cart.lines) > 1 or cart.discount.amount or cart.tax.amount
    parts = [goods if several else "", code_line(asked, cart), delivery(asked, cart), tax_on_top(asked, cart)]
    return [*(part for part in parts if part), total(asked, cart)]


def code_line(asked: Asked, cart: CartView) -> str:
    """What the code takes off, or why it does not."""
    if cart.code is None or not cart.lines:
        return ""
    if cart.code_refused is not None:
        return why_not(asked, cart.code_refused)
    if not cart.discount.amount:
        return ""
    return asked.say("{code}: −{amount}.", code=cart.code, amount=asked.amount(cart.discount))


def delivery(asked: Asked, cart: CartView) -> str:
    """What delivery costs for this cart, where to if that was said, and from when it is free."""
    say = asked.say
    if cart.lines and not cart.deliveries:
        return say("We cannot deliver this to {country}.", country=country_name(cart.country, asked.language))
    to = country_name(cart.country, asked.language) if cart.country_known else ""
    if cart.shipping.amount == 0:
        return say("Delivery is free ({country}).", country=to) if to else say("Delivery is free.")
    cost = asked.amount(cart.shipping)
    if cart.free_shipping_from is None:
        return (
            say("Delivery ({country}): {cost}.", country=to, cost=cost) if to else say("Delivery: {cost}.", cost=cost)
        )
    free = asked.amount(cart.free_shipping_from)
    if to:
        return say("Delivery ({country}): {cost}, free from {free}.", country=to, cost=cost, free=free)
    return say("Delivery: {cost}, free from {free}.", cost=cost, free=free)


def tax_on_top(asked: Asked, cart: CartView) -> str:
    if not cart.tax.amount:
        return ""
    return asked.say("{tax}: {amount}.", tax=cart.tax_name or asked.say("Tax"), amount=asked.amount(cart.tax))


def total(asked: Asked, cart: CartView) -> str:
    amount = asked.amount(cart.total)
    if not cart.tax_included.amount:
        return asked.say("Total: {total}", total=amount)
    held = asked.amount(cart.tax_included)
    return asked.say("Total: {total} (incl. {held} {tax})", total=amount, held=held,
                     tax=cart.tax_name or asked.say("Tax"))  # fmt: skip


def offers(asked: Asked, ways: Sequence[DeliveryOffer]) -> list[str]:
    """The ways of delivery for a cart, a line each."""
    return [way_line(asked, way.name, way.days, asked.amount(way.cost) if way.cost.amount else "", "") for way in ways]


def prices(asked: Asked, ways: Sequence[WayPrice]) -> list[str]:
    """The same as the table has them."""
    return [way_line(asked, way.name, way.days, _cost(asked, way), _free(asked, way.free_from)) for way in ways]


def way_line(asked: Asked, name: str, days: tuple[int, int], cost: str, free: str) -> str:
    """ "Standard delivery: $6.00, free from $75.00, 2–3 working days"; an empty cost is free."""
    shown = ", ".join(part for part in (cost or asked.say("free"), free, working_days(asked, days)) if part)
    return asked.say("{what}: {amount}", what=name, amount=shown)


def working_days(asked: Asked, days: tuple[int, int]) -> str:
    least, most = days
    if least == most:
        return asked.say.n("1 working day", "{count} working days", most)
    return asked.say.n("{least}–{count} working day", "{least}–{count} working days", most, least=least)


def why_not(asked: Asked, refused: CodeRefused) -> str:
    """Why a code takes nothing off, and what would help."""
    return code_words.why_not(refused, asked.say, asked.locale)


def _cost(asked: Asked, way: WayPrice) -> str:
    cost = asked.amount(way.cost)
    if way.per_kilo is None:
        return cost
    return asked.say("{cost} and {more} a kilogram", cost=cost, more=asked.amount(way.per_kilo))


def _free(asked: Asked, free_from: Money | None) -> str:
    return "" if free_from is None else asked.say("free from {free}", free=asked.amount(free_from))
