"""Products of a Saleor dump (`populatedb.json`, `manage.py dumpdata`): a list of rows of its tables.

Prices are those of the first channel of each currency, pieces those of each warehouse. A dump is read as a whole: the
rows of one product stand all over it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from bot.commerce.catalog import UNCOUNTED, Sale, Translation, Variant
from bot.commerce.money import Money
from bot.errors import BadInput
from bot.selling.catalog import amounts
from bot.selling.catalog.amounts import BadCell
from bot.selling.catalog.assembly import About, Assembly, checked_id, option_name
from bot.selling.catalog.entries import Entry, Problem, Reading, Told


@dataclass(frozen=True, slots=True)
class _Record:
    line: int
    pk: Any
    fields: dict[str, Any]


def read_saleor(path: Path, reading: Reading, told: Told) -> Iterator[Entry | Problem]:
    dump = _Dump(path)
    yield from dump.problems
    products = dump.all("product.product")
    for number, product in enumerate(products, 1):
        told(number, len(products))
        if not dump.of("product.productchannellisting", "product", product.pk, is_published=True):
            continue
        assembly = Assembly(path.name, str(product.fields.get("slug") or product.pk))
        entry = _entry(assembly, dump, product, reading)
        yield from assembly.problems
        if entry is not None:
            yield entry


class _Dump:
    """The rows of the tables, found by what they belong to."""

    def __init__(self, path: Path) -> None:
        self.problems: list[Problem] = []
        self._tables: defaultdict[str, dict[Any, _Record]] = defaultdict(dict)
        self._belonging: dict[tuple[str, str], defaultdict[Any, list[_Record]]] = {}
        for line, row in self._rows(path):
            try:
                self._tables[row["model"]][row["pk"]] = _Record(line, row["pk"], dict(row["fields"]))
            except (TypeError, KeyError, ValueError):
                self.problems.append(Problem(path.name, line, "a row has a model, a pk and fields"))

    def _rows(self, path: Path) -> Iterator[tuple[int, Any]]:
        """Each object of the list with its line; what stands after a mistake cannot be read."""
        text = path.read_text(encoding="utf-8", errors="replace")
        decoder, at, line = json.JSONDecoder(), 0, 1
        while True:
            start = at
            while at < len(text) and text[at] in " \t\r\n,[":
                at += 1
            line += text.count("\n", start, at)
            if at >= len(text) or text[at] == "]":
                return
            try:
                row, end = decoder.raw_decode(text, at)
            except json.JSONDecodeError as error:
                self.problems.append(
                    Problem(path.name, error.lineno, f"the dump cannot be read from here: {error.msg}")
                )
                return
            yield line, row
            line += text.count("\n", at, end)
            at = end

    def all(self, model: str) -> list[_Record]:
        return list(self._tables[model].values())

    def one(self, model: str, pk: Any) -> dict[str, Any]:
        found = self._tables[model].get(pk)
        return found.fields if found else {}

    def of(self, model: str, column: str, pk: Any, **where: Any) -> list[_Record]:
        """Rows whose `column` names that row, in their own order."""
        if (model, column) not in self._belonging:
            index: defaultdict[Any, list[_Record]] = defaultdict(list)
            for record in sorted(self.all(model), key=lambda each: each.fields.get("sort_order") or 0):
                index[record.fields.get(column)].append(record)
            self._belonging[model, column] = index
        found = self._belonging[model, column][pk]
        return [each for each in found if all(each.fields.get(name) == value for name, value in where.items())]


def _entry(assembly: Assembly, dump: _Dump, product: _Record, reading: Reading) -> Entry | None:
    variants = dump.of("product.productvariant", "product", product.pk)
    for row in variants:
        sku = str(row.fields.get("sku") or f"{product.fields.get('slug')}-{row.pk}")
        try:
            prices, sales = _prices(dump, row)
            variant = Variant(
                sku=checked_id(sku, "sku"),
                options=_options(dump, row, alone=len(variants) == 1),
                prices=prices,
                available=0,
                image=_picture(dump, row, reading),
                sales=sales,
            )
        except BadCell as error:
            assembly.refuse(row.line, str(error), sku)
        else:
            assembly.take(row.line, variant, _places(dump, row))
    assembly.keep_distinct()
    try:
        return assembly.entry(product.line, _about(dump, product, variants, reading))
    except BadCell as error:
        assembly.refuse(product.line, str(error))
        return None


def _prices(dump: _Dump, variant: _Record) -> tuple[dict[str, Money], dict[str, Sale]]:
    prices: dict[str, Money] = {}
    sales: dict[str, Sale] = {}
    for listing in dump.of("product.productvariantchannellisting", "variant", variant.pk):
        currency = str(listing.fields.get("currency") or "")
        if currency in prices or listing.fields.get("price_amount") is None:
            continue
        prices[currency] = _amount(listing.fields["price_amount"], currency)
        lower = listing.fields.get("discounted_price_amount")
        if lower is not None and _amount(lower, currency) < prices[currency]:
            sales[currency] = Sale(_amount(lower, currency))
    if not prices:
        raise BadCell("price: no channel sells it")
    return prices, sales


def _amount(said: Any, currency: str) -> Money:
    try:
        price = Money.parse(f"{Decimal(str(said)):f}", currency)
    except (BadInput, InvalidOperation) as error:
        raise BadCell(f"price: {said} {currency}: {getattr(error, 'message', 'no amount')}") from None
    if price.amount <= 0:
        raise BadCell("price: a price is more than nothing")
    return price


def _options(dump: _Dump, variant: _Record, *, alone: bool) -> dict[str, str]:
    """What a shopper chooses by; variants without such attributes are told apart by their names."""
    found: dict[str, str] = {}
    for assigned in dump.of("attribute.assignedvariantattribute", "variant", variant.pk):
        for link in dump.of("attribute.assignedvariantattributevalue", "assignment", assigned.pk):
            value = dump.one("attribute.attributevalue", link.fields.get("value"))
            name = dump.one("attribute.attribute", value.get("attribute")).get("name")
            if name and value.get("name"):
                found[option_name(str(name))] = str(value["name"])
    if found or alone:
        return {} if alone else found
    return {"variant": str(variant.fields.get("name") or variant.fields.get("sku") or variant.pk)}


def _places(dump: _Dump, variant: _Record) -> dict[str, int]:
    if not variant.fields.get("track_inventory", True):
        return {"": UNCOUNTED}
    found: dict[str, int] = {}
    for shelf in dump.of("warehouse.stock", "product_variant", variant.pk):
        place = dump.one("warehouse.warehouse", shelf.fields.get("warehouse")).get("slug") or "warehouse"
        found[str(place)[:80]] = min(max(int(shelf.fields.get("quantity") or 0), 0), UNCOUNTED)
    return found or {"": 0}


def _picture(dump: _Dump, variant: _Record, reading: Reading) -> str | None:
    chosen = dump.of("product.variantmedia", "variant", variant.pk)
    media = dump.one("product.productmedia", chosen[0].fields.get("media")) if chosen else {}
    return reading.picture(str(media.get("external_url") or media.get("image") or ""))


def _about(dump: _Dump, product: _Record, variants: list[_Record], reading: Reading) -> About:
    fields = product.fields
    media = (each.fields for each in dump.of("product.productmedia", "product", product.pk, type="IMAGE"))
    pictures = [reading.picture(str(each.get("external_url") or each.get("image") or "")) for each in media]
    found = list(dict.fromkeys(filter(None, pictures)))
    collections = dump.of("product.collectionproduct", "product", product.pk)
    tags = (dump.one("product.collection", each.fields.get("collection")).get("name") for each in collections)
    return About(
        title=str(fields.get("name") or ""),
        description=_description(fields),
        category=_category(dump, fields.get("category")),
        image=found[0] if found else None,
        images=tuple(found[1:20]),
        tags=tuple(str(tag) for tag in tags if tag),
        weight_g=max((grams for row in [product, *variants] if (grams := _grams(row))), default=None),
        translations={
            str(each.fields.get("language_code") or "")[:2]: Translation(
                str(each.fields.get("name") or ""), _description(each.fields)
            )
            for each in dump.of("product.producttranslation", "product", product.pk)
        },
        details=_details(dump, product),
    )


def _description(fields: dict[str, Any]) -> str:
    """Saleor keeps Editor.js blocks; old dumps as text."""
    if plain := fields.get("description_plaintext"):
        return amounts.plain(str(plain))
    said = fields.get("description")
    blocks = said.get("blocks", []) if isinstance(said, dict) else []
    texts = (str(block.get("data", {}).get("text", "")) for block in blocks if isinstance(block, dict))
    return amounts.plain("\n".join(texts)) if blocks else amounts.plain(said if isinstance(said, str) else "")


def _category(dump: _Dump, pk: Any) -> str:
    names: list[str] = []
    while pk is not None and len(names) < 10:
        fields = dump.one("product.category", pk)
        names.insert(0, str(fields.get("name") or ""))
        pk = fields.get("parent")
    return amounts.path(" > ".join(names))


def _grams(record: _Record) -> int | None:
    """ "0.46:kg"."""
    number, _, unit = str(record.fields.get("weight") or "").partition(":")
    return amounts.grams(f"{number} {unit}", "kg") if number.strip("0.") else None


def _details(dump: _Dump, product: _Record) -> dict[str, str]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for link in dump.of("attribute.assignedproductattributevalue", "product", product.pk):
        value = dump.one("attribute.attributevalue", link.fields.get("value"))
        name = dump.one("attribute.attribute", value.get("attribute")).get("name")
        if name and value.get("name"):
            found[str(name).casefold()].append(str(value["name"]))
    return {name: ", ".join(values) for name, values in found.items()}
