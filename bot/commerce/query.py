"""What a shopper asks for, as words and filters. Knows nothing of how it is found.

`read_query` takes the filters out of a sentence ("running shoes under 80, size 42, in blue"); whoever knows more, from
entities of the language model, puts it in with `dataclasses.replace`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from bot.commerce.catalog import Product, Variant
from bot.commerce.filter_words import BETWEEN, LEAST, MOST, SIZE


@dataclass(frozen=True, slots=True)
class Query:
    """`text` holds the words to look for. Prices are in major units (`Decimal("80")`) of the shopper's currency,
    both ends included. `size` and `colour` are option values, `category` a path or its last part ("shoes")."""

    text: str = ""
    min_price: Decimal | None = None
    max_price: Decimal | None = None
    size: str | None = None
    colour: str | None = None
    category: str | None = None
    in_stock: bool = True

    def accepts(self, product: Product, currency: str) -> bool:
        """Whether one and the same variant has the size, the colour and the price, and can be bought if it must."""
        return any(self._accepts(variant, currency) for variant in product.variants)

    def _accepts(self, variant: Variant, currency: str) -> bool:
        if self.in_stock and not variant.in_stock:
            return False
        if not (_same(self.size, variant.options.get("size")) and _same(self.colour, variant.options.get("colour"))):
            return False
        price = variant.prices.get(currency)
        if price is None:
            return False
        return (self.min_price is None or price.decimal >= self.min_price) and (
            self.max_price is None or price.decimal <= self.max_price
        )

    def relaxations(self) -> Iterator[tuple[Query, tuple[str, ...]]]:
        """This query, then ever looser ones with the names of what was given up: first one filter, then all.

        A colour goes before a size, because another colour can be worn, and what it is goes last."""
        yield self, ()
        given = [name for name, fields in _RELAXED_TO.items() if any(getattr(self, f) is not None for f in fields)]
        for name in given:
            yield self._without((name,)), (name,)
        if len(given) > 1:
            yield self._without(tuple(given)), tuple(given)

    def _without(self, names: tuple[str, ...]) -> Query:
        gone: dict[str, Any] = {field: None for name in names for field in _RELAXED_TO[name]}
        return replace(self, **gone)


_RELAXED_TO = {
    "colour": ("colour",),
    "size": ("size",),
    "price": ("min_price", "max_price"),
    "category": ("category",),
}


def same_value(asked: str, value: str) -> bool:
    """Option values as shoppers write them: `m` is `M`, `gray` is `grey`."""
    return option_value(asked) == option_value(value)


def option_value(text: str) -> str:
    plain = " ".join(text.casefold().split())
    return _SPELLINGS.get(plain, plain)


def _same(asked: str | None, value: str | None) -> bool:
    return asked is None or (value is not None and same_value(asked, value))


_SPELLINGS = {"gray": "grey", "navy blue": "navy", "sky blue": "sky", "off-white": "cream", "beige": "sand"}

COLOURS = frozenset(
    (
        *("beige", "black", "blue", "brown", "burgundy", "charcoal", "coral", "cream", "crimson", "cyan", "fuchsia"),
        *("gold", "gray", "green", "grey", "indigo", "khaki", "lavender", "lilac", "magenta", "maroon", "mint"),
        *("mustard", "navy", "olive", "orange", "pink", "purple", "red", "sage", "sand", "silver", "tan", "teal"),
        *("terracotta", "turquoise", "violet", "white", "yellow"),
    )
)

_COLOUR = re.compile(r"\b(?:in\s+)?(navy blue|sky blue|off-white|" + "|".join(sorted(COLOURS)) + r")\b", re.I)


def read_query(text: str) -> Query:
    """The query in a shopper's sentence: prices, size and colour become filters, the other words stay `text`.

    Prices and sizes in every language of the shop (`bot.commerce.filter_words`), colours in English."""
    query = _cut(Query(text=text), BETWEEN, "min_price", "max_price")
    query = _cut(query, MOST, "max_price")
    query = _cut(query, LEAST, "min_price")
    query = _cut(query, SIZE, "size")
    query = _cut(query, _COLOUR, "colour")
    return replace(query, text=" ".join(query.text.split()).strip(" ,;"))


def _cut(query: Query, pattern: re.Pattern[str], *fields: str) -> Query:
    found = pattern.search(query.text)
    if found is None or any(getattr(query, name) is not None for name in fields):
        return query
    given = [group for group in found.groups() if group is not None]
    values: dict[str, Any] = {name: _value(name, said) for name, said in zip(fields, given, strict=True)}
    rest = f"{query.text[: found.start()]} {query.text[found.end() :]}"
    return replace(query, text=rest, **values)


def _value(name: str, text: str) -> Decimal | str:
    if name.endswith("_price"):
        return Decimal(text.replace(",", "."))
    return option_value(text)
