"""One product put together from the rows that tell of it, and why some of them cannot be used.

Shared by the readers of other shops' catalogues. The lengths are those of our tables; ids are anything that fits a
button's payload and a platform's catalogue: up to 80 characters without blanks at the ends.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from bot.commerce.catalog import Product, Translation, Variant
from bot.selling.catalog.amounts import BadCell, kind_of
from bot.selling.catalog.entries import Entry, Problem

_ID = re.compile(r"[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f]{0,78}[^\s\x00-\x1f\x7f])?")
_MOST_OPTION = 60
_COLOURS = {"color": "colour", "colors": "colour", "colours": "colour", "sizes": "size"}


@dataclass(frozen=True, slots=True)
class About:
    """What the rows of a product say of all its variants."""

    title: str
    description: str = ""
    why: str = ""
    brand: str = ""
    category: str = ""
    image: str | None = None
    images: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    weight_g: int | None = None
    tax_code: str = ""
    age_from: int | None = None
    link: str = ""
    translations: Mapping[str, Translation] | None = None
    details: Mapping[str, str] | None = None


def checked_id(text: str, name: str = "id") -> str:
    if not text:
        raise BadCell(f"{name}: it is missing")
    if not _ID.fullmatch(text):
        raise BadCell(f"{name}: it is longer than 80 characters or holds what no id can")
    return text


@lru_cache(maxsize=1024)
def option_name(name: str) -> str:
    """As our own catalogue says it: `colour`, `size`, `shoe size`."""
    plain = " ".join(name.casefold().replace("_", " ").split())
    return _COLOURS.get(plain, plain)


def bad(name: str, error: BadCell) -> BadCell:
    return BadCell(f"{name}: {error}")


class Assembly:
    def __init__(self, file: str, product_id: str) -> None:
        self.problems: list[Problem] = []
        self._file = file
        self._id = product_id
        self._taken: list[tuple[int, Variant, Mapping[str, int]]] = []

    @property
    def variants(self) -> list[Variant]:
        return [variant for _, variant, _ in self._taken]

    def refuse(self, line: int, reason: str, sku: str | None = None) -> None:
        self.problems.append(Problem(self._file, line, reason, self._id, sku))

    def take(self, line: int, variant: Variant, places: Mapping[str, int]) -> None:
        self._taken.append((line, variant, places))

    def keep_distinct(self) -> None:
        """Leave out what nobody could choose: a SKU again, other options than most, or the same as another's."""
        if not self._taken:
            return
        usual = Counter(frozenset(variant.options) for variant in self.variants).most_common(1)[0][0]
        seen: dict[tuple[tuple[str, str], ...], str] = {}
        lines: dict[str, int] = {}
        good = []
        for line, variant, places in self._taken:
            options = tuple(sorted(variant.options.items()))
            if variant.sku in lines:
                first = f"{self._file}:{lines[variant.sku]}"
                self.refuse(line, f"the SKU {variant.sku} stands twice, first in {first}", variant.sku)
            elif wrong := [name for name, value in options if not value or len(value) > _MOST_OPTION or len(name) > 60]:
                self.refuse(line, f"{wrong[0]}: an option has 1 to {_MOST_OPTION} characters", variant.sku)
            elif frozenset(variant.options) != usual:
                said = ", ".join(sorted(usual)) or "none"
                self.refuse(line, f"all variants of a product have the same options, here {said}", variant.sku)
            elif options in seen:
                self.refuse(line, f"{seen[options]} has the same options", variant.sku)
            else:
                seen[options] = variant.sku
                lines[variant.sku] = line
                good.append((line, variant, places))
        self._taken = good

    def entry(self, line: int, about: About) -> Entry | None:
        """None where nothing can be sold of it."""
        if not self._taken:
            return None
        try:
            product = self._product(about)
        except BadCell as error:
            self.refuse(line, str(error))
            return None
        return Entry(
            product,
            {variant.sku: places for _, variant, places in self._taken},
            self._file,
            line,
            {variant.sku: where for where, variant, _ in self._taken},
        )

    def _product(self, about: About) -> Product:
        limits: dict[str, tuple[str, int]] = {
            "title": (about.title, 200),
            "description": (about.description, 20_000),
            "brand": (about.brand, 100),
            "image": (about.image or "", 500),
            "link": (about.link, 2000),
        }
        for name, (said, most) in limits.items():
            if len(said) > most:
                raise BadCell(f"{name}: it is longer than {most} characters")
        if not about.title:
            raise BadCell("title: it is missing")
        said_more: dict[str, Any] = {"translations": about.translations or {}, "details": about.details or {}}
        variants = tuple(
            replace(variant, image=None) if variant.image and variant.image == about.image else variant
            for variant in self.variants
        )
        return Product(
            id=checked_id(self._id),
            title=about.title,
            description=about.description,
            why=about.why[:200],
            brand=about.brand,
            category=about.category,
            kind=kind_of(about.category),
            image=about.image,
            tags=about.tags,
            materials=about.materials,
            vegan=None,
            variants=variants,
            weight_g=about.weight_g,
            tax_code=about.tax_code[:40],
            age_from=about.age_from,
            images=about.images,
            link=about.link,
            **said_more,
        )
