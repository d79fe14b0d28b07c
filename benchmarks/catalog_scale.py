"""How long a whole catalogue takes into a shop: files read and checked, rows written, index built, each apart.

The catalogue is made up, the same every time: shoes and clothes as shops write them into a feed for Meta, two variants
a product on average, a sale on every tenth. It goes in as `souk catalog-import` takes it, into a new SQLite database.
`import_again_*` is the same file a second time, when nothing is written. A million products take long: they are
measured where CATALOG_SCALE=1m is in the environment.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import os
import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from turn_cost import print_row, tell

from bot.clock import SystemClock
from bot.commerce.query import read_query
from bot.search.fts5 import Fts5Index
from bot.selling.browsing import CANDIDATES
from bot.selling.catalog_import import Report, import_catalog, rebuild_index
from bot.storage.sql import Database, migrate

SIZES = {"1k": 1_000, "10k": 10_000, "100k": 100_000, "1m": 1_000_000}
SEED = 20_260_301
ASKED = 400
KINDS = {
    "running shoe": "Shoes > Running", "trail shoe": "Shoes > Trail", "sandal": "Shoes > Sandals", "rain jacket":
    "Clothes > Jackets", "wool sweater": "Clothes > Sweaters", "linen shirt": "Clothes > Shirts", "backpack":
    "Bags > Backpacks", "blanket": "Home > Bedroom", "desk lamp": "Home > Lamps", "coffee grinder": "Home > Kitchen",
    "notebook": "Desk > Paper", "headphones": "Electronics > Audio", "laptop sleeve": "Electronics > Accessories",
}  # fmt: skip
FIRST = [
    "Aero",
    "Birch",
    "Cedar",
    "Dune",
    "Ember",
    "Fjord",
    "Gale",
    "Harbor",
    "Isle",
    "Juniper",
    "Koto",
    "Lumen",
    "Maple",
    "North",
    "Opal",
    "Pine",
    "Quill",
    "River",
]
SECOND = "Bright Calm Deep Easy Fine Grand High Light Mild New Open Prime Quick Round Soft True Wide Young".split()  # noqa: SIM905
BRANDS = [f"{first}{second.casefold()}" for first in FIRST for second in ("Works", "Mill", "Yard", "Trail", "Line")]
COLOURS = "black white blue red green grey cream brown".split()  # noqa: SIM905
COLUMNS = (
    "id", "item_group_id", "title", "description", "availability", "quantity_to_sell_on_facebook", "condition", "price",
    "sale_price", "sale_price_effective_date", "link", "image_link", "additional_image_link", "brand", "gtin",
    "product_type", "color", "size", "material", "shipping_weight", "internal_label",
)  # fmt: skip


def feed_rows(count: int) -> Iterator[list[str]]:
    """The variants of `count` products, in the order of `COLUMNS`."""
    chance = random.Random(SEED)
    for number in range(count):
        kind, category = chance.choice(list(KINDS.items()))
        brand, colour = chance.choice(BRANDS), chance.choice(COLOURS)
        title = f"{chance.choice(FIRST)} {chance.choice(SECOND)} {number % 977} {kind}"
        described = f"A {chance.choice(SECOND).casefold()} {kind} by {brand} for every day. Made in small runs."
        cents = chance.randrange(500, 40_000)
        sale = f"{cents * 8 // 1000}.99 USD" if number % 10 == 0 else ""
        when = "2026-01-01T00:00+00:00/2030-01-01T00:00+00:00" if sale else ""
        link, picture = "https://shop.example", f"https://pictures.example/{number}"
        for place in range(chance.choice((1, 2, 3))):
            pieces = chance.choice((0, 3, 8, 20, 100))
            yield [
                f"SKU-{number}-{place}", f"product-{number}", title, described, "in stock" if pieces else "sold out",
                str(pieces), "new", f"{cents // 100}.{cents % 100:02} USD", sale, when, f"{link}/{number}",
                f"{picture}.jpg", f"{picture}-2.jpg,{picture}-3.jpg", brand, f"{4_000_000_000_000 + number * 3}",
                category, colour, str(38 + place), "cotton/linen", f"{chance.randrange(50, 3000)} g", "['road']",
            ]  # fmt: skip


def write_feed(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        table.writerows(feed_rows(count))


@dataclass(frozen=True, slots=True)
class Stocked:
    """A shop with a catalogue: where it is, and how long its parts took, in seconds."""

    database: str
    index: Path
    import_s: float
    again_s: float
    index_s: float
    report: Report


async def stock_up(folder: Path, count: int) -> Stocked:
    folder.mkdir(parents=True, exist_ok=True)
    feed, database, index = folder / "feed.csv", f"sqlite:///{folder / 'shop.db'}", folder / "search.db"
    write_feed(feed, count)
    migrate(database)
    db, clock = Database(database), SystemClock()
    try:
        began = time.perf_counter()
        report = await import_catalog(db, feed, clock)
        imported = time.perf_counter()
        again = await import_catalog(db, feed, clock)
        twice = time.perf_counter()
        await rebuild_index(db, Fts5Index(index), clock)
        indexed = time.perf_counter()
    finally:
        await db.close()
    if report.added != count or report.problems or again.written:
        raise SystemExit(f"the import is wrong: {report.added} of {count} added, {again.written} written twice")
    return Stocked(database, index, imported - began, twice - imported, indexed - twice, report)


def shopper_asks() -> Iterator[str]:
    """Things alone and with a maker, a colour or a price; slips; what is not sold."""
    chance = random.Random(SEED)
    for number in range(ASKED):
        kind = chance.choice(list(KINDS))
        yield (
            kind,
            f"{chance.choice(COLOURS)} {kind}",
            f"{kind} by {chance.choice(BRANDS)}",
            f"{kind}s under {chance.randrange(20, 300)}",
            f"{chance.choice(FIRST)} {chance.choice(SECOND)} {kind}",
            f"{kind[:2]}{kind[3:]}",
            f"{kind} size {chance.randrange(38, 41)}",
            f"{chance.choice(FIRST)} chainsaw",
        )[number % 8]


async def search_times(path: Path) -> list[float]:
    """Milliseconds of each search, one after the other, the first of all left out."""
    index = Fts5Index(path)
    took: list[float] = []
    for words in ["shoes", *shopper_asks()]:
        began = time.perf_counter()
        await index.search(read_query(words), currency="USD", limit=CANDIDATES)
        took.append((time.perf_counter() - began) * 1000)
    return took[1:]


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[int(len(values) * share)]


async def run(folder: Path, sizes: list[str]) -> None:
    for size in sizes:
        stocked = await stock_up(folder / size, SIZES[size])
        tell(f"{size}: {stocked.report.variants} variants")
        print_row(f"import_{size}_s", stocked.import_s, None, "s", SIZES[size])
        print_row(f"import_again_{size}_s", stocked.again_s, None, "s", SIZES[size])
        print_row(f"index_{size}_s", stocked.index_s, None, "s", SIZES[size])
        took = await search_times(stocked.index)
        print_row(f"query_p95_ms_{size}", percentile(took, 0.95), None, "ms", len(took))
        print_row(f"query_p50_ms_{size}", percentile(took, 0.50), None, "ms", len(took))


def main() -> None:
    usual = ["1k", "10k", "100k", *(["1m"] if os.environ.get("CATALOG_SCALE") == "1m" else [])]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="+", choices=SIZES, default=usual)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(run(Path(folder), options.sizes))


if __name__ == "__main__":
    main()
