"""What happens by the clock: hints that were lost are made again from SQL, dead checkouts let their stock go.

Any number of workers may run these: a hint too many is harmless, and the rest guards itself in SQL.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from bot.aftercare import Aftercare
from bot.clock import Clock
from bot.live import Live
from bot.payments.base import PaymentsError
from bot.selling.reminders import Reminders
from bot.selling.shop import Shop
from bot.selling.wishes import Wishes
from bot.sender import STUCK
from bot.settlement import Settlement
from bot.storage import idempotency, inbox, outbox, payment_events
from bot.storage.queue import PAYMENTS, SENDING, WORK, Queue
from bot.storage.sql import Database

OVERDUE = timedelta(seconds=3)
KEYS_KEPT = timedelta(days=9)
"""Longer than the 7 days for which Meta delivers a webhook again, and with it a turn can come again."""
_HINTS_EVERY_S = 1.5
_CHECKOUTS_EVERY_S = 20.0
_REFUNDS_EVERY_S = 2.0
_RECONCILING_EVERY_S = 120.0
_LONGEST_AWAY = timedelta(minutes=15)
"""How long the provider is left alone at most, once it did not answer."""
_WISHES_EVERY_S = 10.0
_REMINDERS_EVERY_S = 300.0
_CLEANING_EVERY_S = 3600.0

log = structlog.get_logger()


class Timers:
    def __init__(
        self,
        *,
        db: Database,
        queue: Queue,
        live: Live,
        shop: Shop,
        aftercare: Aftercare,
        settlement: Settlement,
        wishes: Wishes,
        reminders: Reminders,
        clock: Clock,
    ) -> None:
        self._db = db
        self._queue = queue
        self._live = live
        self._shop = shop
        self._aftercare = aftercare
        self._settlement = settlement
        self._wishes = wishes
        self._reminders = reminders
        self._clock = clock
        self._away = timedelta()
        self._reconcile_at = clock.now()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._every(_HINTS_EVERY_S, self.repeat_hints))
            group.create_task(self._every(_CHECKOUTS_EVERY_S, self._release_dead_sessions))
            group.create_task(self._every(_REFUNDS_EVERY_S, self._aftercare.carry_out))
            group.create_task(self._every(_CLEANING_EVERY_S, self._aftercare.lapse))
            group.create_task(self._every(_RECONCILING_EVERY_S, self._reconcile))
            group.create_task(self._every(_WISHES_EVERY_S, self._wishes.tell_waiting))
            group.create_task(self._every(_REMINDERS_EVERY_S, self._reminders.remind))
            group.create_task(self._every(_CLEANING_EVERY_S, self._forget_old))

    async def _every(self, seconds: float, task: Callable[[], Awaitable[object]]) -> None:
        while True:
            try:
                await task()
            except Exception:
                log.exception("timer.failed", timer=getattr(task, "__name__", ""))
            await asyncio.sleep(seconds)

    async def repeat_hints(self) -> None:
        """Everything that SQL says is waiting gets its hint again."""
        now = self._clock.now()
        async with self._db.read() as tx:
            turns = await inbox.waiting(tx, now - OVERDUE)
            sends = await outbox.due(tx, now, now - STUCK)
            payments = await payment_events.waiting(tx, now - OVERDUE, now)
        for conversation_id in turns:
            await self._queue.hint(WORK, conversation_id)
        for conversation_id in sends:
            await self._queue.hint(SENDING, conversation_id)
        for event_id in payments:
            await self._queue.hint(PAYMENTS, event_id)

    async def _forget_old(self) -> None:
        await self._live.forget_old()
        async with self._db.write() as tx:
            await idempotency.drop_before(tx, self._clock.now() - KEYS_KEPT)

    async def _release_dead_sessions(self) -> None:
        await self._shop.release_dead_sessions(self._settlement.confirm, self._settlement.lapsed)

    async def _reconcile(self) -> None:
        """One worker at a time, and less and less often while the provider is away."""
        if self._clock.now() < self._reconcile_at:
            return
        async with self._queue.lease("reconciling", ttl_s=60) as lease:
            if lease is None:
                return
            try:
                await self._shop.reconcile(self._settlement.confirm, self._settlement.lapsed)
                self._away = timedelta()
            except PaymentsError as error:
                self._away = min(max(2 * self._away, timedelta(minutes=2)), _LONGEST_AWAY)
                self._reconcile_at = self._clock.now() + self._away
                log.warning("reconciling.put_off", error=error.code, seconds=self._away.total_seconds())
