"""What customers and people hear after the sale, and who looks after it by the clock and by the provider's reports.

The deeds are `bot.selling`'s; here their news become a message, a ticket and a live event, in the same transaction.
"""

from __future__ import annotations

from typing import assert_never

import structlog

from bot.clock import Clock
from bot.conversation.messages import Author
from bot.conversation.phrases import Speaker, language_of, locale_for, speaker
from bot.conversation.replies import Text
from bot.handoff import policy
from bot.handoff.policy import Reason
from bot.handoff.queue import QUEUE, open_ticket
from bot.live import Live
from bot.outbox import Outbox
from bot.selling.after_sale import (
    AfterSaleNews,
    DisputeNews,
    RefundFailed,
    RefundGiven,
    RefundWaits,
    ReplacementSent,
    ReturnDeclined,
)
from bot.selling.disputes import Disputes
from bot.selling.refunding import Refunding
from bot.selling.returning import Returning
from bot.storage import conversations
from bot.storage.sql import Database, Transaction

log = structlog.get_logger()


class Aftercare:
    """`told` is the `bot.selling.after_sale.Told` of every service; the rest is for timers and payment events."""

    def __init__(
        self,
        *,
        db: Database,
        live: Live,
        outbox: Outbox,
        clock: Clock,
        refunding: Refunding,
        returning: Returning,
        disputes: Disputes,
    ) -> None:
        self._db = db
        self._live = live
        self._outbox = outbox
        self._clock = clock
        self._refunding = refunding
        self._returning = returning
        self._disputes = disputes

    async def told(self, tx: Transaction, news: AfterSaleNews) -> None:
        """Tell the customer and the people of it, once: `news.once` names the message."""
        conversation = await conversations.get(tx, news.conversation_id)
        locale = conversation.locale or news.locale
        words = words_of(news, speaker(language_of(locale)), locale)
        if words:
            await self._outbox.say(
                tx,
                conversation=conversation,
                author=Author.BOT,
                reply=Text(words),
                turn_id=news.once,
                notice=not isinstance(news, RefundWaits),
            )
        await self._put_before_a_person(tx, news)
        changed = {"conversation": news.conversation_id, "order": news.order_number}
        for topic in (QUEUE, f"conversation:{news.conversation_id}"):
            await self._live.announce(tx, topic, "after_sale", changed)

    async def _put_before_a_person(self, tx: Transaction, news: AfterSaleNews) -> None:
        reason = reason_of(news)
        if reason is None:
            return
        opened = await open_ticket(
            tx,
            self._live,
            conversation=news.conversation_id,
            reason=reason,
            summary=summary_of(news),
            priority=policy.priority(reason, paid=True),
            now=self._clock.now(),
        )
        # With a person there already it is theirs to see: at the desk, and in the order's own list.
        log.info("aftercare.needs_a_person", order=news.order_number, reason=reason, opened=opened is not None)

    # -- by the clock, and by the provider's reports -------------------------------------------------------------------

    async def carry_out(self) -> None:
        """Every few seconds: pay back what is due."""
        if await self._refunding.carry_out(self.told):
            await self._live.wake()

    async def lapse(self) -> None:
        """Every hour or so: forget returns that never came."""
        await self._returning.lapse()

    async def refund_reported(self, payment_intent: str) -> None:
        """Raises `PaymentsError`."""
        await self._refunding.look(payment_intent, self.told)
        await self._live.wake()

    async def dispute_reported(self, dispute_id: str) -> None:
        """Raises `PaymentsError`."""
        await self._disputes.look(dispute_id, self.told)
        await self._live.wake()


def words_of(news: AfterSaleNews, say: Speaker, locale: str) -> str:
    """What the customer hears; empty where it is between the shop and the bank."""
    money = locale_for(say.language, locale)
    number = news.order_number
    match news:
        case RefundWaits():
            return say(
                "A person of our team has to approve the {amount} for order {number} first. They will write to you "
                "here.",
                amount=news.amount.format(money),
                number=number,
            )
        case RefundGiven():
            return say(
                "{amount} for order {number} is on its way back to what you paid with. Banks take 5 to 10 days.",
                amount=news.amount.format(money),
                number=number,
            )
        case RefundFailed():
            return say(
                "The {amount} for order {number} could not be paid back. A person of our team looks at it and will "
                "write to you here; your claim is not lost.",
                amount=news.amount.format(money),
                number=number,
            )
        case ReplacementSent():
            return _replaced(news, say)
        case ReturnDeclined():
            return say(
                "Our team cannot take back what you wanted to return of order {number}. Ask me for a person if you "
                "want to know why.",
                number=number,
            )
        case DisputeNews():
            return ""
        case _:
            assert_never(news)


def _replaced(news: ReplacementSent, say: Speaker) -> str:
    if news.received:
        return say(
            "Your parcel of order {number} has reached us, thank you. What you get instead is order {replacement}; "
            "there is nothing to pay. I will write when it ships.",
            number=news.order_number,
            replacement=news.replacement,
        )
    return say(
        "We send you a replacement for order {number}: it is order {replacement}, and there is nothing to pay. I will "
        "write when it ships.",
        number=news.order_number,
        replacement=news.replacement,
    )


def reason_of(news: AfterSaleNews) -> Reason | None:
    """Why a person must see it; None where all is well."""
    match news:
        case RefundWaits():
            return Reason.REFUND_APPROVAL
        case RefundFailed():
            return Reason.PAYMENT_PROBLEM
        case DisputeNews():
            return Reason.DISPUTE
    return None


def summary_of(news: AfterSaleNews) -> str:
    """What an agent reads: a line of facts, in English like the rest of the desk."""
    facts = [f"Order {news.order_number}."]
    match news:
        case RefundWaits():
            facts.append(f"{news.amount.format('en')} to be paid back ({news.reason}).")
        case RefundFailed():
            facts.append(f"{news.amount.format('en')} could not be paid back: {news.failure}.")
        case DisputeNews():
            facts.append(f"{news.amount.format('en')}, {news.reason}: {news.status}.")
            if news.evidence_due is not None and news.status.endswith("needs_response"):
                facts.append(f"The bank wants an answer by {news.evidence_due:%d %B %Y}.")
    return " ".join(facts)
