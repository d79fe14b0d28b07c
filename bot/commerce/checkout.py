"""How long a checkout may take and how little may be paid. Pure; what it costs is `bot.commerce.pricing`."""

from __future__ import annotations

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


def smallest_charge(currency: str) -> Money:
    """The smallest total that can be paid by card."""
    return Money(_MINIMUM.get(currency, 1), currency)
