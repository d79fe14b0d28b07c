"""The engine over HTTP on loopback: asks for a turn, reads Rasa's replies as our own words."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec

from bot.conversation.replies import PAYLOAD_BYTES, Choices, Option, Picture, Reply, Text, reply_from
from bot.dialogue.base import EngineUnavailable, Trace, Turn, TurnRefused, TurnRequest

TURN_TIMEOUT_S = 30.0


class _Answer(msgspec.Struct):
    events: list[dict[str, Any]]
    replies: list[dict[str, Any]]
    trace: Trace


class EngineHttp:
    def __init__(self, url: str, client: httpx.AsyncClient) -> None:
        self._url = f"{url.rstrip('/')}/webhooks/turn/"
        self._client = client
        self._decoder = msgspec.json.Decoder(_Answer)

    async def turn(self, request: TurnRequest) -> Turn:
        try:
            response = await self._client.post(
                self._url,
                content=msgspec.json.encode(request),
                headers={"content-type": "application/json"},
                timeout=TURN_TIMEOUT_S,
            )
        except httpx.HTTPError as error:
            raise EngineUnavailable("engine_down", "The engine does not answer.") from error
        if response.status_code >= 500 or response.status_code in (404, 429):
            raise EngineUnavailable("engine_not_ready", f"The engine answered {response.status_code}.")
        if response.status_code != 200:
            raise TurnRefused("turn_refused", f"The engine answered {response.status_code}.")
        try:
            answer = self._decoder.decode(response.content)
            replies = [said for item in answer.replies for said in replies_of(item)]
        except msgspec.DecodeError as error:
            raise TurnRefused("answer_unreadable", "The engine's answer is not in its contract.") from error
        return Turn(answer.events, replies, answer.trace)


def replies_of(item: dict[str, Any]) -> list[Reply]:
    """One item of Rasa's collecting channel in our words; `custom` is already in them."""
    custom = item.get("custom")
    if isinstance(custom, dict) and "type" in custom:
        return [reply_from(custom)]
    text = str(item.get("text") or "")
    said: list[Reply] = []
    if item.get("image"):
        said.append(Picture(str(item["image"])))
    options = [
        Option(str(button["title"]), str(button["payload"]))
        for button in item.get("buttons") or []
        if isinstance(button, dict) and len(str(button.get("payload", ""))) <= PAYLOAD_BYTES
    ]
    if options:
        said.append(Choices(text, options))
    elif text:
        said.append(Text(text))
    return said
