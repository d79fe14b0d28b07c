"""The database: where the truth lives. SQLite (WAL) by default, Postgres by URL; one way to read, one way to write.

The stores beside this file take a `Transaction`; the layers above pass it through and never look inside. A write is one
transaction that takes SQLite's write lock at its start (BEGIN IMMEDIATE), so that a read inside it cannot grow stale.
Writers of SQLite queue (`turnstile`) and do not hand their statements to a thread (`direct`).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from alembic import command
from alembic.config import Config
from sqlalchemy import event, text
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import Row, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.schema import Table

from bot.storage import direct
from bot.storage.turnstile import Turnstile

__all__ = ["Apart", "Database", "Row", "Transaction", "insert_once", "migrate"]

Transaction = AsyncConnection

MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_MS = 15_000
_BUSY_AGAIN_S = 0.005


def async_url(url: str) -> str:
    """The same database, by the driver that does not block: `sqlite:///x` and `postgresql://…` as people write them."""
    made = make_url(url)
    if made.get_backend_name() == "sqlite":
        return made.set(drivername="sqlite+aiosqlite").render_as_string(hide_password=False)
    return made.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def sync_url(url: str) -> str:
    made = make_url(url)
    if made.get_backend_name() == "sqlite":
        return made.set(drivername="sqlite").render_as_string(hide_password=False)
    return made.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def migrate(url: str, revision: str = "head") -> None:
    """Bring the database to a revision (blocking; run before the processes start)."""
    made = make_url(url)
    if made.get_backend_name() == "sqlite" and made.database:
        Path(made.database).parent.mkdir(parents=True, exist_ok=True)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = sync_url(url)
    if revision == "base" or revision.startswith("-"):
        command.downgrade(config, revision)
    else:
        command.upgrade(config, revision)


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


class Database:
    """Connections to one database.

    `async with db.read() as tx` for looking, `async with db.write() as tx` for one transaction that commits at the end
    of the block and rolls back when it raises."""

    def __init__(self, url: str, *, pool_size: int = 8) -> None:
        made = make_url(url)
        self.is_sqlite = made.get_backend_name() == "sqlite"
        options: dict[str, Any] = {"json_serializer": _json, "json_deserializer": msgspec.json.decode}
        many = {"pool_size": pool_size, "max_overflow": 8, "pool_timeout": 30}
        if not self.is_sqlite:
            self._reading = self._writing = create_async_engine(async_url(url), **many, **options)
            return
        path = made.database or ""
        waits = {"connect_args": {"timeout": _BUSY_MS / 1000}}
        self._reading = create_async_engine(async_url(url), **waits, **many, **options)
        self._writing = create_async_engine(
            async_url(url), async_creator=lambda: direct.connect(path), pool_size=2, **options
        )
        self._turnstile = Turnstile(Path(path))
        _tune_sqlite(self._reading, busy_ms=_BUSY_MS)
        _tune_sqlite(self._writing, busy_ms=0)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        async with self._reading.connect() as connection:
            if self.is_sqlite:
                await connection.exec_driver_sql("BEGIN DEFERRED")
            yield connection
            await connection.rollback()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Transaction]:
        async with AsyncExitStack() as turn:
            if self.is_sqlite:
                await turn.enter_async_context(self._turnstile.turn())
            async with self._writing.connect() as connection:
                async with self._one_write(connection):
                    yield connection
                # Whoever is next need not wait until the connection is back in its pool.
                await turn.aclose()

    @asynccontextmanager
    async def apart(self) -> AsyncIterator[Apart]:
        """A connection of one's own for long work on temporary tables, of which only the end is a write."""
        async with self._writing.connect() as connection:
            yield Apart(self, connection)

    @asynccontextmanager
    async def _one_write(self, connection: AsyncConnection) -> AsyncIterator[None]:
        if self.is_sqlite:
            await _begin_writing(connection)
        try:
            yield
        except BaseException:
            await connection.rollback()
            raise
        await connection.commit()

    async def ping(self) -> None:
        async with self.read() as tx:
            await tx.execute(text("SELECT 1"))

    async def close(self) -> None:
        await self._reading.dispose()
        await self._writing.dispose()
        if self.is_sqlite:
            self._turnstile.close()


class Apart:
    """One connection: what it does to its temporary tables is `beside` the shop, until it takes its turn to `write`."""

    def __init__(self, db: Database, connection: AsyncConnection) -> None:
        self._db = db
        self._connection = connection

    @asynccontextmanager
    async def beside(self) -> AsyncIterator[Transaction]:
        """A transaction that takes no lock as long as it stays with temporary tables."""
        if self._db.is_sqlite:
            await self._connection.exec_driver_sql("BEGIN DEFERRED")
        try:
            yield self._connection
        except BaseException:
            await self._connection.rollback()
            raise
        await self._connection.commit()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Transaction]:
        """As `Database.write`, on this connection."""
        async with AsyncExitStack() as turn:
            if self._db.is_sqlite:
                await turn.enter_async_context(self._db._turnstile.turn())
            async with self._db._one_write(self._connection):
                yield self._connection


async def _begin_writing(connection: AsyncConnection) -> None:
    """Another program's write is waited for like one of ours: without holding up this process."""
    loop = asyncio.get_running_loop()
    until = loop.time() + _BUSY_MS / 1000
    while True:
        try:
            await connection.exec_driver_sql("BEGIN IMMEDIATE")
        except OperationalError:
            if loop.time() > until:
                raise
            await asyncio.sleep(_BUSY_AGAIN_S)
        else:
            return


def _tune_sqlite(engine: AsyncEngine, *, busy_ms: int) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        # The driver's own BEGIN comes too late and is deferred; we say it ourselves in read() and write().
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            f"busy_timeout={busy_ms}",
            "cache_size=-20000",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


async def insert_once(tx: Transaction, table: Table, values: dict[str, Any], key: Sequence[str]) -> bool:
    """Insert a row unless one with the same unique `key` columns is there. True when this call inserted it."""
    insert = sqlite_insert if tx.dialect.name == "sqlite" else postgres_insert
    done = await tx.execute(
        insert(table).values(**values).on_conflict_do_nothing(index_elements=[table.c[name] for name in key])
    )
    return bool(done.rowcount)
