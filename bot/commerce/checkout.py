"""What a checkout costs and how long it may take. Pure; the shipping table comes from the shop's data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.commerce.money import Money

PAY_PAGE_LIFE = timedelta(minutes=32)
"""Stripe refuses less than 30 minutes, counted from when it hears of the session; a slow network and a clock that is a
little off need the rest."""
HOLD_GRACE = timedelta(minutes=5)
"""Stock stays held this long after the pay page closed: a payment made in its last second is still on its way."""
SMALLEST_LIFE_LEFT = timedelta(minutes=2)
"""A pay page that closes sooner is not handed out again: nobody types a card number that fast."""
SLOW_PAYMENT_LOOK = timedelta(hours=1)
"""A bank debit may arrive days after its pay page was completed; its hold is renewed by this much at a time."""

# Stripe's minimum charge amounts, in minor units; elsewhere the smallest amount that is money.
_MINIMUM = {
    "USD": 50, "EUR": 50, "GBP": 30, "CAD": 50, "AUD": 50, "CHF": 50, "BRL": 50, "INR": 50, "NZD": 50, "SGD": 50,
    "DKK": 250, "NOK": 300, "SEK": 300, "PLN": 200, "CZK": 1500, "MXN": 1000, "HKD": 400, "JPY": 50, "HUF": 17500,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShippingRate:
    """`flat` for an order, nothing once the subtotal reaches `free_from` (None: never)."""

    flat: Money
    free_from: Money | None

    def cost(self, subtotal: Money) -> Money:
        if self.free_from is not None and self.free_from <= subtotal:
            return Money.zero(self.flat.currency)
        return self.flat


ShippingTable = Mapping[str, ShippingRate]
"""Rate by currency. The shop sells in the currencies that it names."""


@dataclass(frozen=True, slots=True)
class Price:
    subtotal: Money
    shipping: Money

    @property
    def total(self) -> Money:
        return self.subtotal + self.shipping


def price(lines: Iterable[tuple[Money, int]], currency: str, shipping: ShippingTable) -> Price:
    """The price of (unit price, quantity) lines, all in one currency. An empty cart ships for nothing."""
    amounts = [unit * quantity for unit, quantity in lines]
    subtotal = sum(amounts, start=Money.zero(currency))
    return Price(subtotal, shipping[currency].cost(subtotal) if amounts else Money.zero(currency))


def smallest_charge(currency: str) -> Money:
    """The smallest total that can be paid by card."""
    return Money(_MINIMUM.get(currency, 1), currency)
