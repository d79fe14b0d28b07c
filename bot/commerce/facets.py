"""How a found set divides, so that a shopper can narrow it down: makers, colours, sizes and price bands. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from bot.commerce.catalog import Product

_MOST = 10
_ROUND = (1, 2, 5)
"""Prices at which a shopper would cut: 20, 50, 100, 200, ..."""
_BANDS = 3


@dataclass(frozen=True, slots=True)
class Band:
    """Above `least` (None: anything) and up to `most` (None: anything), in major units."""

    least: Decimal | None
    most: Decimal | None
    products: int


@dataclass(frozen=True, slots=True)
class Facets:
    """Values with the number of products that have them, the most first; bands from cheap to dear. What all the
    products share tells nothing and is left out."""

    brands: tuple[tuple[str, int], ...] = ()
    colours: tuple[tuple[str, int], ...] = ()
    sizes: tuple[tuple[str, int], ...] = ()
    prices: tuple[Band, ...] = ()


def facets_of(products: Sequence[Product], currency: str) -> Facets:
    """Of what is in stock, or of everything where nothing is."""
    return Facets(
        brands=_counted([{product.brand} - {""} for product in products]),
        colours=_counted([set(product.values("colour", in_stock=product.in_stock)) for product in products]),
        sizes=_counted([set(product.values("size", in_stock=product.in_stock)) for product in products]),
        prices=_bands([price[0].decimal for product in products if (price := product.price_range(currency))]),
    )


def _counted(values: Sequence[set[str]]) -> tuple[tuple[str, int], ...]:
    counts = Counter(value for each in values for value in each)
    telling = [pair for pair in counts.items() if pair[1] < len(values)]
    return tuple(sorted(telling, key=lambda pair: (-pair[1], pair[0]))[:_MOST])


def _bands(prices: list[Decimal]) -> tuple[Band, ...]:
    """About as many products in each, cut at round prices; none where the prices are too close for that."""
    ordered = sorted(prices)
    cuts = sorted({_rounded(ordered[len(ordered) * part // _BANDS]) for part in range(1, _BANDS)} if ordered else set())
    edges: list[Decimal | None] = [None, *cuts, None]
    bands = [
        Band(least, most, sum((least is None or price > least) and (most is None or price <= most) for price in prices))
        for least, most in pairwise(edges)
    ]
    told = tuple(band for band in bands if band.products)
    return told if len(told) > 1 else ()


def _rounded(price: Decimal) -> Decimal:
    """The nearest of 1, 2, 5, 10, 20, 50, ..."""
    if price <= 1:
        return Decimal(1)
    size = Decimal(10) ** (price.adjusted())
    return min((size * each for each in (*_ROUND, 10)), key=lambda cut: abs(cut - price))
