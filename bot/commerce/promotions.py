"""Promotion codes: what a code takes off, of which goods, and on which conditions. Pure.

The owner writes them in `catalog/promotions.yml`. One code a cart. How often a code was used is told by the caller.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from bot.commerce.money import Money, rounded


class Refusal(StrEnum):
    """Why a code takes nothing off this cart."""

    UNKNOWN = "unknown"
    NOT_YET = "not_yet"
    OVER = "over"
    USED_UP = "used_up"
    USED_BEFORE = "used_before"
    FIRST_ORDER_ONLY = "first_order_only"
    BELOW_MINIMUM = "below_minimum"
    NOT_FOR_THESE = "not_for_these"
    OTHER_CURRENCY = "other_currency"


WAITING = frozenset({Refusal.BELOW_MINIMUM, Refusal.NOT_FOR_THESE})
"""What shopping on may mend: such a code is kept with the cart."""


@dataclass(frozen=True, slots=True)
class Promotion:
    """A percentage, an amount by currency, or free delivery, any of them together with the last.

    `minimum` is what the goods must cost, by currency; `categories` and `products` what it is for (both empty: all);
    `starts` and `ends` are moments, the end not included; `uses` how often altogether, `uses_each` how often a
    customer. Codes are compared without case and blanks."""

    code: str
    percent: Decimal | None = None
    amount: Mapping[str, Money] = field(default_factory=dict)
    free_delivery: bool = False
    minimum: Mapping[str, Money] = field(default_factory=dict)
    categories: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    starts: datetime | None = None
    ends: datetime | None = None
    uses: int | None = None
    uses_each: int | None = None
    first_order: bool = False


@dataclass(frozen=True, slots=True)
class Good:
    """A line of a basket, as a promotion sees it. `category` is a path, widest first."""

    product_id: str
    category: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Past:
    """What the shop knows of a code and a customer: how often the code was used, by them, and their orders so far."""

    uses: int = 0
    uses_here: int = 0
    orders: int = 0


@dataclass(frozen=True, slots=True)
class Discount:
    """What a code takes off: of each line, in the order of the lines; and whether delivery is free."""

    code: str
    of_lines: tuple[Money, ...]
    free_delivery: bool = False

    def total(self, currency: str) -> Money:
        return sum(self.of_lines, start=Money.zero(currency))


def same_code(typed: str) -> str:
    """The form in which codes are compared: " spring 10" is "SPRING10"."""
    return "".join(typed.split()).upper()


def judge(promotion: Promotion, goods: Sequence[Good], past: Past, now: datetime) -> Discount | Refusal:
    """What the code takes off these goods (at least one), or why it does not. All goods are in one currency."""
    refused = closed(promotion, past, now) or _unmet(promotion, goods)
    if refused is not None:
        return refused
    meant = [_is_for(promotion, good) for good in goods]
    currency = goods[0].amount.currency
    worth = sum((good.amount for good, is_meant in zip(goods, meant, strict=True) if is_meant), Money.zero(currency))
    off = Money.zero(currency)
    if promotion.percent is not None:
        off = rounded(worth.amount * promotion.percent / 100, currency)
    elif currency in promotion.amount:
        off = min(promotion.amount[currency], worth)
    amounts = [good.amount.amount if is_meant else 0 for good, is_meant in zip(goods, meant, strict=True)]
    shares = tuple(Money(share, currency) for share in split(off.amount, amounts))
    return Discount(promotion.code, shares, promotion.free_delivery)


def closed(promotion: Promotion, past: Past, now: datetime) -> Refusal | None:
    """Why the code is of no use to this customer now, whatever they buy."""
    if promotion.starts is not None and now < promotion.starts:
        return Refusal.NOT_YET
    if promotion.ends is not None and now >= promotion.ends:
        return Refusal.OVER
    if promotion.uses is not None and past.uses >= promotion.uses:
        return Refusal.USED_UP
    if promotion.uses_each is not None and past.uses_here >= promotion.uses_each:
        return Refusal.USED_BEFORE
    if promotion.first_order and past.orders:
        return Refusal.FIRST_ORDER_ONLY
    return None


def split(whole: int, amounts: Sequence[int]) -> list[int]:
    """`whole` in parts that are to each other as the amounts, to the last unit (largest remainders first)."""
    total = sum(amounts)
    if total == 0:
        return [0] * len(amounts)
    parts = [whole * amount // total for amount in amounts]
    left = whole - sum(parts)
    by_remainder = sorted(range(len(amounts)), key=lambda place: -(whole * amounts[place] % total))
    for place in by_remainder[:left]:
        parts[place] += 1
    return parts


def _unmet(promotion: Promotion, goods: Sequence[Good]) -> Refusal | None:
    currency = goods[0].amount.currency
    worth = sum((good.amount for good in goods), start=Money.zero(currency))
    if promotion.amount and currency not in promotion.amount:
        return Refusal.OTHER_CURRENCY
    if promotion.minimum:
        least = promotion.minimum.get(currency)
        if least is None:
            return Refusal.OTHER_CURRENCY
        if worth < least:
            return Refusal.BELOW_MINIMUM
    if not any(_is_for(promotion, good) for good in goods):
        return Refusal.NOT_FOR_THESE
    return None


def _is_for(promotion: Promotion, good: Good) -> bool:
    if not promotion.categories and not promotion.products:
        return True
    inside = any(f"/{category}/" in f"/{good.category}/" for category in promotion.categories)
    return inside or good.product_id in promotion.products
