"""Writing product feeds: for Meta and Google as CSV, TSV or XML by the file's suffix, for OpenAI as CSV or JSON lines.

A row is a variant. A feed that we wrote says the same when we read it (`bot.selling.catalog.feed`), as far as a feed
can: one currency, one language.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO
from xml.sax import saxutils

from bot.commerce.catalog import UNCOUNTED, Product, Sale, Variant
from bot.commerce.money import Money
from bot.errors import BadInput
from bot.selling.catalog.feed import KEPT, VARYING

FEEDS = ("meta", "google", "openai")
_OPTION_COLUMNS = {"colour": "color", "size": "size", **{name.replace("_", " "): name for name in VARYING}}
_FEED = (
    "id", "item_group_id", "title", "description", "availability", "price", "sale_price",
    "sale_price_effective_date", "link", "image_link", "additional_image_link", "brand", "gtin", "mpn", "product_type",
    "color", "size", "material", "shipping_weight", "adult", "age_from", "tax_code", "product_highlight",
)  # fmt: skip
_META = (*_FEED, "quantity_to_sell_on_facebook", "additional_variant_attribute", "internal_label", *KEPT)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LABELS = tuple(f"custom_label_{number}" for number in range(5))
_GOOGLE = (*_FEED, "quantity", "additional_variant_attribute", *_LABELS, *KEPT)
_OPENAI = {
    "item_id": "id", "group_id": "item_group_id", "title": "title", "description": "description", "url": "link",
    "brand": "brand", "image_url": "image_link", "additional_image_urls": "additional_image_link",
    "availability": "availability", "inventory_quantity": "quantity", "price": "price", "sale_price": "sale_price",
    "sale_price_effective_date": "sale_price_effective_date", "product_category": "product_type", "gtin": "gtin",
    "mpn": "mpn", "condition": "condition", "color": "color", "size": "size", "material": "material",
    "gender": "gender", "age_group": "age_group", "age_restriction": "age_from", "weight": "shipping_weight",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shopfront:
    """What a feed says of every product. `picture` makes an address of a picture's name; `address` is the shop's, for
    products without a page of their own."""

    currency: str
    seller: str
    address: str
    picture: Callable[[str | None], str | None]


def write_feed(
    products: Iterable[Product], pieces: Mapping[str, int], path: Path, feed: str, front: Shopfront
) -> tuple[int, int]:
    """`pieces` are those that can be sold, by SKU. Returns how many rows were written, and how many variants were left
    out because they have no price in the feed's currency. Raises `BadInput` for a suffix that a feed does not have."""
    left_out = 0

    def rows() -> Iterator[dict[str, str]]:
        nonlocal left_out
        for product in products:
            for variant in product.variants:
                if front.currency in variant.prices:
                    yield _row(product, variant, pieces.get(variant.sku, 0), front)
                else:
                    left_out += 1

    kind = path.suffix.casefold()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        if feed == "openai" and kind in (".csv", ".jsonl"):
            written = _write_openai(file, rows(), kind, front)
        elif feed in ("meta", "google") and kind in (".csv", ".tsv", ".txt"):
            columns = _META if feed == "meta" else _GOOGLE
            written = _write_table(file, rows(), columns, "," if kind == ".csv" else "\t")
        elif feed in ("meta", "google") and kind == ".xml":
            written = _write_rss(file, rows(), _META if feed == "meta" else _GOOGLE, front)
        else:
            raise BadInput("suffix_unknown", f"a feed for {feed} is no {kind or 'file without a suffix'}")
    return written, left_out


# -- what a variant says -----------------------------------------------------------------------------------------------


def _row(product: Product, variant: Variant, pieces: int, front: Shopfront) -> dict[str, str]:
    price, sale = variant.prices[front.currency], variant.sales.get(front.currency)
    more = [address for image in product.images if (address := front.picture(image))]
    adult = product.age_from is not None and product.age_from >= 18
    row = {
        "id": variant.sku,
        "item_group_id": product.id,
        "title": product.title,
        "description": product.description or product.title,
        "availability": "in stock" if pieces > 0 else "out of stock",
        "price": _amount(price),
        "sale_price": _amount(sale.price) if sale else "",
        "sale_price_effective_date": _interval(sale) if sale else "",
        "link": product.link or f"{front.address.rstrip('/')}/#{product.id}",
        "image_link": front.picture(variant.image or product.image) or "",
        "additional_image_link": ",".join(more),
        "brand": product.brand,
        "gtin": variant.gtin,
        "mpn": variant.mpn,
        "product_type": product.category.replace("/", " > "),
        "material": "/".join(product.materials),
        "shipping_weight": f"{product.weight_g} g" if product.weight_g else "",
        "adult": "yes" if adult else "",
        "age_from": str(product.age_from or ""),
        "tax_code": product.tax_code,
        "product_highlight": _flat(product.why),
        "quantity": "" if pieces >= UNCOUNTED // 2 else str(max(pieces, 0)),
        "internal_label": _listed(product.tags),
    }
    row |= {name: said for name in KEPT if (said := product.details.get(name))}
    row |= dict(zip(_LABELS, product.tags, strict=False))
    row |= {_OPTION_COLUMNS[name]: value for name, value in variant.options.items() if name in _OPTION_COLUMNS}
    others = [(name, value) for name, value in variant.options.items() if name not in _OPTION_COLUMNS]
    row["additional_variant_attribute"] = ",".join(f"{_flat(name)}:{_flat(value)}" for name, value in others)
    row["quantity_to_sell_on_facebook"] = row["quantity"]
    return {"condition": "new", **row}


def _amount(price: Money) -> str:
    return f"{price.decimal:f} {price.currency}"


def _interval(sale: Sale) -> str:
    if sale.starts is None and sale.ends is None:
        return ""
    return "/".join(at.isoformat() if at else "" for at in (sale.starts, sale.ends))


def _flat(text: str) -> str:
    """A pair ends at a comma, whatever is in it."""
    return " ".join(text.replace(",", " ").split())


def _listed(tags: Iterable[str]) -> str:
    """Meta's own way: ['road','light']."""
    text = io.StringIO()
    csv.writer(text, quotechar="'", quoting=csv.QUOTE_ALL, lineterminator="").writerow(tags)
    return f"[{text.getvalue()}]" if text.getvalue() else ""


# -- how it is written -------------------------------------------------------------------------------------------------


def _write_table(file: TextIO, rows: Iterable[dict[str, str]], columns: Iterable[str], delimiter: str) -> int:
    names = list(columns)
    table = csv.writer(file, delimiter=delimiter)
    table.writerow(names)
    written = 0
    for row in rows:
        table.writerow([row.get(name, "") for name in names])
        written += 1
    return written


def _write_rss(file: TextIO, rows: Iterable[dict[str, str]], columns: Iterable[str], front: Shopfront) -> int:
    names = list(columns)
    file.write('<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0">\n')
    about = f"<title>{_escaped(front.seller)}</title><link>{_escaped(front.address)}</link>"
    file.write(f"<channel>{about}<description>{_escaped(front.seller)}</description>\n")
    written = 0
    for row in rows:
        cells = "".join(f"<g:{name}>{_escaped(row[name])}</g:{name}>" for name in names if row.get(name))
        file.write(f"<item>{cells}</item>\n")
        written += 1
    file.write("</channel>\n</rss>\n")
    return written


def _escaped(text: str) -> str:
    """XML has no control characters, not even escaped ones."""
    return saxutils.escape(_CONTROLS.sub("", text))


def _write_openai(file: TextIO, rows: Iterable[dict[str, str]], kind: str, front: Shopfront) -> int:
    def said() -> Iterator[dict[str, str]]:
        for row in rows:
            own = {name: row[ours] for name, ours in _OPENAI.items() if row.get(ours)}
            own |= {"availability": row["availability"].replace(" ", "_"), "seller_name": front.seller}
            # Found in their search; sold here, where the stock is.
            yield {**own, "is_eligible_search": "true", "is_eligible_checkout": "false", "seller_url": front.address}

    if kind == ".csv":
        more = ("seller_name", "seller_url", "is_eligible_search", "is_eligible_checkout")
        return _write_table(file, said(), (*_OPENAI, *more), ",")
    written = 0
    for row in said():
        file.write(json.dumps(row, ensure_ascii=False) + "\n")
        written += 1
    return written
