"""An agent's emoji on a customer's message: one click, sent as the platform's own reaction, once."""

from __future__ import annotations

from typing import Any

import httpx

from bot.handoff.takeover import REACTIONS
from tests.desk.conftest import AtWork, LogIn
from tests.desk.gateway import DeskGateway

DESK = "/api/v1/desk/conversations"


async def claimed(gateway: DeskGateway, agent: AtWork, **more: Any) -> tuple[int, Any]:
    """A conversation that this agent has, and what the desk shows of it."""
    conversation = await gateway.waiting(**more)
    view = (await agent.get(f"{DESK}/{conversation}")).json()
    headers = {"if-match": f'"{view["ticket"]["version"]}"'}
    answer = await agent.post(f"{DESK}/{conversation}/claim", headers=headers)
    assert answer.status_code == 200, answer.text
    return conversation, answer.json()


async def react(agent: AtWork, conversation: int, message: int, emoji: str) -> httpx.Response:
    return await agent.post(f"{DESK}/{conversation}/reactions", json={"message": message, "emoji": emoji})


async def test_an_emoji_goes_out_once_and_stands_in_the_story(gateway: DeskGateway, at_work: LogIn) -> None:
    lea = await at_work("Léa")
    conversation, view = await claimed(gateway, lea)
    assert view["reactions"] == list(REACTIONS)
    theirs = view["transcript"]["messages"][0]["id"]

    for _ in range(2):
        answer = await react(lea, conversation, theirs, "👍")
        assert answer.status_code == 200, answer.text

    mine = [each for each in answer.json()["transcript"]["messages"] if each["author"] == "agent"]
    assert [(each["name"], each["reply"]["type"], each["reply"]["emoji"]) for each in mine] == [("Léa", "react", "👍")]


async def test_only_the_holder_reacts_and_only_with_what_platforms_know(gateway: DeskGateway, at_work: LogIn) -> None:
    lea, sam = await at_work("Léa"), await at_work("Sam")
    conversation, view = await claimed(gateway, lea)
    theirs = view["transcript"]["messages"][0]["id"]
    assert (await react(sam, conversation, theirs, "👍")).status_code == 403
    assert (await react(lea, conversation, theirs, "lol")).json()["error"]["code"] == "bad_emoji"
    assert (await react(lea, conversation, 999_999, "👍")).status_code == 404
