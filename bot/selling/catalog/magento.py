"""Products as Magento (Adobe Commerce) exports them: a row a SKU, and a row that says which SKUs are one product.

A configurable row lists its variants, which have rows of their own anywhere in the file; a row of a store view whose
code is a language translates. The columns are those of "Product attributes" in Adobe's Data Transfer Guide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from bot.commerce.catalog import UNCOUNTED, Sale, Translation, Variant
from bot.commerce.money import Money
from bot.selling.catalog import amounts
from bot.selling.catalog.amounts import BadCell
from bot.selling.catalog.assembly import About, Assembly, bad, checked_id, option_name
from bot.selling.catalog.entries import Entry, Problem, Reading, Told
from bot.selling.catalog.sheets import Row, Sheet, grouped

_PAIRS = re.compile(r",(?=[a-z0-9_]+=)")
_LANGUAGE = re.compile(r"[a-z]{2}([_-][A-Za-z]{2})?")
_ALONE = ("simple", "virtual", "downloadable")
_DATES = ("%m/%d/%y", "%m/%d/%Y", "%m/%d/%y, %I:%M %p")
_NOT_TOLD = {"has_options", "required_options"}


def read_magento(path: Path, reading: Reading, told: Told) -> Iterator[Entry | Problem]:
    sheet = Sheet(path)
    parents = {
        options["sku"]: row["sku"]
        for row in sheet.rows()
        if row["product_type"] == "configurable"
        for options in _variations(row)
        if "sku" in options
    }
    for sku, rows in grouped(sheet.rows, lambda row: parents.get(row["sku"], row["sku"]), told):
        if not sku:
            yield Problem(path.name, rows[0].line, rows[0].fault or "sku: it is missing")
            continue
        assembly = Assembly(path.name, sku)
        entry = _entry(assembly, sku, rows, reading)
        yield from assembly.problems
        if entry is not None:
            yield entry


def _entry(assembly: Assembly, sku: str, rows: list[Row], reading: Reading) -> Entry | None:
    base = [row for row in rows if not row["store_view_code"]]
    whole = next((row for row in base if row["sku"] == sku), None)
    if whole is None:
        assembly.refuse(rows[0].line, rows[0].fault or "it only translates a product that the file does not have")
        return None
    kind = whole["product_type"]
    if kind not in (*_ALONE, "configurable"):
        assembly.refuse(whole.line, f"product_type: a {kind or 'row without one'} is not sold in a chat")
        return None
    if whole["product_online"] == "2" or (kind in _ALONE and whole["visibility"] == "Not Visible Individually"):
        return None
    options = {each.get("sku", ""): each for each in _variations(whole)}
    there = [row for row in base if row is not whole] if kind == "configurable" else [whole]
    for row in there:
        if row["product_online"] == "2":
            continue
        try:
            variant, places = _variant(row, whole, options.get(row["sku"], {}), reading)
        except BadCell as error:
            assembly.refuse(row.line, str(error), row["sku"])
        else:
            assembly.take(row.line, variant, places)
    for missing in options.keys() - {row["sku"] for row in there}:
        assembly.refuse(whole.line, f"configurable_variations: the file has no {missing}", missing)
    assembly.keep_distinct()
    try:
        return assembly.entry(whole.line, _about(whole, rows, there, reading))
    except BadCell as error:
        assembly.refuse(whole.line, str(error))
        return None


def _variations(row: Row) -> list[dict[str, str]]:
    """ "sku=A-XS,size=XS|sku=A-S,size=S"."""
    return [_pairs(each) for each in row["configurable_variations"].split("|") if each.strip()]


def _pairs(text: str) -> dict[str, str]:
    pairs = (pair.strip().strip('"').partition("=") for pair in _PAIRS.split(text))
    return {name.strip(): value.strip() for name, equal, value in pairs if equal}


def _variant(row: Row, whole: Row, said: dict[str, str], reading: Reading) -> tuple[Variant, dict[str, int]]:
    if row.fault:
        raise BadCell(row.fault)
    asked = row["price"] or whole["price"]
    if not asked:
        raise BadCell("price: it is missing")
    try:
        price = amounts.price(asked, reading.currency)
        sale = _sale(row, price)
    except BadCell as error:
        raise bad("price", error) from None
    return Variant(
        sku=checked_id(row["sku"], "sku"),
        options={option_name(name): value for name, value in said.items() if name != "sku"},
        prices={price.currency: price},
        available=0,
        image=reading.picture(row["base_image"]),
        sales={} if sale is None else {price.currency: sale},
    ), {"": _pieces(row)}


def _sale(row: Row, price: Money) -> Sale | None:
    if not row["special_price"]:
        return None
    lower = amounts.price(row["special_price"], price.currency)
    starts, ends = (_day(row[f"special_price_{side}_date"]) for side in ("from", "to"))
    return Sale(lower, starts, ends) if lower < price else None


def _day(text: str) -> datetime | None:
    for form in _DATES:
        try:
            return amounts.moment(datetime.strptime(text, form).isoformat())
        except ValueError:
            continue
    return amounts.moment(text) if text else None


def _pieces(row: Row) -> int:
    if row["is_in_stock"] == "0":
        return 0
    # What the shop's own settings say instead is not in the file; they count and owe nothing unless told otherwise.
    own_way = row["use_config_manage_stock"] != "1" and row["manage_stock"] == "0"
    owes = row["use_config_backorders"] != "1" and row["allow_backorders"] in ("1", "2")
    if own_way or owes:
        return UNCOUNTED
    try:
        return amounts.pieces(row["qty"] or "0")
    except BadCell as error:
        raise bad("qty", error) from None


def _about(whole: Row, rows: list[Row], there: list[Row], reading: Reading) -> About:
    categories = [part.partition("/")[2] for part in re.split(r",\s*", whole["categories"]) if "/" in part]
    deepest = max(categories, key=lambda path: path.count("/"), default="")
    tags = {amounts.path(each).rpartition("/")[2].replace("-", " "): None for each in categories if each != deepest}
    attributes = {name: said for name, said in _pairs(whole["additional_attributes"]).items() if name not in _NOT_TOLD}
    materials = tuple(filter(None, attributes.pop("material", "").split("|")))
    image = reading.picture(whole["base_image"])
    others = (reading.picture(each.strip()) for each in whole["additional_images"].split(","))
    return About(
        title=amounts.plain(whole["name"]),
        description=amounts.plain(whole["description"] or whole["short_description"]),
        brand=attributes.pop("manufacturer", "")[:100],
        category=amounts.path(deepest),
        image=image,
        images=tuple(dict.fromkeys(each for each in others if each and each != image))[:20],
        tags=tuple(tags),
        materials=materials,
        weight_g=max((grams for row in [whole, *there] if (grams := _grams(row, reading))), default=None),
        translations=_translations(rows),
        details={
            name.replace("_", " "): said.replace("|", ", ")
            for name, said in attributes.items()
            if said not in ("", "No")
        },
    )


def _grams(row: Row, reading: Reading) -> int | None:
    try:
        return amounts.grams(row["weight"], reading.weight_unit) if row["weight"].strip("0.") else None
    except BadCell as error:
        raise bad("weight", error) from None


def _translations(rows: list[Row]) -> dict[str, Translation]:
    return {
        row["store_view_code"][:2]: Translation(amounts.plain(row["name"]), amounts.plain(row["description"]))
        for row in rows
        if _LANGUAGE.fullmatch(row["store_view_code"]) and (row["name"] or row["description"])
    }
