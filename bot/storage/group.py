"""Group commit: small writes that come at the same time share a transaction, and each caller waits for its commit.

A commit costs the same for one piece of work and for twenty, and so does waiting until it is one's turn to write. One
task writes; what arrives while it waits or writes goes along next time. If the shared transaction fails, each piece is
written alone, so that only the one at fault fails. What a piece of work is, only the function that writes it knows.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from bot.storage.sql import Database, Transaction

Work = TypeVar("Work")
Result = TypeVar("Result")

MOST_TOGETHER = 10
"""Longer transactions would keep other writers, and this process's event loop, waiting for too long."""


class GroupCommit(Generic[Work, Result]):
    def __init__(self, db: Database, write: Callable[[Transaction, Work], Awaitable[Result]]) -> None:
        self._db = db
        self._write = write
        self._waiting: deque[tuple[Work, asyncio.Future[Result]]] = deque()
        self._task: asyncio.Task[None] | None = None

    async def add(self, work: Work) -> Result:
        """What `write` returned for this work, after the commit. Raises what it, or the commit, raised."""
        committed: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, committed))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._write_all())
        return await committed

    async def _write_all(self) -> None:
        while self._waiting:
            together: list[tuple[Work, asyncio.Future[Result]]] = []
            try:
                await self._commit(together)
            except Exception:
                # Where not even the transaction could begin, the first in line hears why.
                for work, committed in together or [self._waiting.popleft()]:
                    await self._commit_alone(work, committed)

    async def _commit(self, together: list[tuple[Work, asyncio.Future[Result]]]) -> None:
        """Fill `together` once it is our turn to write, so that nobody who came meanwhile waits for another turn."""
        async with self._db.write() as tx:
            while self._waiting and len(together) < MOST_TOGETHER:
                together.append(self._waiting.popleft())
            results = []
            for work, _ in together:
                results.append(await self._write(tx, work))
                # Statements are run without letting go of the loop; whoever asks this process something gets a turn.
                await asyncio.sleep(0)
        for (_, committed), result in zip(together, results, strict=True):
            if not committed.done():
                committed.set_result(result)

    async def _commit_alone(self, work: Work, committed: asyncio.Future[Result]) -> None:
        try:
            async with self._db.write() as tx:
                result = await self._write(tx, work)
        except Exception as error:
            if not committed.done():
                committed.set_exception(error)
        else:
            if not committed.done():
                committed.set_result(result)
