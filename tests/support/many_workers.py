"""A shop of several workers, every one a process of its own, behind the real gateway; the engine is a stand-in.

It starts in a few seconds, since no model is loaded, and what the engine was asked can be read.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx

from bot import commands
from bot.processes import Command, port_taken
from bot.settings import ROOT, Settings, load
from bot.storage.sql import migrate
from tests.support.stack import Stack, eventually, free_base_port


class ManyWorkers(Stack):
    """As a `Stack`, without `souk up`: nobody starts again what dies."""

    def turns(self) -> list[dict[str, Any]]:
        """What the engine was asked: `conversation`, `text`, `began`, `ended`."""
        asked: list[dict[str, Any]] = httpx.get(f"{self.settings.engine_url}/turns", timeout=10).json()
        return asked

    def release_held_turns(self) -> None:
        httpx.post(f"{self.settings.engine_url}/release", timeout=10)

    def sent(self) -> list[dict[str, Any]]:
        """What the provider took: `body` and, in Unix seconds, `at`."""
        taken: list[dict[str, Any]] = httpx.get(f"{self.graph_url}/_sim/sent", timeout=10).json()["sent"]
        return taken


@contextmanager
def shop_with_workers(home: Path, workers: int) -> Iterator[ManyWorkers]:
    settings = load({"SOUK_HOME": str(home), "PORT": str(free_base_port())})
    migrate(settings.database_url)
    engine = commands.engine(settings)
    stand_in = [sys.executable, "-m", "tests.support.engine_stand_in", "--port", str(engine.port)]
    beside = [commands.queue_server(settings), commands.graph_stand_in(settings)]
    beside.append(Command("engine", stand_in, engine.port, engine.health))
    with ExitStack() as running:
        for command in beside:
            running.enter_context(started(command, settings, command.name))
        gateway = running.enter_context(started(commands.gateway(settings), settings, "gateway"))
        for number in range(workers):
            running.enter_context(started(commands.worker(settings), settings, f"worker-{number}"))
        yield ManyWorkers(settings, gateway, [])


@contextmanager
def started(command: Command, settings: Settings, name: str) -> Iterator[subprocess.Popen[str]]:
    """The process once it answers."""
    log = settings.home / "log" / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as words:
        process = subprocess.Popen(
            list(command.arguments),
            cwd=ROOT,
            env={**os.environ, **settings.environment()},
            stdout=words,
            stderr=words,
            text=True,
        )
    try:
        eventually(lambda: answers(command), within_s=60)
        yield process
    finally:
        process.terminate()
        process.wait(20)


def answers(command: Command) -> bool:
    if command.health is None:
        return not command.port or port_taken(command.port)
    return httpx.get(command.health, timeout=2).status_code == 200
