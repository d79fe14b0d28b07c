"""Messenger's receipt template, from a receipt that has plain amounts. Pure.

Meta's template takes an order number once for each page; ours goes out once, with the confirmation of the payment.
"""

from __future__ import annotations

from typing import Any

from bot.channels.meta_messaging_out import template
from bot.conversation.replies import Bill, Receipt

LINES = 100
"""The template's most elements."""


def receipt_of(reply: Receipt, bill: Bill) -> dict[str, Any]:
    return template(
        "receipt",
        recipient_name=bill.customer,
        order_number=reply.number,
        currency=bill.currency,
        payment_method=bill.paid_with,
        summary={"total_cost": _number(bill.total)},
        elements=[
            {"title": line.title, "quantity": line.quantity, "price": _number(price), "currency": bill.currency}
            for line, price in zip(reply.lines, bill.prices, strict=True)
        ],
        **({"order_url": reply.url} if reply.url else {}),
    )


def _number(amount: str) -> float:
    """The template wants JSON numbers, which are only shown; the amounts that count stay whole in our orders."""
    return float(amount)
