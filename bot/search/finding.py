"""From a question to hits: read its words, fetch candidates from the shelf, rank them, say honestly what they are.

The same for every shelf. Of all that comes near, what fits is chosen; when nothing does, the closest that are such a
thing, or else what at least one word names; and never what only its description mentions.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Mapping, Sequence

from bot.commerce.catalog import Product
from bot.commerce.query import Query
from bot.errors import Unavailable
from bot.search.base import Candidate, Document, Hits, Shelf, ShelfStore, Wish
from bot.search.documents import Learning, document
from bot.search.ranking import Ranked, rank
from bot.search.reading import Reading, Term, read_words

Synonyms = Mapping[str, tuple[str, ...]]
Book = Callable[[], Awaitable[Synonyms]]
_CANDIDATES = 400
_FEW = 10
_COMMON = 20_000
"""Above so many products a word tells them no more apart: looking at each costs more than it finds."""
_BATCH = 500


async def no_synonyms() -> Synonyms:
    return {}


class ProductSearch:
    """Implements `bot.search.base.ProductIndex` over a store. `synonyms` gives the shop's own as they are now."""

    def __init__(self, store: ShelfStore, synonyms: Book = no_synonyms) -> None:
        self._store = store
        self._synonyms = synonyms

    async def search(self, query: Query, *, currency: str, limit: int) -> Hits:
        synonyms = await self._synonyms()
        return await self._store.read(lambda shelf: find(shelf, query, currency, limit, synonyms))

    async def is_built(self) -> bool:
        try:
            return await self._store.read(lambda shelf: True)
        except Unavailable:
            return False

    async def rebuild(self, products: AsyncIterable[Product]) -> int:
        learning = Learning()
        count = 0

        async def batches() -> AsyncIterator[Sequence[Document]]:
            nonlocal count
            batch: list[Document] = []
            async for product in products:
                made = document(product)
                learning.read(product, made)
                batch.append(made)
                count += 1
                if len(batch) == _BATCH:
                    yield batch
                    batch = []
            if batch:
                yield batch

        await self._store.replace(batches(), learning.tally)
        return count


def find(shelf: Shelf, query: Query, currency: str, limit: int, synonyms: Synonyms) -> Hits:
    reading = read_words(shelf, _text(shelf, query), synonyms)
    if not reading.terms:
        if reading.unmet:
            return Hits((), exact=False, corrected=reading.corrected)
        everything = shelf.all(query, currency, limit)
        return Hits(everything, exact=True, chosen=everything)
    ranked = rank(reading, _candidates(shelf, reading, query, currency), shelf.facts())
    fits = [each for each in ranked if each.fits]
    return Hits(
        ids=tuple(each.id for each in ranked[:limit]),
        exact=bool(fits) and not reading.unmet,
        corrected=reading.corrected,
        chosen=tuple(each.id for each in (fits or _closest(ranked))[:limit]),
    )


def _text(shelf: Shelf, query: Query) -> str:
    """The words to meet: a category that the catalogue does not have is a word like any other."""
    if query.category and not shelf.has_category(query.category):
        return f"{query.text} {query.category}"
    return query.text


def _closest(ranked: Sequence[Ranked]) -> list[Ranked]:
    """What most words name; of that, such a thing where there is one."""
    named = [each for each in ranked if each.named]
    most = [each for each in named if each.met == named[0].met]
    return [each for each in most if each.such] or most


def _candidates(shelf: Shelf, reading: Reading, query: Query, currency: str) -> list[Candidate]:
    found: dict[str, Candidate] = {}
    for every in (True, False):
        uses = [_uses(term, reading) for term in reading.terms]
        wish = Wish(
            groups=tuple(term.phrases for term in reading.terms),
            every=every,
            query=query,
            currency=currency,
            limit=_CANDIDATES,
            heads=tuple(sorted(reading.head.lasts)) if reading.head else (),
            common=(min(uses) if every else max(uses)) > _COMMON,
        )
        for each in shelf.candidates(wish):
            found.setdefault(each.id, each)
        if len(reading.terms) == 1 or len(found) >= _FEW:
            break
    return list(found.values())


def _uses(term: Term, reading: Reading) -> int:
    return sum(min(reading.words[word].uses for word in phrase) for phrase in term.phrases)
