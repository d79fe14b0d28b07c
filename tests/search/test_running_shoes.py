"""What a product is named decides before what its description says."""

from __future__ import annotations

from pathlib import Path

from bot.commerce.query import read_query
from bot.search.fts5 import Fts5Index
from bot.selling.catalog_file import read_catalog

CATALOG = Path(__file__).resolve().parents[2] / "catalog"


async def test_a_slip_on_for_bread_runs_is_no_running_shoe(tmp_path: Path) -> None:
    index = Fts5Index(tmp_path / "search.db")
    products = read_catalog(CATALOG).products

    async def every_product():  # type: ignore[no-untyped-def]
        for product in products:
            yield product

    await index.rebuild(every_product())
    hits = await index.search(read_query("running shoes under 80"), currency="USD", limit=20)
    kinds = {product.id: product.kind for product in products}
    assert {"aero-2", "trail-mini", "city-run"} <= set(hits.chosen)
    assert all("slip-on" not in kinds[found] for found in hits.chosen), hits.chosen
