"""What the desk's stream tells, while it is open and after it was lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from tests.desk.conftest import AtWork, LogIn
from tests.desk.gateway import DeskGateway


class Stream:
    """The lines of one open stream, as changes with their ids."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self._lines = lines
        self.last_id = ""

    async def hello(self) -> None:
        while (await anext(self._lines)) != "event: hello":
            pass

    async def next(self) -> dict[str, Any]:
        async with asyncio.timeout(5):
            while True:
                line = await anext(self._lines)
                if line.startswith("id: "):
                    self.last_id = line[4:]
                if line.startswith("data: {") and '"topic"' in line:
                    change: dict[str, Any] = msgspec.json.decode(line[6:])
                    return change

    async def until(self, kind: str) -> dict[str, Any]:
        while (change := await self.next())["kind"] != kind:
            pass
        return change


@asynccontextmanager
async def listening(agent: AtWork, conversation: int | None = None, since: str = "") -> AsyncIterator[Stream]:
    params = {} if conversation is None else {"conversation": conversation}
    headers = {"Last-Event-ID": since} if since else {}
    async with agent.stream("GET", "/api/v1/desk/live", params=params, headers=headers) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        stream = Stream(response.aiter_lines())
        if not since:
            await stream.hello()
        yield stream


async def test_a_colleagues_claim_is_told_at_once(gateway: DeskGateway, at_work: LogIn) -> None:
    conversation = await gateway.waiting()
    lea, sam = await at_work("Léa"), await at_work("Sam")
    async with listening(sam) as stream:
        await lea.post(f"/api/v1/desk/conversations/{conversation}/claim", headers={"If-Match": '"0"'})
        change = await stream.until("ticket")
    assert change["topic"] == "queue"
    assert (change["data"]["conversation"], change["data"]["agent"]) == (conversation, "Léa")


async def test_words_in_the_open_conversation_are_told_and_others_are_not(gateway: DeskGateway, at_work: LogIn) -> None:
    ada, bo = await gateway.waiting("ada"), await gateway.waiting("bo")
    lea = await at_work("Léa")
    async with listening(lea, ada) as stream:
        await gateway.customer_writes("from bo", "bo")
        await gateway.customer_writes("from ada", "ada")
        change = await stream.next()
        while not change["topic"].startswith("conversation:"):
            change = await stream.next()
    assert change["topic"] == f"conversation:{ada}" != f"conversation:{bo}"
    assert change["data"]["body"]["text"] == "from ada"


async def test_what_was_missed_is_told_in_order_after_a_lost_connection(gateway: DeskGateway, at_work: LogIn) -> None:
    conversation = await gateway.waiting()
    lea = await at_work("Léa")
    async with listening(lea, conversation) as stream:
        await gateway.customer_writes("one")
        await stream.until("message")
        seen = stream.last_id
    await gateway.settled()
    for words in ("two", "three", "four"):
        await gateway.customer_writes(words)
    missed = []
    async with listening(lea, conversation, since=seen) as stream:
        while len(missed) < 3:
            change = await stream.next()
            if change["topic"].startswith("conversation:") and change["kind"] == "message":
                missed.append(change["data"]["body"]["text"])
    assert missed == ["two", "three", "four"]
