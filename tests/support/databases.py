"""Databases for tests: migrating takes longer than most of them, so it is done once and copied."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.storage.sql import migrate


@cache
def _migrated() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder, "empty.db")
        migrate(f"sqlite:///{path}")
        return path.read_bytes()


def empty_database(folder: Path) -> str:
    """The address of a migrated, empty database in this folder."""
    path = folder / "shop.db"
    path.write_bytes(_migrated())
    return f"sqlite:///{path}"
