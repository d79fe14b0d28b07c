"""Meta's side of the webhook: bodies as Meta writes them, signed over their bytes, delivered again when refused."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any

import httpx

_PAUSES_S = (0.3, 1, 2, 4, 8, 15, 30, 60)


@dataclass(frozen=True)
class Account:
    """One phone number of the shop, and how its webhooks are signed."""

    phone_number_id: str
    waba_id: str
    app_secret: str
    webhook_url: str


class Webhooks:
    """Deliveries of one phone go out in order; each is tried again, with the same bytes, until it is answered 200."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._client = httpx.AsyncClient(timeout=10)
        self._lines: dict[str, asyncio.Queue[tuple[bytes, Callable[[], None]]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.hold_statuses = False

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await self._client.aclose()

    def message(self, wa_id: str, name: str, message: dict[str, Any], delivered: Callable[[], None]) -> None:
        """`delivered` is called when the shop answered 200."""
        contacts = [{"profile": {"name": name}, "wa_id": wa_id}]
        self._queue(wa_id, {"contacts": contacts, "messages": [{"from": wa_id, **message}]}, delivered)

    def status(self, wa_id: str, message_id: str, state: str, ref: str | None) -> None:
        if self.hold_statuses:
            return
        status = {
            "id": message_id,
            "status": state,
            "timestamp": str(int(time.time())),
            "recipient_id": wa_id,
            **({"biz_opaque_callback_data": ref} if ref else {}),
        }
        self._queue(wa_id, {"statuses": [status]})

    def _queue(self, wa_id: str, value: dict[str, Any], delivered: Callable[[], None] = lambda: None) -> None:
        line = self._lines.get(wa_id)
        if line is None:
            line = self._lines[wa_id] = asyncio.Queue()
            task = asyncio.create_task(self._work_off(line))
            self._tasks.add(task)
        line.put_nowait((self._body(value), delivered))

    def _body(self, value: dict[str, Any]) -> bytes:
        number = self._account.phone_number_id
        metadata = {"display_phone_number": "15550100000", "phone_number_id": number}
        change = {"field": "messages", "value": {"messaging_product": "whatsapp", "metadata": metadata, **value}}
        entry = [{"id": self._account.waba_id, "changes": [change]}]
        return json.dumps({"object": "whatsapp_business_account", "entry": entry}).encode()

    async def _work_off(self, line: asyncio.Queue[tuple[bytes, Callable[[], None]]]) -> None:
        while True:
            body, delivered = await line.get()
            for pause in chain(_PAUSES_S, repeat(_PAUSES_S[-1])):
                if await self._post(body):
                    delivered()
                    break
                await asyncio.sleep(pause)

    async def _post(self, body: bytes) -> bool:
        signature = hmac.new(self._account.app_secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {"content-type": "application/json", "x-hub-signature-256": f"sha256={signature}"}
        try:
            answer = await self._client.post(self._account.webhook_url, content=body, headers=headers)
        except httpx.HTTPError:
            return False
        return answer.status_code == 200
