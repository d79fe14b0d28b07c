"""An invoice as facts: who sold what to whom, what each thing cost, and the tax by rate. Pure.

Its number is the order's. Tax by rate is told where today's table gives exactly what the order was charged; where it
does not (the rate has changed since, or the payment provider counted), only what was charged is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.commerce.money import Money
from bot.commerce.tax import TaxTable


@dataclass(frozen=True, slots=True)
class Party:
    """`lines` are of the postal address. `tax_id` is as the authorities write it, `DE123456789`."""

    name: str
    lines: tuple[str, ...] = ()
    tax_id: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """`amount` = `unit_price` × `quantity` - `discount`."""

    title: str
    sku: str
    quantity: int
    unit_price: Money
    discount: Money
    tax_code: str = ""

    @property
    def amount(self) -> Money:
        return self.unit_price * self.quantity - self.discount


@dataclass(frozen=True, slots=True)
class TaxLine:
    """`percent` and `net`, what it is charged on, are None where only the sum is known. `included` is in the prices."""

    name: str
    amount: Money
    included: bool
    percent: Decimal | None = None
    net: Money | None = None


@dataclass(frozen=True, slots=True)
class Invoice:
    """`total` = `goods` - `discount` + `delivery` + the taxes that come on top. `refunded` went back since."""

    number: int
    issued: date
    seller: Party
    buyer: Party
    lines: tuple[InvoiceLine, ...]
    goods: Money
    discount: Money
    code: str
    delivery: Money
    way: str
    taxes: tuple[TaxLine, ...]
    total: Money
    refunded: Money


def taxes_of(
    lines: Sequence[InvoiceLine], table: TaxTable, country: str, *, included: Money, added: Money, name: str
) -> tuple[TaxLine, ...]:
    """The taxes of an order that was charged `added` on top of prices that held `included`."""
    by_rate: dict[tuple[str, Decimal, bool], list[Money]] = {}
    for line in lines:
        rate = table.rate(country, line.tax_code)
        if rate is not None:
            tax = table.tax([(line.amount, line.tax_code)], country, line.amount.currency)
            charged = tax.included if rate.included else tax.added
            net = line.amount - tax.included
            known = by_rate.setdefault((rate.name, rate.percent, rate.included), [Money.zero(net.currency)] * 2)
            known[0], known[1] = known[0] + charged, known[1] + net
    told = [TaxLine(name, sums[0], held, percent, sums[1]) for (name, percent, held), sums in sorted(by_rate.items())]
    nothing = Money.zero(included.currency)
    sums = [sum((tax.amount for tax in told if tax.included is held), start=nothing) for held in (True, False)]
    if sums == [included, added]:
        return tuple(tax for tax in told if tax.amount.amount)
    whole = (TaxLine(name, included, True), TaxLine(name, added, False))
    return tuple(tax for tax in whole if tax.amount.amount)
