"""The catalogue in its own form: YAML files, read with the line of every mistake, and written back. The form is
`catalog/schema.json`.

It knows nothing of the database. A mistake costs the row it is in; all mistakes are told, because whoever mends a file
wants the list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
import yaml

from bot.commerce.catalog import UNCOUNTED, Product, Sale, Translation, Variant
from bot.commerce.money import Money
from bot.errors import BadInput
from bot.selling.catalog.entries import Entry, Problem, Told, sift
from bot.selling.catalog.lined_yaml import LinedMapping, Loader

Id = Annotated[str, msgspec.Meta(pattern=r"^[^\s\x00-\x1f]([^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?$", max_length=80)]
Words = Annotated[str, msgspec.Meta(max_length=20_000)]
Title = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Short = Annotated[str, msgspec.Meta(max_length=200)]
Brief = Annotated[str, msgspec.Meta(max_length=100)]
Value = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Path_ = Annotated[str, msgspec.Meta(pattern=r"^([\w-]+(/[\w-]+)*)?$", max_length=200)]
Picture = Annotated[str, msgspec.Meta(pattern=r"^(https?://|images/)\S+$", max_length=500)]
Count = Annotated[int, msgspec.Meta(ge=0, le=UNCOUNTED)]
Grams = Annotated[int, msgspec.Meta(ge=1)]
Prices = dict[str, str | None]
"""By currency; None says that it is not sold in this one, where leaving it out would be a slip."""


class _Sale(msgspec.Struct, forbid_unknown_fields=True):
    prices: Prices
    starts: datetime | None = None
    ends: datetime | None = None


class _Variant(msgspec.Struct, forbid_unknown_fields=True):
    sku: Id
    options: dict[Brief, Value]
    stock: Count | dict[Brief, Count]
    prices: Prices = {}
    sale: _Sale | None = None
    image: Picture | None = None
    gtin: Brief = ""
    mpn: Brief = ""


class _Product(msgspec.Struct, forbid_unknown_fields=True):
    id: Id
    title: Title
    prices: Prices
    variants: Annotated[list[Any], msgspec.Meta(min_length=1)]
    description: Words = ""
    why: Short = ""
    brand: Brief = ""
    category: Path_ = ""
    kind: Brief = ""
    tags: list[Brief] = []
    image: Picture | None = None
    weight_g: Grams | None = None
    materials: list[Short] = []
    vegan: bool | None = None
    images: list[Picture] = []
    sale: _Sale | None = None
    tax_code: Annotated[str, msgspec.Meta(max_length=40)] = ""
    age_from: Annotated[int, msgspec.Meta(ge=1, le=120)] | None = None
    link: Annotated[str, msgspec.Meta(pattern=r"^https?://", max_length=2000)] | None = None
    translations: dict[str, Translation] = {}
    details: dict[Brief, Words] = {}


@dataclass(slots=True)
class CatalogFile:
    """What the files say. `counted` is the stock by SKU."""

    products: list[Product] = field(default_factory=list)
    counted: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_catalog(path: Path) -> CatalogFile:
    """The whole catalogue at `path`, its good rows and its bad ones.

    Raises `BadInput` where there is no such file."""
    found = CatalogFile()
    for each in sift(read_own(path), {}):
        if isinstance(each, Problem):
            found.problems.append(each)
        else:
            found.products.append(each.product)
            found.counted.update({sku: sum(places.values()) for sku, places in each.places.items()})
    return found


def read_own(path: Path, told: Told = lambda _done, _of: None) -> Iterator[Entry | Problem]:
    """The catalogue at `path`: a folder with `products/*.yml` or `products.yml`, or one file, row by row.

    Raises `BadInput` where there is no such file."""
    currencies: frozenset[str] = frozenset()
    for file in _files(path):
        rows = _rows(file)
        if isinstance(rows, Problem):
            yield rows
            continue
        for number, row in enumerate(rows, 1):
            product = _OwnProduct(file.name, row)
            entry = product.read(currencies)
            yield from product.problems
            if entry is not None:
                currencies = currencies or product.currencies
                yield entry
            told(number, len(rows))


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    files = sorted((path / "products").glob("*.yml")) or [file for file in [path / "products.yml"] if file.is_file()]
    if not files:
        raise BadInput("catalog_missing", "there is no products/*.yml and no products.yml here", path=str(path))
    return files


def _rows(file: Path) -> list[Any] | Problem:
    try:
        content = yaml.load(file.read_text(encoding="utf-8"), Loader)  # noqa: S506
    except yaml.MarkedYAMLError as error:
        return Problem(file.name, error.problem_mark.line + 1 if error.problem_mark else 1, str(error.problem))
    except (OSError, UnicodeError, yaml.YAMLError) as error:
        return Problem(file.name, 1, str(error))
    rows = content.get("products") if isinstance(content, dict) and set(content) == {"products"} else None
    if not isinstance(rows, list) or not rows:
        return Problem(file.name, 1, "a catalogue file is `products:` and a list")
    return rows


class _OwnProduct:
    """One row of `products:`, and the problems of it and of its variants."""

    def __init__(self, file: str, row: Any) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.currencies: frozenset[str] = frozenset()
        self._row = row
        self._line = row.line if isinstance(row, LinedMapping) else 1
        self._id = _text(row, "id")

    def read(self, currencies: frozenset[str]) -> Entry | None:
        """None where nothing of it can be sold. `currencies` are those of the products before."""
        try:
            raw = msgspec.convert(self._row, _Product)
        except msgspec.ValidationError as error:
            self._problem(_reason(error))
            return None
        base = _prices(raw.prices, self._problem)
        self.currencies = frozenset(raw.prices)
        if not any(raw.prices.values()):
            self._problem("a product has at least one price")
        if currencies and currencies != self.currencies:
            self._problem(f"every product has prices in {', '.join(sorted(currencies))}")
        sales = _sales(raw.sale, base, self._problem)
        whole = not self.problems
        lines: dict[str, int] = {}
        places: dict[str, dict[str, int]] = {}
        variants = self._variants(raw, base, sales, lines, places)
        if not whole or not variants:
            return None
        return Entry(_product(raw, variants), places, self.file, self._line, lines)

    def _variants(
        self,
        raw: _Product,
        base: Mapping[str, Money],
        sales: Mapping[str, Sale],
        lines: dict[str, int],
        places: dict[str, dict[str, int]],
    ) -> list[Variant]:
        variants: list[Variant] = []
        names: frozenset[str] | None = None
        seen: set[tuple[tuple[str, str], ...]] = set()
        for row in raw.variants:
            line = row.line if isinstance(row, LinedMapping) else self._line
            before = len(self.problems)

            def problem(reason: str, at: int = line, sku: str | None = _text(row, "sku")) -> None:
                self._problem(reason, at, sku)

            try:
                variant = msgspec.convert(row, _Variant)
            except msgspec.ValidationError as error:
                problem(_reason(error))
                continue
            if variant.sku in lines:
                problem(f"the SKU {variant.sku} stands twice, first in {self.file}:{lines[variant.sku]}")
                continue
            names = frozenset(variant.options) if names is None else names
            if names != frozenset(variant.options):
                problem("all variants of a product have the same options")
            if (values := tuple(sorted(variant.options.items()))) in seen:
                problem("another variant has the same options")
            if variant.prices and set(variant.prices) != set(raw.prices):
                problem("a variant's own prices name the same currencies as its product's")
            prices = _prices(variant.prices, problem) if variant.prices else base
            if variant.prices and not prices and len(self.problems) == before:
                problem("a variant has at least one price")
            own_sale = _sales(variant.sale, prices, problem)
            if len(self.problems) > before:
                continue
            seen.add(values)
            lines[variant.sku] = line
            places[variant.sku] = variant.stock if isinstance(variant.stock, dict) else {"": variant.stock}
            variants.append(
                Variant(
                    variant.sku,
                    variant.options,
                    prices,
                    available=0,
                    image=variant.image,
                    sales=own_sale if variant.sale else {} if variant.prices else sales,
                    gtin=variant.gtin,
                    mpn=variant.mpn,
                )
            )
        return variants

    def _problem(self, reason: str, line: int | None = None, sku: str | None = None) -> None:
        self.problems.append(Problem(self.file, line or self._line, reason, self._id, sku))


def _text(row: Any, name: str) -> str | None:
    """What a row that may be anything calls itself."""
    said = row.get(name) if isinstance(row, dict) else None
    return said if isinstance(said, str) else None


def _prices(raw: Mapping[str, str | None], problem: Callable[[str], None]) -> dict[str, Money]:
    prices: dict[str, Money] = {}
    for currency, text in sorted(raw.items()):
        if text is None:
            continue
        try:
            price = Money.parse(text, currency)
        except BadInput as error:
            problem(f"prices.{currency}: {error.message}")
            continue
        if price.amount <= 0:
            problem(f"prices.{currency}: a price is more than nothing")
        prices[currency] = price
    return prices


def _sales(raw: _Sale | None, prices: Mapping[str, Money], problem: Callable[[str], None]) -> dict[str, Sale]:
    if raw is None:
        return {}
    starts, ends = (at.replace(tzinfo=UTC) if at and at.tzinfo is None else at for at in (raw.starts, raw.ends))
    if starts and ends and ends <= starts:
        problem("sale: it ends before it starts")
    said = _prices(raw.prices, lambda reason: problem(f"sale.{reason}"))
    if unknown := sorted(set(said) - set(prices)):
        problem(f"sale: there is no usual price in {', '.join(unknown)}")
    return {currency: Sale(price, starts, ends) for currency, price in said.items() if currency in prices}


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
        tax_code=raw.tax_code,
        age_from=raw.age_from,
        images=tuple(raw.images),
        link=raw.link or "",
        translations=raw.translations,
        details=raw.details,
        variants=tuple(variants),
    )


def _reason(error: msgspec.ValidationError) -> str:
    """`prices.USD: expected str, got float` of msgspec's "Expected `str`, got `float` - at `$.prices[...]`"."""
    what, _, where = str(error).partition(" - at ")
    place = where.strip("`").removeprefix("$").removeprefix(".")
    said = what.replace("`", "")
    return f"{place}: {said[:1].lower()}{said[1:]}" if place else f"{said[:1].lower()}{said[1:]}"
