"""One training as a child process: its own group, out of the way of everyone's CPU, its log lines read as progress.

It is `rasa train` as the engine runs it, on a copy of the project's files; nothing of Rasa is imported here.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shutil
import signal
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

NICE = 15
GRACE_S = 5.0
COPIED = ("config.yml", "domain.yml", "domain", "data")

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_COMPONENT = re.compile(r"(Starting to train|Finished training|Restored) component '([^']+)'")
_ERROR = re.compile(r"^(?:[\w.]+\.)?(\w*(?:Exception|Error|Invalid\w*|NotFound\w*)): *(.*)", re.DOTALL)
_LINES_KEPT = 120
_LONGEST_REASON = 700
_LONGEST_LINE = 4 * 2**20


@dataclass(frozen=True)
class Progress:
    """`finished` components so far, and what happens now, in words."""

    step: str
    finished: int


def copy_project(project: Path, to: Path) -> None:
    """The files that a training reads, as they are at this moment."""
    to.mkdir(parents=True)
    for name in COPIED:
        source = project / name
        if source.is_dir():
            shutil.copytree(source, to / name, ignore=shutil.ignore_patterns(".*"))
        elif source.exists():
            shutil.copy2(source, to / name)


def arguments(copy: Path, out: Path, model: str) -> list[str]:
    domain = copy / "domain.yml" if (copy / "domain.yml").exists() else copy / "domain"
    return [
        *("--config", str(copy / "config.yml"), "--domain", str(domain), "--data", str(copy / "data")),
        *("--out", str(out), "--fixed-model-name", model),
    ]


class TrainingProcess:
    """Started by `start`, read by `progress`, ended by itself or by `kill`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._tail: deque[str] = deque(maxlen=_LINES_KEPT)

    @classmethod
    async def start(cls, command: Sequence[str], cwd: Path) -> TrainingProcess:
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=cwd,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
            limit=_LONGEST_LINE,
        )
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, process.pid, NICE)
        return cls(process)

    @property
    def pid(self) -> int:
        return self._process.pid

    async def progress(self) -> AsyncIterator[Progress]:
        """Each step as it begins, until the process closes its output."""
        assert self._process.stdout is not None
        finished = 0
        async for raw in self._process.stdout:
            line = _COLOUR.sub("", raw.decode(errors="replace")).rstrip()
            self._tail.append(line)
            found = _COMPONENT.search(line)
            if found is None:
                continue
            verb, component = found.groups()
            if verb == "Starting to train":
                yield Progress(f"Training {component}", finished)
            else:
                finished += 1
                yield Progress(f"{component} is ready", finished)

    async def ended(self) -> int:
        return await self._process.wait()

    async def kill(self) -> None:
        """End the whole group: politely, then after GRACE_S seconds at once."""
        if self._process.returncode is not None:
            return
        signal_group(self.pid, signal.SIGTERM)
        try:
            await asyncio.wait_for(self._process.wait(), GRACE_S)
        except TimeoutError:
            signal_group(self.pid, signal.SIGKILL)
            await self._process.wait()

    def reason(self) -> str:
        """Why it failed, from what it printed last: Rasa's own sentence when there is one."""
        lines = [line for line in self._tail if line.strip()]
        for number in range(len(lines) - 1, -1, -1):
            found = _ERROR.match(lines[number])
            if found is not None:
                return " ".join([found[2] or found[1], *lines[number + 1 :]]).strip()[:_LONGEST_REASON]
        return lines[-1].strip()[:_LONGEST_REASON] if lines else "It ended without a word."


def signal_group(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def is_training(pid: int, model: str) -> bool:
    """Whether this process still is the training of this model: the name in its command line tells a reused id.

    Only Linux tells command lines in /proc; elsewhere a training left behind is not touched."""
    try:
        return model.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
