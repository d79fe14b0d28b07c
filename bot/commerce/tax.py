"""Tax by table: which rate a country asks for which goods, and whether prices hold it already. Pure.

The owner writes the table in `catalog/shop.yml`. Where tax depends on the street (the United States), a table cannot
know it: then `by_provider` leaves it to the payment provider, and no tax is counted here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from bot.commerce.money import Money, rounded


@dataclass(frozen=True, slots=True)
class TaxRate:
    """`percent` of the price of goods with this tax code; an empty code is for all that have no rate of their own.
    `included` says that the country's prices hold the tax (VAT), otherwise it comes on top (sales tax)."""

    countries: tuple[str, ...]
    percent: Decimal
    included: bool
    code: str = ""
    name: str = "Tax"


@dataclass(frozen=True, slots=True)
class Tax:
    """`included` is the part of the price that is tax already, `added` what comes on top of it."""

    included: Money
    added: Money
    name: str = ""


@dataclass(frozen=True, slots=True)
class TaxTable:
    rates: tuple[TaxRate, ...] = ()
    by_provider: bool = False

    def rate(self, country: str, code: str) -> TaxRate | None:
        here = [rate for rate in self.rates if country in rate.countries]
        return next((rate for rate in here if code and rate.code == code), None) or next(
            (rate for rate in here if not rate.code), None
        )

    def tax(self, goods: Iterable[tuple[Money, str]], country: str, currency: str) -> Tax:
        """Of (amount, tax code) of each line, discounts taken off. Each line is rounded on its own, half up, as it
        stands on an invoice."""
        included = added = Money.zero(currency)
        names: list[str] = []
        for amount, code in goods:
            rate = self.rate(country, code)
            if rate is None:
                continue
            names.append(rate.name)
            if rate.included:
                included = included + rounded(amount.amount * rate.percent / (100 + rate.percent), currency)
            else:
                added = added + rounded(amount.amount * rate.percent / 100, currency)
        return Tax(included, added, names[0] if names else "")
