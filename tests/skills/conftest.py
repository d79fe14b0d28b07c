"""A stocked shop: once as a copy that a test may change alone (`counter`), once behind the real engine (`talk`)."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from bot import commands
from bot.composition import Parts
from bot.settings import Settings, load
from tests.skills.counter import Counter
from tests.skills.talk import Talk, fresh_database, new_conversation, running, running_skills, settings_at, stock_up


@dataclass(frozen=True)
class Stocked:
    """The home of a shop with the demo catalogue in it and nobody in the door, and the sandbox it is paid through."""

    settings: Settings

    def copied_to(self, home: Path) -> Settings:
        for name in ("souk.db", "search.db"):
            shutil.copy(self.settings.home / name, home / name)
        variables = {**self.settings.environment(), "SOUK_HOME": str(home)}
        return load({**variables, "DATABASE_URL": f"sqlite:///{home / 'souk.db'}"})


@pytest.fixture(scope="session")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stocked]:
    settings = settings_at(tmp_path_factory.mktemp("stocked") / "var")
    fresh_database(settings)
    asyncio.run(_stock(settings))
    with running(settings, [commands.stripe_sandbox(settings)]):
        yield Stocked(settings)


@pytest.fixture
async def counter(stocked: Stocked, tmp_path: Path) -> AsyncIterator[Counter]:
    """One customer at the counter of a shop of their own; actions are called as the engine calls them."""
    parts = Parts(stocked.copied_to(tmp_path))
    try:
        yield Counter(parts, await new_conversation(parts))
    finally:
        await parts.close()


@pytest.fixture(scope="session")
def skills(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Engine, action server and Stripe's sandbox, started once for all talks."""
    settings = settings_at(tmp_path_factory.mktemp("skills") / "var")
    fresh_database(settings)
    asyncio.run(_stock(settings))
    with running_skills(settings):
        yield settings


@pytest.fixture
async def talk(skills: Settings) -> AsyncIterator[Talk]:
    """A customer whom nobody has seen before."""
    parts = Parts(skills)
    try:
        async with httpx.AsyncClient() as client:
            yield Talk(skills, client, await new_conversation(parts))
    finally:
        await parts.close()


async def _stock(settings: Settings) -> None:
    parts = Parts(settings)
    await stock_up(parts)
    await parts.close()
