"""Things that come back: who may send what back until when, what it is worth, and the life of a return. Pure.

asked ─► approved ─► received ─► done
  │          │
  └─► declined       cancelled ◄── asked, approved (the customer kept it, or it never came)

What keeps the owner's rules is approved at once; `asked` waits for a person (a fault, for example). An exchange is a
return whose worth leaves the shop again as another variant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.commerce.after_sale import ReturnRules
from bot.commerce.orders import OrderState
from bot.commerce.promotions import split


class ReturnState(StrEnum):
    ASKED = "asked"
    APPROVED = "approved"
    RECEIVED = "received"
    DONE = "done"
    DECLINED = "declined"
    CANCELLED = "cancelled"


class ReturnKind(StrEnum):
    RETURN = "return"
    EXCHANGE = "exchange"


class NoReturn(StrEnum):
    """Why nothing can be sent back by itself."""

    NOT_SENT = "not_sent"  # the order has not left yet: it can be cancelled instead
    NOT_BOUGHT = "not_bought"  # never paid, cancelled
    NEVER = "never"  # the shop takes nothing back by itself
    TOO_LATE = "too_late"
    CATEGORY = "category"
    ALREADY = "already"  # these pieces are on their way back, or came back
    UNDER_REVIEW = "under_review"  # a person is looking at the order, or a bank is
    NO_EXCHANGES = "no_exchanges"
    OTHER_PRICE = "other_price"
    SOLD_OUT = "sold_out"
    REPLACEMENT = "replacement"  # it came for something that was sent back: nothing was paid for it


S = ReturnState
MOVES: Mapping[ReturnState, frozenset[ReturnState]] = {
    S.ASKED: frozenset({S.APPROVED, S.DECLINED, S.CANCELLED, S.DONE}),
    S.APPROVED: frozenset({S.RECEIVED, S.CANCELLED, S.DECLINED}),
    S.RECEIVED: frozenset({S.DONE}),
    S.DONE: frozenset(),
    S.DECLINED: frozenset(),
    S.CANCELLED: frozenset(),
}

LIVE = (S.ASKED, S.APPROVED, S.RECEIVED, S.DONE)
"""Whose pieces cannot be sent back once more."""

OPEN = (S.ASKED, S.APPROVED, S.RECEIVED)

SEND_BACK_WITHIN = timedelta(days=30)
"""What has not come back so long after it was approved is kept, as far as the shop can tell."""


def sources(target: ReturnState) -> tuple[ReturnState, ...]:
    """The states a return may be in before it moves to `target`; the guard of every change."""
    return tuple(state for state, targets in MOVES.items() if target in targets)


@dataclass(frozen=True, slots=True)
class Bought:
    """An order as far as a return asks: what was paid beside the goods, and how far it is."""

    state: OrderState
    shipping: int
    tax: int
    shipped_at: datetime | None
    delivered_at: datetime | None
    lines: tuple[BoughtLine, ...]
    source: str = "chat"


@dataclass(frozen=True, slots=True)
class BoughtLine:
    """`discount` is of the whole line; `back` pieces of it are live in returns already. `category` is the product's
    path."""

    sku: str
    unit: int
    quantity: int
    discount: int = 0
    category: str = ""
    back: int = 0

    @property
    def paid(self) -> int:
        return self.unit * self.quantity - self.discount


def until(rules: ReturnRules, order: Bought) -> datetime | None:
    """The last moment at which something may be sent back; None where that is never."""
    since = order.delivered_at or order.shipped_at
    return None if since is None or rules.within is None else since + rules.within


def refusal(rules: ReturnRules, order: Bought, wanted: Mapping[str, int], now: datetime) -> NoReturn | None:
    """Why these pieces (by SKU) may not come back by the rules, None where they may."""
    if order.state in (OrderState.AWAITING_PAYMENT, OrderState.EXPIRED, OrderState.CANCELLED):
        return NoReturn.NOT_BOUGHT
    if order.state is OrderState.NEEDS_ATTENTION:
        return NoReturn.UNDER_REVIEW
    if order.state is OrderState.PAID:
        return NoReturn.NOT_SENT
    if order.source == "exchange":
        return NoReturn.REPLACEMENT
    lines = {line.sku: line for line in order.lines}
    if any(lines[sku].quantity - lines[sku].back < pieces for sku, pieces in wanted.items()):
        return NoReturn.ALREADY
    last = until(rules, order)
    if last is None:
        return NoReturn.NEVER
    if now > last:
        return NoReturn.TOO_LATE
    if any(_never(rules, lines[sku].category) for sku in wanted):
        return NoReturn.CATEGORY
    return None


def _never(rules: ReturnRules, category: str) -> bool:
    return any(f"/{never}/" in f"/{category}/" for never in rules.not_for)


def worth(rules: ReturnRules, order: Bought, wanted: Mapping[str, int]) -> int:
    """What is paid back for these pieces, in minor units: their price less their share of the discount, with the tax
    that came on top. With the last pieces of an order comes the delivery, where the rules pay it back. Sums of parts
    are the whole, to the cent."""
    paid = [line.paid for line in order.lines]
    taxes = split(order.tax, paid)
    goods = sum(
        _share(line.paid + tax, line.quantity, line.back, wanted.get(line.sku, 0))
        for line, tax in zip(order.lines, taxes, strict=True)
    )
    whole = all(line.back + wanted.get(line.sku, 0) >= line.quantity for line in order.lines)
    return goods + (order.shipping if whole and rules.delivery_back else 0)


def _share(amount: int, quantity: int, before: int, pieces: int) -> int:
    """Of an amount for so many pieces, what the next ones are worth, counted so that nothing is lost in rounding."""
    return amount * (before + pieces) // quantity - amount * before // quantity
