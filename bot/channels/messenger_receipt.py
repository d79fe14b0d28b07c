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
    counted = [line for line in reply.lines if line.quantity]
    summary = {"shipping_cost": bill.shipping, "total_tax": bill.tax, "total_cost": bill.total}
    return template(
        "receipt",
        recipient_name=bill.customer,
        order_number=reply.number,
        currency=bill.currency,
        payment_method=bill.paid_with,
        summary={name: _number(amount) for name, amount in summary.items() if amount},
        elements=[
            {"title": line.title, "quantity": line.quantity, "price": _number(price), "currency": bill.currency}
            for line, price in zip(counted, bill.prices, strict=True)
        ],
        **({"adjustments": [{"name": bill.off[0], "amount": _number(bill.off[1])}]} if bill.off else {}),
        **({"order_url": reply.url} if reply.url else {}),
    )


def _number(amount: str) -> float:
    """The template wants JSON numbers, which are only shown; the amounts that count stay whole in our orders."""
    return float(amount)
