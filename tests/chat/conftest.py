from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.support.counter import Counter, open_counter


@pytest.fixture
async def counter(tmp_path: Path, queue_url: str) -> AsyncIterator[Counter]:
    async with open_counter(tmp_path, queue_url) as counter:
        yield counter


@pytest.fixture
async def browser(counter: Counter) -> AsyncIterator[httpx.AsyncClient]:
    """A customer's browser as far as HTTP goes: it keeps cookies."""
    async with httpx.AsyncClient(base_url=counter.url, timeout=10) as client:
        yield client
