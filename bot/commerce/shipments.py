"""A parcel of an order: what it holds, where it stands, and when all of an order has left or arrived. Pure.

shipped ─► delivered ─► returned
   └──────────────────────┘

What came back counts as not sent: the same pieces may go out once more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class ShipmentState(StrEnum):
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    RETURNED = "returned"


_ORDER = tuple(ShipmentState)


def is_news(before: ShipmentState, after: ShipmentState) -> bool:
    """Whether a report moves a parcel on. Reports may come late and twice: nothing goes backwards."""
    return _ORDER.index(after) > _ORDER.index(before)


@dataclass(frozen=True, slots=True)
class Parcel:
    """`lines` are pieces by SKU."""

    state: ShipmentState
    lines: Mapping[str, int]


def left_to_send(ordered: Mapping[str, int], parcels: Iterable[Parcel]) -> dict[str, int]:
    """Pieces by SKU that are in no parcel that is out."""
    sent: Counter[str] = Counter()
    for parcel in parcels:
        if parcel.state is not ShipmentState.RETURNED:
            sent.update(parcel.lines)
    return {sku: quantity - sent[sku] for sku, quantity in ordered.items() if quantity > sent[sku]}


def all_delivered(ordered: Mapping[str, int], parcels: Iterable[Parcel]) -> bool:
    """Whether every piece is in a parcel that has arrived."""
    arrived: Counter[str] = Counter()
    for parcel in parcels:
        if parcel.state is ShipmentState.DELIVERED:
            arrived.update(parcel.lines)
    return all(arrived[sku] >= quantity for sku, quantity in ordered.items())
