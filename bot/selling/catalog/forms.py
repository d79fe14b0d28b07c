"""Which form a catalogue file has, by what is in it, and the reader of each form."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bot.errors import BadInput
from bot.selling.catalog.entries import Entry, Problem, Reading, Told
from bot.selling.catalog.feed import read_feed
from bot.selling.catalog.magento import read_magento
from bot.selling.catalog.saleor import read_saleor
from bot.selling.catalog.sheets import column, header, is_xml
from bot.selling.catalog.shopify import read_shopify
from bot.selling.catalog_file import read_own

FORMS = ("own", "feed", "shopify", "magento", "saleor", "oscar")
"""`feed` is Meta's and Google's, as CSV, TSV or XML; `shopify` is Spree's too."""

_OSCAR = ("product_class", "product_type", "gtin", "title", "description", "partner", "id", "price", "quantity")
_HEADERS = (
    ("magento", {"sku", "product_type", "attribute_set_code"}),
    ("shopify", {"handle", "option1_name"}),
    ("shopify", {"url_handle", "option1_name"}),
    ("shopify", {"slug", "option1_name", "price"}),
    ("feed", {"id", "price"}),
    ("feed", {"item_id", "price"}),
)


def read_any(path: Path, form: str | None, reading: Reading, told: Told) -> Iterator[Entry | Problem]:
    """The rows of the catalogue at `path` in the form that is named, or that it looks like.

    Raises `BadInput` where there is no file, or it is in no form that we read."""
    if form not in (None, *FORMS):
        raise BadInput("form_unknown", f"{form} is no form of a catalogue; there are: {', '.join(FORMS)}")
    match form or recognised(path):
        case "own":
            return read_own(path, told)
        case "shopify":
            return read_shopify(path, reading, told)
        case "magento":
            return read_magento(path, reading, told)
        case "saleor":
            return read_saleor(path, reading, told)
        case "oscar":
            return read_feed(path, reading, told, _OSCAR)
        case _:
            return read_feed(path, reading, told)


def recognised(path: Path) -> str:
    """Raises `BadInput` where it looks like none."""
    if path.is_dir() or path.suffix in (".yml", ".yaml"):
        return "own"
    if not path.is_file():
        raise BadInput("catalog_missing", f"there is no {path.name}", path=str(path))
    if is_xml(path):
        return "feed"
    if _is_dump(path):
        return "saleor"
    first = header(path)
    columns = {column(name) for name in first}
    for form, needed in _HEADERS:
        if needed <= columns:
            return form
    if len(first) == len(_OSCAR) and first[-1].isdigit():
        return "oscar"
    raise BadInput("form_unknown", f"{path.name} looks like no catalogue that we read; name its form with --format")


def _is_dump(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(200).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"[")
