"""Rows of the catalogue: products with their variants, prices and free stock, read whole and written whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table, delete, insert, select, update
from sqlalchemy.engine import Row

from bot.commerce.catalog import Product, Variant
from bot.commerce.money import Money
from bot.storage.selling_tables import prices, products, stock, variants
from bot.storage.sql import Transaction

_PAGE = 500


async def products_by_id(tx: Transaction, ids: Iterable[str], *, also_retired: bool = False) -> list[Product]:
    """The products of these ids, in their order; unknown ids are left out, retired products unless asked for."""
    wanted = list(dict.fromkeys(ids))
    query = select(products).where(products.c.id.in_(wanted))
    if not also_retired:
        query = query.where(products.c.active)
    rows = {row.id: row for row in (await tx.execute(query)).all()}
    found = [rows[name] for name in wanted if name in rows]
    return await _whole(tx, found, also_retired=also_retired)


async def product_by_id(tx: Transaction, product_id: str) -> Product | None:
    return next(iter(await products_by_id(tx, [product_id])), None)


async def products_by_sku(tx: Transaction, skus: Iterable[str]) -> dict[str, tuple[Product, Variant]]:
    """The product and the variant behind each SKU, retired ones too: a cart may still hold them."""
    wanted = set(skus)
    query = select(variants.c.product_id).where(variants.c.sku.in_(wanted)).distinct()
    ids = (await tx.execute(query)).scalars().all()
    whole = await products_by_id(tx, ids, also_retired=True)
    return {v.sku: (product, v) for product in whole for v in product.variants if v.sku in wanted}


async def sku_of(tx: Transaction, item: str) -> str | None:
    """The variant that an id of our catalogue stands for: its own, or a product's, then the first that is in stock."""
    query = select(variants.c.sku).where(variants.c.sku == item, variants.c.active)
    found: str | None = (await tx.execute(query)).scalar_one_or_none()
    if found is not None:
        return found
    product = await product_by_id(tx, item)
    if product is None:
        return None
    return next((each.sku for each in product.variants if each.available > 0), product.variants[0].sku)


async def product_of(tx: Transaction, item: str) -> str | None:
    """The product on sale that an id of our catalogue, a product's or a variant's, belongs to."""
    variant = select(variants.c.product_id).where(variants.c.sku == item)
    query = select(products.c.id).where((products.c.id == item) | products.c.id.in_(variant), products.c.active)
    found: str | None = (await tx.execute(query.limit(1))).scalar_one_or_none()
    return found


async def every_product(tx: Transaction) -> AsyncIterator[Product]:
    """All products on sale, in the order of the catalogue's ids."""
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


async def _prices(tx: Transaction, product_ids: Sequence[str]) -> dict[str, dict[str, Money]]:
    query = (
        select(prices)
        .join(variants, variants.c.sku == prices.c.sku)
        .where(variants.c.product_id.in_(product_ids))
        .order_by(prices.c.sku, prices.c.currency)
    )
    found: defaultdict[str, dict[str, Money]] = defaultdict(dict)
    for row in (await tx.execute(query)).all():
        found[row.sku][row.currency] = Money(row.amount, row.currency)
    return found


def _product(row: Row[Any], of_product: Sequence[Row[Any]], priced: Mapping[str, Mapping[str, Money]]) -> Product:
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
        variants=tuple(
            Variant(
                sku=variant.sku,
                options=variant.options,
                prices=priced.get(variant.sku, {}),
                available=variant.on_hand - variant.reserved if variant.active else 0,
                image=variant.image,
            )
            for variant in of_product
        ),
    )


# -- writing -----------------------------------------------------------------------------------------------------------


async def put_products(tx: Transaction, batch: Sequence[Product], now: datetime) -> None:
    """Add or replace what products say, their variants and their prices. Variants they no longer have are retired,
    their stock stays. Stock is set apart (`bot.storage.stock.count`)."""
    ids = [product.id for product in batch]
    await _put(tx, products, products.c.id, [_row(product, now) for product in batch])
    skus = [variant.sku for product in batch for variant in product.variants]
    await tx.execute(update(variants).where(variants.c.product_id.in_(ids)).values(active=False))
    await _put(tx, variants, variants.c.sku, [row for product in batch for row in _variant_rows(product)])
    for start in range(0, len(skus), _PAGE):
        await tx.execute(delete(prices).where(prices.c.sku.in_(skus[start : start + _PAGE])))
    amounts = [
        {"sku": variant.sku, "currency": price.currency, "amount": price.amount}
        for product in batch
        for variant in product.variants
        for price in variant.prices.values()
    ]
    await tx.execute(insert(prices), amounts)


async def _put(tx: Transaction, table: Table, key: Column[Any], rows: list[dict[str, Any]]) -> None:
    """Insert the rows whose key is new, update the others."""
    there: set[str] = set()
    for start in range(0, len(rows), _PAGE):
        keys = [row[key.name] for row in rows[start : start + _PAGE]]
        there.update((await tx.execute(select(key).where(key.in_(keys)))).scalars())
    if new := [row for row in rows if row[key.name] not in there]:
        await tx.execute(insert(table), new)
    for row in rows:
        if row[key.name] in there:
            await tx.execute(update(table).where(key == row[key.name]).values(**row))


def _row(product: Product, now: datetime) -> dict[str, Any]:
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
    }


def _variant_rows(product: Product) -> list[dict[str, Any]]:
    return [
        {
            "sku": variant.sku,
            "product_id": product.id,
            "place": place,
            "options": dict(variant.options),
            "image": variant.image,
            "active": True,
        }
        for place, variant in enumerate(product.variants)
    ]


async def retire_all_but(tx: Transaction, ids: Iterable[str], now: datetime) -> int:
    """Take every other product off sale; carts and orders still know them. Returns how many."""
    on_sale = (await tx.execute(select(products.c.id).where(products.c.active))).scalars().all()
    gone = sorted(set(on_sale).difference(ids))
    for start in range(0, len(gone), _PAGE):
        batch = gone[start : start + _PAGE]
        await tx.execute(update(products).where(products.c.id.in_(batch)).values(active=False, updated_at=now))
        await tx.execute(update(variants).where(variants.c.product_id.in_(batch)).values(active=False))
    return len(gone)


async def owners_of(tx: Transaction) -> dict[str, str]:
    """Which product each SKU belongs to, retired ones too."""
    return {row.sku: row.product_id for row in (await tx.execute(select(variants.c.sku, variants.c.product_id))).all()}


def _facts(product: Product) -> dict[str, Any]:
    facts: dict[str, Any] = {"tags": list(product.tags), "materials": list(product.materials)}
    if product.vegan is not None:
        facts["vegan"] = product.vegan
    if product.weight_g is not None:
        facts["weight_g"] = product.weight_g
    if product.tax_code:
        facts["tax_code"] = product.tax_code
    if product.age_from is not None:
        facts["age_from"] = product.age_from
    return facts
