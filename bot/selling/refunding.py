"""Paying back: asked for in the transaction of whatever is its reason, carried out once, told once.

    ask ──► approved ──► carry_out: sent (row first), then the provider ──► what it says is folded in
      └───► asked ──► approve | decline, by a person

A refund's key is stored before the provider hears of it, so a crash in between repeats the same request; before a
second attempt the provider is asked what it did with the first. Reports of refunds, its own dashboard's too, are only a
reason to look: every refund of the payment is fetched and has exactly one row here.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.clock import Clock
from bot.commerce.money import Money
from bot.commerce.refunds import DUE, GIVEN, NoRefund, RefundReason, RefundState, providers_word
from bot.errors import Conflict, NotFound
from bot.payments.base import (
    CredentialsRefused,
    IdempotencyKeyReused,
    Payments,
    PaymentsError,
    PaymentsUnavailable,
    Refunded,
    RefundRequest,
    RefundStatus,
    RequestRefused,
    Retry,
)
from bot.selling.after_sale import Refund, RefundAsked, RefundFailed, RefundGiven, RefundRefused, RefundWaits, Told
from bot.selling.policy import ShopPolicy
from bot.storage import disputes, orders, refunds, returns
from bot.storage.sql import Database, Transaction

OWED = frozenset({RefundReason.SOLD_OUT})
"""Money that came for nothing goes back without a person, however much it is."""
SENDING = timedelta(minutes=1)
"""So long one worker has to send a refund before another may."""
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=15)
LOOK_AGAIN = timedelta(hours=6)
"""A bank takes days; its report may be lost."""
_SWEEP = 50

_STATES = {
    RefundStatus.PENDING: RefundState.PENDING,
    RefundStatus.REQUIRES_ACTION: RefundState.PENDING,
    RefundStatus.SUCCEEDED: RefundState.SUCCEEDED,
    RefundStatus.FAILED: RefundState.FAILED,
    RefundStatus.CANCELED: RefundState.CANCELLED,
}

log = structlog.get_logger()


class Refunding:
    def __init__(self, db: Database, payments: Payments, clock: Clock, policy: ShopPolicy) -> None:
        self._db = db
        self._payments = payments
        self._clock = clock
        self._policy = policy

    # -- asking --------------------------------------------------------------------------------------------------------

    async def ask(
        self,
        tx: Transaction,
        order: Any,
        amount: Money,
        reason: RefundReason,
        *,
        key: str,
        conversation_id: int | None = None,
        return_id: int | None = None,
        asked_by: int | None = None,
        note: str = "",
        then: Told | None = None,
    ) -> Refund:
        """Write a refund of an order's row, in the caller's transaction; `carry_out` pays it. The same key again
        writes nothing and answers the same.

        It waits for a person where the rules say so and no person (`asked_by`) asked; then `then` hears of it, unless
        the caller hands the conversation over itself."""
        order = await orders.lock_order(tx, order.id)
        known = await refunds.by_key(tx, key)
        if known is not None:
            return RefundAsked(known.id, known.state, Money(known.amount, known.currency))
        left = Money(order.total - await refunds.live_sum(tx, order.id), order.currency)
        if order.payment_intent is None:
            return RefundRefused(NoRefund.NOT_PAID, Money.zero(order.currency))
        alone = asked_by is not None or reason in OWED or self._policy.after_sale.refunds.alone(amount)
        now = self._clock.now()
        written = await refunds.add(
            tx,
            {
                "order_id": order.id,
                "return_id": return_id,
                "idempotency_key": key,
                "amount": amount.amount,
                "currency": amount.currency,
                "reason": reason,
                "note": note,
                "state": RefundState.APPROVED if alone else RefundState.ASKED,
                "conversation_id": conversation_id,
                "asked_by": asked_by,
                "decided_by": asked_by,
                "created_at": now,
                "next_at": now if alone else None,
                "failure": "",
                "version": 0,
                "spoilt_keys": 0,
            },
        )
        if not written:
            disputed = await disputes.is_open(tx, order.id)
            return RefundRefused(NoRefund.DISPUTED if disputed else NoRefund.MORE_THAN_PAID, left)
        row = await refunds.by_key(tx, key)
        assert row is not None
        log.info("refund.asked", order=order.number, refund=row.id, state=row.state, reason=reason)
        if row.state == RefundState.ASKED and then is not None:
            await then(tx, RefundWaits(f"refund:{row.id}:waits", *_whose(order, row), row.id, amount, reason))
        return RefundAsked(row.id, row.state, amount)

    # -- deciding ------------------------------------------------------------------------------------------------------

    async def approve(self, refund_id: int, user_id: int, version: int) -> None:
        """Raises NotFound, or Conflict `moved_on` when it was decided already."""
        await self._decide(refund_id, user_id, version, RefundState.APPROVED)

    async def decline(self, refund_id: int, user_id: int, version: int, note: str = "") -> None:
        """Raises as `approve`."""
        await self._decide(refund_id, user_id, version, RefundState.DECLINED, note)

    async def _decide(self, refund_id: int, user_id: int, version: int, to: RefundState, note: str = "") -> None:
        now = self._clock.now()
        async with self._db.write() as tx:
            row = await refunds.by_id(tx, refund_id)
            if row is None:
                raise NotFound("no_refund", "There is no such refund.")
            values: dict[str, Any] = {"decided_by": user_id, "note": note or row.note}
            values |= {"next_at": now} if to is RefundState.APPROVED else {"done_at": now}
            if not await refunds.move(tx, refund_id, to, version=version, **values):
                raise Conflict("moved_on", "Somebody decided this in the meantime; look at it again.", state=row.state)
        log.info("refund.decided", refund=refund_id, state=to, user_id=user_id)

    # -- paying --------------------------------------------------------------------------------------------------------

    async def carry_out(self, then: Told) -> int:
        """For a timer: tell the provider what is due, and look after what it has worked on for long. Returns how many
        moved. Any number of workers may run this."""
        async with self._db.read() as tx:
            rows = await refunds.due(tx, self._clock.now(), _SWEEP)
        return sum([await self._carry(row, then) for row in rows])

    async def _carry(self, row: Any, then: Told) -> bool:
        try:
            return await self._send(row, then) if row.state in DUE else await self._look_after(row, then)
        except PaymentsUnavailable as error:
            await self._later(row, spoilt=error.retry is Retry.NEW_KEY)
            log.warning("refund.provider_away", refund=row.id, error=error.code)
        except IdempotencyKeyReused as error:
            await self._later(row, spoilt=True)
            log.error("refund.key_reused", refund=row.id, error=error.code)
        except CredentialsRefused as error:
            await self._later(row, pause=LONGEST_PAUSE)
            log.error("refund.credentials_refused", refund=row.id, error=error.code)
        except RequestRefused as refused:
            return await self._refused(row, refused, then)
        return False

    async def _send(self, row: Any, then: Told) -> bool:
        async with self._db.write() as tx:
            order = await orders.lock_order(tx, row.order_id)
            if row.state == RefundState.APPROVED and await disputes.is_open(tx, order.id):
                return await self._stop(tx, order, row, RefundState.CANCELLED, NoRefund.DISPUTED, then)
            if not await refunds.take(tx, row.id, row.version, self._clock.now() + SENDING):
                return False
        if row.state == RefundState.SENT:
            # Nobody knows what became of the first attempt; its key may be spoilt or forgotten by now.
            await self._look(order.payment_intent, then)
            async with self._db.read() as tx:
                now = await refunds.by_id(tx, row.id)
            if now is None or now.state != RefundState.SENT:
                return True
        refunded = await self._payments.refund(
            RefundRequest(
                payment_intent=order.payment_intent,
                amount=Money(row.amount, row.currency),
                # Unlike our ids, the order's key is unlike that of any other shop at the same account.
                idempotency_key=f"{order.idempotency_key}:refund:{row.id}:{row.spoilt_keys}",
                refund_id=str(row.id),
                reason=providers_word(RefundReason(row.reason)),
            )
        )
        async with self._db.write() as tx:
            order = await orders.lock_order(tx, order.id)
            await self._fold(tx, order, refunded, then)
        return True

    async def _look_after(self, row: Any, then: Told) -> bool:
        async with self._db.read() as tx:
            order = await orders.order_by_id(tx, row.order_id)
        await self._later(row, pause=LOOK_AGAIN)
        return order is not None and await self._look(order.payment_intent, then)

    async def _refused(self, row: Any, refused: RequestRefused, then: Told) -> bool:
        """The provider understood and said no; no repetition helps, unless it did it all the same."""
        async with self._db.read() as tx:
            order = await orders.order_by_id(tx, row.order_id)
        assert order is not None
        try:
            await self._look(order.payment_intent, then)
        except PaymentsError:
            await self._later(row)
            return False
        async with self._db.write() as tx:
            order = await orders.lock_order(tx, order.id)
            return await self._stop(tx, order, row, RefundState.FAILED, refused.refusal or "refused", then)

    async def _stop(self, tx: Transaction, order: Any, row: Any, to: RefundState, failure: str, then: Told) -> bool:
        """End one that never went; not one that did, as was seen meanwhile."""
        now = await refunds.by_id(tx, row.id)
        if now is None or now.state not in DUE:
            return False
        await refunds.move(tx, row.id, to, failure=failure, done_at=self._clock.now(), next_at=None)
        await self._tell_failed(tx, order, row, failure, then)
        log.error("refund.stopped", order=order.number, refund=row.id, state=to, failure=failure)
        return True

    async def _later(self, row: Any, *, spoilt: bool = False, pause: timedelta | None = None) -> None:
        wait = pause or min(FIRST_PAUSE * 2 ** min(row.version, 10), LONGEST_PAUSE)
        async with self._db.write() as tx:
            await refunds.put_off(tx, row.id, self._clock.now() + wait, spoilt=spoilt)

    # -- looking -------------------------------------------------------------------------------------------------------

    async def look(self, payment_intent: str, then: Told) -> bool:
        """Something was reported about a payment's refunds: fetch them all and fold them in. False for a payment that
        settled no order of ours. Raises `PaymentsError`."""
        async with self._db.read() as tx:
            order = await refunds.order_of_payment(tx, payment_intent)
        return order is not None and (await self._look(payment_intent, then) or True)

    async def _look(self, payment_intent: str | None, then: Told) -> bool:
        """Whether anything of it was news."""
        if payment_intent is None:
            return False
        found = await self._payments.refunds_of(payment_intent)
        async with self._db.write() as tx:
            order = await refunds.order_of_payment(tx, payment_intent)
            if order is None:
                return False
            order = await orders.lock_order(tx, order.id)
            return any([await self._fold(tx, order, refunded, then) for refunded in reversed(found)])

    async def _fold(self, tx: Transaction, order: Any, refunded: Refunded, then: Told) -> bool:
        """Bring one refund's row up to what the provider says. States only move on, so news in any order will do."""
        row = await self._row_of(tx, order, refunded)
        state, now = _STATES[refunded.status], self._clock.now()
        if row is None:
            return await self._adopt(tx, order, refunded, state, then)
        if row.state == state:
            return False
        values: dict[str, Any] = {
            "provider_id": refunded.id,
            "failure": refunded.failure or "",
            "next_at": now + LOOK_AGAIN if state is RefundState.PENDING else None,
            "done_at": None if state is RefundState.PENDING else now,
        }
        if not await refunds.move(tx, row.id, state, **values):
            return False
        await refunds.note_refunded(tx, order.id)
        if state not in GIVEN:
            await self._tell_failed(tx, order, row, refunded.failure or refunded.status.value, then)
        elif row.state not in GIVEN:
            await self._tell_given(tx, order, row, then)
        return True

    async def _row_of(self, tx: Transaction, order: Any, refunded: Refunded) -> Any | None:
        known = await refunds.by_provider(tx, refunded.id)
        if known is not None or refunded.refund_id is None or not refunded.refund_id.isdecimal():
            return known
        ours = await refunds.by_id(tx, int(refunded.refund_id))
        fits = ours is not None and ours.order_id == order.id and ours.provider_id is None
        return ours if fits else None

    async def _adopt(self, tx: Transaction, order: Any, refunded: Refunded, state: RefundState, then: Told) -> bool:
        """A refund that somebody made at the provider."""
        now = self._clock.now()
        made: datetime = refunded.created or now
        values = {
            "order_id": order.id,
            "idempotency_key": f"provider:{refunded.id}",
            "provider_id": refunded.id,
            "amount": refunded.amount.amount,
            "currency": refunded.amount.currency,
            "reason": RefundReason.OTHER,
            "state": state,
            "failure": refunded.failure or "",
            "created_at": made,
            "next_at": now + LOOK_AGAIN if state is RefundState.PENDING else None,
        }
        if not await refunds.adopt(tx, values):
            return False
        await refunds.note_refunded(tx, order.id)
        row = await refunds.by_provider(tx, refunded.id)
        log.info("refund.adopted", order=order.number, provider_id=refunded.id, state=state)
        if state in GIVEN:
            await self._tell_given(tx, order, row, then, elsewhere=True)
        return True

    async def _tell_given(self, tx: Transaction, order: Any, row: Any, then: Told, *, elsewhere: bool = False) -> None:
        if row.return_id is not None:
            await returns.finish(tx, row.return_id, self._clock.now())
        amount = Money(row.amount, row.currency)
        await then(tx, RefundGiven(f"refund:{row.id}:given", *_whose(order, row), amount, row.reason, elsewhere))

    async def _tell_failed(self, tx: Transaction, order: Any, row: Any, failure: str, then: Told) -> None:
        amount = Money(row.amount, row.currency)
        await then(tx, RefundFailed(f"refund:{row.id}:failed", *_whose(order, row), amount, failure))


def _whose(order: Any, row: Any) -> tuple[int, int, str]:
    """Number, conversation and locale, as news have them."""
    return order.number, row.conversation_id or order.conversation_id, order.locale
