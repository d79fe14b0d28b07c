"""The engines, as far as models go: load one so that it is warm, ask one what a sentence means.

An engine holds several models and is told in each request which to use, so neither call changes what customers get.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Protocol

import httpx
import msgspec

from bot.dialogue.base import Intent
from bot.errors import Conflict, Unavailable

LOAD_TIMEOUT_S = 120.0
PARSE_TIMEOUT_S = 15.0


class Understood(msgspec.Struct, frozen=True):
    """What a model makes of one sentence; `intent_ranking` has the likeliest first."""

    intent: Intent
    intent_ranking: list[Intent] = []
    entities: list[dict[str, Any]] = []
    model: str | None = None


class ModelServers(Protocol):
    async def load(self, model: str) -> None:
        """Make every engine hold this model, warm. Raises Conflict when one cannot, Unavailable when one is silent."""

    async def parse(self, model: str | None, text: str) -> Understood:
        """Without a model: by the one that the engine started with. Raises as `load` does."""


class EngineModels:
    """Over HTTP. `urls` are all engines that answer customers; sentences are parsed by the first."""

    def __init__(self, urls: Sequence[str], client: httpx.AsyncClient) -> None:
        self._urls = [url.rstrip("/") + "/webhooks/turn" for url in urls]
        self._client = client

    async def load(self, model: str) -> None:
        await asyncio.gather(*(self._post(f"{url}/models", {"model": model}, LOAD_TIMEOUT_S) for url in self._urls))

    async def parse(self, model: str | None, text: str) -> Understood:
        asked = {"text": text} if model is None else {"text": text, "model": model}
        answer = await self._post(f"{self._urls[0]}/parse", asked, PARSE_TIMEOUT_S)
        try:
            return msgspec.json.decode(answer, type=Understood)
        except msgspec.DecodeError as error:
            raise Unavailable("engine_unreadable", "The engine answered something else than a meaning.") from error

    async def _post(self, url: str, body: dict[str, Any], timeout_s: float) -> bytes:
        try:
            answer = await self._client.post(url, json=body, timeout=timeout_s)
        except httpx.HTTPError as error:
            message = "The engine does not answer. Nothing was changed; try again in a moment."
            raise Unavailable("engine_down", message) from error
        if answer.status_code == 200:
            return answer.content
        code, message = _reason(answer)
        if answer.status_code < 500:
            raise Conflict(code, f"The engine cannot use this model: {message}. Nothing was changed.")
        raise Unavailable(code, f"The engine is not ready: {message}. Nothing was changed.")


def _reason(answer: httpx.Response) -> tuple[str, str]:
    try:
        error = answer.json()["error"]
        return str(error["code"]), str(error["message"])
    except (ValueError, KeyError, TypeError):
        return "engine_failed", f"it answered {answer.status_code}"
