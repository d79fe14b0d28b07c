from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage.sql import Database, migrate
from tests.handoff.floor import Floor


@pytest.fixture
async def floor(tmp_path: Path) -> AsyncIterator[Floor]:
    url = f"sqlite:///{tmp_path / 'floor.db'}"
    await asyncio.to_thread(migrate, url)
    db = Database(url)
    yield Floor(db)
    await db.close()
