"""Putting a whole catalogue onto the shelves: laid out beside the shop first, then moved in with a few statements.

What an import says is laid out in temporary tables of one connection (`Stocking.lay_out`), which blocks nobody however
long it takes; `Stocking.move_in` is the one transaction that the shop sees. A temporary table belongs to its
connection, so two imports never mix and one that dies leaves nothing behind. It does not know where a catalogue comes
from.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Integer,
    MetaData,
    String,
    Table,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bot.commerce.catalog import Product
from bot.storage.selling_tables import prices, products, shelves, stock, variants
from bot.storage.sql import Apart, Database, Transaction

_beside = MetaData()
_ONE_AT_A_TIME = 70_015
"""Postgres's own lock for moving in: each would take off sale only what it sees of the other. SQLite has one anyway."""


def _laid_out(table: Table) -> Table:
    """A temporary table with the same columns."""
    columns = [Column(column.name, column.type) for column in table.columns]
    return Table(f"laid_out_{table.name}", _beside, *columns, prefixes=["TEMPORARY"])


_products, _variants, _prices, _shelves = (_laid_out(table) for table in (products, variants, prices, shelves))
_counts = Table(
    "laid_out_counts",
    _beside,
    Column("sku", String, primary_key=True),
    Column("counted", Integer),
    prefixes=["TEMPORARY"],
)
_on_sale = Table("laid_out_on_sale", _beside, Column("id", String, primary_key=True), prefixes=["TEMPORARY"])
# Variants that stay as they are although their product was written: the file had something to say of them, badly.
_spared = Table("laid_out_spared", _beside, Column("sku", String, primary_key=True), prefixes=["TEMPORARY"])


@dataclass(frozen=True, slots=True)
class LaidOut:
    """A product with the digest of all that was said of it, and what stays of its variants beside those it names."""

    product: Product
    digest: str
    spared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shelf:
    """The pieces of a SKU: by place, or all at the place "" where nobody counts by places."""

    sku: str
    places: Mapping[str, int]

    @property
    def counted(self) -> int:
        return sum(self.places.values())


@dataclass(frozen=True, slots=True)
class Known:
    """What the shop has before an import. `digests` of products on sale; `retired` are the other products' ids;
    `owners` the product of each SKU, retired ones too; `counted` and `reserved` pieces by SKU."""

    digests: dict[str, str]
    retired: frozenset[str]
    owners: dict[str, str]
    counted: dict[str, int]
    reserved: dict[str, int]
    places: dict[str, dict[str, int]]


async def known(tx: Transaction) -> Known:
    rows = (await tx.execute(select(products.c.id, products.c.digest, products.c.active))).all()
    owners = (await tx.execute(select(variants.c.sku, variants.c.product_id))).all()
    counts = (await tx.execute(select(stock.c.sku, stock.c.counted, stock.c.reserved))).all()
    places: dict[str, dict[str, int]] = {}
    for sku, location, counted in (await tx.execute(select(shelves))).all():
        places.setdefault(sku, {})[location] = counted
    return Known(
        digests={row.id: row.digest for row in rows if row.active},
        retired=frozenset(row.id for row in rows if not row.active),
        owners=dict(tuple(row) for row in owners),
        counted={row.sku: row.counted for row in counts},
        reserved={row.sku: row.reserved for row in counts if row.reserved},
        places=places,
    )


@asynccontextmanager
async def stocking(db: Database) -> AsyncIterator[Stocking]:
    """A `Stocking` whose tables last as long as the block."""
    async with db.apart() as apart:
        async with apart.beside() as tx:
            await tx.run_sync(_beside.drop_all)
            await tx.run_sync(_beside.create_all)
        yield Stocking(apart)
        async with apart.beside() as tx:
            await tx.run_sync(_beside.drop_all)


class Stocking:
    def __init__(self, apart: Apart) -> None:
        self._apart = apart

    async def lay_out(
        self, changed: Sequence[LaidOut], counted: Sequence[Shelf], on_sale: Iterable[str], now: datetime
    ) -> None:
        """Some more of the catalogue: products that say something new, SKUs whose number is news, and the ids of all
        that is on sale, the unchanged too. Each product and each SKU once."""
        said = [each.product for each in changed]
        rows: list[tuple[Table, list[dict[str, Any]]]] = [
            (_products, [_product_row(each, now) for each in changed]),
            (_variants, [row for product in said for row in _variant_rows(product)]),
            (_prices, [row for product in said for row in _price_rows(product)]),
            (_spared, [{"sku": sku} for each in changed for sku in each.spared]),
            (_counts, [{"sku": shelf.sku, "counted": shelf.counted} for shelf in counted]),
            (_shelves, [row for shelf in counted for row in _shelf_rows(shelf)]),
            (_on_sale, [{"id": product_id} for product_id in on_sale]),
        ]
        async with self._apart.beside() as tx:
            for table, batch in rows:
                if batch:
                    await tx.execute(insert(table), batch)

    async def move_in(self, now: datetime, *, retire: bool, spared: Iterable[str] = ()) -> None:
        """All that was laid out, at once. With `retire`, products that are neither `on_sale` nor `spared` go off sale;
        carts and orders still know them, their stock stays."""
        if keeping := [{"id": product_id} for product_id in spared]:
            async with self._apart.beside() as tx:
                beside = sqlite_insert if tx.dialect.name == "sqlite" else postgres_insert
                await tx.execute(beside(_on_sale).on_conflict_do_nothing(), keeping)
        async with self._apart.write() as tx:
            if tx.dialect.name == "postgresql":
                await tx.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
            await _merge(tx, _products, products, ("id",))
            await _retire_variants(tx)
            await _merge(tx, _variants, variants, ("sku",))
            named = select(_variants.c.sku)
            await tx.execute(delete(prices).where(prices.c.sku.in_(named)))
            await tx.execute(insert(prices).from_select(list(_prices.c.keys()), select(_prices)))
            await _recount(tx)
            if retire:
                await _retire(tx, now)


async def _merge(tx: Transaction, laid_out: Table, table: Table, key: tuple[str, ...]) -> None:
    """Insert what is new, replace what is there. Rows are locked in the order of their keys."""
    names = list(laid_out.c.keys())
    # `WHERE true`: without it SQLite reads ON CONFLICT as the ON of a join.
    rows = select(laid_out).where(true()).order_by(*(laid_out.c[name] for name in key))
    upsert = (sqlite_insert if tx.dialect.name == "sqlite" else postgres_insert)(table).from_select(names, rows)
    said = {name: upsert.excluded[name] for name in names if name not in key}
    await tx.execute(upsert.on_conflict_do_update(index_elements=list(key), set_=said))


async def _retire_variants(tx: Transaction) -> None:
    """Variants that a product no longer names go off sale."""
    written = select(_products.c.id)
    kept = or_(variants.c.sku.in_(select(_variants.c.sku)), variants.c.sku.in_(select(_spared.c.sku)))
    gone = and_(variants.c.active, variants.c.product_id.in_(written), ~kept)
    await tx.execute(update(variants).where(gone).values(active=False))


async def _recount(tx: Transaction) -> None:
    """Somebody counted the shelves: the number counts, or as many as are held. The same number as last time is no news:
    what was sold since then stays sold."""
    rows = select(_counts.c.sku, _counts.c.counted, literal(0), _counts.c.counted).where(true()).order_by(_counts.c.sku)
    upsert = (sqlite_insert if tx.dialect.name == "sqlite" else postgres_insert)(stock).from_select(
        ["sku", "on_hand", "reserved", "counted"], rows
    )
    number = upsert.excluded.counted
    kept = case((stock.c.reserved > number, stock.c.reserved), else_=number)
    news = stock.c.counted != number
    said = {"on_hand": kept, "counted": number}
    await tx.execute(upsert.on_conflict_do_update(index_elements=["sku"], set_=said, where=news))
    await tx.execute(delete(shelves).where(shelves.c.sku.in_(select(_counts.c.sku))))
    await tx.execute(insert(shelves).from_select(list(_shelves.c.keys()), select(_shelves)))


async def _retire(tx: Transaction, now: datetime) -> None:
    there = exists().where(_on_sale.c.id == products.c.id)
    await tx.execute(update(products).where(products.c.active, ~there).values(active=False, updated_at=now))
    off_sale = select(products.c.id).where(~products.c.active)
    await tx.execute(
        update(variants).where(variants.c.active, variants.c.product_id.in_(off_sale)).values(active=False)
    )


def _product_row(each: LaidOut, now: datetime) -> dict[str, Any]:
    product = each.product
    return {
        "id": product.id,
        "title": product.title,
        "description": product.description,
        "why": product.why,
        "brand": product.brand,
        "category": product.category,
        "kind": product.kind,
        "image": product.image,
        "attributes": _facts(product),
        "active": True,
        "updated_at": now,
        "digest": each.digest,
    }


def _facts(product: Product) -> dict[str, Any]:
    """What a product says beside its columns; what it does not say is left out."""
    facts: dict[str, Any] = {
        "tags": list(product.tags),
        "materials": list(product.materials),
        "weight_g": product.weight_g,
        "tax_code": product.tax_code,
        "age_from": product.age_from,
        "images": list(product.images),
        "link": product.link,
        "details": dict(product.details),
        "translations": {
            language: {"title": said.title, "description": said.description, "why": said.why}
            for language, said in product.translations.items()
        },
    }
    told = {name: fact for name, fact in facts.items() if fact}
    return told if product.vegan is None else {**told, "vegan": product.vegan}


def _variant_rows(product: Product) -> list[dict[str, Any]]:
    return [
        {
            "sku": variant.sku,
            "product_id": product.id,
            "place": place,
            "options": dict(variant.options),
            "image": variant.image,
            "active": True,
            "facts": {name: fact for name, fact in (("gtin", variant.gtin), ("mpn", variant.mpn)) if fact},
        }
        for place, variant in enumerate(product.variants)
    ]


def _price_rows(product: Product) -> list[dict[str, Any]]:
    rows = []
    for variant in product.variants:
        for currency, price in variant.prices.items():
            sale = variant.sales.get(currency)
            rows.append(
                {
                    "sku": variant.sku,
                    "currency": currency,
                    "amount": price.amount,
                    "sale_amount": sale.price.amount if sale else None,
                    "sale_from": sale.starts if sale else None,
                    "sale_until": sale.ends if sale else None,
                }
            )
    return rows


def _shelf_rows(shelf: Shelf) -> list[dict[str, Any]]:
    return [{"sku": shelf.sku, "location": place, "counted": n} for place, n in shelf.places.items() if place]
