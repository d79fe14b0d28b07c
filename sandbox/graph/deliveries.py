"""Meta's side of every webhook: bodies signed over their bytes, delivered again, with the same bytes, when refused."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable
from itertools import chain, repeat
from typing import Any

import httpx

_PAUSES_S = (0.3, 1, 2, 4, 8, 15, 30, 60)

Line = asyncio.Queue[tuple[bytes, Callable[[], None]]]


def nothing() -> None:
    """When nobody waits for a delivery."""


class Deliveries:
    """Bodies about one customer go out in order, each until it is answered 200, to `<base url>/webhooks/<platform>`."""

    def __init__(self, base_url: str, app_secret: str) -> None:
        self._base_url = base_url.rstrip("/")
        self._secret = app_secret.encode()
        self._client = httpx.AsyncClient(timeout=10)
        self._lines: dict[tuple[str, str], Line] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await self._client.aclose()

    def post(self, platform: str, customer: str, body: dict[str, Any], delivered: Callable[[], None] = nothing) -> None:
        """`delivered` is called when the shop answered 200. Meta escapes what is not ASCII; so does this."""
        line = self._lines.get((platform, customer))
        if line is None:
            line = self._lines[platform, customer] = asyncio.Queue()
            self._tasks.add(asyncio.create_task(self._work_off(f"{self._base_url}/webhooks/{platform}", line)))
        line.put_nowait((json.dumps(body).encode(), delivered))

    async def _work_off(self, url: str, line: Line) -> None:
        while True:
            body, delivered = await line.get()
            for pause in chain(_PAUSES_S, repeat(_PAUSES_S[-1])):
                if await self._taken(url, body):
                    delivered()
                    break
                await asyncio.sleep(pause)

    async def _taken(self, url: str, body: bytes) -> bool:
        signature = hmac.new(self._secret, body, hashlib.sha256).hexdigest()
        headers = {"content-type": "application/json", "x-hub-signature-256": f"sha256={signature}"}
        try:
            answer = await self._client.post(url, content=body, headers=headers)
        except httpx.HTTPError:
            return False
        return answer.status_code == 200
