"""Products as Shopify exports them, and Spree, whose table is the same under other names: many rows a product.

The first row of a handle tells of the product; the rows after it are more variants, or just more pictures
(help.shopify.com/en/manual/products/import-export/using-csv). Shopify has renamed its columns; both names are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bot.commerce.catalog import UNCOUNTED, Sale, Variant
from bot.commerce.money import Money
from bot.selling.catalog import amounts
from bot.selling.catalog.amounts import BadCell
from bot.selling.catalog.assembly import About, Assembly, bad, checked_id, option_name
from bot.selling.catalog.entries import Entry, Problem, Reading, Told
from bot.selling.catalog.sheets import Row, Sheet

_RENAMED = {
    "url_handle": "handle", "slug": "handle", "name": "title", "body_html": "description", "variant_sku": "sku",
    "variant_price": "price", "variant_compare_at_price": "compare_at_price", "variant_barcode": "barcode",
    "variant_grams": "grams", "weight_value_grams": "grams", "variant_weight_unit": "weight_unit",
    "variant_inventory_tracker": "inventory_tracker", "variant_inventory_qty": "inventory_quantity",
    "inventory_count": "inventory_quantity", "variant_inventory_policy": "inventory_policy",
    "continue_selling_when_out_of_stock": "inventory_policy", "inventory_backorderable": "inventory_policy",
    "product_image_url": "image_src", "image1_src": "image_src", "variant_image": "variant_image_url",
    "variant_tax_code": "tax_code", "type": "product_type", "published_on_online_store": "published",
}  # fmt: skip
_OWN_FIELD = "custom_field_custom_"
_GOOGLE = "google_shopping_"
_ANYWAY = ("continue", "true", "yes")


def read_shopify(path: Path, reading: Reading, told: Told) -> Iterator[Entry | Problem]:
    for handle, rows in Sheet(path, renamed=_RENAMED).grouped(("handle",), told):
        if not handle:
            yield Problem(path.name, rows[0].line, rows[0].fault or "handle: it is missing")
            continue
        if _is_hidden(rows[0]):
            continue
        assembly = Assembly(path.name, handle)
        entry = _entry(assembly, handle, rows, reading)
        yield from assembly.problems
        if entry is not None:
            yield entry


def _is_hidden(first: Row) -> bool:
    """A product that its shop does not show either."""
    return first["status"].casefold() in ("draft", "archived") or first["published"].casefold() == "false"


def _entry(assembly: Assembly, handle: str, rows: list[Row], reading: Reading) -> Entry | None:
    first = rows[0]
    names = [next((row[f"option{n}_name"] for row in rows if row[f"option{n}_name"]), "") for n in (1, 2, 3)]
    chosen = any(row["option1_value"] for row in rows)
    for row in rows:
        if not row.fault and (_is_picture(row) or (chosen and not row["option1_value"])):
            continue
        try:
            variant, places = _variant(handle, row, names, reading)
        except BadCell as error:
            assembly.refuse(row.line, str(error), row["sku"] or None)
        else:
            assembly.take(row.line, variant, places)
    assembly.keep_distinct()
    try:
        return assembly.entry(first.line, _about(rows, reading))
    except BadCell as error:
        assembly.refuse(first.line, str(error))
        return None


def _is_picture(row: Row) -> bool:
    return not (row["sku"] or row["price"] or row["option1_value"])


def _variant(handle: str, row: Row, names: list[str], reading: Reading) -> tuple[Variant, dict[str, int]]:
    if row.fault:
        raise BadCell(row.fault)
    values = [(name, row[f"option{number}_value"]) for number, name in enumerate(names, 1)]
    options = {
        option_name(name): value
        for name, value in values
        if name and value and (name, value) != ("Title", "Default Title")
    }
    if not row["price"]:
        raise BadCell("price: it is missing")
    try:
        price, sale = _prices(row, reading)
    except BadCell as error:
        raise bad("price", error) from None
    return Variant(
        sku=checked_id(row["sku"].lstrip("'") or "-".join([handle, *map(amounts.slug, options.values())]), "sku"),
        options=options,
        prices={price.currency: price},
        available=0,
        image=reading.picture(row["variant_image_url"] or (row["image_src"] if row["option1_value"] else "")),
        sales={} if sale is None else {price.currency: sale},
        gtin=row["barcode"].lstrip("'")[:100],
    ), {"": _pieces(row)}


def _prices(row: Row, reading: Reading) -> tuple[Money, Sale | None]:
    """A higher price to compare with is the usual one; what is asked instead is a sale without an end."""
    asked = amounts.price(row["price"], row["currency"] or reading.currency)
    if row["compare_at_price"]:
        usual = amounts.money(row["compare_at_price"], asked.currency)
        if asked < usual:
            return usual, Sale(asked)
    return asked, None


def _pieces(row: Row) -> int:
    tracked = row["inventory_tracker"] or row["track_inventory"].casefold() in ("true", "yes")
    if not tracked or row["inventory_policy"].casefold() in _ANYWAY:
        return UNCOUNTED
    try:
        return amounts.pieces(row["inventory_quantity"] or "0")
    except BadCell as error:
        raise bad("inventory quantity", error) from None


def _about(rows: list[Row], reading: Reading) -> About:
    first = rows[0]
    pictures = list(dict.fromkeys(filter(None, (reading.picture(row["image_src"]) for row in rows))))
    details = {
        name.removeprefix(start).replace("_", " ")[:100]: cell
        for start in (_OWN_FIELD, _GOOGLE)
        for name, cell in first.cells.items()
        if name.startswith(start) and cell
    }
    category = first["category1"] or first["product_category"] or first["product_type"]
    return About(
        title=amounts.plain(first["title"]),
        description=amounts.plain(first["description"]),
        brand=first["vendor"][:100],
        category=amounts.path(category),
        image=pictures[0] if pictures else None,
        images=tuple(pictures[1:20]),
        tags=tuple(dict.fromkeys(tag.strip()[:100] for tag in first["tags"].split(",") if tag.strip())),
        weight_g=max((grams for row in rows if (grams := _grams(row, reading))), default=None),
        tax_code=first["tax_code"],
        details=details,
    )


def _grams(row: Row, reading: Reading) -> int | None:
    """`grams` are grams whatever the unit beside them says, which is how the shop shows them."""
    try:
        if row["grams"]:
            return amounts.grams(row["grams"], "g") if float(row["grams"]) > 0 else None
        return amounts.grams(row["weight"], row["weight_unit"] or reading.weight_unit) if row["weight"] else None
    except ValueError:
        raise BadCell(f"weight: {(row['grams'] or row['weight'])!r} is no weight") from None
