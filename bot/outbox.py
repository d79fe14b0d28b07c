"""What goes out: written with the turn that says it, sent in order, tried again where that helps.

A row is marked `sending` before the provider is called and `done` with the provider's id after. If the process dies in
between, the provider's status (which carries our reference) settles the row; only when none
came for STUCK is it sent again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog

from bot.channels.base import (
    Channel,
    ChannelError,
    ChannelRateLimited,
    ChannelUnavailable,
    CredentialsRefused,
)
from bot.clock import Clock
from bot.conversation.messages import Author
from bot.conversation.replies import Shown, reply_to, shown_from
from bot.live import Live
from bot.storage import conversations, outbox
from bot.storage.queue import SENDING, Queue
from bot.storage.sql import Database, Row, Transaction

STUCK = timedelta(seconds=20)
_MOST_ATTEMPTS = 8
_LONGEST_PAUSE_S = 600.0
_ACCOUNT_PAUSE_S = 60.0
_AT_ONCE = 16

log = structlog.get_logger()


class Outbox:
    """Writing side, for whoever speaks: the worker, an agent, a payment's confirmation."""

    def __init__(self, live: Live, queue: Queue, clock: Clock) -> None:
        self._live = live
        self._queue = queue
        self._clock = clock

    async def say(
        self,
        tx: Transaction,
        *,
        conversation: Row[Any],
        author: Author,
        reply: Shown,
        turn_id: str | None = None,
        part: int = 0,
        user_id: int | None = None,
        name: str = "",
    ) -> int:
        """Write a message of ours in this transaction. Call `wake` after it committed."""
        now = self._clock.now()
        message_id = await conversations.add_outgoing(
            tx,
            conversation=conversation,
            author=author,
            reply=reply,
            now=now,
            turn_id=turn_id,
            part=part,
            user_id=user_id,
        )
        news = {
            "id": message_id,
            "author": author.value,
            "name": name,
            "body": reply_to(reply),
            "created_at": now,
            "delivery": "sent" if conversation.channel == "web" else "queued",
        }
        for topic in (f"conversation:{conversation.id}", f"chat:{conversation.id}"):
            await self._live.announce(tx, topic, "message", news)
        return message_id

    async def wake(self, conversation_id: int) -> None:
        await self._queue.hint(SENDING, conversation_id)
        await self._live.wake()


class Sender:
    """Sending side: one task in each worker process, one conversation's messages at a time."""

    def __init__(
        self, *, db: Database, queue: Queue, live: Live, clock: Clock, channels: Mapping[str, Channel], name: str
    ) -> None:
        self._db = db
        self._queue = queue
        self._live = live
        self._clock = clock
        self._channels = channels
        self._name = name
        self._room = asyncio.Semaphore(_AT_ONCE)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                for subject in await self._queue.hints(SENDING, self._name, count=_AT_ONCE, wait_s=2):
                    await self._room.acquire()
                    group.create_task(self._guarded(int(subject)))

    async def _guarded(self, conversation_id: int) -> None:
        try:
            async with self._queue.lease(f"send:{conversation_id}", ttl_s=20) as lease:
                if lease is not None:
                    while not lease.lost.is_set() and await self._send_next(conversation_id):
                        pass
        except Exception:
            log.exception("outbox.failed", conversation_id=conversation_id)
        finally:
            self._room.release()

    async def _send_next(self, conversation_id: int) -> bool:
        """Send the oldest unsent message. False when there is nothing to send now."""
        now = self._clock.now()
        async with self._db.write() as tx:
            row = await outbox.next_unsent(tx, conversation_id)
            if row is None or row.next_at > now or (row.state == "sending" and row.started_at > now - STUCK):
                return False
            await outbox.begin(tx, row.id, now)
        channel = self._channels.get(row.channel)
        try:
            if channel is None:
                raise CredentialsRefused("channel_off", "This channel is switched off.", channel=row.channel)
            provider_id = await channel.send(row.account, row.customer, shown_from(row.body), row.ref)
        except ChannelError as error:
            return await self._after(row, error)
        async with self._db.write() as tx:
            await outbox.accepted(tx, row, provider_id)
            await self._tell(tx, row, "sent")
        await self._live.wake()
        return True

    async def _after(self, row: Row[Any], error: ChannelError) -> bool:
        pause = self._pause(row, error)
        log.warning(
            "outbox.not_sent",
            conversation_id=row.conversation_id,
            message_id=row.message_id,
            code=error.code,
            again_in_s=pause,
        )
        async with self._db.write() as tx:
            if pause is not None:
                await outbox.put_off(tx, row.id, self._clock.now() + timedelta(seconds=pause), error.code)
                return False
            await outbox.refused(tx, row, error.provider_code, error.code)
            await self._tell(tx, row, "failed")
        await self._live.wake()
        return True

    def _pause(self, row: Row[Any], error: ChannelError) -> float | None:
        """Seconds until the next try; None when trying again cannot help."""
        if isinstance(error, ChannelRateLimited):
            return float(min(error.retry_after * 2**row.attempts, 3600.0))
        if isinstance(error, CredentialsRefused):
            return _ACCOUNT_PAUSE_S
        if isinstance(error, ChannelUnavailable) and row.attempts + 1 < _MOST_ATTEMPTS:
            return float(min(2.0**row.attempts, _LONGEST_PAUSE_S))
        return None

    async def _tell(self, tx: Transaction, row: Row[Any], delivery: str) -> None:
        news = {"id": row.message_id, "delivery": delivery}
        await self._live.announce(tx, f"conversation:{row.conversation_id}", "delivery", news)
