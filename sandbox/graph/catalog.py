"""The shop's catalogue as Meta knows it: a feed of variants by retailer id, from which customers put orders together.

A retailer id is a variant's SKU. Prices are what the customer's app shows; a shop must not believe them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Item:
    """`price` in the currency's whole units, as Meta writes it in an order; `image` is an address."""

    product_retailer_id: str
    title: str
    price: float
    currency: str
    image: str


def read_catalog(folder: Path | None, pictures: str, currency: str) -> list[Item]:
    """Each variant in `folder`/products/*.yml that has a price in `currency`. Pictures are PNG at `pictures`."""
    items = []
    for path in sorted(folder.glob("products/*.yml")) if folder else []:
        for product in yaml.safe_load(path.read_text())["products"]:
            image = f"{pictures.rstrip('/')}/{Path(product['image']).stem}.png"
            for variant in product["variants"]:
                prices = variant.get("prices", product["prices"])
                options = ", ".join(variant.get("options", {}).values())
                title = f"{product['title']} ({options})" if options else product["title"]
                if currency in prices and variant["stock"]:
                    items.append(Item(variant["sku"], title, float(prices[currency]), currency, image))
    return items
