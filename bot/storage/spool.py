"""Webhooks that were answered and are not in the database yet: a small file of their own beside a SQLite database.

SQLite lets one process write at a time, and with many turns to commit a webhook would wait for its turn longer than a
platform likes. Nobody but the gateway writes here, so a row costs well under a millisecond. It outlives the process.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import msgspec

_TABLE = """
CREATE TABLE IF NOT EXISTS webhooks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL,
    url TEXT NOT NULL,
    content_type TEXT NOT NULL,
    body BLOB NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    given_up TEXT
)
"""


class Spooled(msgspec.Struct, frozen=True):
    """A webhook as it arrived; `attempts` is how often the database did not take it."""

    id: int
    channel: str
    url: str
    content_type: str
    body: bytes
    attempts: int


class Spool:
    """One process writes, others may look."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, timeout=5)
        for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL", _TABLE):
            self._connection.execute(statement)

    def add(self, channel: str, url: str, content_type: str, body: bytes) -> None:
        """Kept, once this returned."""
        self._connection.execute(
            "INSERT INTO webhooks (channel, url, content_type, body) VALUES (?, ?, ?, ?)",
            (channel, url, content_type, body),
        )

    def oldest(self, limit: int) -> list[Spooled]:
        rows = self._connection.execute(
            "SELECT id, channel, url, content_type, body, attempts FROM webhooks"
            " WHERE given_up IS NULL ORDER BY id LIMIT ?",
            (limit,),
        )
        return [Spooled(*row) for row in rows]

    def remove(self, ids: Sequence[int]) -> None:
        self._connection.executemany("DELETE FROM webhooks WHERE id = ?", [(each,) for each in ids])

    def tried(self, webhook: int, *, given_up: str | None = None) -> None:
        """It could not be taken; with a reason it is not tried again, and stays to be looked at."""
        self._connection.execute(
            "UPDATE webhooks SET attempts = attempts + 1, given_up = ? WHERE id = ?", (given_up, webhook)
        )

    def count(self) -> tuple[int, int]:
        """How many wait, and how many were given up."""
        row = self._connection.execute("SELECT count(*) - count(given_up), count(given_up) FROM webhooks").fetchone()
        return int(row[0]), int(row[1])

    def close(self) -> None:
        self._connection.close()
