"""The documents of the product search in Postgres, found by its full-text search: a shelf beside the shop's own tables.

It stands in a schema of its own, `search`, which is made anew from the catalogue and swapped in one transaction; no
migration knows it, because nothing in it is the truth. What words mean is understood by `bot.search`, which this file
does not know; stems come in cut, so that Postgres' own dictionaries are not asked.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import msgspec
from sqlalchemy import Connection, text

from bot.commerce.query import Query, option_value
from bot.errors import Unavailable
from bot.search.base import FIELDS, Candidate, Document, Facts, Shelf, T, Tally, Wish, Word
from bot.storage.sql import Database, Transaction

_SCHEMA = (
    "DROP SCHEMA IF EXISTS search_next CASCADE",
    "CREATE SCHEMA search_next",
    "CREATE TABLE search_next.products (place integer PRIMARY KEY, id text NOT NULL UNIQUE, category text NOT NULL, "
    "fields text NOT NULL, shape text NOT NULL, said tsvector NOT NULL)",
    "CREATE TABLE search_next.offers (product integer NOT NULL, currency text NOT NULL, amount bigint NOT NULL, "
    "unit integer NOT NULL, size text, colour text)",
    "CREATE TABLE search_next.words (stem text PRIMARY KEY, uses integer NOT NULL, heads integer NOT NULL, "
    "brands integer NOT NULL)",
    'CREATE TABLE search_next.spellings (word text COLLATE "C" PRIMARY KEY, stem text NOT NULL)',
    "CREATE TABLE search_next.slips (form text NOT NULL, word text NOT NULL)",
    "CREATE TABLE search_next.facts (body text NOT NULL)",
)
_SWAP = (
    "CREATE INDEX ON search_next.products USING gin (said)",
    "CREATE INDEX ON search_next.offers (product, currency)",
    "CREATE INDEX ON search_next.slips (form)",
    "DROP SCHEMA IF EXISTS search CASCADE",
    "ALTER SCHEMA search_next RENAME TO search",
)
_WEIGHTS = dict.fromkeys(("title", "kind", "head", "skus"), "A") | dict.fromkeys(("details",), "D")
_WEIGHTS |= dict.fromkeys(("category", "brand", "tags", "options", "translated"), "B")
_RANK = "ts_rank('{0.1, 0.2, 0.5, 1.0}', said, CAST(:match AS tsquery), 1)"
"""A rough order, by which candidates are chosen: weights of D, C, B and A, divided by the length's logarithm."""
_LAST_PLACE = 16_383
"""Postgres counts no further within one text."""
_BATCH = 2_000
_PARTED = "\n"


class PostgresStore:
    """Implements `bot.search.base.ShelfStore` in the shop's database, where that is Postgres."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def read(self, work: Callable[[Shelf], T]) -> T:
        async with self._db.read() as tx:
            return await tx.run_sync(lambda connection: work(PostgresShelf(connection)))

    async def replace(self, batches: AsyncIterable[Sequence[Document]], tally: Callable[[], Tally]) -> None:
        async with self._db.write() as tx:
            for statement in _SCHEMA:
                await tx.execute(text(statement))
            place = 0
            async for documents in batches:
                placed = list(enumerate(documents, start=place + 1))
                place += len(placed)
                await _put(tx, "products", [_product_row(at, each) for at, each in placed])
                await _put(tx, "offers", [row for at, each in placed for row in _offer_rows(at, each)])
            await _put_tally(tx, tally())
            for statement in _SWAP:
                await tx.execute(text(statement))


async def _put_tally(tx: Transaction, told: Tally) -> None:
    words = ({"stem": w.stem, "uses": w.uses, "heads": w.heads, "brands": w.brands} for w in told.words)
    for rows in _batches(words):
        await _put(tx, "words", rows)
    for rows in _batches({"word": word, "stem": stem} for word, stem in told.spellings.items()):
        await _put(tx, "spellings", rows)
    for rows in _batches({"form": form, "word": word} for form, word in told.slips):
        await _put(tx, "slips", rows)
    await _put(tx, "facts", [{"body": msgspec.json.encode(told.facts).decode()}])


async def _put(tx: Transaction, table: str, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        names = list(rows[0])
        values = ", ".join(f"CAST(:{name} AS tsvector)" if name == "said" else f":{name}" for name in names)
        await tx.execute(text(f"INSERT INTO search_next.{table} ({', '.join(names)}) VALUES ({values})"), rows)  # noqa: S608


def _batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    left = iter(rows)
    while batch := list(islice(left, _BATCH)):
        yield batch


def _product_row(place: int, each: Document) -> dict[str, Any]:
    fields = _PARTED.join(each.fields)
    return {
        "place": place,
        "id": each.id,
        "category": each.category,
        "fields": fields,
        "shape": each.shape,
        "said": _vector(each),
    }


def _vector(each: Document) -> str:
    """The document as Postgres writes a text vector: 'stem':7A."""
    lexemes: list[str] = []
    at = 0
    for name, words in zip(FIELDS, each.fields, strict=True):
        for word in words.split():
            at = min(at + 1, _LAST_PLACE)
            lexemes.append(f"{_quoted(word)}:{at}{_WEIGHTS.get(name, 'C')}")
    return " ".join(lexemes)


def _offer_rows(place: int, each: Document) -> Iterator[dict[str, Any]]:
    for offer in each.offers:
        yield {
            "product": place,
            "currency": offer.currency,
            "amount": offer.amount,
            "unit": offer.unit,
            "size": offer.size,
            "colour": offer.colour,
        }


class PostgresShelf:
    """Implements `bot.search.base.Shelf` over one transaction's view."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection
        if self._one("SELECT to_regclass('search.facts')") is None:
            raise Unavailable("index_missing", "the product index has not been built yet")
        self._facts = msgspec.json.decode(str(self._one("SELECT body FROM search.facts")), type=Facts)

    def facts(self) -> Facts:
        return self._facts

    def words(self, stems: Iterable[str]) -> dict[str, Word]:
        rows = self._rows(
            "SELECT stem, uses, heads, brands FROM search.words WHERE stem = ANY(:stems)", stems=list(stems)
        )
        return {row[0]: Word(*row) for row in rows}

    def spelled_near(self, forms: Iterable[str]) -> list[tuple[str, str, int]]:
        return self._rows(
            "SELECT DISTINCT spellings.word, spellings.stem, words.uses FROM search.slips "
            "JOIN search.spellings USING (word) JOIN search.words USING (stem) WHERE form = ANY(:forms)",
            forms=list(forms),
        )

    def beginning(self, prefix: str, limit: int) -> list[tuple[str, str, int]]:
        return self._rows(
            "SELECT spellings.word, spellings.stem, words.uses FROM search.spellings JOIN search.words USING (stem) "
            "WHERE starts_with(spellings.word, :prefix) ORDER BY words.uses DESC, spellings.word LIMIT :most",
            prefix=prefix,
            most=limit,
        )

    def together(self, one: str, other: str) -> bool:
        match = f"{_quoted(one)} & {_quoted(other)}"
        query = "SELECT 1 FROM search.products WHERE said @@ CAST(:match AS tsquery) LIMIT 1"
        return self._one(query, match=match) is not None

    def has_category(self, part: str) -> bool:
        where, values = _in_category(part)
        return self._one(f"SELECT 1 FROM search.products WHERE {where} LIMIT 1", **values) is not None  # noqa: S608

    def candidates(self, wish: Wish) -> list[Candidate]:
        match = _match(wish)
        if not wish.common:
            return self._fetch(match, wish, f"ORDER BY {_RANK} DESC, place")
        heads = " | ".join(f"{_quoted(word)}:A" for word in wish.heads)
        found = self._fetch(f"({heads}) & ({match})", wish, "") if heads else []
        return found or self._fetch(match, wish, "")

    def all(self, query: Query, currency: str, limit: int) -> tuple[str, ...]:
        where, values = self._filters(query, currency)
        rows = self._rows(
            f"SELECT id FROM search.products WHERE {where} ORDER BY place LIMIT :most",  # noqa: S608
            **values,
            most=limit,
        )
        return tuple(row[0] for row in rows)

    def _fetch(self, match: str, wish: Wish, order: str) -> list[Candidate]:
        where, values = self._filters(wish.query, wish.currency)
        rows = self._rows(
            "SELECT place, id, fields, shape FROM search.products "  # noqa: S608
            f"WHERE said @@ CAST(:match AS tsquery) AND {where} {order} LIMIT :most",
            match=match,
            most=wish.limit,
            **values,
        )
        return [Candidate(place, name, tuple(fields.split(_PARTED)), shape) for place, name, fields, shape in rows]

    def _filters(self, query: Query, currency: str) -> tuple[str, dict[str, Any]]:
        where, values = ["offers.product = products.place", "offers.currency = :currency"], {"currency": currency}
        for column, wanted in (("size", query.size), ("colour", query.colour)):
            if wanted is not None:
                where.append(f"offers.{column} = :{column}")
                values[column] = option_value(wanted)
        for sign, name, price in ((">=", "least", query.min_price), ("<=", "most_price", query.max_price)):
            if price is not None:
                where.append(f"offers.amount {sign} CAST(:{name} AS numeric) * offers.unit")
                values[name] = str(price)
        condition = f"EXISTS (SELECT 1 FROM search.offers WHERE {' AND '.join(where)})"  # noqa: S608
        if query.category and self.has_category(query.category):
            inside, path = _in_category(query.category)
            return f"{condition} AND {inside}", {**values, **path}
        return condition, values

    def _rows(self, statement: str, **values: Any) -> list[Any]:
        return [tuple(row) for row in self._db.execute(text(statement), values)]

    def _one(self, statement: str, **values: Any) -> Any:
        return self._db.execute(text(statement), values).scalar()


def _in_category(category: str) -> tuple[str, dict[str, Any]]:
    """Below the path, or below any path that has it as a part."""
    return "strpos('/' || category || '/', :inside) > 0", {"inside": f"/{category.strip('/').casefold()}/"}


def _match(wish: Wish) -> str:
    groups = (" | ".join("(" + " & ".join(map(_quoted, phrase)) + ")" for phrase in group) for group in wish.groups)
    return (" & " if wish.every else " | ").join(f"({group})" for group in groups)


def _quoted(word: str) -> str:
    plain = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{plain}'"
