"""Stock: how many are on the shelf, how many of those are held for somebody. Pure sums and their words.

A hold is a row with an end (docs/adr/0003); nothing is taken off the shelf before it is paid.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class HoldState(StrEnum):
    HELD = "held"
    SOLD = "sold"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Shortfall:
    """`wanted` pieces of a SKU were asked for and only `available` are free."""

    sku: str
    wanted: int
    available: int


def wanted_by_sku(lines: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Pieces per SKU, in SKU order.

    Lines that share a SKU are summed first, or each would fit alone and both together oversell; the order is the one
    in which every caller locks, so that two carts never wait for each other."""
    wanted: Counter[str] = Counter()
    for sku, quantity in lines:
        wanted[sku] += quantity
    return dict(sorted(wanted.items()))
