"""Live push: every change once, in order, also after a lost connection; only the topics that were asked for."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.live import KEPT, Live
from bot.storage import live as store
from bot.storage.queue import Queue
from bot.storage.sql import Database, migrate


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Live]:
    """Without a queue: the gateway then looks into SQL every second."""
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    await asyncio.to_thread(migrate, url)
    db, queue = Database(url), Queue("redis://127.0.0.1:1/0")
    push = Live(db, queue, SystemClock())
    push_db[push] = db
    task = asyncio.create_task(push.run())
    await asyncio.sleep(0.1)
    yield push
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    await queue.close()
    await db.close()


push_db: dict[Live, Database] = {}


async def announce(live: Live, *numbers: int, topic: str = "chat:1") -> None:
    async with push_db[live].write() as tx:
        for number in numbers:
            await live.announce(tx, topic, "message", {"n": number})


async def read(live: Live, count: int, *, since: int | None = None) -> list[str]:
    seen: list[str] = []
    async with asyncio.timeout(10):
        async for event in live.stream(["chat:1"], since):
            seen.append(event)
            if len(seen) == count:
                break
    return seen


def number_of(event: str) -> int:
    data = next(line for line in event.splitlines() if line.startswith("data: "))
    return int(json.loads(data[6:])["data"]["n"])


async def test_a_stream_tells_what_happens_after_it_was_opened_in_order(live: Live) -> None:
    await announce(live, 0)
    reading = asyncio.create_task(read(live, 4))
    await asyncio.sleep(0.3)
    await announce(live, 1, 2)
    await announce(live, 9, topic="chat:2")
    await announce(live, 3)
    hello, *events = await reading
    assert "event: hello" in hello
    assert [number_of(event) for event in events] == [1, 2, 3]


async def test_a_browser_that_comes_back_gets_what_it_missed_once(live: Live) -> None:
    await announce(live, 1, 2, 3)
    _, second, third = await read(live, 3, since=1)
    assert [number_of(second), number_of(third)] == [2, 3]


async def test_a_browser_that_was_away_too_long_is_told_to_load_afresh(live: Live) -> None:
    await announce(live, 1, 2)
    async with push_db[live].write() as tx:
        await store.drop_before(tx, SystemClock().now() + timedelta(seconds=1))
    await announce(live, 3)
    first = (await read(live, 1, since=1))[0]
    assert "event: reset" in first


async def test_old_events_are_forgotten_and_new_ones_kept(live: Live) -> None:
    await announce(live, 1)
    await live.forget_old()
    async with push_db[live].read() as tx:
        assert await store.last_event_id(tx) == 1
    assert timedelta(hours=1) < KEPT
