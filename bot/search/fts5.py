"""The product index in one SQLite file, by its full-text engine FTS5: words, option and price filters, spelling.

The file is made from the catalogue and can be made again at any time; it is replaced whole, so a search sees the old
one or the new one. It works the same beside SQLite and beside Postgres, once on each machine that answers searches.

How words are met. First all of them, and by the thing itself: the head noun of the question ("running shoes" wants
shoes) must be the head of what is found, so socks for running shoes stay out. If nothing does, any of them, which is
told (`Hits.exact`). Ranked by BM25 with the weight on what a thing is called; Porter stemming, accents ignored.
Measured elsewhere: porter, all words then any, title first is the best that FTS5 gives on rated product queries.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
from collections import Counter
from collections.abc import AsyncIterable
from pathlib import Path

from bot.commerce.catalog import Product
from bot.commerce.money import exponent
from bot.commerce.query import Query, option_value
from bot.errors import Unavailable
from bot.search.base import Hits
from bot.search.reading import read_words
from bot.search.words import SYNONYMS, deletions, heads, indexed

_BATCH = 500
_SCHEMA = """
CREATE TABLE products (place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, category TEXT NOT NULL);
CREATE TABLE offers (product INTEGER NOT NULL, currency TEXT NOT NULL, amount INTEGER NOT NULL, unit INTEGER NOT NULL,
                     size TEXT, colour TEXT);
CREATE INDEX offers_of ON offers (product, currency);
CREATE VIRTUAL TABLE words USING fts5(title, kind, head, category, brand, tags, description, options, skus,
                                      content='', tokenize="porter unicode61 remove_diacritics 2");
CREATE TABLE vocabulary (word TEXT PRIMARY KEY, uses INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE slips (form TEXT NOT NULL, word TEXT NOT NULL, PRIMARY KEY (form, word)) WITHOUT ROWID;
"""
_RANK = "bm25(words, 5.0, 8.0, 2.0, 2.0, 3.0, 3.0, 1.0, 1.0, 9.0)"


class Fts5Index:
    """Implements `bot.search.base.ProductIndex` on the file at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def exists(self) -> bool:
        return self.path.exists()

    async def search(self, query: Query, *, currency: str, limit: int) -> Hits:
        """Raises `Unavailable` while there is no index yet."""
        return await asyncio.to_thread(self._search, query, currency, limit)

    async def rebuild(self, products: AsyncIterable[Product]) -> int:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        half_made = self.path.with_name(f"{self.path.name}.{os.getpid()}.new")
        half_made.unlink(missing_ok=True)
        writer = await asyncio.to_thread(_Writer, half_made)
        try:
            batch: list[Product] = []
            async for product in products:
                batch.append(product)
                if len(batch) == _BATCH:
                    await asyncio.to_thread(writer.add, batch)
                    batch = []
            await asyncio.to_thread(writer.add, batch)
            count = await asyncio.to_thread(writer.finish)
            await asyncio.to_thread(os.replace, half_made, self.path)
        finally:
            writer.close()
            half_made.unlink(missing_ok=True)
        return count

    def _search(self, query: Query, currency: str, limit: int) -> Hits:
        with contextlib.closing(self._open()) as db:
            where, values = _filters(db, query, currency)
            words = read_words(db, _text(db, query))
            if words.unmet and not words.terms:
                return Hits((), exact=False, corrected=words.corrected)
            if not words.terms:
                return Hits(_all(db, where, values, limit), exact=True)
            met = not words.unmet
            for exact, match in ((met, words.narrowly()), (met, words.strictly()), (False, words.loosely())):
                if ids := _matching(db, match, where, values, limit):
                    return Hits(ids, exact=exact, corrected=words.corrected)
            return Hits((), exact=False, corrected=words.corrected)

    def _open(self) -> sqlite3.Connection:
        try:
            return sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=ro", uri=True)
        except sqlite3.OperationalError:
            raise Unavailable("index_missing", "the product index has not been built yet") from None


def _text(db: sqlite3.Connection, query: Query) -> str:
    """The words to meet: a category that the catalogue does not have is a word like any other."""
    if query.category and not _knows_category(db, query.category):
        return f"{query.text} {query.category}"
    return query.text


def _knows_category(db: sqlite3.Connection, category: str) -> bool:
    where, values = _in_category(category)
    return db.execute(f"SELECT 1 FROM products WHERE {where} LIMIT 1", values).fetchone() is not None  # noqa: S608


def _in_category(category: str) -> tuple[str, list[object]]:
    """Below the path, or below any path that has it as a part: "shoes", "shoes/running", "running"."""
    path = category.strip("/").casefold()
    return "instr('/' || products.category || '/', ?) > 0", [f"/{path}/"]


def _filters(db: sqlite3.Connection, query: Query, currency: str) -> tuple[str, list[object]]:
    where, values = ["offers.product = products.place", "offers.currency = ?"], list[object]([currency])
    for column, wanted in (("size", query.size), ("colour", query.colour)):
        if wanted is not None:
            where.append(f"offers.{column} = ?")
            values.append(option_value(wanted))
    for sign, price in ((">=", query.min_price), ("<=", query.max_price)):
        if price is not None:
            where.append(f"offers.amount {sign} CAST(? AS NUMERIC) * offers.unit")
            values.append(str(price))
    condition = f"EXISTS (SELECT 1 FROM offers WHERE {' AND '.join(where)})"  # noqa: S608
    if query.category and _knows_category(db, query.category):
        inside, path = _in_category(query.category)
        return f"{condition} AND {inside}", [*values, *path]
    return condition, values


def _all(db: sqlite3.Connection, where: str, values: list[object], limit: int) -> tuple[str, ...]:
    rows = db.execute(f"SELECT id FROM products WHERE {where} ORDER BY place LIMIT ?", [*values, limit])  # noqa: S608
    return tuple(row[0] for row in rows)


def _matching(db: sqlite3.Connection, match: str, where: str, values: list[object], limit: int) -> tuple[str, ...]:
    rows = db.execute(
        f"SELECT products.id FROM words JOIN products ON products.place = words.rowid "  # noqa: S608
        f"WHERE words MATCH ? AND {where} ORDER BY {_RANK}, products.place LIMIT ?",
        [match, *values, limit],
    )
    return tuple(row[0] for row in rows)


class _Writer:
    """Fills a new index file."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _SCHEMA + "BEGIN;")
        self._uses: Counter[str] = Counter()
        self._count = 0

    def add(self, products: list[Product]) -> None:
        for product in products:
            self._count += 1
            self._db.execute("INSERT INTO products VALUES (?, ?, ?)", (self._count, product.id, product.category))
            self._db.executemany("INSERT INTO offers VALUES (?, ?, ?, ?, ?, ?)", _offers(self._count, product))
            texts = _texts(product)
            self._db.execute(
                "INSERT INTO words (rowid, title, kind, head, category, brand, tags, description, options, skus) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (self._count, *texts, _skus(product)),
            )
            for text in texts:
                self._uses.update(word for word in text.split() if word.isalpha())

    def finish(self) -> int:
        for word, meaning in SYNONYMS.items():
            if any(part in self._uses for part in indexed(meaning).split()):
                self._uses[word] += 1
        self._db.executemany("INSERT INTO vocabulary VALUES (?, ?)", self._uses.items())
        for word in self._uses:
            if len(word) >= 4:
                forms = deletions(word, 2 if len(word) >= 6 else 1)
                self._db.executemany("INSERT INTO slips VALUES (?, ?)", [(form, word) for form in forms])
        self._db.execute("INSERT INTO words (words) VALUES ('optimize')")
        self._db.execute("COMMIT")
        return self._count

    def close(self) -> None:
        self._db.close()


def _offers(place: int, product: Product) -> list[tuple[object, ...]]:
    return [
        (
            place,
            currency,
            price.amount,
            10 ** exponent(currency),
            *(option_value(variant.options[name]) if name in variant.options else None for name in ("size", "colour")),
        )
        for variant in product.variants
        for currency, price in variant.prices.items()
    ]


def _skus(product: Product) -> str:
    """Each as one word, as a shopper's hyphenated word is looked up too: SKUs are met whole or not at all."""
    return " ".join(variant.sku.replace("-", "").casefold() for variant in product.variants)


def _texts(product: Product) -> tuple[str, ...]:
    """In the order of the columns of `words`, without the last."""
    options = {value: None for variant in product.variants for value in variant.options.values()}
    vegan = ["vegan"] if product.vegan else []
    return tuple(
        indexed(text)
        for text in (
            product.title,
            product.kind,
            heads(product.kind, product.category),
            product.category.replace("/", " "),
            product.brand,
            " ".join([*product.tags, *product.materials, *vegan]),
            f"{product.why} {product.description}",
            " ".join(options),
        )
    )
