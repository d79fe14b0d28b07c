"""Bringing the catalogue's files into the shop, whole or not at all, and out again.

What live holds promise stays promised, what was sold since the last count stays sold, and a product that is no longer
in the files goes off sale but stays known to carts and orders. The same files again change nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.clock import Clock
from bot.commerce.catalog import Product
from bot.search.base import ProductIndex
from bot.selling.catalog_file import CatalogFile, Problem, read_catalog, write_catalog
from bot.storage import catalogue, stock
from bot.storage.sql import Database, Transaction

_BATCH = 500


@dataclass(frozen=True, slots=True)
class KeptStock:
    """More pieces of a SKU are held for customers than were counted: the shelf says `held` until they are settled."""

    sku: str
    counted: int
    held: int


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did; with `problems` it did nothing."""

    products: int = 0
    variants: int = 0
    written: int = 0
    unchanged: int = 0
    retired: int = 0
    kept: tuple[KeptStock, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.problems


class _Rehearsed(Exception):
    """Rolls a dry run back, once it is known what it would have done."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.report = report


async def import_catalog(db: Database, path: Path, clock: Clock, *, dry_run: bool = False) -> Report:
    """Load the catalogue at `path`; afterwards, rebuild the index. A dry run reports the same and writes nothing.

    Raises `BadInput` where there is no file."""
    read = read_catalog(path)
    if read.problems:
        return Report(problems=tuple(read.problems))
    try:
        async with db.write() as tx:
            report = await _load(tx, read, clock)
            if dry_run:
                raise _Rehearsed(report)
    except _Rehearsed as rehearsed:
        return rehearsed.report
    return report


async def _load(tx: Transaction, read: CatalogFile, clock: Clock) -> Report:
    if moved := await _moved_skus(tx, read):
        return Report(problems=tuple(moved))
    written = 0
    for start in range(0, len(read.products), _BATCH):
        written += await _write(tx, read.products[start : start + _BATCH], clock)
    promised = await stock.count(tx, read.counted)
    return Report(
        products=len(read.products),
        variants=len(read.counted),
        written=written,
        unchanged=len(read.products) - written,
        retired=await catalogue.retire_all_but(tx, (product.id for product in read.products), clock.now()),
        kept=tuple(KeptStock(sku, read.counted[sku], held) for sku, held in promised.items()),
    )


async def export_catalog(db: Database, path: Path) -> int:
    """Write what is on sale, with the stock of now, into one file. Returns the number of products."""
    async with db.read() as tx:
        products = [product async for product in catalogue.every_product(tx)]
        counted = await stock.on_hand(tx)
    return write_catalog(products, counted, path)


async def rebuild_index(db: Database, index: ProductIndex) -> int:
    """Make the index of what is on sale now. Returns the number of products."""

    async def on_sale() -> AsyncIterator[Product]:
        async with db.read() as tx:
            async for product in catalogue.every_product(tx):
                yield product

    return await index.rebuild(on_sale())


async def _write(tx: Transaction, products: Sequence[Product], clock: Clock) -> int:
    """Write those that say something new. Returns how many."""
    there = {product.id: _said(product) for product in await catalogue.products_by_id(tx, [p.id for p in products])}
    changed = [product for product in products if there.get(product.id) != _said(product)]
    if changed:
        await catalogue.put_products(tx, changed, clock.now())
    return len(changed)


def _said(product: Product) -> Product:
    """What a file says of a product; stock is counted apart."""
    return replace(product, variants=tuple(replace(variant, available=0) for variant in product.variants))


async def _moved_skus(tx: Transaction, read: CatalogFile) -> list[Problem]:
    """A SKU is one thing for ever: it cannot become a variant of another product."""
    skus = {variant.sku: product.id for product in read.products for variant in product.variants}
    owners = await catalogue.owners_of(tx)
    return [
        Problem(*read.lines[sku], reason=f"the SKU {sku} belongs to {owners[sku]} already")
        for sku, product_id in skus.items()
        if owners.get(sku, product_id) != product_id
    ]
