"""Every index passes the same tests: FTS5 always, Postgres where a server of it is installed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from bot.search.base import ProductIndex
from bot.search.finding import ProductSearch
from bot.search.fts5 import Fts5Index
from bot.storage.product_shelf import PostgresStore
from bot.storage.sql import Database
from tests.search.postgres import ABSENT, programs, server
from tests.support.counter import free_socket

Opening = Callable[[], AbstractAsyncContextManager[ProductIndex]]


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    if programs() is None:
        pytest.skip(ABSENT)
    spare, _ = free_socket()
    port = spare.getsockname()[1]
    spare.close()
    with server(port) as url:
        yield url


@pytest.fixture(scope="module", params=["fts5", "postgres"])
def opening(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Opening:
    """Opens the same index again and again, as processes do that share it."""
    folder = tmp_path_factory.mktemp("index")

    @asynccontextmanager
    async def fts5() -> AsyncIterator[ProductIndex]:
        yield Fts5Index(folder / "search.db")

    @asynccontextmanager
    async def postgres() -> AsyncIterator[ProductIndex]:
        db = Database(url)
        try:
            yield ProductSearch(PostgresStore(db))
        finally:
            await db.close()

    if request.param == "fts5":
        return fts5
    url: str = request.getfixturevalue("postgres_url")
    return postgres
