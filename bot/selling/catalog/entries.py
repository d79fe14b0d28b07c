"""What every reader of a catalogue yields: products that can be sold, and rows that cannot be used, with their place.

A reader yields the problems of a product before the product itself, so that whoever listens knows then what is missing
of it. It knows nothing of the shop: whether a product is news, or a SKU somebody else's, is asked later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from bot.commerce.catalog import Product

Told = Callable[[int, int], None]
"""Called now and then with how many rows are read, of how many."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A line of a file (counted from 1) that cannot be used, and why.

    `product` and `sku` say whose line it is, as far as it tells: what they name stays as it was."""

    file: str
    line: int
    reason: str
    product: str | None = None
    sku: str | None = None

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Entry:
    """A product with at least one variant. `places` are the pieces of each SKU by location, "" where nobody counts by
    locations; `lines` says on which line of `file` each SKU stands, `line` the product."""

    product: Product
    places: Mapping[str, Mapping[str, int]]
    file: str
    line: int
    lines: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file need not say: the currency of its bare amounts, the unit of its bare weights, and where its relative
    pictures are (nothing: in the shop's own `images/`)."""

    currency: str = "USD"
    weight_unit: str = "kg"
    pictures: str = ""

    def picture(self, said: str) -> str | None:
        if not said or said.startswith(("https://", "http://", "images/")):
            return said or None
        return f"{self.pictures.rstrip('/')}/{said.lstrip('/')}" if self.pictures else f"images/{said.rsplit('/')[-1]}"


def sift(found: Iterable[Entry | Problem], owners: Mapping[str, str]) -> Iterator[Entry | Problem]:
    """Each product and each SKU once: later ones with the same id become problems, and so does a SKU that is another
    product's already (`owners`), because a SKU is one thing for ever."""
    products: dict[str, tuple[str, int]] = {}
    skus: dict[str, tuple[str, int]] = {}
    for each in found:
        if isinstance(each, Problem):
            yield each
            continue
        product_id = each.product.id
        if product_id in products:
            reason = f"the id {product_id} stands twice, first in {_place(products[product_id])}"
            yield Problem(each.file, each.line, reason, product_id)
            continue
        products[product_id] = (each.file, each.line)
        good = []
        for variant in each.product.variants:
            line = each.lines.get(variant.sku, each.line)
            if variant.sku in skus:
                reason = f"the SKU {variant.sku} stands twice, first in {_place(skus[variant.sku])}"
                yield Problem(each.file, line, reason, product_id, variant.sku)
            elif owners.get(variant.sku, product_id) != product_id:
                reason = f"the SKU {variant.sku} belongs to {owners[variant.sku]} already"
                yield Problem(each.file, line, reason, product_id, variant.sku)
            else:
                skus[variant.sku] = (each.file, line)
                good.append(variant)
        if len(good) == len(each.product.variants):
            yield each
        elif good:
            yield replace(each, product=replace(each.product, variants=tuple(good)))


def _place(place: tuple[str, int]) -> str:
    return f"{place[0]}:{place[1]}"
