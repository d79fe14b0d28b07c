"""How Stripe counts the currencies that it counts otherwise than ISO 4217. Knows nothing of requests.

Source: Stripe's "supported currencies" pages, special cases. ISK stays two-decimal in Stripe's API although the crown
has no smaller coin. Three-decimal currencies end in 0. Sources contradict each other about UGX, so it is refused.
"""

from __future__ import annotations

from bot.commerce.money import Money, exponent
from bot.payments.base import RequestRefused

_STRIPE_DECIMALS = {"ISK": 2}
_UNCERTAIN = frozenset({"UGX"})


def to_stripe(money: Money) -> int:
    """The integer Stripe expects. Raises `RequestRefused` for an amount that Stripe cannot charge."""
    if money.currency in _UNCERTAIN:
        raise _refusal("invalid_currency", "currency")
    if exponent(money.currency) == 3 and money.amount % 10:
        raise _refusal("invalid_charge_amount", "unit_amount")
    return money.amount * _scale(money.currency)


def from_stripe(amount: int, currency: str) -> Money:
    """Our money of Stripe's integer and lower-case currency; a fraction Stripe cannot have charged is refused."""
    code = currency.upper()
    whole, rest = divmod(amount, _scale(code))
    if rest:
        raise _refusal("invalid_charge_amount_no_decimal_compatible", "amount")
    return Money(whole, code)


def _scale(currency: str) -> int:
    decimals = _STRIPE_DECIMALS.get(currency)
    return 1 if decimals is None else 10 ** (decimals - exponent(currency))


def _refusal(code: str, param: str) -> RequestRefused:
    return RequestRefused(refusal=code, param=param, request_id=None)
