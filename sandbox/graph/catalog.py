"""The shop's catalogue as Meta knows it: a feed of variants by retailer id, from which customers put orders together.

A retailer id is a variant's SKU. Prices are what the customer's app shows; a shop must not believe them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
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


class Catalog:
    """`id` is the catalogue's at Meta. The files are read when somebody first looks: no start waits for them."""

    def __init__(self, catalog_id: str, folder: Path | None, pictures: str, currency: str) -> None:
        """`pictures` is the address under which the products' pictures are, as PNG."""
        self.id = catalog_id
        self._folder = folder
        self._pictures = pictures.rstrip("/")
        self._currency = currency

    @cached_property
    def items(self) -> list[Item]:
        """Each variant in `folder`/products/*.yml that is in stock and has a price in the currency."""
        return list(self._read())

    def _read(self) -> Iterator[Item]:
        for path in sorted(self._folder.glob("products/*.yml")) if self._folder else []:
            for product in yaml.load(path.read_text(), Loader=yaml.CSafeLoader)["products"]:
                image = f"{self._pictures}/{Path(product['image']).stem}.png"
                for variant in product["variants"]:
                    prices = variant.get("prices", product["prices"])
                    options = ", ".join(variant.get("options", {}).values())
                    title = f"{product['title']} ({options})" if options else product["title"]
                    if self._currency in prices and variant["stock"]:
                        yield Item(variant["sku"], title, float(prices[self._currency]), self._currency, image)
