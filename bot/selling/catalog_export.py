"""The catalogue out of the shop: what is on sale, with the stock of now, in our own form."""

from __future__ import annotations

from pathlib import Path

from bot.selling.catalog.own_out import write_own
from bot.storage import catalogue, stock
from bot.storage.sql import Database


async def export_catalog(db: Database, path: Path) -> int:
    """Write what is on sale into one file. Returns the number of products."""
    async with db.read() as tx:
        products = [product async for product in catalogue.as_said(tx)]
        places = await stock.places(tx)
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_own(products, places, path)
