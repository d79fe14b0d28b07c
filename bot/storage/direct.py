"""SQLite without a thread in between: for writing, where the one lock that everybody waits for is held.

aiosqlite hands every call to a thread and back, four times a statement. In a process that is busy each handing over
waits for Python's lock, 5 ms at worst; a transaction of fifteen statements then holds the database for 200 ms instead
of 3. Statements of a write are short (rows by their keys), so they run where they are called. Reading may take long
and stays in threads. Nothing here knows what is written.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Any

import aiosqlite


class DirectConnection(aiosqlite.Connection):
    """aiosqlite's connection, which runs each call at once in the event loop's own thread."""

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self._connection is None:
            raise ValueError("Connection closed")
        return fn(*args, **kwargs)


def connect(path: str, **options: Any) -> DirectConnection:
    """As `aiosqlite.connect`; the thread that is left opens and closes the file."""
    made = DirectConnection(partial(sqlite3.connect, path, check_same_thread=False, **options), iter_chunk_size=64)
    made._thread.daemon = True
    return made
