"""Delivery by table: where the shop delivers to, in which ways, what each costs and how long it takes. Pure.

The owner writes the table in `catalog/shop.yml`. Amounts are what the shopper pays, taxes included.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.commerce.money import Money

MOST_WAYS = 5
"""A Stripe checkout shows at most five ways of delivery."""
ANYWHERE = "*"
_GRAMS_PER_KILO = 1000


@dataclass(frozen=True, slots=True)
class DeliveryWay:
    """One way of delivery. `flat` for an order, and `per_kilo` for each kilogram begun (empty: weight does not count),
    nothing once the goods cost `free_from` (no entry for a currency: never). `days` are working days, least and most.
    Orders heavier than `heaviest_g` cannot take it. `names` are by language, `name` is for all others."""

    id: str
    name: str
    days: tuple[int, int]
    flat: Mapping[str, Money]
    free_from: Mapping[str, Money] = field(default_factory=dict)
    per_kilo: Mapping[str, Money] = field(default_factory=dict)
    heaviest_g: int | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    def carries(self, currency: str, weight_g: int) -> bool:
        return currency in self.flat and (self.heaviest_g is None or weight_g <= self.heaviest_g)

    def cost(self, goods: Money, weight_g: int) -> Money:
        """For goods worth so much. Raises `KeyError` for a currency that it does not name."""
        free_from = self.free_from.get(goods.currency)
        if free_from is not None and free_from <= goods:
            return Money.zero(goods.currency)
        kilo = self.per_kilo.get(goods.currency)
        kilos = -(-weight_g // _GRAMS_PER_KILO)
        return self.flat[goods.currency] + (kilo * kilos if kilo else Money.zero(goods.currency))


@dataclass(frozen=True, slots=True)
class Zone:
    """Countries (ISO 3166, two letters) that are delivered to alike. One zone may be `*`: everywhere else."""

    countries: tuple[str, ...]
    ways: tuple[DeliveryWay, ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One way as it is offered for one basket."""

    way: str
    name: str
    cost: Money
    days: tuple[int, int]


@dataclass(frozen=True, slots=True)
class ShippingTable:
    zones: tuple[Zone, ...]

    @property
    def currencies(self) -> frozenset[str]:
        """Those that every zone can be paid in: the shop sells in these."""
        each = [frozenset(c for way in zone.ways for c in way.flat) for zone in self.zones]
        return frozenset.intersection(*each) if each else frozenset()

    def zone(self, country: str) -> Zone | None:
        """None where the shop does not deliver to."""
        named = next((zone for zone in self.zones if country in zone.countries), None)
        return named or next((zone for zone in self.zones if ANYWHERE in zone.countries), None)

    def ways(self, country: str) -> Sequence[DeliveryWay]:
        zone = self.zone(country)
        return zone.ways if zone else ()

    def offers(self, country: str, goods: Money, weight_g: int, language: str = "en") -> tuple[Delivery, ...]:
        """The ways for goods worth so much (discounts taken off), cheapest first; none where nothing carries them."""
        found = [
            Delivery(way.id, way.names.get(language, way.name), way.cost(goods, weight_g), way.days)
            for way in self.ways(country)
            if way.carries(goods.currency, weight_g)
        ]
        return tuple(sorted(found, key=lambda offer: offer.cost.amount)[:MOST_WAYS])
