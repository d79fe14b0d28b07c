"""The same import on Postgres: laid out in temporary tables, moved in by the same statements."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.clock import FixedClock
from bot.selling.catalog_export import export_catalog
from bot.selling.catalog_import import import_catalog
from bot.storage import stock
from bot.storage.selling_tables import products, variants
from bot.storage.sql import Database, migrate
from tests.search.postgres import ABSENT, programs, server
from tests.selling.conftest import CATALOG, START

CLOCK = FixedClock(START)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    if programs() is None:
        pytest.skip(ABSENT)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with server(port) as made:
        migrate(made)
        yield made


async def test_an_import_on_postgres_writes_what_is_news_and_keeps_what_is_promised(url: str, tmp_path: Path) -> None:
    db = Database(url)
    file = tmp_path / "products.yml"
    file.write_text(CATALOG)
    first = await import_catalog(db, file, CLOCK)
    again = await import_catalog(db, file, CLOCK)
    async with db.write() as tx:
        assert await stock.take(tx, {"AERO-BLU-42": 4}) == []

    file.write_text(
        CATALOG.replace("stock: 5}", "stock: 1}").replace("id: mug", "id: [mug]").replace("- {sku: S", "- {S")
    )
    third = await import_catalog(db, file, CLOCK)

    assert (first.added, again.written, again.counted) == (3, 0, 0)
    assert third.problems
    assert (third.done, third.retiring, third.retired, third.products) == (True, False, 0, 1)
    assert [(kept.sku, kept.held) for kept in third.kept] == [("AERO-BLU-42", 4)]
    async with db.read() as tx:
        shelves = await stock.on_hand(tx)
        assert set((await tx.execute(select(products.c.id).where(products.c.active))).scalars()) == {
            "aero",
            "mug",
            "sticker",
        }
    assert (shelves["AERO-BLU-41"], shelves["AERO-BLU-42"], shelves["MUG"]) == (1, 4, 3)
    assert await export_catalog(db, tmp_path / "out.yml") == 3
    await db.close()


async def test_two_imports_at_once_both_arrive_whole(url: str, tmp_path: Path) -> None:
    db = Database(url)
    for name, sku in (("one", "A"), ("two", "B")):
        rows = "\n".join(f"{sku}-{number},Thing {number},1.00 USD,in stock,{number}" for number in range(50))
        (tmp_path / f"{name}.csv").write_text(f"id,title,price,availability,quantity\n{rows}\n")

    reports = await asyncio.gather(*(import_catalog(db, tmp_path / f"{name}.csv", CLOCK) for name in ("one", "two")))

    async with db.read() as tx:
        there = set((await tx.execute(select(products.c.id).where(products.c.active))).scalars())
        on_sale = set((await tx.execute(select(variants.c.sku).where(variants.c.active))).scalars())
    assert [report.added for report in reports] == [50, 50]
    assert there == on_sale
    assert {name[0] for name in there} in ({"A"}, {"B"})
    assert len(there) == 50
    await db.close()
