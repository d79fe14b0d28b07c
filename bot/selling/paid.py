"""What was paid, held against what was asked. Pure: an order's row and its session as the provider tells it.

On the pay page a shopper chooses a way of delivery and says where it goes; where the shop lets them, they type a code
of the provider's, and the provider may count the tax. All else must be what the order says, to the last unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from bot.commerce.money import Money
from bot.commerce.orders import Attention
from bot.payments.base import Buyer, CheckoutSession
from bot.selling.policy import ShopPolicy


@dataclass(frozen=True, slots=True)
class Paid:
    """What an order's row says once it is paid, in minor units of its currency."""

    discount: int
    shipping: int
    tax: int
    tax_included: int
    total: int
    way: str | None
    country: str
    buyer: Buyer | None

    @property
    def row(self) -> dict[str, Any]:
        return {
            "discount": self.discount,
            "shipping": self.shipping,
            "tax": self.tax,
            "tax_included": self.tax_included,
            "total": self.total,
            "way": self.way,
            "country": self.country,
            "buyer": None if self.buyer is None else msgspec.to_builtins(self.buyer),
        }


def is_of(order: Any, session: CheckoutSession) -> bool:
    """Whether a session was opened for this very order. Its number alone does not say: another shop on the same
    account, or this one's own copy, counts orders as well."""
    return bool(order.session_id == session.id or session.asked_with == order.idempotency_key)


def paid_of(order: Any, session: CheckoutSession, policy: ShopPolicy) -> Paid | Attention:
    """What was paid for the order, or why a person must look at it."""
    if session.livemode is not policy.livemode:
        return Attention.LIVEMODE_MISMATCH
    parts = (session.amount_goods, session.amount_off, session.amount_delivery, session.amount_tax)
    if session.currency != order.currency or any(part is None for part in parts):
        return Attention.AMOUNT_MISMATCH
    goods, off, delivery, added = (part.amount for part in parts if part is not None)
    asked = order.subtotal - order.discount + order.shipping + order.tax
    fits = (
        order.total == asked
        and goods == order.subtotal + order.tax
        and _may_take_off(order, off, goods, policy)
        and delivery == _cost_of(order, session.delivery)
        and (added == 0 or (policy.rules.tax.by_provider and added > 0))
        and session.amount_total == Money(goods - off + delivery + added, order.currency)
    )
    if not fits:
        return Attention.AMOUNT_MISMATCH
    address = session.buyer.address if session.buyer else None
    if address is not None and order.countries and address.country not in order.countries:
        return Attention.ADDRESS_MISMATCH
    return Paid(
        discount=off,
        shipping=delivery,
        tax=order.tax + added,
        tax_included=_still_included(order, off),
        total=session.amount_total.amount,
        way=session.delivery,
        country=address.country if address is not None and address.country else order.country,
        buyer=session.buyer,
    )


def _may_take_off(order: Any, off: int, goods: int, policy: ShopPolicy) -> bool:
    if policy.provider_codes and not order.discount:
        return 0 <= off <= goods
    return bool(off == order.discount)


def _cost_of(order: Any, way: str | None) -> int | None:
    """Of a way that was offered; None for any other. Nothing where nothing is delivered."""
    costs: dict[str | None, int] = {each["way"]: each["amount"] for each in order.ways} or {None: 0}
    return costs.get(way)


def _still_included(order: Any, off: int) -> int:
    """The tax in the prices, once a code of the provider's has made them smaller; half up."""
    before, now = order.subtotal - order.discount, order.subtotal - off
    if before == now or before <= 0:
        return int(order.tax_included)
    return int((2 * order.tax_included * now + before) // (2 * before))
