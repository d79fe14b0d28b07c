"""Live push: what changed, told to every open browser once and in order, with replay after a lost connection.

A change writes a row of `live_events` in its own transaction (`announce`); Redis only wakes the gateways, which read
the new rows from SQL. A browser that comes back with `Last-Event-ID` gets what it missed; one that was away longer than
the rows are kept gets a `reset` event and loads its page afresh. What the topics mean and who may read them is not
known here.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import timedelta
from typing import Any

import msgspec
import structlog

from bot.clock import Clock
from bot.storage import live as store
from bot.storage.queue import Queue
from bot.storage.sql import Database, Transaction

KEPT = timedelta(hours=24)
_BEAT_S = 15.0
_POLL_S = 1.0
_PENDING = 1000

log = structlog.get_logger()


class LiveEvent(msgspec.Struct, frozen=True):
    id: int
    topic: str
    kind: str
    data: dict[str, Any]

    def as_sse(self) -> str:
        body = msgspec.json.encode({"topic": self.topic, "kind": self.kind, "data": self.data}).decode()
        return f"id: {self.id}\nevent: change\ndata: {body}\n\n"


class Live:
    """One per process. `announce` inside a write transaction, `wake` after it committed, `stream` for a browser."""

    def __init__(self, db: Database, queue: Queue, clock: Clock) -> None:
        self._db = db
        self._queue = queue
        self._clock = clock
        self._listeners: dict[asyncio.Queue[LiveEvent | None], frozenset[str]] = {}
        self._last = 0

    async def announce(self, tx: Transaction, topic: str, kind: str, data: dict[str, Any]) -> None:
        await self.announce_all(tx, [(topic, kind, data)])

    async def announce_all(self, tx: Transaction, news: Sequence[tuple[str, str, dict[str, Any]]]) -> None:
        """Several at once, each `(topic, kind, data)`, told in this order."""
        await store.add_events(tx, news, self._clock.now())

    async def wake(self) -> None:
        await self._queue.wake()

    async def run(self) -> None:
        """Read new rows for ever and hand them to the open streams. One task in each gateway."""
        async with self._db.read() as tx:
            self._last = await store.last_event_id(tx)
        async for _ in self._queue.wakes(at_most_s=_POLL_S):
            try:
                await self._read_new()
            except Exception:
                log.exception("live.read_failed")

    async def _read_new(self) -> None:
        if not self._listeners:
            return  # nobody to tell; the first who listens begins at the newest row
        async with self._db.read() as tx:
            rows = await store.events_after(tx, self._last, None)
        for row in rows:
            event = LiveEvent(row.id, row.topic, row.kind, row.data)
            self._last = max(self._last, event.id)
            for pending, topics in list(self._listeners.items()):
                if event.topic in topics:
                    self._put(pending, event)

    def _put(self, pending: asyncio.Queue[LiveEvent | None], event: LiveEvent) -> None:
        try:
            pending.put_nowait(event)
        except asyncio.QueueFull:
            # A browser that does not read: it is cut off and comes back with Last-Event-ID.
            self._listeners.pop(pending, None)
            with contextlib.suppress(asyncio.QueueEmpty):
                pending.get_nowait()
            pending.put_nowait(None)

    async def stream(self, topics: Iterable[str], last_event_id: int | None) -> AsyncIterator[str]:
        """Server-sent events of these topics, from `last_event_id` on; a comment as heartbeat every 15 s."""
        wanted = frozenset(topics)
        pending: asyncio.Queue[LiveEvent | None] = asyncio.Queue(_PENDING)
        self._listeners[pending] = wanted
        try:
            async with self._db.read() as tx:
                newest = await store.last_event_id(tx)
                oldest = await store.first_event_id(tx)
                since = newest if last_event_id is None else last_event_id
                missed = await store.events_after(tx, since, wanted) if since < newest else []
            if len(self._listeners) == 1:
                self._last = max(self._last, newest)
            lost = last_event_id is not None and oldest is not None and last_event_id < oldest - 1
            yield f"retry: 1000\nid: {since}\nevent: {'reset' if lost else 'hello'}\ndata: {{}}\n\n"
            seen = since
            for row in missed:
                seen = row.id
                yield LiveEvent(row.id, row.topic, row.kind, row.data).as_sse()
            while True:
                try:
                    event = await asyncio.wait_for(pending.get(), _BEAT_S)
                except TimeoutError:
                    yield ": beat\n\n"
                    continue
                if event is None:
                    return
                if event.id > seen:
                    seen = event.id
                    yield event.as_sse()
        finally:
            self._listeners.pop(pending, None)

    async def forget_old(self) -> None:
        async with self._db.write() as tx:
            await store.drop_before(tx, self._clock.now() - KEPT)
