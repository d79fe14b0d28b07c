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


AfterSaleNews = RefundWaits | RefundGiven | RefundFailed | DisputeNews
Told = Callable[[Transaction, AfterSaleNews], Awaitable[None]]
