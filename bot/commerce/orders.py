"""The life of an order, as a table of moves. Pure.

awaiting_payment ─► paid ─► shipped ─► delivered
   │   │             │ │        │          │
   │   └─► expired   │ └────────┴──────────┴─► needs_attention ─► paid | cancelled
   │         └─► paid (late, the stock was still there) | cancelled (it was not: the money went back)
   └─► cancelled ◄───┘

How much of it was paid back is an amount beside the state (`orders.refunded`), whatever the state is.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class OrderState(StrEnum):
    AWAITING_PAYMENT = "awaiting_payment"
    PAID = "paid"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    NEEDS_ATTENTION = "needs_attention"


class Attention(StrEnum):
    """Why a person must look at an order, or why its money went back at once (`PAID_BACK`)."""

    AMOUNT_MISMATCH = "amount_mismatch"
    LIVEMODE_MISMATCH = "livemode_mismatch"
    ADDRESS_MISMATCH = "address_mismatch"
    SOLD_OUT = "sold_out"
    CANCELLED_BEFORE = "cancelled_before"
    ANOTHER_PAYMENT = "another_payment"


S = OrderState
MOVES: Mapping[OrderState, frozenset[OrderState]] = {
    S.AWAITING_PAYMENT: frozenset({S.PAID, S.EXPIRED, S.CANCELLED, S.NEEDS_ATTENTION}),
    S.EXPIRED: frozenset({S.PAID, S.CANCELLED, S.NEEDS_ATTENTION}),
    S.PAID: frozenset({S.SHIPPED, S.DELIVERED, S.CANCELLED, S.NEEDS_ATTENTION}),
    S.SHIPPED: frozenset({S.DELIVERED, S.NEEDS_ATTENTION}),
    S.DELIVERED: frozenset({S.NEEDS_ATTENTION}),
    S.NEEDS_ATTENTION: frozenset({S.PAID, S.CANCELLED}),
    S.CANCELLED: frozenset(),
}


def sources(target: OrderState) -> tuple[OrderState, ...]:
    """The states an order may be in before it moves to `target`; the guard of every state change."""
    return tuple(state for state, targets in MOVES.items() if target in targets)


PAID_BACK = (Attention.SOLD_OUT, Attention.CANCELLED_BEFORE)
"""Money came for what can no longer be had: it goes back by itself."""

PAYABLE = (S.AWAITING_PAYMENT, S.EXPIRED)
"""Where a payment that arrives finds something to settle."""

BOUGHT = (S.PAID, S.SHIPPED, S.DELIVERED, S.NEEDS_ATTENTION)
"""Paid, and not taken back whole."""
