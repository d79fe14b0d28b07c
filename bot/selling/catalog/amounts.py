"""Reading what people write into cells: amounts, weights, moments, numbers of pieces, words with markup.

Every function raises `BadCell` with a reason a shop owner understands; none guesses twice.
"""

from __future__ import annotations

import html
import re
import unicodedata
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache

from bot.commerce.catalog import UNCOUNTED
from bot.commerce.money import Money
from bot.errors import BadInput

_PRICE = re.compile(r"(?P<before>[A-Z]{3})?\s*(?P<number>[0-9][0-9.,'\u00a0\u202f ]*)\s*(?P<after>[A-Z]{3})?")
_WEIGHT = re.compile(r"(?P<number>[0-9]+(?:[.,][0-9]+)?)\s*(?P<unit>[a-z]*)")
_NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?")
_GRAMS = {"g": "1", "gram": "1", "grams": "1", "kg": "1000", "kgs": "1000", "kilogram": "1000", "mg": "0.001"} | {
    "oz": "28.349523125", "ounce": "28.349523125", "lb": "453.59237", "lbs": "453.59237", "pound": "453.59237"
}  # fmt: skip
_BREAK = re.compile(r"<(?:br|/p|/li|/h[1-6]|/div)\b[^>]*>|\r\n?", re.IGNORECASE)
_MARK = re.compile(r"<(?:!--.*?--|/?[a-z][^>]*)>", re.IGNORECASE | re.DOTALL)


class BadCell(ValueError):
    """A cell that cannot be used. The text says which and why."""


@lru_cache(maxsize=4096)
def money(text: str, currency: str) -> Money:
    """ "69.00 USD", "USD 69", "69,00 EUR"; a bare number is in `currency`."""
    found = _PRICE.fullmatch(text.strip())
    if found is None:
        raise BadCell(f"{text.strip()!r} is no amount of money")
    try:
        price = Money.parse(_decimal_point(found["number"]), found["before"] or found["after"] or currency)
    except BadInput as error:
        raise BadCell(error.message) from None
    return price


def price(text: str, currency: str) -> Money:
    """`money` that somebody can be asked for."""
    said = money(text, currency)
    if said.amount <= 0:
        raise BadCell("a price is more than nothing")
    return said


def _decimal_point(number: str) -> str:
    """ "1,234.50" and "1.234,50" are the same; a lone comma is a decimal one unless three digits follow it."""
    plain = re.sub(r"['\s]", "", number)
    comma, point = plain.rfind(","), plain.rfind(".")
    if comma > point and (point >= 0 or len(plain) - comma - 1 != 3):
        return plain.replace(".", "").replace(",", ".")
    return plain.replace(",", "")


@lru_cache(maxsize=4096)
def grams(text: str, unit: str) -> int:
    """ "1.5 kg"; a bare number is in `unit`. At least a gram."""
    found = _WEIGHT.fullmatch(text.strip().casefold())
    factor = _GRAMS.get(found["unit"] or unit) if found else None
    if found is None or factor is None:
        raise BadCell(f"{text.strip()!r} is no weight")
    exact = Decimal(found["number"].replace(",", ".")) * Decimal(factor)
    if exact > 10_000_000:
        raise BadCell(f"{text.strip()!r} is more than ten tonnes")
    return max(round(exact), 1)


def pieces(text: str) -> int:
    """ "20", "20.0000"; fewer than none are none, as shops write what they owe."""
    if not _NUMBER.fullmatch(text.strip()):
        raise BadCell(f"{text.strip()!r} is no number of pieces")
    return min(max(int(Decimal(text.strip())), 0), UNCOUNTED)


def moment(text: str) -> datetime:
    """An ISO 8601 moment or day; without an offset it is UTC."""
    try:
        said = datetime.fromisoformat(text.strip())
        return said.replace(tzinfo=UTC) if said.tzinfo is None else said.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadCell(f"{text.strip()!r} is no moment, such as 2026-06-01T00:00+02:00") from None


@lru_cache(maxsize=4096)
def interval(text: str) -> tuple[datetime | None, datetime | None]:
    """ "2026-06-01T00:00+00:00/2026-07-01T00:00+00:00"; either may be left out."""
    if not text.strip():
        return None, None
    first, _, last = text.partition("/")
    starts, ends = (moment(part) if part.strip() else None for part in (first, last))
    if starts and ends and ends <= starts:
        raise BadCell("it ends before it starts")
    return starts, ends


def plain(text: str) -> str:
    """Words without markup, in lines."""
    if "<" in text or "&" in text:
        text = html.unescape(_MARK.sub("", _BREAK.sub("\n", text)))
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


@lru_cache(maxsize=4096)
def path(text: str) -> str:
    """ "Apparel & Accessories > Shoes" as a category: "apparel-accessories/shoes"."""
    parts = (slug(part) for part in re.split(r"\s*(?:>|->|/|›|»|\|)\s*", text))
    return "/".join(part for part in parts if part)[:200].rstrip("/-")


def slug(text: str) -> str:
    words = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return re.sub(r"[\W_]+", "-", words).strip("-")


def kind_of(category: str) -> str:
    """What a thing is, as far as its category tells: its last part, in words."""
    return category.rpartition("/")[2].replace("-", " ")[:100].strip()
