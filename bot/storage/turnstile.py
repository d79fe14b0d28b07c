"""Who writes next to one SQLite file, fairly, over all processes of a shop.

SQLite lets one writer in at a time and leaves to luck who is next: whoever finds the door shut sleeps, up to 100 ms,
and one that has just written and wants to write again is always sooner. With many turns to commit, a webhook then waits
until it is given up. So writers queue: inside a process in the order of asking, between processes at two locks on files
beside the database. Only the holder of `next` waits for `writer`, so whoever has written must queue behind it.

It orders writers and guards nothing: that is SQLite's own lock, which also holds off whoever does not queue here.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

_LOOK_EVERY_S = 0.001
_AT_MOST_S = 15.0
"""A process that holds the turnstile longer is stopped or stuck; then SQLite's own lock decides, and may refuse."""


class Turnstile:
    """The writers' queue of one database file. One object in a process; the order holds over all of them."""

    def __init__(self, database: Path) -> None:
        self._inside = asyncio.Lock()
        self._paths = [database.with_name(f"{database.name}-{lock}") for lock in ("next", "writer")]
        self._open: list[int] = []

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Be the one writer for the block."""
        async with self._inside:
            coming, writing = self._files()
            try:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_AT_MOST_S):
                        await _lock(coming)
                        await _lock(writing)
                fcntl.flock(coming, fcntl.LOCK_UN)
                yield
            finally:
                fcntl.flock(coming, fcntl.LOCK_UN)
                fcntl.flock(writing, fcntl.LOCK_UN)

    def _files(self) -> list[int]:
        if not self._open:
            self._open = [os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600) for path in self._paths]
        return self._open

    def close(self) -> None:
        while self._open:
            os.close(self._open.pop())


async def _lock(file: int) -> None:
    """Looking again is cancelled without a trace; a thread that waits in the kernel is not."""
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            await asyncio.sleep(_LOOK_EVERY_S)
        else:
            return
