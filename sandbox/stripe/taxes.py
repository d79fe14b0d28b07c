"""Stripe Tax, cut down to one rate a country: the standard rate of value added tax, on goods and delivery alike.

Knows neither reduced rates nor American states; a country that is not in the table pays none. Rates are in hundredths
of a percent, as they stood in January 2026 (taxation-customs.ec.europa.eu and the countries' own offices).
"""

from __future__ import annotations

# fmt: off
RATES = {
    "AT": 2000, "BE": 2100, "BG": 2000, "CY": 1900, "CZ": 2100, "DE": 1900, "DK": 2500, "EE": 2400,
    "ES": 2100, "FI": 2550, "FR": 2000, "GR": 2400, "HR": 2500, "HU": 2700, "IE": 2300, "IT": 2200,
    "LT": 2100, "LU": 1700, "LV": 2100, "MT": 1800, "NL": 2100, "PL": 2300, "PT": 2300, "RO": 2100,
    "SE": 2500, "SI": 2200, "SK": 2300, "GB": 2000, "CH": 810, "NO": 2500, "JP": 1000, "AU": 1000, "NZ": 1500,
    "IN": 1800, "ZA": 1500,
}
# fmt: on
_WHOLE = 10_000
_ON_TOP = frozenset({"usd", "cad"})


def is_included(behavior: str, currency: str) -> bool:
    """Whether a price holds its tax already. Where nothing was said the currency decides, as an account's default
    does: on top in US and Canadian dollars, included elsewhere.
    Source: docs.stripe.com/tax/products-prices-tax-codes-tax-behavior.
    """
    return behavior == "inclusive" or (behavior == "unspecified" and currency not in _ON_TOP)


def of(amount: int, country: str, *, included: bool) -> int:
    """The tax in `amount`, or on top of it, in minor units, rounded half up."""
    rate = RATES.get(country, 0)
    whole = _WHOLE + rate if included else _WHOLE
    return (2 * amount * rate + whole) // (2 * whole)
