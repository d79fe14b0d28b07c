"""The words of a shop's catalogue: titles, brands, kinds, colours, sizes, SKUs. Prices and stock are not its matter."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
COLOUR, SIZE = "colour", "size"


@dataclass(frozen=True)
class Catalogue:
    titles: frozenset[str] = frozenset()
    brands: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    colours: frozenset[str] = frozenset()
    sizes: frozenset[str] = frozenset()
    skus: frozenset[str] = frozenset()

    def names(self) -> list[str]:
        """Titles and brands in small letters: words of no language. One that is a plain number is left out."""
        return sorted(name.casefold() for name in self.titles | self.brands if not name.isdecimal())


def read(folder: Path) -> Catalogue:
    """The catalogue in `folder`/products/*.yml, as catalog/schema.json describes it; empty when there is none."""
    products = [product for file in sorted((folder / "products").glob("*.yml")) for product in products_of(file)]
    variants = [variant for product in products for variant in product.get("variants", [])]
    options = [variant.get("options", {}) for variant in variants]
    return Catalogue(
        titles=frozenset(str(product["title"]) for product in products if product.get("title")),
        brands=frozenset(str(product["brand"]) for product in products if product.get("brand")),
        kinds=frozenset(str(product["kind"]) for product in products if product.get("kind")),
        colours=frozenset(str(each[COLOUR]) for each in options if each.get(COLOUR)),
        sizes=frozenset(str(each[SIZE]) for each in options if each.get(SIZE)),
        skus=frozenset(str(variant["sku"]) for variant in variants if variant.get("sku")),
    )


def products_of(file: Path) -> list[dict[str, Any]]:
    content = yaml.load(file.read_text(encoding="utf-8"), Loader=SafeLoader)  # noqa: S506 (it is safe)
    return list(content.get("products") or []) if isinstance(content, dict) else []
