"""What the shop answers and tells after the sale: facts for whoever says them. Money is exact, sentences are not made
here.

Answers go to who asked; news go to `Told`, inside the transaction that makes them true, so that customer and people
hear of each once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.commerce.money import Money
from bot.selling.answers import Answer
from bot.selling.order_answers import PaymentArriving, PaymentsDown
from bot.storage.sql import Transaction

# -- money back --------------------------------------------------------------------------------------------------------


class RefundAsked(Answer, frozen=True):
    """`state` is `approved` for one that goes by itself, `asked` for one that waits for a person."""

    id: int
    state: str
    amount: Money

    @property
    def waits(self) -> bool:
        return self.state == "asked"


class RefundRefused(Answer, frozen=True):
    """Nothing was written. `why` is one of `bot.commerce.refunds.NoRefund`; `left` is what could go back."""

    why: str
    left: Money


Refund = RefundAsked | RefundRefused


# -- calling off -------------------------------------------------------------------------------------------------------


class OrderCancelled(Answer, frozen=True):
    """`amount` goes back of what was `paid`, once a person approved it where it `waits`. `again`: it was before."""

    order_number: int
    paid: bool
    amount: Money | None = None
    waits: bool = False
    again: bool = False


class CancelTooLate(Answer, frozen=True):
    """It has left, or a part of it has; what arrives can be sent back."""

    order_number: int


class UnderReview(Answer, frozen=True):
    """Nothing was done: a person looks at this order, or a bank does."""

    order_number: int


class NoSuchOrder(Answer, frozen=True):
    """None that this customer may know of."""

    order_number: int


Cancellation = OrderCancelled | CancelTooLate | UnderReview | NoSuchOrder | PaymentArriving | PaymentsDown


# -- sending back ------------------------------------------------------------------------------------------------------


class ReturnQuote(Answer, frozen=True):
    """What a return would be: `pieces` by SKU, what is paid back for them (`amount`), and until when they may be sent
    (null where only a person decides)."""

    order_number: int
    pieces: dict[str, int]
    amount: Money
    until: datetime | None
    pay_first: bool = False


class ReturnOpened(Answer, frozen=True):
    """`id` is the number that goes onto the parcel. `state` is `approved`, or `asked` where a person decides. `waits`:
    the money, paid first, waits for a person too. `send_by` is when the shop stops expecting it."""

    id: int
    order_number: int
    kind: str
    state: str
    pieces: dict[str, int]
    amount: Money
    send_by: datetime | None = None
    pay_first: bool = False
    waits: bool = False
    exchange_for: str | None = None


class ReturnRefused(Answer, frozen=True):
    """Nothing was written. `why` is one of `bot.commerce.returns.NoReturn`; `until` was the last day, where that is
    why; `paid` and `price` where an exchange is not even."""

    order_number: int
    why: str
    until: datetime | None = None
    paid: Money | None = None
    price: Money | None = None


Quote = ReturnQuote | ReturnRefused | NoSuchOrder
Return = ReturnOpened | ReturnRefused | NoSuchOrder

# -- what an order tells -----------------------------------------------------------------------------------------------


class RefundView(Answer, frozen=True):
    """`state` is one of `bot.commerce.refunds.RefundState`."""

    id: int
    amount: Money
    state: str
    reason: str
    created_at: datetime
    done_at: datetime | None
    return_id: int | None = None


class ReturnView(Answer, frozen=True):
    """`state` is one of `bot.commerce.returns.ReturnState`; `exchange_for` by SKU of what comes back."""

    id: int
    kind: str
    state: str
    pieces: dict[str, int]
    amount: Money
    reason: str
    created_at: datetime
    exchange_for: dict[str, str]


class Aftermath(Answer, frozen=True):
    """What came after an order: newest last. `disputed` while a bank looks at its payment, or has taken it back."""

    refunds: list[RefundView]
    returns: list[ReturnView]
    disputed: bool


class News(Answer, frozen=True):
    """`conversation_id` is where the customer hears of it, `locale` how they write. `once` names this news: the same
    news has the same name."""

    once: str
    order_number: int
    conversation_id: int
    locale: str


class RefundWaits(News, frozen=True):
    """A person must approve it."""

    refund_id: int
    amount: Money
    reason: str


class RefundGiven(News, frozen=True):
    """The provider took it off the payment. `elsewhere`: nobody here asked for it."""

    amount: Money
    reason: str
    elsewhere: bool


class RefundFailed(News, frozen=True):
    """No money went back, or the bank returned it. `failure` is the provider's word."""

    amount: Money
    failure: str


class DisputeNews(News, frozen=True):
    """A dispute was opened, changed or closed. `before` is the status it had, empty for a new one."""

    id: str
    amount: Money
    reason: str
    status: str
    before: str
    evidence_due: datetime | None


class ReplacementSent(News, frozen=True):
    """What was sent back, or arrived broken, is replaced: `replacement` is the number of the new order."""

    return_id: int
    replacement: int
    received: bool


class ReturnDeclined(News, frozen=True):
    return_id: int


AfterSaleNews = RefundWaits | RefundGiven | RefundFailed | DisputeNews | ReplacementSent | ReturnDeclined
Told = Callable[[Transaction, AfterSaleNews], Awaitable[None]]
