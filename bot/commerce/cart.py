"""A cart: which variants and how many. Pure: every change gives a new cart. It does not know prices or stock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.errors import BadInput

MOST_LINES = 99
"""A checkout session takes 100 lines and delivery is one of them (`bot.payments.base.MOST_LINES`)."""
MOST_OF_ONE = 99
NOTE_LENGTH = 500
LINE_NOTE_LENGTH = 200


class CartLimitReached(BadInput):
    """`what` is `quantity` or `lines`, `limit` the most there may be."""

    def __init__(self, what: str, limit: int) -> None:
        super().__init__("cart_limit", f"a cart takes at most {limit} as {what}", what=what, limit=limit)
        self.what = what
        self.limit = limit


@dataclass(frozen=True, slots=True)
class Line:
    """`changed` is the version of the cart that touched this line last: "another one" means the newest. `note` is what
    the customer wants done with it ("engrave: Léa")."""

    sku: str
    quantity: int
    changed: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Cart:
    """Lines in the order they were added, one a SKU. `version` counts changes of any kind. `code` is a promotion code,
    `country` where it goes (ISO 3166, two letters; None while nobody said), `note` what the customer wrote beside."""

    version: int = 0
    lines: tuple[Line, ...] = ()
    code: str | None = None
    country: str | None = None
    note: str = ""

    @property
    def count(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def newest(self) -> Line | None:
        return max(self.lines, key=lambda line: line.changed, default=None)

    def line(self, sku: str) -> Line | None:
        return next((line for line in self.lines if line.sku == sku), None)

    def add(self, sku: str, quantity: int) -> Cart:
        """More of a SKU. Raises `BadInput` for less than one, `CartLimitReached` for too much."""
        if quantity < 1:
            raise BadInput("quantity_unreadable", "at least one is added", quantity=quantity)
        there = self.line(sku)
        return self.put(sku, quantity + (there.quantity if there else 0))

    def put(self, sku: str, quantity: int) -> Cart:
        """So many of a SKU from now on; none removes the line."""
        if quantity < 0:
            raise BadInput("quantity_unreadable", "a quantity is not negative", quantity=quantity)
        if quantity > MOST_OF_ONE:
            raise CartLimitReached("quantity", MOST_OF_ONE)
        if quantity == 0:
            return self.remove(sku)
        version = self.version + 1
        if self.line(sku) is None:
            if len(self.lines) >= MOST_LINES:
                raise CartLimitReached("lines", MOST_LINES)
            return self._now((*self.lines, Line(sku, quantity, version)))
        return self._now(replace(x, quantity=quantity, changed=version) if x.sku == sku else x for x in self.lines)

    def remove(self, sku: str) -> Cart:
        """Without the line; the same cart when it was not there."""
        kept = tuple(line for line in self.lines if line.sku != sku)
        return self if len(kept) == len(self.lines) else self._now(kept)

    def clear(self) -> Cart:
        """Without lines, code and notes; where it goes stays known."""
        return Cart(self.version + 1, country=self.country) if self.lines else self

    def exchange(self, sku: str, other: str) -> Cart:
        """Another SKU in the place of a line, as many and with its note; they are added to a line that it had already.

        Raises `CartLimitReached`. The same cart when the line is not there."""
        line, there = self.line(sku), self.line(other)
        if line is None or sku == other:
            return self
        quantity = line.quantity + (there.quantity if there else 0)
        if quantity > MOST_OF_ONE:
            raise CartLimitReached("quantity", MOST_OF_ONE)
        note = joined(there.note, line.note, LINE_NOTE_LENGTH) if there else line.note
        new = Line(other, quantity, self.version + 1, note)
        return self._now(new if x.sku == sku else x for x in self.lines if x.sku != other)

    def noted(self, note: str, sku: str | None = None) -> Cart:
        """With what the customer wants done, of one line or of all of it, behind what was noted before. An empty note
        takes back what was noted. The same cart when the line is not there."""
        if sku is None:
            whole = joined(self.note, note, NOTE_LENGTH) if note else ""
            return self if whole == self.note else replace(self, version=self.version + 1, note=whole)
        line = self.line(sku)
        of_line = joined(line.note, note, LINE_NOTE_LENGTH) if line and note else ""
        if line is None or of_line == line.note:
            return self
        return self._now(replace(x, note=of_line, changed=self.version + 1) if x.sku == sku else x for x in self.lines)

    def repriced(self) -> Cart:
        """The same things at other prices: a change for whoever saw the old ones."""
        return replace(self, version=self.version + 1)

    def with_code(self, code: str | None) -> Cart:
        return self if code == self.code else replace(self, version=self.version + 1, code=code)

    def sent_to(self, country: str) -> Cart:
        return self if country == self.country else replace(self, version=self.version + 1, country=country)

    def without(self, bought: dict[str, int]) -> Cart:
        """What is left once these pieces were bought."""
        left = (replace(line, quantity=line.quantity - bought.get(line.sku, 0)) for line in self.lines)
        kept = tuple(line for line in left if line.quantity > 0)
        return self._now(kept) if kept else Cart(self.version + 1, country=self.country)

    def _now(self, lines: Iterable[Line]) -> Cart:
        return replace(self, version=self.version + 1, lines=tuple(lines))


def joined(before: str, note: str, length: int) -> str:
    """A note behind an earlier one, on one line and not too long; the same again is no news."""
    flat = " ".join(note.split())
    whole = before if flat in before.split("; ") else "; ".join(part for part in (before, flat) if part)
    return whole if len(whole) <= length else f"{whole[: length - 1].rstrip()}…"
