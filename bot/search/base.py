"""Finding products by words: what every index can do. Knows nothing of stock or of who asks."""

from __future__ import annotations

from collections.abc import AsyncIterable
from dataclasses import dataclass, field
from typing import Protocol

from bot.commerce.catalog import Product
from bot.commerce.query import Query


@dataclass(frozen=True, slots=True)
class Hits:
    """Product ids, best first. `exact` is False when not all words could be met, or not by the thing itself.
    `corrected` maps words as typed to the words that were looked for instead."""

    ids: tuple[str, ...]
    exact: bool
    corrected: dict[str, str] = field(default_factory=dict)


class ProductIndex(Protocol):
    async def search(self, query: Query, *, currency: str, limit: int) -> Hits:
        """At most `limit` ids. Size, colour and price hold for one and the same variant; stock is not looked at."""

    async def rebuild(self, products: AsyncIterable[Product]) -> int:
        """Replace everything; searches go on with the old index until the new one is whole. Returns the number."""
