"""What the desk says of the time after a sale. Amounts are both exact (minor units) and ready to be read."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from bot.commerce.refunds import RefundReason, RefundState
from bot.commerce.returns import ReturnKind, ReturnState
from bot.selling.return_decisions import Remedy

Note = Annotated[str, Meta(max_length=500)]
ClientId = Annotated[str, Meta(min_length=1, max_length=40)]


class Amount(msgspec.Struct, frozen=True):
    """`minor` in minor units (cents), `text` as it is read: $69.00. `decimal` is what an input field shows: 69.00."""

    minor: int
    currency: str
    text: str
    decimal: str


class DeskRefund(msgspec.Struct, frozen=True):
    """`version` goes into If-Match of approve and decline, while `state` is asked. `asked_by` is empty for the bot,
    `failure` the provider's word. `elsewhere`: made in the provider's own dashboard."""

    id: int
    order: int
    conversation: int
    amount: Amount
    state: RefundState
    reason: RefundReason
    note: str
    failure: str
    version: int
    asked_by: str
    elsewhere: bool
    return_id: int | None
    created_at: datetime
    done_at: datetime | None


class DeskReturnLine(msgspec.Struct, frozen=True):
    """`exchange_for` is the SKU that goes out instead, `instead` its name."""

    sku: str
    title: str
    quantity: int
    exchange_for: str | None = None
    instead: str | None = None


class DeskReturn(msgspec.Struct, frozen=True):
    """`id` is the number on the parcel. `version` goes into If-Match. `amount` is what is paid back for it.

    asked: approve (it is to be sent back), decline, or make good at once (replacement, refund). approved: receive or
    decline."""

    id: int
    order: int
    conversation: int
    kind: ReturnKind
    state: ReturnState
    lines: list[DeskReturnLine]
    amount: Amount
    reason: str
    version: int
    created_at: datetime
    received_at: datetime | None


class DeskDispute(msgspec.Struct, frozen=True):
    """`status` and `reason` are the provider's words; `evidence_due` is when the bank wants an answer."""

    id: str
    order: int
    conversation: int
    amount: Amount
    reason: str
    status: str
    evidence_due: datetime | None
    opened_at: datetime


class AfterSaleView(msgspec.Struct, frozen=True):
    """What waits for a person: refunds to approve, returns that are not over (those to decide first), open disputes
    (the one whose answer is due first comes first)."""

    refunds: list[DeskRefund]
    returns: list[DeskReturn]
    disputes: list[DeskDispute]


class OrderAfterSale(msgspec.Struct, frozen=True):
    """All that came after an order, oldest first. `left` is what may still be paid back; nothing while `disputed`.
    `can_cancel`: it has not left yet."""

    number: int
    state: str
    paid: Amount
    refunded: Amount
    left: Amount
    disputed: bool
    can_cancel: bool
    refunds: list[DeskRefund]
    returns: list[DeskReturn]
    disputes: list[DeskDispute]


class Decision(msgspec.Struct, frozen=True):
    """`note` is for colleagues."""

    note: Note = ""


class NewRefund(msgspec.Struct, frozen=True):
    """`amount` as a person writes it: "12.50". `client_id` is the writer's own name for it: sent again, nothing is paid
    twice."""

    client_id: ClientId
    amount: str
    reason: RefundReason
    note: Note = ""


class CancelOrder(msgspec.Struct, frozen=True):
    client_id: ClientId


class Received(msgspec.Struct, frozen=True):
    """`restock` says whether it can be sold again; null leaves it to the shop's rules."""

    restock: bool | None = None


class MakeGood(msgspec.Struct, frozen=True):
    """What arrived wrong is settled at once; the customer keeps it."""

    remedy: Remedy
