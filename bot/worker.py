"""The worker process: takes hints of work, holds a conversation's lease, runs its turns one at a time, in order.

Many conversations at once, never two turns of one. Also sends the outbox, settles payments, fetches customers' files
and repeats lost hints: each is a task of its own here, and any number of workers may run side by side.
"""

from __future__ import annotations

import asyncio

import structlog

from bot.mailbox import Mailboxes
from bot.media import Media
from bot.sender import Sender
from bot.settlement import Settlement
from bot.storage import inbox
from bot.storage.queue import WORK, Queue
from bot.storage.sql import Database
from bot.timers import Timers
from bot.turns import RetryTurn, Turns

AT_ONCE = 32
log = structlog.get_logger()


class Worker:
    def __init__(
        self,
        *,
        db: Database,
        queue: Queue,
        turns: Turns,
        sender: Sender,
        settlement: Settlement,
        timers: Timers,
        media: Media,
        mailboxes: Mailboxes | None,
        name: str,
    ) -> None:
        self._db = db
        self._queue = queue
        self._turns = turns
        self._sender = sender
        self._settlement = settlement
        self._timers = timers
        self._mailboxes = mailboxes
        self._media = media
        self._name = name
        self._room = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._sender.run())
            group.create_task(self._settlement.run(self._name))
            group.create_task(self._timers.run())
            if self._mailboxes is not None:
                group.create_task(self._mailboxes.run())
            group.create_task(self._media.run())
            group.create_task(self._take_work(group))

    async def _take_work(self, group: asyncio.TaskGroup) -> None:
        while True:
            await self._room.acquire()
            self._room.release()
            for subject in await self._queue.hints(WORK, self._name, count=AT_ONCE, wait_s=2):
                await self._room.acquire()
                group.create_task(self._guarded(int(subject)))

    async def _guarded(self, conversation_id: int) -> None:
        try:
            await self._converse(conversation_id)
        except Exception:
            log.exception("worker.failed", conversation_id=conversation_id)
        finally:
            self._room.release()

    async def _converse(self, conversation_id: int) -> None:
        again_s: float | None = None
        async with self._queue.lease(f"turn:{conversation_id}") as lease:
            if lease is None:
                return
            try:
                while not lease.lost.is_set():
                    await asyncio.sleep(await self._turns.settles_in(conversation_id))
                    if not await self._turns.run_next(conversation_id):
                        break
            except RetryTurn as retry:
                again_s = retry.after_s
        if again_s is not None:
            await asyncio.sleep(again_s)
        # A message that came between the last look and the lease's end had its hint taken in vain.
        async with self._db.read() as tx:
            more = await inbox.next_new(tx, conversation_id)
        if more is not None:
            await self._queue.hint(WORK, conversation_id)
