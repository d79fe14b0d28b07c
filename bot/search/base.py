"""Finding products by words: what every index can do, and what a shelf of documents offers to it.

An index (`ProductIndex`) understands words; a shelf (`Shelf`) only keeps documents and finds them by stems and filters.
So the same understanding works over an SQLite file and over Postgres. Knows nothing of stock or of who asks."""

from __future__ import annotations

from collections.abc import AsyncIterable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from bot.commerce.catalog import Product
from bot.commerce.query import Query

FIELDS = (
    "title",
    "kind",
    "head",
    "category",
    "brand",
    "tags",
    "options",
    "skus",
    "translated",
    "details",
    "description",
)
"""Where words of a product stand. All but the last two say what it is; those only tell of it."""
NAMING = FIELDS[:-2]

_HEAD_SHARE = 25
"""A word names things when at least one in so many of its products is called so at the end of its name."""
_ENOUGH_TO_TELL = 20

Phrase = tuple[str, ...]
"""Stems that must all be there."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Hits:
    """Product ids. `ids` are all that come near, best first; `chosen` those of them to show: what was asked for, else
    the closest that the words name, else none.

    `exact` is False when not all words could be met, or not by the thing itself: then `chosen` are only the closest.
    `corrected` maps words as typed to the words that were looked for instead."""

    ids: tuple[str, ...]
    exact: bool
    corrected: dict[str, str] = field(default_factory=dict)
    chosen: tuple[str, ...] = ()


class ProductIndex(Protocol):
    async def search(self, query: Query, *, currency: str, limit: int) -> Hits:
        """At most `limit` ids each. Size, colour and price hold for one and the same variant; stock is not looked
        at. Raises `Unavailable` while there is no index yet."""

    async def is_built(self) -> bool: ...

    async def rebuild(self, products: AsyncIterable[Product]) -> int:
        """Replace everything; searches go on with the old index until the new one is whole. Returns the number."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One variant in one currency. `amount` is in minor units, `unit` how many of them are a major one."""

    currency: str
    amount: int
    unit: int
    size: str | None
    colour: str | None


@dataclass(frozen=True, slots=True)
class Document:
    """A product as it is indexed: `fields` are stems parted by spaces, in the order of FIELDS. `shape` is the title's
    stems with the marks of `bot.search.anatomy`."""

    id: str
    category: str
    fields: tuple[str, ...]
    shape: str
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """What the catalogue knows of a stem: how many products use it, how many are called such a thing, and of how many
    it is the brand."""

    stem: str
    uses: int
    heads: int = 0
    brands: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """Of the whole catalogue. `lengths` are mean words of a field where it has any, in the order of FIELDS; `takers`
    are stems that take over what a word before them means: a "laptop" before "sleeve" is no laptop. `everywhere`
    are the currencies in which every product has a price."""

    products: int
    lengths: tuple[float, ...]
    takers: frozenset[str]
    everywhere: frozenset[str] = frozenset()

    def names_things(self, word: Word) -> bool:
        """Whether products are called so, and not after it: by this catalogue, or by what things are called anywhere
        as long as it has too few products to tell."""
        if word.heads * _HEAD_SHARE >= word.uses:
            return True
        return word.stem in self.takers and (word.heads > 0 or word.uses < _ENOUGH_TO_TELL)


@dataclass(frozen=True, slots=True)
class Tally:
    """What is written once all documents are: words, the spellings to mend slips by, and the facts.

    `spellings` maps a word as written to its stem; `slips` are pairs of a form with letters left out and a word."""

    words: Iterable[Word]
    spellings: Mapping[str, str]
    slips: Iterable[tuple[str, str]]
    facts: Facts


@dataclass(frozen=True, slots=True)
class Wish:
    """Which documents to look at: all the `groups` (or any, when `every` is False), each met by one of its phrases.

    `common` says that so many products meet it that those which are such a thing (`heads`) go first and nobody counts
    the others."""

    groups: tuple[tuple[Phrase, ...], ...]
    every: bool
    query: Query
    currency: str
    limit: int
    heads: tuple[str, ...] = ()
    common: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """`place` is the product's place in the catalogue."""

    place: int
    id: str
    fields: tuple[str, ...]
    shape: str


class Shelf(Protocol):
    """One reading of the documents. It blocks: who has an event loop calls it from a thread or a greenlet."""

    def facts(self) -> Facts: ...

    def words(self, stems: Iterable[str]) -> dict[str, Word]:
        """Those of the stems that some product has."""

    def spelled_near(self, forms: Iterable[str]) -> list[tuple[str, str, int]]:
        """Words as written that share one of the forms, with their stem and how many products use it."""

    def beginning(self, prefix: str, limit: int) -> list[tuple[str, str, int]]:
        """Words as written that begin so, the most used first."""

    def together(self, one: str, other: str) -> bool:
        """Whether some product says both stems."""

    def has_category(self, part: str) -> bool: ...

    def candidates(self, wish: Wish) -> list[Candidate]: ...

    def all(self, query: Query, currency: str, limit: int) -> tuple[str, ...]:
        """The ids that pass the filters, in the catalogue's order."""


class ShelfStore(Protocol):
    """Where documents are kept: read as they are, or replaced whole."""

    async def read(self, work: Callable[[Shelf], T]) -> T:
        """Raises `Unavailable` while nothing was ever kept."""

    async def replace(self, batches: AsyncIterable[Sequence[Document]], tally: Callable[[], Tally]) -> None:
        """Keep these documents and, after the last, what `tally` says; readers see the old ones until then."""
