"""What the owner has decided about the time after the sale: sending back, money back, reminding. Pure.

The owner writes these rules in `catalog/shop.yml`; without them nothing is sent back or reminded of by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from bot.commerce.money import Money


@dataclass(frozen=True, slots=True)
class ReturnRules:
    """Things may come back within `within` of their delivery (of shipping, where delivery is not known); not at all
    where it is None. `not_for` are categories that never come back. `exchanges` for another variant at the same price;
    `delivery_back` pays the delivery back too, when the whole order comes back; `restock` puts what came back on the
    shelf; `pay_first` pays back when the return is asked for, not when it has arrived."""

    within: timedelta | None = None
    not_for: tuple[str, ...] = ()
    exchanges: bool = True
    delivery_back: bool = False
    restock: bool = True
    pay_first: bool = False


@dataclass(frozen=True, slots=True)
class RefundRules:
    """More than `alone_up_to` (by currency) a person must approve; nothing goes alone in a currency not named."""

    alone_up_to: Mapping[str, Money] = field(default_factory=dict)

    def alone(self, amount: Money) -> bool:
        most = self.alone_up_to.get(amount.currency)
        return most is not None and amount <= most


@dataclass(frozen=True, slots=True)
class ReminderRules:
    """How long a cart lies before its owner is reminded of it, once, inside the channel's window and only with their
    consent to news; never where it is None. `zone` is the clock of the shop's days ("Europe/Paris")."""

    cart_after: timedelta | None = None
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class AfterSale:
    returns: ReturnRules = ReturnRules()
    refunds: RefundRules = RefundRules()
    reminders: ReminderRules = ReminderRules()
