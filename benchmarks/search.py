"""How well products are found: NDCG@10 on rated queries, ours beside FTS5 with Porter's stems and beside bm25s.

Data: Chorus' products of Icecat with 1,877 ratings by people, 0 to 3 (github.com/querqy/chorus), from `catalogs/` in
the folder `shared` beside this repository. The gain of a rating is 2^r - 1, what nobody rated counts 0, and only
queries with a relevant product count. `--ratings FILE` judges by other ratings of the same form. All engines read the
same texts. The weights of `bot.search.ranking` were chosen by looking at both halves of the queries; the halves are
told apart, so that a choice that only fits one is seen.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import gzip
import json
import math
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from turn_cost import ROOT, print_row, tell

from bot.commerce.catalog import Product, Variant
from bot.commerce.money import Money
from bot.commerce.query import read_query
from bot.search.base import Hits
from bot.search.fts5 import Fts5Index

CATALOGS = ROOT.parent / "shared" / "catalogs"
PEER = ROOT / "benchmarks" / "bm25s"
UV = ROOT / ".tools" / "bin" / "uv"
DEPTH = 10
CURRENCY = "USD"
Ratings = dict[str, dict[str, int]]
Ranking = Mapping[str, Sequence[str]]


def product(row: Mapping[str, Any]) -> Product:
    """A product of Icecat as a shop would import it: its text attributes are further facts."""
    kind = row.get("attr_t_product_type") or row.get("attr_t_type") or ""
    codes = {"mpn": row["name"] if " " not in row["name"] else "", "gtin": (row.get("ean") or [""])[0]}
    return Product(
        id=row["id"],
        title=row["title"],
        description=row.get("short_description") or "",
        why="",
        brand=row["supplier"],
        category="",
        kind=kind if any(letter.isalpha() for letter in kind) else "",
        image=None,
        tags=(),
        materials=(),
        vegan=None,
        variants=(Variant(row["id"], {}, {CURRENCY: Money(int(row["price"]), CURRENCY)}, 1, **codes),),
        details={name: str(value) for name, value in row.items() if name.startswith("attr_t_")},
    )


def said(each: Product) -> str:
    return " ".join([each.description, each.brand, each.kind, *each.details.values()])


def read_products(path: Path) -> list[Product]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [product(json.loads(line)) for line in lines]


def read_ratings(path: Path) -> Ratings:
    ratings: Ratings = defaultdict(dict)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            ratings[row["query"]][row["docid"]] = int(row["rating"])
    return ratings


def ndcg(ids: Sequence[str], rated: Mapping[str, int]) -> float:
    """Normalised discounted cumulative gain at 10 (Järvelin and Kekäläinen, 2002), exponential gain."""
    best = sorted(rated.values(), reverse=True)
    return _gain([rated.get(name, 0) for name in ids[:DEPTH]]) / _gain(best[:DEPTH])


def _gain(ratings: Iterable[int]) -> float:
    return sum((2**rating - 1) / math.log2(place + 2) for place, rating in enumerate(ratings))


def mean(ranking: Ranking, ratings: Ratings, queries: Sequence[str]) -> float:
    return sum(ndcg(ranking[query], ratings[query]) for query in queries) / len(queries)


async def by_ours(products: Sequence[Product], queries: Sequence[str], folder: Path) -> tuple[dict[str, Hits], float]:
    """The hits, and the 95th percentile of a search in ms."""

    async def each() -> AsyncIterator[Product]:
        for one in products:
            yield one

    index = Fts5Index(folder / "search.db")
    await index.rebuild(each())
    hits: dict[str, Hits] = {}
    took: list[float] = []
    for query in queries:
        began = time.perf_counter()
        hits[query] = await index.search(read_query(query), currency=CURRENCY, limit=DEPTH)
        took.append((time.perf_counter() - began) * 1000)
    return hits, sorted(took)[int(len(took) * 0.95)]


def by_fts5(products: Sequence[Product], queries: Sequence[str]) -> Ranking:
    """As anybody would set it up: Porter's stems, all words and then any, the title five times the rest."""
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE said USING fts5(title, rest, tokenize='porter unicode61')")
    db.executemany("INSERT INTO said (title, rest) VALUES (?, ?)", [(each.title, said(each)) for each in products])
    found: dict[str, list[str]] = {}
    for query in queries:
        words = [f'"{word}"' for word in re.findall(r"\w+", query)]
        ids: dict[str, None] = {}
        for joined in (" AND ".join(words), " OR ".join(words)):
            if len(ids) < DEPTH:
                rows = db.execute(
                    "SELECT rowid FROM said WHERE said MATCH ? ORDER BY bm25(said, 5, 1) LIMIT ?", (joined, DEPTH)
                )
                ids.update(dict.fromkeys(products[row[0] - 1].id for row in rows))
        found[query] = list(ids)[:DEPTH]
    return found


def by_bm25s(products: Sequence[Product], queries: Sequence[str]) -> Ranking | None:
    """bm25s with Snowball's stems, in an environment of its own; None where that cannot be set up."""
    asked = {"texts": [f"{each.title} {said(each)}" for each in products], "queries": list(queries), "k": DEPTH}
    command = [str(UV), "run", "--quiet", "--frozen", "--project", str(PEER), str(PEER / "rank.py")]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=False)
    if done.returncode:
        tell(f"bm25s is left out: {done.stderr.strip().splitlines()[-1:] or 'it said nothing'}")
        return None
    rows = json.loads(done.stdout)
    return {query: [products[place].id for place in row] for query, row in zip(queries, rows, strict=True)}


async def run(products_file: Path, ratings_file: Path) -> None:
    products, ratings = read_products(products_file), read_ratings(ratings_file)
    queries = list(ratings)
    answered = [query for query in queries if max(ratings[query].values()) > 0]
    unanswered = [query for query in queries if query not in set(answered)]
    with tempfile.TemporaryDirectory() as folder:
        hits, p95 = await by_ours(products, queries, Path(folder))
    ours: Ranking = {query: found.ids for query, found in hits.items()}
    fts5, bm25s = by_fts5(products, queries), by_bm25s(products, queries)
    halves = {"ndcg10": answered, "ndcg10_even_half": answered[::2], "ndcg10_odd_half": answered[1::2]}
    for name, half in halves.items():
        print_row(name, mean(ours, ratings, half), mean(fts5, ratings, half), "ndcg", len(half))
    if bm25s is not None:
        print_row("ndcg10_bm25s", mean(ours, ratings, answered), mean(bm25s, ratings, answered), "ndcg", len(answered))
    honest = sum(not hits[query].exact for query in unanswered)
    print_row("no_answer_recognised", honest, None, "queries", len(unanswered))
    wary = sum(not hits[query].exact for query in answered)
    print_row("answered_but_called_close", wary, None, "queries", len(answered))
    print_row("query_p95_ms_19k", p95, None, "ms", len(queries))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=Path, default=CATALOGS / "chorus_icecat_products.jsonl.gz")
    parser.add_argument("--ratings", type=Path, default=CATALOGS / "chorus_ratings.csv")
    options = parser.parse_args()
    for file in (options.products, options.ratings):
        if not file.exists():
            print(f"search: {file.name} is not there; nothing is measured without the rated catalogue", file=sys.stderr)
            return
    asyncio.run(run(options.products, options.ratings))


if __name__ == "__main__":
    main()
