"""The life of a refund, as a table of moves. Pure: it does not know who pays back or how.

asked ─► approved ─► sent ─► pending ─► succeeded
  │          │         │        │           │ (the bank sent it back)
  │          │         └────────┴───────────┴─► failed
  └─► declined         cancelled ◄── asked, approved, sent, pending

A refund that may still move money, or has moved it, is live; what is live of an order is never more than was paid.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class RefundState(StrEnum):
    """`asked` waits for a person, `approved` for its turn. `sent` was told to the provider and not heard of since."""

    ASKED = "asked"
    APPROVED = "approved"
    SENT = "sent"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    DECLINED = "declined"
    CANCELLED = "cancelled"


class RefundReason(StrEnum):
    REQUESTED = "requested"
    RETURNED = "returned"
    CANCELLED = "cancelled"
    SOLD_OUT = "sold_out"
    DUPLICATE = "duplicate"
    FRAUDULENT = "fraudulent"
    DAMAGED = "damaged"
    OTHER = "other"


class NoRefund(StrEnum):
    """Why an order's money does not go back by itself."""

    NOT_PAID = "not_paid"
    MORE_THAN_PAID = "more_than_paid"
    DISPUTED = "disputed"


S = RefundState
MOVES: Mapping[RefundState, frozenset[RefundState]] = {
    S.ASKED: frozenset({S.APPROVED, S.DECLINED, S.CANCELLED}),
    S.APPROVED: frozenset({S.SENT, S.CANCELLED}),
    S.SENT: frozenset({S.PENDING, S.SUCCEEDED, S.FAILED, S.CANCELLED}),
    S.PENDING: frozenset({S.SUCCEEDED, S.FAILED, S.CANCELLED}),
    S.SUCCEEDED: frozenset({S.FAILED}),
    S.FAILED: frozenset(),
    S.DECLINED: frozenset(),
    S.CANCELLED: frozenset(),
}

LIVE = (S.ASKED, S.APPROVED, S.SENT, S.PENDING, S.SUCCEEDED)
"""What counts against what was paid."""

DUE = (S.APPROVED, S.SENT)
"""What the provider is still to be told, or told again."""

GIVEN = (S.PENDING, S.SUCCEEDED)
"""What the provider has taken off the payment: their sum is what an order calls refunded."""

_PROVIDERS_WORD = {
    RefundReason.DUPLICATE: "duplicate",
    RefundReason.FRAUDULENT: "fraudulent",
}


def sources(target: RefundState) -> tuple[RefundState, ...]:
    """The states a refund may be in before it moves to `target`; the guard of every change."""
    return tuple(state for state, targets in MOVES.items() if target in targets)


def providers_word(reason: RefundReason) -> str:
    """The one of three reasons that card networks know."""
    return _PROVIDERS_WORD.get(reason, "requested_by_customer")


OURS = ("won", "warning_closed")
"""How a dispute ends with the money still ours (the provider's words). Until then, and after any other end, nothing is
paid back beside it: the bank has taken the money, or may."""

CLOSED = (*OURS, "lost")
"""Where a dispute ends."""
