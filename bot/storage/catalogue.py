"""Rows of the catalogue: products with their variants, prices and free stock, read whole.

Whoever reads says the time: `prices` are what it costs then, sales included. `bot.storage.stocking` writes them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Row

from bot.commerce.catalog import Product, Sale, Translation, Variant
from bot.commerce.money import Money
from bot.storage.selling_tables import prices, products, stock, variants
from bot.storage.sql import Transaction

_PAGE = 500


async def products_by_id(
    tx: Transaction, ids: Iterable[str], now: datetime, *, also_retired: bool = False
) -> list[Product]:
    """The products of these ids, in their order; unknown ids are left out, retired products unless asked for."""
    wanted = list(dict.fromkeys(ids))
    query = select(products).where(products.c.id.in_(wanted))
    if not also_retired:
        query = query.where(products.c.active)
    rows = {row.id: row for row in (await tx.execute(query)).all()}
    found = [rows[name] for name in wanted if name in rows]
    return [product.at(now) for product in await _whole(tx, found, also_retired=also_retired)]


async def product_by_id(tx: Transaction, product_id: str, now: datetime) -> Product | None:
    return next(iter(await products_by_id(tx, [product_id], now)), None)


async def products_by_sku(tx: Transaction, skus: Iterable[str], now: datetime) -> dict[str, tuple[Product, Variant]]:
    """The product and the variant behind each SKU, retired ones too: a cart may still hold them."""
    wanted = set(skus)
    query = select(variants.c.product_id).where(variants.c.sku.in_(wanted)).distinct()
    ids = (await tx.execute(query)).scalars().all()
    whole = await products_by_id(tx, ids, now, also_retired=True)
    return {v.sku: (product, v) for product in whole for v in product.variants if v.sku in wanted}


async def sku_of(tx: Transaction, item: str) -> str | None:
    """The variant that an id of our catalogue stands for: its own, or a product's, then the first that is in stock."""
    query = select(variants.c.sku).where(variants.c.sku == item, variants.c.active)
    found: str | None = (await tx.execute(query)).scalar_one_or_none()
    if found is not None:
        return found
    sold_out = stock.c.on_hand <= stock.c.reserved
    of_product = (
        select(variants.c.sku)
        .join(products, products.c.id == variants.c.product_id)
        .join(stock, stock.c.sku == variants.c.sku)
        .where(products.c.id == item, products.c.active, variants.c.active)
        .order_by(sold_out, variants.c.place)
        .limit(1)
    )
    first: str | None = (await tx.execute(of_product)).scalar_one_or_none()
    return first


async def product_of(tx: Transaction, item: str) -> str | None:
    """The product on sale that an id of our catalogue, a product's or a variant's, belongs to."""
    variant = select(variants.c.product_id).where(variants.c.sku == item)
    query = select(products.c.id).where((products.c.id == item) | products.c.id.in_(variant), products.c.active)
    found: str | None = (await tx.execute(query.limit(1))).scalar_one_or_none()
    return found


async def every_product(tx: Transaction, now: datetime) -> AsyncIterator[Product]:
    """All products on sale, in the order of the catalogue's ids."""
    async for product in as_said(tx):
        yield product.at(now)


async def as_said(tx: Transaction) -> AsyncIterator[Product]:
    """The same as the catalogue says it: usual prices, and sales beside them whether they run or not."""
    last = ""
    while True:
        query = select(products).where(products.c.active, products.c.id > last).order_by(products.c.id).limit(_PAGE)
        rows = (await tx.execute(query)).all()
        for product in await _whole(tx, rows, also_retired=False):
            yield product
        if len(rows) < _PAGE:
            return
        last = rows[-1].id


async def _whole(tx: Transaction, rows: Sequence[Row[Any]], *, also_retired: bool) -> list[Product]:
    ids = [row.id for row in rows]
    query = (
        select(variants, stock.c.on_hand, stock.c.reserved)
        .join(stock, stock.c.sku == variants.c.sku)
        .where(variants.c.product_id.in_(ids))
        .order_by(variants.c.product_id, variants.c.place)
    )
    if not also_retired:
        query = query.where(variants.c.active)
    of_product: defaultdict[str, list[Row[Any]]] = defaultdict(list)
    for row in (await tx.execute(query)).all():
        of_product[row.product_id].append(row)
    priced = await _prices(tx, ids)
    return [_product(row, of_product[row.id], priced) for row in rows]


Priced = tuple[dict[str, Money], dict[str, Sale]]


async def _prices(tx: Transaction, product_ids: Sequence[str]) -> dict[str, Priced]:
    query = (
        select(prices)
        .join(variants, variants.c.sku == prices.c.sku)
        .where(variants.c.product_id.in_(product_ids))
        .order_by(prices.c.sku, prices.c.currency)
    )
    found: defaultdict[str, Priced] = defaultdict(lambda: ({}, {}))
    for row in (await tx.execute(query)).all():
        usual, sales = found[row.sku]
        usual[row.currency] = Money(row.amount, row.currency)
        if row.sale_amount is not None:
            sales[row.currency] = Sale(Money(row.sale_amount, row.currency), row.sale_from, row.sale_until)
    return found


def _product(row: Row[Any], of_product: Sequence[Row[Any]], priced: Mapping[str, Priced]) -> Product:
    facts = row.attributes
    return Product(
        id=row.id,
        title=row.title,
        description=row.description,
        why=row.why,
        brand=row.brand,
        category=row.category,
        kind=row.kind,
        image=row.image,
        tags=tuple(facts.get("tags", ())),
        materials=tuple(facts.get("materials", ())),
        vegan=facts.get("vegan"),
        weight_g=facts.get("weight_g"),
        tax_code=facts.get("tax_code", ""),
        age_from=facts.get("age_from"),
        images=tuple(facts.get("images", ())),
        link=facts.get("link", ""),
        translations={language: Translation(**said) for language, said in facts.get("translations", {}).items()},
        details=facts.get("details", {}),
        variants=tuple(_variant(variant, priced.get(variant.sku, ({}, {}))) for variant in of_product),
    )


def _variant(row: Row[Any], priced: Priced) -> Variant:
    usual, sales = priced
    return Variant(
        sku=row.sku,
        options=row.options,
        prices=usual,
        available=row.on_hand - row.reserved if row.active else 0,
        image=row.image,
        sales=sales,
        gtin=row.facts.get("gtin", ""),
        mpn=row.facts.get("mpn", ""),
    )
