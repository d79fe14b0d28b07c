"""Every process of a shop on one machine: started in order, watched, started again when one dies, stopped together.

It knows command lines and health checks, not what the processes do. Each child leads a group of its own, so that
nothing of it survives; on Linux the children also end when this process is killed.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import socket
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx

from bot.settings import ROOT

READY_WITHIN_S = 120.0
_STOP_WITHIN_S = 8.0
_PAUSES_S = (0.5, 1, 2, 5, 10)
_PR_SET_PDEATHSIG = 1


class NotStarted(Exception):
    """A process did not become ready; the message says which, why and where its log is."""


@dataclass(frozen=True, slots=True)
class Command:
    """One process: how to start it and how to see that it is ready (an address that answers 200, or else the
    port; neither when `port` is 0). `nice`: how much it stands back where there is more to do than the machine can."""

    name: str
    arguments: Sequence[str]
    port: int
    health: str | None = None
    nice: int = 0


class Child:
    def __init__(self, command: Command, environment: dict[str, str], logs: Path) -> None:
        self.command = command
        self._environment = environment
        self.log = logs / f"{command.name}.log"
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as out:
            self.process = await asyncio.create_subprocess_exec(
                *self.command.arguments,
                cwd=ROOT,
                env=self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                # A group, not a session: Linux shares its processors among sessions first, whatever is nice inside.
                process_group=0,
                preexec_fn=partial(_begin, self.command.nice),
            )

    async def ready(self) -> None:
        """Wait until it answers. Raises `NotStarted`."""
        assert self.process is not None
        until = time.monotonic() + READY_WITHIN_S
        async with httpx.AsyncClient(timeout=2) as client:
            while time.monotonic() < until:
                if self.process.returncode is not None:
                    raise NotStarted(self._sentence(f"ended with {self.process.returncode}"))
                if await self._answers(client):
                    return
                await asyncio.sleep(0.1)
        raise NotStarted(self._sentence(f"was not ready within {READY_WITHIN_S:.0f} s"))

    async def _answers(self, client: httpx.AsyncClient) -> bool:
        if not self.command.port:
            return True
        if self.command.health is None:
            return await asyncio.to_thread(port_taken, self.command.port)
        try:
            return (await client.get(self.command.health)).status_code == 200
        except httpx.HTTPError:
            return False

    def _sentence(self, what: str) -> str:
        return f"{self.command.name} {what}; the last lines of {self.log} say why."

    async def stop(self) -> None:
        if self.process is None or self.process.returncode is not None:
            return
        self._signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self.process.wait(), _STOP_WITHIN_S)
        except TimeoutError:
            self._signal(signal.SIGKILL)
            await self.process.wait()

    def _signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)


class Supervisor:
    """Starts commands in waves (each wave waits for the one before), keeps them up, stops them in reverse."""

    def __init__(self, environment: dict[str, str], logs: Path, say: Callable[[str], None]) -> None:
        self._environment = environment
        self._logs = logs
        self._say = say
        self.children: list[Child] = []

    async def start(self, wave: Sequence[Command]) -> None:
        children = [Child(command, self._environment, self._logs) for command in wave]
        for child in children:
            self.children.append(child)
            await child.start()
        await asyncio.gather(*(child.ready() for child in children))

    async def watch(self) -> None:
        """Start again whatever ends, for ever, with longer pauses when it keeps ending."""
        await asyncio.gather(*(self._keep(child) for child in self.children))

    async def _keep(self, child: Child) -> None:
        falls = 0
        while True:
            assert child.process is not None
            began = time.monotonic()
            code = await child.process.wait()
            falls = 0 if time.monotonic() - began > 60 else falls + 1
            pause = _PAUSES_S[min(falls, len(_PAUSES_S) - 1)]
            self._say(f"souk: {child.command.name} ended ({code}); starting it again in {pause} s, see {child.log}")
            await asyncio.sleep(pause)
            await child.start()

    async def stop(self) -> None:
        for child in reversed(self.children):
            await child.stop()


def port_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _begin(nice: int) -> None:
    """In the child, before it becomes the command."""
    os.nice(nice)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


async def until_told_to_stop(task: Awaitable[None]) -> None:
    """Run `task` until it ends or Ctrl-C or a SIGTERM comes."""
    loop = asyncio.get_running_loop()
    running = asyncio.ensure_future(task)
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, running.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await running
