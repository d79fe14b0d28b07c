"""A catalogue's words: products, their variants and options, and how a shopper sees them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.commerce.money import Money

OPTION_ORDER = ("size", "colour")
"""In which order a shopper is asked."""


UNCOUNTED = 1_000_000
"""How many pieces a shelf holds that nobody counts: enough for every order, and one number whoever says it."""


@dataclass(frozen=True, slots=True)
class Sale:
    """Another price from `starts` (None: always) until `ends` (None: for ever), that moment not included."""

    price: Money
    starts: datetime | None = None
    ends: datetime | None = None

    def runs(self, now: datetime) -> bool:
        return (self.starts is None or self.starts <= now) and (self.ends is None or now < self.ends)


@dataclass(frozen=True, slots=True)
class Variant:
    """One thing on a shelf. `prices` by currency; `available` pieces are on hand and not held for somebody.

    A catalogue says `prices` and `sales`. What is read to be sold (`at`) says in `prices` what it costs now, and in
    `usual` what it costs otherwise where that differs."""

    sku: str
    options: Mapping[str, str]
    prices: Mapping[str, Money]
    available: int
    image: str | None = None
    sales: Mapping[str, Sale] = field(default_factory=dict)
    usual: Mapping[str, Money] = field(default_factory=dict)
    gtin: str = ""
    mpn: str = ""

    @property
    def in_stock(self) -> bool:
        return self.available > 0

    def at(self, now: datetime) -> Variant:
        """With the prices of that moment."""
        running = {currency: sale.price for currency, sale in self.sales.items() if sale.runs(now)}
        if not running:
            return self
        return replace(self, prices={**self.prices, **running}, usual={name: self.prices[name] for name in running})


@dataclass(frozen=True, slots=True)
class Translation:
    """What a product says in another language; empty where it says nothing of its own."""

    title: str = ""
    description: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Product:
    """`category` is a path, widest first; `kind` what the thing is, as a head noun ("running shoe"). `tax_code` is the
    payment provider's, `age_from` how old a buyer must be. `images` are more pictures beside `image`, `link` its page
    elsewhere, `translations` by language ("fr"), `details` further facts by name that a catalogue brought along
    (`condition`, `gender`, `google_product_category`, ...)."""

    id: str
    title: str
    description: str
    why: str
    brand: str
    category: str
    kind: str
    image: str | None
    tags: tuple[str, ...]
    materials: tuple[str, ...]
    vegan: bool | None
    variants: tuple[Variant, ...]
    weight_g: int | None = None
    tax_code: str = ""
    age_from: int | None = None
    images: tuple[str, ...] = ()
    link: str = ""
    translations: Mapping[str, Translation] = field(default_factory=dict)
    details: Mapping[str, str] = field(default_factory=dict)

    def at(self, now: datetime) -> Product:
        """With the prices of that moment."""
        if not any(variant.sales for variant in self.variants):
            return self
        return replace(self, variants=tuple(variant.at(now) for variant in self.variants))

    def in_language(self, language: str) -> Product:
        """As customers of this language ("fr", "hi-Latn") read it; what is not translated stays as it is."""
        said = self.translations.get(language)
        if said is None:
            return self
        return replace(
            self,
            title=said.title or self.title,
            description=said.description or self.description,
            why=said.why or self.why,
        )

    @property
    def in_stock(self) -> bool:
        return any(variant.in_stock for variant in self.variants)

    @property
    def option_names(self) -> tuple[str, ...]:
        names = {name for variant in self.variants for name in variant.options}
        known = [name for name in OPTION_ORDER if name in names]
        return (*known, *sorted(names.difference(OPTION_ORDER)))

    def values(self, name: str, *, in_stock: bool = False, given: Mapping[str, str] | None = None) -> list[str]:
        """The values of an option in catalogue order, among variants that have the `given` options."""
        found: dict[str, None] = {}
        for variant in self.fitting(given or {}):
            if name in variant.options and (variant.in_stock or not in_stock):
                found[variant.options[name]] = None
        return list(found)

    def fitting(self, given: Mapping[str, str]) -> list[Variant]:
        """Variants that have all the given options."""
        return [v for v in self.variants if all(v.options.get(name) == value for name, value in given.items())]

    def price_range(self, currency: str) -> tuple[Money, Money] | None:
        """The lowest and highest price of what can be bought now, or of everything when nothing can."""
        return _range(v.prices[currency] for v in self.variants if v.in_stock and currency in v.prices) or _range(
            v.prices[currency] for v in self.variants if currency in v.prices
        )


def label(title: str, options: Mapping[str, str]) -> str:
    """ "Aero 2, blue, 42": how one variant is named in a cart or on a receipt."""
    return ", ".join([title, *options.values()])


def _range(prices: Iterable[Money]) -> tuple[Money, Money] | None:
    ordered = sorted(prices, key=lambda price: price.amount)
    return (ordered[0], ordered[-1]) if ordered else None
