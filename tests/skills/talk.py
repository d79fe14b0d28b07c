"""A customer's talk with the trained bot: the real engine, action server, shop and Stripe's sandbox, without channels.

What the worker does around a turn (offers, ownership, tickets) is not here; `tests/scenarios` holds that.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from bot import commands
from bot.composition import CATALOG, Parts
from bot.conversation.identity import ConversationKey, Profile
from bot.conversation.replies import Reply, offered_payloads, plain_text, title_of
from bot.dialogue.base import Said, TurnRequest
from bot.dialogue.base import Turn as Answer
from bot.dialogue.engine_http import EngineHttp
from bot.processes import Command, port_taken
from bot.selling.catalog_import import import_catalog, rebuild_index
from bot.settings import ROOT, Settings, load
from bot.storage import conversations
from bot.storage.sql import migrate
from tests.support.stack import free_base_port, trained_model

_START_WITHIN_S = 60
_customers = count(1)


def settings_at(home: Path) -> Settings:
    """A shop that keeps everything under `home` and whose neighbours have free ports."""
    home.mkdir(parents=True, exist_ok=True)
    return load({"SOUK_HOME": str(home), "PORT": str(free_base_port())})


async def stock_up(parts: Parts) -> None:
    """A new database with the demo catalogue on its shelves."""
    report = await import_catalog(parts.db, CATALOG, parts.clock)
    assert report.ok, report.problems
    await rebuild_index(parts.db, parts.index, parts.clock)


async def new_conversation(parts: Parts, channel: str = "whatsapp") -> int:
    """Somebody nobody has seen before writes for the first time."""
    key = ConversationKey(channel, "1", f"1555{next(_customers):07d}")
    async with parts.db.write() as tx:
        row = await conversations.find_or_make(tx, key, Profile(name="Maya"), parts.clock.now())
    return int(row.id)


@contextmanager
def running(settings: Settings, wanted: Sequence[Command]) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Start processes of the shop, wait until each answers, and stop them at the end."""
    processes: dict[str, subprocess.Popen[bytes]] = {}
    environment = {**os.environ, **settings.environment()}
    try:
        for command in wanted:
            log = (settings.home / f"{command.name}.log").open("wb")
            processes[command.name] = subprocess.Popen(
                list(command.arguments), cwd=ROOT, env=environment, stdout=log, stderr=log
            )
        for command in wanted:
            _wait_for(command, processes[command.name], settings.home / f"{command.name}.log")
        yield processes
    finally:
        for process in processes.values():
            process.terminate()
        for process in processes.values():
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for(command: Command, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _START_WITHIN_S
    while not _answers(command):
        assert process.poll() is None, f"{command.name} ended:\n{log.read_text(errors='replace')[-3000:]}"
        assert time.monotonic() < until, f"{command.name} is slow:\n{log.read_text(errors='replace')[-3000:]}"
        time.sleep(0.1)


def _answers(command: Command) -> bool:
    if command.health is None:
        return port_taken(command.port)
    try:
        return httpx.get(command.health, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


@contextmanager
def running_skills(settings: Settings) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """The engine with a model of this project's data, the action server, and Stripe's sandbox."""
    settings.models.mkdir(parents=True, exist_ok=True)
    shutil.copy(trained_model(), settings.models)
    wanted = [commands.stripe_sandbox(settings), commands.actions(settings), commands.engine(settings)]
    with running(settings, wanted) as processes:
        yield processes


def fresh_database(settings: Settings) -> None:
    migrate(settings.database_url)


class Talk:
    """One customer. `says` and `taps` return what the bot answers; `trace` tells why it did."""

    def __init__(self, settings: Settings, client: httpx.AsyncClient, conversation_id: int) -> None:
        self.settings = settings
        self.engine = EngineHttp(settings.engine_url, client)
        self.conversation_id = conversation_id
        self.events: list[dict[str, Any]] = []
        self.heard: list[Reply] = []
        self.model: str | None = None
        self.answer: Answer | None = None

    async def says(self, text: str) -> list[Reply]:
        return await self._turn(Said(uuid.uuid4().hex, text=text, locale="en"))

    async def taps(self, title: str) -> list[Reply]:
        """Tap the newest thing whose title begins so. Only what the bot has offered can be tapped."""
        for reply in reversed(self.heard):
            for payload in offered_payloads(reply):
                if (title_of(reply, payload) or "").startswith(title):
                    return await self._turn(Said(uuid.uuid4().hex, payload=payload, locale="en"))
        raise AssertionError(f"nothing called {title!r} was offered: {self.heard_text}")

    @property
    def heard_text(self) -> str:
        return "\n".join(plain_text(reply) for reply in self.heard)

    @property
    def intent(self) -> str | None:
        assert self.answer is not None
        return self.answer.trace.intent.name if self.answer.trace.intent else None

    @property
    def failures(self) -> list[str]:
        assert self.answer is not None
        return [failure.action for failure in self.answer.trace.errors]

    def slot(self, name: str) -> Any:
        values = [event["value"] for event in self.events if event["event"] == "slot" and event["name"] == name]
        return values[-1] if values else None

    async def _turn(self, said: Said) -> list[Reply]:
        request = TurnRequest(uuid.uuid4().hex, str(self.conversation_id), said, {}, self.events, self.model)
        self.answer = await self.engine.turn(request)
        self.events += self.answer.events
        self.heard += self.answer.replies
        return self.answer.replies
