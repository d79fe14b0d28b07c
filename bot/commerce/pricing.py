"""What a basket costs, to the cent: goods, discount, delivery and tax together. Pure, and the one place of that sum.

    total = goods - discount + delivery + tax that comes on top

Delivery is the cheapest way until the shopper chooses another on the pay page. A code that frees delivery frees the
cheapest way only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.commerce.money import Money
from bot.commerce.promotions import Discount
from bot.commerce.shipping import Delivery, ShippingTable
from bot.commerce.tax import Tax, TaxTable


@dataclass(frozen=True, slots=True)
class Item:
    """A line to be priced: the price of one piece, how many, and what tax and delivery ask about."""

    unit: Money
    quantity: int
    weight_g: int = 0
    tax_code: str = ""

    @property
    def amount(self) -> Money:
        return self.unit * self.quantity


@dataclass(frozen=True, slots=True)
class Rules:
    shipping: ShippingTable
    tax: TaxTable


@dataclass(frozen=True, slots=True)
class Quote:
    """`goods` before the discount; `delivery` all ways, cheapest first, the first is counted; empty for an empty basket
    and where nothing is delivered to `country` (`deliverable` is False then). `line_taxes` are those of each item, in
    their order; `tax` is their sum."""

    country: str
    goods: Money
    discount: Money
    code: str | None
    delivery: tuple[Delivery, ...]
    tax: Tax
    deliverable: bool = True
    line_taxes: tuple[Tax, ...] = ()

    @property
    def shipping(self) -> Money:
        return self.delivery[0].cost if self.delivery else Money.zero(self.goods.currency)

    @property
    def total(self) -> Money:
        return self.goods - self.discount + self.shipping + self.tax.added


def quote(
    items: Sequence[Item],
    currency: str,
    country: str,
    rules: Rules,
    *,
    discount: Discount | None = None,
    language: str = "en",
) -> Quote:
    """The price of items that are all in `currency`, delivered to `country`."""
    nothing = Money.zero(currency)
    goods = sum((item.amount for item in items), start=nothing)
    off = discount.of_lines if discount else (nothing,) * len(items)
    less = sum(off, start=nothing)
    weight = sum(item.weight_g * item.quantity for item in items)
    offers = rules.shipping.offers(country, goods - less, weight, language) if items else ()
    if discount and discount.free_delivery and offers:
        offers = (replace(offers[0], cost=nothing), *offers[1:])
    taxed = [(item.amount - taken, item.tax_code) for item, taken in zip(items, off, strict=True)]
    return Quote(
        country=country,
        goods=goods,
        discount=less,
        code=discount.code if discount else None,
        delivery=offers,
        tax=rules.tax.tax(taxed, country, currency),
        deliverable=bool(offers) or not items,
        line_taxes=tuple(rules.tax.tax([line], country, currency) for line in taxed),
    )
