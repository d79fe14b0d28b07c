"""Money: whole minor units and a currency, so that no sum is ever rounded by accident.

Knows how many decimals a currency has and how a shopper reads an amount; knows nothing of taxes, discounts or
payment providers (which count some currencies differently, see `bot.payments`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency

from bot.errors import BadInput

# ISO 4217, except MGA, whose fifth part is not traded and which CLDR and the payment networks count whole.
_WHOLE = frozenset(
    "BIF CLP DJF GNF ISK JPY KMF KRW MGA PYG RWF UGX UYI VND VUV XAF XOF XPF".split()  # noqa: SIM905
)
_THREE_DECIMALS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())  # noqa: SIM905


_AMOUNT = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?")
"""Within what a Decimal holds exactly."""


def exponent(currency: str) -> int:
    """How many decimals the currency's minor unit has: 0 for JPY, 2 for EUR, 3 for KWD."""
    if currency in _WHOLE:
        return 0
    return 3 if currency in _THREE_DECIMALS else 2


def rounded(minor: Decimal, currency: str) -> Money:
    """A share of an amount, half up to what can be paid: whole minor units, tens of them in currencies of three
    decimals, which card networks take in hundredths only (Stripe, "Supported currencies")."""
    step = 10 if exponent(currency) == 3 else 1
    return Money(int((minor / step).quantize(Decimal(1), ROUND_HALF_UP)) * step, currency)


class CurrencyMismatch(BadInput):
    def __init__(self, one: str, other: str) -> None:
        message = f"{one} and {other} cannot be counted together"
        super().__init__("currency_mismatch", message, one=one, other=other)


@dataclass(frozen=True, slots=True)
class Money:
    """`amount` in minor units (cents, yen, fils); `currency` an upper-case ISO 4217 code."""

    amount: int
    currency: str

    def __post_init__(self) -> None:
        if isinstance(self.amount, bool) or not isinstance(self.amount, int):
            raise TypeError("money is counted in whole minor units")
        if not (len(self.currency) == 3 and self.currency.isascii() and self.currency.isupper()):
            raise BadInput("currency_unknown", "a currency is three capital letters", currency=self.currency)

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls(0, currency)

    @classmethod
    def parse(cls, text: str, currency: str) -> Money:
        """`Money.parse("69.00", "USD")`. Raises `BadInput` for anything finer than the minor unit."""
        if not _AMOUNT.fullmatch(text):
            raise BadInput("amount_unreadable", "this is not an amount of money", currency=currency)
        minor = Decimal(text).scaleb(exponent(currency))
        whole = int(minor)
        if minor != whole:
            raise BadInput("amount_too_fine", f"{currency} has no such small coin", currency=currency)
        return cls(whole, currency)

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, exact: `Decimal("69.00")`."""
        return Decimal(self.amount).scaleb(-exponent(self.currency))

    def format(self, locale: str = "en") -> str:
        """As a shopper reads it: `$69.00`, `69,00 €`, `¥8,000`. `locale` as in `fr-CA` or `fr_CA`; one that nobody
        knows, as a browser may send it, is read by its language, or as English."""
        return format_currency(self.decimal, self.currency, locale=_known_locale(locale))

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __mul__(self, times: int) -> Money:
        return Money(self.amount * times, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def _same(self, other: Money) -> int:
        if self.currency != other.currency:
            raise CurrencyMismatch(self.currency, other.currency)
        return other.amount


@lru_cache(maxsize=256)
def _known_locale(name: str) -> Locale:
    for candidate in (name.replace("-", "_"), name.replace("-", "_").partition("_")[0], "en"):
        try:
            return Locale.parse(candidate)
        except (UnknownLocaleError, ValueError):
            continue
    raise AssertionError("Babel has lost English")
