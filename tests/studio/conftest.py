from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.studio.workshop import OPERATOR, Workshop, make_database, open_workshop


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("studio") / "template.db"
    asyncio.run(make_database(path))
    return path


@pytest.fixture
async def workshop(tmp_path: Path, database: Path) -> AsyncIterator[Workshop]:
    async with open_workshop(tmp_path, database) as workshop:
        yield workshop


@pytest.fixture
async def operator(workshop: Workshop) -> AsyncIterator[httpx.AsyncClient]:
    """An operator's browser as far as HTTP goes, logged in."""
    async with httpx.AsyncClient(base_url=f"{workshop.url}/api/v1", timeout=10) as client:
        answer = await client.post("/session", json={"email": OPERATOR[0], "password": OPERATOR[1]})
        assert answer.status_code == 200, answer.text
        yield client
