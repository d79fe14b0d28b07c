"""The product index in one SQLite file, by its full-text engine FTS5.

The file is made from the catalogue and can be made again at any time; it is replaced whole, so a search sees the old
one or the new one. It works the same beside SQLite and beside Postgres, once on each machine that answers searches.
Each thread that reads keeps the file open until another takes its place.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
from collections.abc import AsyncIterable, Callable, Iterable, Sequence
from pathlib import Path

import msgspec

from bot.commerce.query import Query, option_value
from bot.errors import Unavailable
from bot.search.base import FIELDS, Candidate, Document, Facts, Shelf, T, Tally, Wish, Word
from bot.search.finding import Book, ProductSearch, no_synonyms

_COLUMNS = ", ".join(FIELDS)
_SCHEMA = f"""
CREATE TABLE products (place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, category TEXT NOT NULL,
                       fields TEXT NOT NULL, shape TEXT NOT NULL);
CREATE TABLE offers (product INTEGER NOT NULL, currency TEXT NOT NULL, amount INTEGER NOT NULL, unit INTEGER NOT NULL,
                     size TEXT, colour TEXT);
CREATE VIRTUAL TABLE said USING fts5({_COLUMNS}, content='',
                                     tokenize="unicode61 remove_diacritics 0 categories 'L* N* M* Co'");
CREATE TABLE words (stem TEXT PRIMARY KEY, uses INTEGER NOT NULL, heads INTEGER NOT NULL, brands INTEGER NOT NULL)
                   WITHOUT ROWID;
CREATE TABLE spellings (word TEXT PRIMARY KEY, stem TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE slips (form TEXT NOT NULL, word TEXT NOT NULL);
CREATE TABLE facts (body BLOB NOT NULL);
"""
_INDEXES = ("CREATE INDEX offers_of ON offers (product, currency)", "CREATE INDEX slips_of ON slips (form, word)")
_WEIGHTS = "5, 5, 2, 2, 3, 2, 1, 9, 4, 1, 1.5"
"""A rough order, by which candidates are chosen; `bot.search.ranking` puts them into the order that is shown."""
_PARTED = "\n"


class Fts5Index(ProductSearch):
    """Implements `bot.search.base.ProductIndex` on the file at `path`."""

    def __init__(self, path: Path, synonyms: Book = no_synonyms) -> None:
        super().__init__(Fts5Store(path), synonyms)
        self.path = path


class Fts5Store:
    """Implements `bot.search.base.ShelfStore`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._open = threading.local()

    async def read(self, work: Callable[[Shelf], T]) -> T:
        return await asyncio.to_thread(lambda: work(self._shelf()))

    async def replace(self, batches: AsyncIterable[Sequence[Document]], tally: Callable[[], Tally]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        half_made = self._path.with_name(f"{self._path.name}.{os.getpid()}.new")
        half_made.unlink(missing_ok=True)
        writer = await asyncio.to_thread(_Writer, half_made)
        try:
            async for batch in batches:
                await asyncio.to_thread(writer.add, batch)
            await asyncio.to_thread(writer.finish, tally)
            await asyncio.to_thread(os.replace, half_made, self._path)
        finally:
            writer.close()
            half_made.unlink(missing_ok=True)

    def _shelf(self) -> Fts5Shelf:
        """This thread's reading of the file that stands at the path now."""
        try:
            there = self._path.stat()
        except FileNotFoundError:
            raise Unavailable("index_missing", "the product index has not been built yet") from None
        version = (there.st_ino, there.st_mtime_ns)
        if getattr(self._open, "version", None) != version:
            if (old := getattr(self._open, "shelf", None)) is not None:
                old.close()
            self._open.shelf, self._open.version = Fts5Shelf(self._path), version
        shelf: Fts5Shelf = self._open.shelf
        return shelf


class Fts5Shelf:
    """Implements `bot.search.base.Shelf` over one file, for one thread."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        self._facts = msgspec.json.decode(self._db.execute("SELECT body FROM facts").fetchone()[0], type=Facts)

    def close(self) -> None:
        self._db.close()

    def facts(self) -> Facts:
        return self._facts

    def words(self, stems: Iterable[str]) -> dict[str, Word]:
        wanted = list(stems)
        rows = self._db.execute(f"SELECT * FROM words WHERE stem IN ({_marks(wanted)})", wanted)  # noqa: S608
        return {row[0]: Word(*row) for row in rows}

    def spelled_near(self, forms: Iterable[str]) -> list[tuple[str, str, int]]:
        wanted = list(forms)
        return self._db.execute(
            "SELECT DISTINCT spellings.word, spellings.stem, words.uses FROM slips "  # noqa: S608
            "JOIN spellings ON spellings.word = slips.word JOIN words ON words.stem = spellings.stem "
            f"WHERE form IN ({_marks(wanted)})",
            wanted,
        ).fetchall()

    def beginning(self, prefix: str, limit: int) -> list[tuple[str, str, int]]:
        return self._db.execute(
            "SELECT spellings.word, spellings.stem, words.uses FROM spellings "
            "JOIN words ON words.stem = spellings.stem WHERE spellings.word >= ? AND spellings.word < ? "
            "ORDER BY words.uses DESC, spellings.word LIMIT ?",
            (prefix, prefix + "\U0010ffff", limit),
        ).fetchall()

    def together(self, one: str, other: str) -> bool:
        found = self._db.execute("SELECT 1 FROM said WHERE said MATCH ? LIMIT 1", (_all_of((one, other)),))
        return found.fetchone() is not None

    def has_category(self, part: str) -> bool:
        where, values = _in_category(part)
        found = self._db.execute(f"SELECT 1 FROM products WHERE {where} LIMIT 1", values)  # noqa: S608
        return found.fetchone() is not None

    def candidates(self, wish: Wish) -> list[Candidate]:
        match = _match(wish)
        if not wish.common:
            return self._fetch(match, wish, f"ORDER BY bm25(said, {_WEIGHTS}), said.rowid")
        heads = " OR ".join(_quoted(word) for word in wish.heads)
        found = self._fetch(f"{{title kind head}} : ({heads}) AND ({match})", wish, "") if heads else []
        return found or self._fetch(match, wish, "")

    def all(self, query: Query, currency: str, limit: int) -> tuple[str, ...]:
        where, values = self._filters(query, currency, "place")
        rows = self._db.execute(
            f"SELECT id FROM products WHERE {where} ORDER BY place LIMIT ?",  # noqa: S608
            [*values, limit],
        )
        return tuple(row[0] for row in rows)

    def _fetch(self, match: str, wish: Wish, order: str) -> list[Candidate]:
        where, values = self._filters(wish.query, wish.currency, "said.rowid")
        rows = self._db.execute(
            "SELECT place, id, fields, shape FROM products WHERE place IN "  # noqa: S608
            f"(SELECT said.rowid FROM said WHERE said MATCH ? AND {where} {order} LIMIT ?)",
            [match, *values, wish.limit],
        )
        return [Candidate(place, name, tuple(fields.split(_PARTED)), shape) for place, name, fields, shape in rows]

    def _filters(self, query: Query, currency: str, place: str) -> tuple[str, list[object]]:
        """The condition on a product's place, and its values."""
        where, values = ["offers.currency = ?"], list[object]([currency])
        for column, wanted in (("size", query.size), ("colour", query.colour)):
            if wanted is not None:
                where.append(f"offers.{column} = ?")
                values.append(option_value(wanted))
        for sign, price in ((">=", query.min_price), ("<=", query.max_price)):
            if price is not None:
                where.append(f"offers.amount {sign} CAST(? AS NUMERIC) * offers.unit")
                values.append(str(price))
        if len(values) == 1 and currency in self._facts.everywhere:
            condition, values = "1", []
        else:
            condition = f"EXISTS (SELECT 1 FROM offers WHERE offers.product = {place} AND {' AND '.join(where)})"  # noqa: S608
        if query.category and self.has_category(query.category):
            inside, path = _in_category(query.category)
            return f"{condition} AND {place} IN (SELECT place FROM products WHERE {inside})", [*values, *path]  # noqa: S608
        return condition, values


def _in_category(category: str) -> tuple[str, list[object]]:
    """Below the path, or below any path that has it as a part: "shoes", "shoes/running", "running"."""
    path = category.strip("/").casefold()
    return "instr('/' || products.category || '/', ?) > 0", [f"/{path}/"]


def _match(wish: Wish) -> str:
    groups = ("(" + " OR ".join(f"({_all_of(phrase)})" for phrase in group) + ")" for group in wish.groups)
    return (" AND " if wish.every else " OR ").join(groups)


def _all_of(phrase: Sequence[str]) -> str:
    return " AND ".join(_quoted(word) for word in phrase)


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


class _Writer:
    """Fills a new index file."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _SCHEMA + "BEGIN;")
        self._count = 0

    def add(self, documents: Sequence[Document]) -> None:
        placed = list(enumerate(documents, start=self._count + 1))
        self._count += len(placed)
        self._db.executemany(
            "INSERT INTO products VALUES (?, ?, ?, ?, ?)",
            [(place, each.id, each.category, _PARTED.join(each.fields), each.shape) for place, each in placed],
        )
        self._db.executemany(
            "INSERT INTO offers VALUES (?, ?, ?, ?, ?, ?)",
            [
                (place, offer.currency, offer.amount, offer.unit, offer.size, offer.colour)
                for place, each in placed
                for offer in each.offers
            ],
        )
        self._db.executemany(
            f"INSERT INTO said (rowid, {_COLUMNS}) VALUES (?, {_marks(FIELDS)})",  # noqa: S608
            [(place, *each.fields) for place, each in placed],
        )

    def finish(self, tally: Callable[[], Tally]) -> None:
        told = tally()
        self._db.executemany(
            "INSERT INTO words VALUES (?, ?, ?, ?)",
            ((each.stem, each.uses, each.heads, each.brands) for each in told.words),
        )
        self._db.executemany("INSERT INTO spellings VALUES (?, ?)", told.spellings.items())
        self._db.executemany("INSERT INTO slips VALUES (?, ?)", told.slips)
        self._db.execute("INSERT INTO facts VALUES (?)", (msgspec.json.encode(told.facts),))
        for index in _INDEXES:
            self._db.execute(index)
        self._db.execute("COMMIT")

    def close(self) -> None:
        self._db.close()
