"""The catalogue out of the shop: what is on sale, with the stock of now, in our own form or as a feed."""

from __future__ import annotations

from pathlib import Path

from bot.selling.catalog.feed_out import Shopfront, write_feed
from bot.selling.catalog.own_out import write_own
from bot.storage import catalogue, stock
from bot.storage.sql import Database


async def export_catalog(db: Database, path: Path) -> int:
    """Write what is on sale into one file in our own form. Returns the number of products."""
    async with db.read() as tx:
        products = [product async for product in catalogue.as_said(tx)]
        places = await stock.places(tx)
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_own(products, places, path)


async def export_feed(db: Database, path: Path, feed: str, front: Shopfront) -> tuple[int, int]:
    """The same as a feed for `feed`, with the pieces that nobody holds. Returns the number of rows, and of variants
    that have no price in the feed's currency.

    Raises `BadInput` for a feed or a suffix that there is not."""
    async with db.read() as tx:
        products = [product async for product in catalogue.as_said(tx)]
    pieces = {variant.sku: variant.available for product in products for variant in product.variants}
    return write_feed(products, pieces, path, feed, front)
