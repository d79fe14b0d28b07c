"""What is done beside a turn: the customer is shown as heard, and one without a name is looked up, once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.channel_accounts import Account, Accounts
from bot.channels.base import ChannelUnavailable
from bot.channels.messenger import Messenger
from bot.clock import SystemClock
from bot.conversation.identity import ConversationKey, Profile
from bot.conversation.messages import Inbound
from bot.courtesies import Courtesies
from bot.storage import contacts, conversations
from bot.storage.sql import Database
from tests.sandbox.graph_process import PAGE_ID, PAGE_TOKEN, open_shop, running_graph
from tests.support.databases import empty_database

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Named:
    """A platform that knows everybody's name, or does not answer."""

    def __init__(self, *, answers: bool = True) -> None:
        self.answers = answers
        self.seen_keys: list[str] = []
        self.asked = 0

    async def seen(self, account: str, customer: str, event_key: str) -> None:
        self.seen_keys.append(event_key)

    async def name_of(self, account: str, customer: str) -> str:
        self.asked += 1
        if not self.answers:
            raise ChannelUnavailable("no_answer", "no", channel="messenger")
        return f"Maya {customer}"


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(empty_database(tmp_path))
    yield database
    await database.close()


async def writes(db: Database, courtesies: Courtesies, *, name: str = "", customer: str = "42") -> int:
    """A message of a customer is being answered; their contact."""
    key = ConversationKey("messenger", PAGE_ID, customer)
    async with db.write() as tx:
        row = await conversations.find_or_make(tx, key, Profile(name=name), NOW)
    courtesies.show(row, Inbound(key, "m_1", NOW, text="hi"))
    return int(row.contact_id)


async def until(look: Callable[[], Any]) -> None:
    async with asyncio.timeout(10):
        while not look():
            await asyncio.sleep(0.01)


async def name(db: Database, contact: int) -> str:
    async with db.read() as tx:
        return await contacts.name_of(tx, contact)


async def test_a_customer_without_a_name_is_looked_up_once(db: Database) -> None:
    platform: Any = Named()
    courtesies = Courtesies(db, {"messenger": platform})
    contact = await writes(db, courtesies)
    async with asyncio.timeout(10):
        while await name(db, contact) != "Maya 42":
            await asyncio.sleep(0.01)
    await writes(db, courtesies)
    await until(lambda: len(platform.seen_keys) == 2)
    assert platform.asked == 1


async def test_a_name_that_is_known_is_not_asked_for(db: Database) -> None:
    platform: Any = Named()
    await writes(db, Courtesies(db, {"messenger": platform}), name="Maya Okafor")
    await until(lambda: platform.seen_keys)
    await asyncio.sleep(0.05)
    assert platform.asked == 0


async def test_a_platform_that_does_not_answer_changes_nothing(db: Database) -> None:
    platform: Any = Named(answers=False)
    contact = await writes(db, Courtesies(db, {"messenger": platform}))
    await until(lambda: platform.asked)
    assert await name(db, contact) == ""


async def test_messenger_tells_the_name_of_who_wrote() -> None:
    account = Account(channel="messenger", id=PAGE_ID, token=PAGE_TOKEN, secret="s")
    with open_shop() as shop, running_graph(shop.url) as graph:
        graph.has_phone("8100000000000777", "Maya Lind", "messenger")
        async with httpx.AsyncClient(timeout=5) as client:
            messenger = Messenger(
                accounts=Accounts([account]),
                graph_url=f"{graph.url}/v25.0",
                client=client,
                clock=SystemClock(),
                portrait="https://shop.example/p.png",
            )
            assert await messenger.name_of(PAGE_ID, "8100000000000777") == "Maya Lind"
