"""Payment events, worked off: each recognised once, looked up in a table, settled with its confirmation.

The webhook has stored the event before it answered; here the shop settles it. Unknown types are recorded and accepted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import structlog

from bot.aftercare import Aftercare
from bot.clock import Clock
from bot.conversation.messages import Author
from bot.conversation.ownership import Owner
from bot.conversation.phrases import language_of, speaker
from bot.conversation.replies import Shown, Text
from bot.handoff import policy
from bot.handoff.policy import Reason
from bot.handoff.queue import open_ticket
from bot.live import Live
from bot.outbox import Outbox
from bot.payments.base import PaymentEvent, PaymentEventType, PaymentsUnavailable
from bot.selling.order_answers import Fulfilled, LapsedOrder, Mismatch, PaidBack, PaidOrder
from bot.selling.paying_words import arriving, bounced, paid_back, receipt_of, taken_up
from bot.selling.releasing import BOUNCED
from bot.selling.shop import Shop
from bot.storage import contacts, conversations, payment_events
from bot.storage.queue import PAYMENTS, Queue
from bot.storage.sql import Database, Row, Transaction

A_DAY = timedelta(hours=24)
"""The messaging window of Meta's channels, and how long somebody who asked to pay is glad of the way back."""
LONGEST_PAUSE_S = 300.0
"""Between two tries of an event, while the provider or we are not up to it."""
_AT_ONCE = 8

log = structlog.get_logger()


class Settlement:
    def __init__(
        self,
        *,
        db: Database,
        queue: Queue,
        live: Live,
        outbox: Outbox,
        shop: Shop,
        aftercare: Aftercare,
        read_event: Callable[[bytes], PaymentEvent],
        clock: Clock,
    ) -> None:
        self._db = db
        self._queue = queue
        self._live = live
        self._outbox = outbox
        self._shop = shop
        self._aftercare = aftercare
        self._read_event = read_event
        self._clock = clock
        self._consequences: dict[str, Callable[[PaymentEvent], Awaitable[None]]] = {
            PaymentEventType.CHECKOUT_COMPLETED: self._fulfil,
            PaymentEventType.ASYNC_PAYMENT_SUCCEEDED: self._fulfil,
            PaymentEventType.CHECKOUT_EXPIRED: self._expire,
            PaymentEventType.ASYNC_PAYMENT_FAILED: self._payment_failed,
            PaymentEventType.PAYMENT_FAILED: self._declined,
            PaymentEventType.CHARGE_REFUNDED: self._refunded,
            PaymentEventType.REFUND_CREATED: self._refunded,
            PaymentEventType.REFUND_UPDATED: self._refunded,
            PaymentEventType.REFUND_FAILED: self._refunded,
            PaymentEventType.DISPUTE_CREATED: self._disputed,
            PaymentEventType.DISPUTE_UPDATED: self._disputed,
            PaymentEventType.DISPUTE_CLOSED: self._disputed,
        }

    async def run(self, name: str) -> None:
        while True:
            hints = await self._queue.hints(PAYMENTS, name, count=_AT_ONCE, wait_s=2)
            await asyncio.gather(*(self.take_up(event_id) for event_id in hints))

    async def take_up(self, event_id: str) -> None:
        """Settle one report, unless somebody else does. Nothing is raised: it will be hinted at again."""
        try:
            async with self._queue.lease(f"payment:{event_id}", ttl_s=30) as lease:
                if lease is not None:
                    await self._settle(event_id)
        except PaymentsUnavailable:
            log.warning("settlement.provider_away", event_id=event_id)
        except Exception:
            log.exception("settlement.failed", event_id=event_id)

    async def _settle(self, event_id: str) -> None:
        """Raises what the consequence raised, once it is written down when to try again."""
        async with self._db.read() as tx:
            kept = await payment_events.get_new(tx, event_id)
        if kept is None:
            return
        consequence = self._consequences.get(kept.type)
        try:
            if consequence is not None:
                await consequence(self._read_event(kept.body))
        except Exception:
            pause = min(2.0**kept.attempts, LONGEST_PAUSE_S)
            async with self._db.write() as tx:
                await payment_events.put_off(tx, event_id, self._clock.now() + timedelta(seconds=pause))
            raise
        async with self._db.write() as tx:
            await payment_events.finish(tx, event_id, "done" if consequence else "ignored", self._clock.now())

    async def _fulfil(self, event: PaymentEvent) -> None:
        if event.session_id is None:
            return
        outcome = await self._shop.fulfil(event.session_id, self.confirm)
        log.info("settlement.fulfilled", session_id=event.session_id, outcome=type(outcome).__name__)
        if isinstance(outcome, Fulfilled | Mismatch | PaidBack):
            await self._outbox.wake(outcome.order.conversation_id)

    async def _expire(self, event: PaymentEvent) -> None:
        if event.session_id is not None:
            await self._shop.expire(event.session_id, self.lapsed)

    async def _payment_failed(self, event: PaymentEvent) -> None:
        if event.session_id is not None:
            await self._shop.payment_failed(event.session_id, self.lapsed)

    async def _refunded(self, event: PaymentEvent) -> None:
        if event.payment_intent is not None:
            await self._aftercare.refund_reported(event.payment_intent)

    async def _disputed(self, event: PaymentEvent) -> None:
        if event.dispute is not None:
            await self._aftercare.dispute_reported(event.dispute.id)

    async def _declined(self, event: PaymentEvent) -> None:
        """A fact and no more: the shopper sees it on the pay page, and may try another card there."""
        log.info("payment.declined", order_id=event.order_id, code=event.decline_code)

    async def confirm(self, tx: Transaction, paid: PaidOrder) -> None:
        """Write the confirmation, or put the order before a person, in the transaction that settles it."""
        conversation = await conversations.get(tx, paid.conversation_id)
        turn_id = f"{'arriving' if paid.arriving else 'paid'}:{paid.order.number}"
        locale = conversation.locale or paid.locale
        if paid.paid_back or paid.arriving:
            words = Text(paid_back(paid, locale) if paid.paid_back else arriving(paid.order, locale))
            await self._outbox.say(tx, conversation=conversation, author=Author.BOT, reply=words, turn_id=turn_id)
            return
        if paid.attention is not None:
            turn_id = f"{turn_id}:{paid.attention}"
            reason = Reason.PAYMENT_PROBLEM
            words = Text(policy.words(reason, speaker(language_of(locale))))
            await self._outbox.say(tx, conversation=conversation, author=Author.BOT, reply=words, turn_id=turn_id)
            await open_ticket(
                tx,
                self._live,
                conversation=conversation.id,
                reason=reason,
                summary=f"Order {paid.order.number}: {paid.attention}.",
                priority=policy.priority(reason, paid=True),
                now=self._clock.now(),
            )
            return
        receipt = receipt_of(paid.order, locale)
        await self._outbox.say(
            tx, conversation=conversation, author=Author.BOT, reply=receipt, turn_id=turn_id, notice=True
        )

    async def lapsed(self, tx: Transaction, lapsed: LapsedOrder) -> None:
        """Tell, once, that a payment failed; or that a checkout has closed, where its customer may be glad to hear so
        (`_may_be_reminded`). In the transaction that lets the order go."""
        conversation = await conversations.get(tx, lapsed.conversation_id)
        locale = conversation.locale or lapsed.locale
        if lapsed.why == BOUNCED:
            reply: Shown = bounced(lapsed.order, locale)
        elif lapsed.order.recovery_url and await self._may_be_reminded(tx, conversation, lapsed):
            reply = taken_up(lapsed.order, lapsed.order.recovery_url, locale)
        else:
            return
        turn_id = f"{lapsed.why}:{lapsed.order.number}"
        await self._outbox.say(
            tx, conversation=conversation, author=Author.BOT, reply=reply, turn_id=turn_id, notice=True
        )

    async def _may_be_reminded(self, tx: Transaction, conversation: Row[Any], lapsed: LapsedOrder) -> bool:
        """While the bot has the conversation, its channel's window is open and the cart is as it was: those who asked
        for this checkout here within a day, or who agreed to news."""
        now = self._clock.now()
        wrote_at = conversation.last_customer_at
        if conversation.owner != Owner.BOT or not lapsed.cart_same or wrote_at is None or now - wrote_at > A_DAY:
            return False
        asked_here = lapsed.source == "chat" and now - lapsed.order.created_at <= A_DAY
        return asked_here or await contacts.news_of(tx, lapsed.conversation_id) is True
