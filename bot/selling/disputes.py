"""Disputes: a shopper's bank asks for the money back. The shop keeps what the provider says and tells its people.

A report is only a reason to look: the dispute is fetched as it is now. It stops every refund of its order
(`bot.storage.refunds.add`); what to answer the bank is a person's, at the provider.
"""

from __future__ import annotations

import structlog

from bot.clock import Clock
from bot.payments.base import Payments
from bot.selling.after_sale import DisputeNews, Told
from bot.storage import disputes, orders, refunds
from bot.storage.sql import Database

log = structlog.get_logger()


class Disputes:
    def __init__(self, db: Database, payments: Payments, clock: Clock) -> None:
        self._db = db
        self._payments = payments
        self._clock = clock

    async def look(self, dispute_id: str, then: Told) -> bool:
        """Something was reported about a dispute. False for one that is about no order of ours. Raises
        `PaymentsError`."""
        dispute = await self._payments.dispute(dispute_id)
        now = self._clock.now()
        async with self._db.write() as tx:
            order = await refunds.order_of_payment(tx, dispute.payment_intent or "")
            if order is None:
                return False
            order = await orders.lock_order(tx, order.id)
            before = await disputes.put(
                tx,
                {
                    "id": dispute.id,
                    "order_id": order.id,
                    "amount": dispute.amount.amount,
                    "currency": dispute.amount.currency,
                    "reason": dispute.reason,
                    "status": dispute.status,
                    "evidence_due": dispute.evidence_due,
                    "opened_at": now,
                    "updated_at": now,
                },
            )
            if before is None or before == dispute.status:
                return True
            news = DisputeNews(
                f"dispute:{dispute.id}:{dispute.status}",
                order.number,
                order.conversation_id,
                order.locale,
                dispute.id,
                dispute.amount,
                dispute.reason,
                dispute.status,
                before,
                dispute.evidence_due,
            )
            await then(tx, news)
        log.warning("dispute.moved", order=order.number, dispute=dispute.id, status=dispute.status)
        return True
