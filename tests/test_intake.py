"""What was answered 200 gets into the inbox: in its order, after a crash, and when the database comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.channels.base import Parsed, Received, SignatureRefused
from bot.conversation.identity import ConversationKey
from bot.conversation.messages import Inbound
from bot.intake import Intake
from bot.storage.spool import Spool

KEY = ConversationKey("sms", "+1", "+2")


class Words:
    """A channel whose bodies are words; an empty one says nothing, an unsigned one is refused."""

    name = "sms"

    def verify(self, received: Received) -> None:
        if "unsigned" in received.headers:
            raise SignatureRefused("bad_signature", "no", channel="sms")

    def parse(self, received: Received) -> Parsed:
        text = received.body.decode()
        return Parsed([Inbound(KEY, text, datetime.now(UTC), text=text)] if text else [])


class Desk:
    """An inbox that takes, or for a while does not."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.refuses: list[str] = []

    async def store(self, items: Sequence[Any]) -> int:
        if items[0].text in self.refuses:
            raise OSError("the database is away")
        self.taken.append(items[0].text)
        return 1


def intake_at(folder: Path, desk: Desk) -> Intake:
    inbox: Any = desk
    channel: Any = Words()
    return Intake(inbox, Spool(folder / "intake.db"), {"sms": channel})


async def running(intake: Intake, until: Callable[[], bool]) -> None:
    task = asyncio.create_task(intake.run())
    async with asyncio.timeout(10):
        while not until():
            await asyncio.sleep(0.01)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def posted(text: str, **headers: str) -> Received:
    return Received("https://shop.example/webhooks/twilio/sms", headers, text.encode())


@pytest.fixture
def accept() -> Callable[[Intake, str], Awaitable[int]]:
    channel: Any = Words()
    return lambda intake, text: intake.accept(channel, posted(text))


async def test_everything_that_was_answered_is_stored_in_its_order(tmp_path: Path, accept: Any) -> None:
    desk = Desk()
    intake = intake_at(tmp_path, desk)
    said = [f"{number:03}" for number in range(50)]
    for text in said:
        assert await accept(intake, text) == 1
    await running(intake, lambda: len(desk.taken) == 50)
    assert desk.taken == said


async def test_what_a_dead_process_had_answered_is_stored_by_the_next_one(tmp_path: Path, accept: Any) -> None:
    await accept(intake_at(tmp_path, Desk()), "hello")
    desk = Desk()
    await running(intake_at(tmp_path, desk), lambda: desk.taken == ["hello"])
    assert Spool(tmp_path / "intake.db").count() == (0, 0)


async def test_a_body_that_cannot_be_stored_keeps_no_other_and_is_tried_again(tmp_path: Path, accept: Any) -> None:
    desk = Desk()
    desk.refuses = ["b"]
    intake = intake_at(tmp_path, desk)
    for text in ("a", "b", "c"):
        await accept(intake, text)

    def others_are_in() -> bool:
        if desk.taken == ["a", "c"]:
            desk.refuses = []
        return desk.taken == ["a", "c", "b"]

    await running(intake, others_are_in)

    assert desk.taken == ["a", "c", "b"]


async def test_what_is_not_signed_or_says_nothing_is_not_kept(tmp_path: Path) -> None:
    intake = intake_at(tmp_path, Desk())
    channel: Any = Words()
    with pytest.raises(SignatureRefused):
        await intake.accept(channel, posted("hello", unsigned="yes"))
    assert await intake.accept(channel, posted("")) == 0
    assert Spool(tmp_path / "intake.db").count() == (0, 0)


async def test_without_a_spool_the_inbox_itself_keeps_it_first() -> None:
    asked: list[Received] = []

    async def accept(_channel: object, received: Received) -> int:
        asked.append(received)
        return 7

    inbox: Any = SimpleNamespace(accept=accept)
    channel: Any = Words()
    assert await Intake(inbox, None, {}).accept(channel, posted("hello")) == 7
    assert len(asked) == 1
