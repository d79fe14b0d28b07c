"""Writing a catalogue in its own form; read again by `bot.selling.catalog_file` it says the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from bot.commerce.catalog import Product, Sale, Variant

_PLAIN = ("id", "title", "brand", "category", "kind", "description", "why", "image", "vegan", "weight_g", "tax_code")
_MORE = ("age_from", "link")
_LISTS = ("tags", "materials", "images")

Places = Mapping[str, Mapping[str, int]]


def write_own(products: Iterable[Product], places: Places, path: Path) -> int:
    """Write one file. `places` are the pieces of each SKU by location. Returns the number of products."""
    products = list(products)
    currencies = sorted({name for product in products for variant in product.variants for name in variant.prices})
    rows = [_row(product, places, currencies) for product in products]
    text = yaml.dump({"products": rows}, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=120)
    path.write_text(text, encoding="utf-8")
    return len(rows)


def _row(product: Product, places: Places, currencies: list[str]) -> dict[str, Any]:
    said: dict[str, Any] = {
        name: value for name in (*_PLAIN, *_MORE) if (value := getattr(product, name)) is not None and value != ""
    }
    said |= {name: list(values) for name in _LISTS if (values := getattr(product, name))}
    if product.translations:
        said["translations"] = {
            language: {name: words for name in ("title", "description", "why") if (words := getattr(each, name))}
            for language, each in product.translations.items()
        }
    if product.details:
        said["details"] = dict(product.details)
    usual, sale = _amounts(product.variants[0], currencies), _sale(product.variants[0].sales)
    said["prices"] = usual
    if sale:
        said["sale"] = sale
    said["variants"] = []
    for variant in product.variants:
        own, own_sale = _amounts(variant, currencies), _sale(variant.sales)
        differs = {"prices": own, **({"sale": own_sale} if own_sale else {})}
        entry = _variant(variant, places.get(variant.sku, {}))
        said["variants"].append(entry if (own, own_sale) == (usual, sale) else {**entry, **differs})
    return said


def _variant(variant: Variant, places: Mapping[str, int]) -> dict[str, Any]:
    by_place = {place: pieces for place, pieces in places.items() if place}
    entry: dict[str, Any] = {
        "sku": variant.sku,
        "options": dict(variant.options),
        "stock": by_place or places.get("", 0),
    }
    return entry | {name: value for name in ("image", "gtin", "mpn") if (value := getattr(variant, name))}


def _amounts(variant: Variant, currencies: list[str]) -> dict[str, str | None]:
    """In all of the catalogue's currencies: what it is not sold in is said, not left out."""
    return {name: f"{variant.prices[name].decimal:f}" if name in variant.prices else None for name in currencies}


def _sale(sales: Mapping[str, Sale]) -> dict[str, Any]:
    """A sale of one time; a catalogue's sales differ by currency in their prices only."""
    if not sales:
        return {}
    first = next(iter(sales.values()))
    times: dict[str, datetime | None] = {"starts": first.starts, "ends": first.ends}
    prices = {currency: f"{sale.price.decimal:f}" for currency, sale in sales.items()}
    return {"prices": prices, **{name: at for name, at in times.items() if at is not None}}
