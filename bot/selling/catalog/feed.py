"""Product feeds of Meta and Google: one row a variant, in CSV, TSV or XML.

The columns are Google's product data specification (support.google.com/merchants/answer/7052112) and Meta's catalogue
fields (developers.facebook.com/docs/marketing-api/catalog/reference); OpenAI's feed has the same under other names.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.commerce.catalog import UNCOUNTED, Sale, Variant
from bot.commerce.money import Money
from bot.selling.catalog import amounts
from bot.selling.catalog.amounts import BadCell
from bot.selling.catalog.assembly import About, Assembly, bad, checked_id, option_name
from bot.selling.catalog.entries import Entry, Problem, Reading, Told
from bot.selling.catalog.sheets import Row, Sheet

KEPT = (
    "condition", "google_product_category", "fb_product_category", "gender", "age_group", "pattern", "size_type",
    "size_system", "identifier_exists", "energy_efficiency_class", "multipack", "is_bundle", "unit_pricing_measure",
    "unit_pricing_base_measure", "shipping_label", "rich_text_description", "video_link", "cost_of_goods_sold",
)  # fmt: skip
"""Columns that are kept as they stand and written back."""

_KEPT = frozenset(KEPT)
_LABELS = tuple(f"custom_label_{number}" for number in range(5))

VARYING = ("material", "pattern", "gender", "age_group")
"""Columns that are options where a product's rows differ in them."""

_THERE = {"in stock", "available for order", "available"}
_GONE = {"out of stock", "discontinued", "sold out", "preorder", "pre order", "backorder", "back order"}
_QUANTITY = ("quantity_to_sell_on_facebook", "inventory", "quantity", "sell_on_google_quantity", "stock")
_OTHER_NAMES = {
    "item_id": "id", "group_id": "item_group_id", "url": "link", "image_url": "image_link", "product_category":
    "product_type", "additional_image_urls": "additional_image_link", "weight": "shipping_weight", "colour": "color",
    "inventory_quantity": "inventory",
}  # fmt: skip
_MOST_PICTURES = 20


def read_feed(path: Path, reading: Reading, told: Told, columns: Sequence[str] = ()) -> Iterator[Entry | Problem]:
    """`columns` name those of a file without a header."""

    sheet = Sheet(path, columns, _OTHER_NAMES)
    for key, group in sheet.grouped(("item_group_id", "id"), told):
        if not key:
            yield Problem(path.name, group[0].line, group[0].fault or "id: it is missing")
            continue
        assembly = Assembly(path.name, key)
        entry = _entry(assembly, group, reading)
        yield from assembly.problems
        if entry is not None:
            yield entry


def _entry(assembly: Assembly, group: list[Row], reading: Reading) -> Entry | None:
    varying = [name for name in VARYING if len({row[name] for row in group}) > 1] if len(group) > 1 else []
    good = []
    for row in group:
        try:
            variant, places = _variant(row, varying, reading)
        except BadCell as error:
            assembly.refuse(row.line, str(error), row["id"] or None)
        else:
            assembly.take(row.line, variant, places)
            good.append(row)
    assembly.keep_distinct()
    left = {variant.sku for variant in assembly.variants}
    good = [row for row in good if row["id"] in left]
    if not good:
        return None
    try:
        return assembly.entry(good[0].line, _about(good, varying, reading))
    except BadCell as error:
        assembly.refuse(good[0].line, str(error))
        return None


def _variant(row: Row, varying: list[str], reading: Reading) -> tuple[Variant, dict[str, int]]:
    if row.fault:
        raise BadCell(row.fault)
    if not row["title"]:
        raise BadCell("title: it is missing")
    price, sale = _prices(row, reading.currency)
    variant = Variant(
        sku=checked_id(row["id"]),
        options=_options(row, varying),
        prices={price.currency: price},
        available=0,
        image=reading.picture(row["image_link"]),
        sales={} if sale is None else {price.currency: sale},
        gtin=row["gtin"].lstrip("'")[:100],
        mpn=row["mpn"][:100],
    )
    if row["shipping_weight"]:
        _weight(row, reading)
    return variant, {"": _pieces(row)}


def _prices(row: Row, currency: str) -> tuple[Money, Sale | None]:
    if not row["price"]:
        raise BadCell("price: it is missing")
    try:
        price = amounts.price(row["price"], currency)
    except BadCell as error:
        raise bad("price", error) from None
    if not row["sale_price"]:
        return price, None
    try:
        lower = amounts.price(row["sale_price"], price.currency)
        starts, ends = amounts.interval(row["sale_price_effective_date"])
    except BadCell as error:
        raise bad("sale_price", error) from None
    if lower.currency != price.currency:
        raise BadCell("sale_price: it is in another currency than the price")
    return price, Sale(lower, starts, ends) if lower < price else None


def _pieces(row: Row) -> int:
    availability = row["availability"].casefold().replace("_", " ").replace("-", " ")
    counted = row.first(*_QUANTITY)
    if availability not in _THERE | _GONE and (availability or not counted):
        raise BadCell(f"availability: {availability!r} is none" if availability else "availability: it is missing")
    try:
        if counted:
            there = amounts.pieces(counted)
            return 0 if availability in ("out of stock", "discontinued", "sold out") else there
    except BadCell as error:
        raise bad("quantity", error) from None
    return UNCOUNTED if availability in _THERE else 0


def _options(row: Row, varying: list[str]) -> dict[str, str]:
    options = {option_name(name): row[name] for name in ("color", "size", *varying) if row[name]}
    for pair in row["additional_variant_attribute"].split(","):
        name, said, value = pair.partition(":")
        if said and name.strip() and value.strip():
            options[option_name(name)] = value.strip()
    return options


def _about(rows: list[Row], varying: list[str], reading: Reading) -> About:
    """What the good rows say together: the first that says something counts."""

    together = Row(rows[0].line)
    for row in reversed(rows):
        together.cells.update({name: cell for name, cell in row.cells.items() if cell})
    if together["condition"] == "new":
        del together.cells["condition"]
    said = together.first

    title = _common_title([row["title"] for row in rows])
    description = amounts.plain(said("description", "rich_text_description"))
    image = reading.picture(said("image_link"))
    google = said("google_product_category")
    category = amounts.path(said("product_type")) or amounts.path("" if google.isdigit() else google)
    weights = [_weight(row, reading) for row in rows if row["shipping_weight"]]
    return About(
        title=title,
        # Feeds want a description, so products without one say their title again; and a condition, mostly "new".
        description="" if description == title else description,
        why=" ".join(said("product_highlight").split(",")[0].split()),
        brand=said("brand")[:100],
        category=category or amounts.path(said("fb_product_category")),
        image=image,
        images=_pictures(rows, image, reading),
        tags=_tags(rows[0]),
        materials=() if "material" in varying else tuple(filter(None, map(str.strip, said("material").split("/")))),
        weight_g=max(weights, default=None),
        tax_code=said("tax_code"),
        age_from=_age(said("age_from"), said("adult")),
        link=said("link"),
        details={name: together[name] for name in together.cells.keys() & _KEPT if name not in varying},
    )


def _weight(row: Row, reading: Reading) -> int:
    try:
        return amounts.grams(row["shipping_weight"], reading.weight_unit)
    except BadCell as error:
        raise bad("shipping_weight", error) from None


def _age(age_from: str, adult: str) -> int | None:
    if age_from.isdigit() and 0 < int(age_from) <= 120:
        return int(age_from)
    return 18 if adult.casefold() in ("yes", "true") else None


def _pictures(rows: list[Row], image: str | None, reading: Reading) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for row in rows:
        for address in row["additional_image_link"].split(","):
            picture = reading.picture(address.strip())
            if picture and picture != image and len(picture) <= 500:
                found[picture] = None
    return tuple(found)[:_MOST_PICTURES]


def _tags(row: Row) -> tuple[str, ...]:
    """Meta's `internal_label` is a list in single quotes; Google has five labels."""
    listed = row["internal_label"].strip().removeprefix("[").removesuffix("]")
    labels = next(csv.reader([listed], quotechar="'", skipinitialspace=True), []) if listed else []
    labels += [row[name] for name in _LABELS if name in row.cells]
    return tuple(dict.fromkeys(label.strip()[:100] for label in labels if label.strip()))


def _common_title(titles: list[str]) -> str:
    """What the titles of a product's variants begin with, in whole words: "Aero 2" of "Aero 2 - 41", "Aero 2 - 42"."""
    first, last = titles[0], max(titles)
    if min(titles) == last:
        return first
    together = first[
        : next((at for at, pair in enumerate(zip(min(titles), last, strict=False)) if pair[0] != pair[1]), None)
    ]
    if any(len(title) > len(together) and title[len(together)].isalnum() for title in titles):
        together = together[: together.rfind(" ") + 1] if " " in together else ""
    together = together.strip(" -–—|,/(:·").strip()
    return together if len(together) >= 3 else first
