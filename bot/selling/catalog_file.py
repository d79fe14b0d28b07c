"""The catalogue as files: read with the line of every mistake, and written back. The form is `catalog/schema.json`.

It knows nothing of the database. All mistakes are told at once, because whoever mends a file wants the list.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import msgspec
import yaml

from bot.commerce.catalog import Product, Variant
from bot.commerce.money import Money
from bot.errors import BadInput

Slug = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Sku = Annotated[str, msgspec.Meta(pattern=r"^[A-Z0-9]+(-[A-Z0-9]+)*$", max_length=40)]
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
Short = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Brief = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
Path_ = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]+(/[a-z0-9-]+)*$", max_length=200)]
Picture = Annotated[str, msgspec.Meta(pattern=r"^images/[a-z0-9-]+\.svg$")]
Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
Grams = Annotated[int, msgspec.Meta(ge=1)]
_OPTIONS = frozenset({"size", "colour"})


class _Variant(msgspec.Struct, forbid_unknown_fields=True):
    sku: Sku
    options: dict[str, Annotated[str, msgspec.Meta(min_length=1, max_length=20)]]
    stock: Count
    prices: dict[str, str] = {}


class _Product(msgspec.Struct, forbid_unknown_fields=True):
    id: Slug
    title: Short
    description: Words
    why: Brief
    brand: Brief
    category: Path_
    kind: Brief
    tags: list[Brief]
    image: Picture
    prices: dict[str, str]
    weight_g: Grams
    variants: Annotated[list[Any], msgspec.Meta(min_length=1)]
    materials: list[Short] = []
    vegan: bool | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A line of a file (counted from 1) that cannot be used, and why."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


@dataclass(slots=True)
class CatalogFile:
    """What the files say. `counted` is the stock by SKU; `lines` tells where each product and SKU stands."""

    products: list[Product] = field(default_factory=list)
    counted: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    lines: dict[str, tuple[str, int]] = field(default_factory=dict)
    currencies: frozenset[str] = frozenset()


class _Mapping(dict[str, Any]):
    """A mapping of a file, with the line it begins on."""

    line = 0


class _Loader(yaml.CSafeLoader):
    """Keeps lines, and refuses a key that stands twice where plain YAML would keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = Counter(self.construct_object(key, deep=deep) for key, _ in node.value)
        twice = next((key for key, times in keys.items() if times > 1), None)
        if twice is not None:
            raise yaml.constructor.ConstructorError(None, None, f"{twice} stands twice", node.start_mark)
        return super().construct_mapping(node, deep=deep)


def _construct(loader: _Loader, node: yaml.MappingNode) -> _Mapping:
    mapping = _Mapping(loader.construct_mapping(node, deep=True))  # type: ignore[arg-type]
    mapping.line = node.start_mark.line + 1
    return mapping


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _construct)


def read_catalog(path: Path) -> CatalogFile:
    """The catalogue at `path`: a folder with `products/*.yml` or `products.yml`, or one file.

    Raises `BadInput` where there is no such file; mistakes inside are `problems`."""
    found = CatalogFile()
    for file in _files(path):
        _read_file(file, found)
    return found


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    files = sorted((path / "products").glob("*.yml")) or [file for file in [path / "products.yml"] if file.is_file()]
    if not files:
        raise BadInput("catalog_missing", "there is no products/*.yml and no products.yml here", path=str(path))
    return files


def _read_file(file: Path, found: CatalogFile) -> None:
    try:
        content = yaml.load(file.read_text(encoding="utf-8"), _Loader)  # noqa: S506
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        found.problems.append(Problem(file.name, line, str(error.problem)))
        return
    except (OSError, UnicodeError, yaml.YAMLError) as error:
        found.problems.append(Problem(file.name, 1, str(error)))
        return
    rows = content.get("products") if isinstance(content, dict) and set(content) == {"products"} else None
    if not isinstance(rows, list) or not rows:
        found.problems.append(Problem(file.name, 1, "a catalogue file is `products:` and a list"))
        return
    for row in rows:
        _read_product(file.name, row, found)


def _read_product(file: str, row: Any, found: CatalogFile) -> None:
    line = row.line if isinstance(row, _Mapping) else 1
    before = len(found.problems)

    def problem(reason: str, at: int = line) -> None:
        found.problems.append(Problem(file, at, reason))

    try:
        raw = msgspec.convert(row, _Product)
    except msgspec.ValidationError as error:
        problem(_reason(error))
        return
    if raw.id in found.lines:
        problem(f"the id {raw.id} stands twice, first in {_place(found.lines[raw.id])}")
    base = _prices(raw.prices, problem)
    if not raw.prices:
        problem("a product has at least one price")
    if not found.currencies:
        found.currencies = frozenset(raw.prices)
    if found.currencies != frozenset(raw.prices):
        problem(f"every product has prices in {', '.join(sorted(found.currencies))}")
    variants = _read_variants(file, raw, base, found)
    if len(found.problems) > before:
        return
    found.lines[raw.id] = (file, line)
    found.products.append(_product(raw, variants))


def _read_variants(file: str, raw: _Product, base: Mapping[str, Money], found: CatalogFile) -> list[Variant]:
    variants: list[Variant] = []
    names: frozenset[str] | None = None
    seen: set[tuple[tuple[str, str], ...]] = set()
    for row in raw.variants:
        line = row.line if isinstance(row, _Mapping) else 1

        def problem(reason: str, at: int = line) -> None:
            found.problems.append(Problem(file, at, reason))

        try:
            variant = msgspec.convert(row, _Variant)
        except msgspec.ValidationError as error:
            problem(_reason(error))
            continue
        names = frozenset(variant.options) if names is None else names
        if variant.sku in found.lines:
            problem(f"the SKU {variant.sku} stands twice, first in {_place(found.lines[variant.sku])}")
            continue
        if names != frozenset(variant.options) or not names <= _OPTIONS:
            problem("all variants of a product have the same options, of size and colour")
        if (values := tuple(sorted(variant.options.items()))) in seen:
            problem("another variant has the same options")
        if variant.prices and set(variant.prices) != set(raw.prices):
            problem("a variant's own prices name the same currencies as its product's")
        seen.add(values)
        found.lines[variant.sku] = (file, line)
        found.counted[variant.sku] = variant.stock
        variants.append(
            Variant(variant.sku, variant.options, {**base, **_prices(variant.prices, problem)}, available=0)
        )
    return variants


def _prices(raw: Mapping[str, str], problem: Any) -> dict[str, Money]:
    prices: dict[str, Money] = {}
    for currency, text in sorted(raw.items()):
        try:
            price = Money.parse(text, currency)
        except BadInput as error:
            problem(f"prices.{currency}: {error.message}")
            continue
        if price.amount <= 0:
            problem(f"prices.{currency}: a price is more than nothing")
        prices[currency] = price
    return prices


def _product(raw: _Product, variants: Iterable[Variant]) -> Product:
    return Product(
        id=raw.id,
        title=raw.title,
        description=raw.description,
        why=raw.why,
        brand=raw.brand,
        category=raw.category,
        kind=raw.kind,
        image=raw.image,
        tags=tuple(raw.tags),
        materials=tuple(raw.materials),
        vegan=raw.vegan,
        weight_g=raw.weight_g,
        variants=tuple(variants),
    )


def _reason(error: msgspec.ValidationError) -> str:
    """`prices.USD: expected str, got float` of msgspec's "Expected `str`, got `float` - at `$.prices[...]`"."""
    what, _, where = str(error).partition(" - at ")
    place = where.strip("`").removeprefix("$").removeprefix(".")
    said = what.replace("`", "")
    return f"{place}: {said[:1].lower()}{said[1:]}" if place else f"{said[:1].lower()}{said[1:]}"


def _place(place: tuple[str, int]) -> str:
    return f"{place[0]}:{place[1]}"


def write_catalog(products: Iterable[Product], counted: Mapping[str, int], path: Path) -> int:
    """Write one file in the same form; read again it says the same. Returns the number of products."""
    rows = [_row(product, counted) for product in products]
    text = yaml.dump({"products": rows}, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=120)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return len(rows)


def _row(product: Product, counted: Mapping[str, int]) -> dict[str, Any]:
    usual = _amounts(product.variants[0])
    row: dict[str, Any] = {
        name: getattr(product, name)
        for name in ("id", "title", "brand", "category", "kind", "description", "why", "image", "vegan", "weight_g")
        if getattr(product, name) is not None
    }
    row["tags"], row["materials"], row["prices"] = list(product.tags), list(product.materials), usual
    row["variants"] = []
    for variant in product.variants:
        entry = {"sku": variant.sku, "options": dict(variant.options), "stock": counted.get(variant.sku, 0)}
        own = _amounts(variant)
        row["variants"].append(entry if own == usual else {**entry, "prices": own})
    return row


def _amounts(variant: Variant) -> dict[str, str]:
    return {currency: str(price.decimal) for currency, price in variant.prices.items()}
