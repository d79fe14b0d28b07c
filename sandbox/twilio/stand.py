"""Everything one running stand-in holds, for the parts that answer its HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from sandbox.twilio.knobs import Knobs
from sandbox.twilio.phones import Phones
from sandbox.twilio.webhooks import Webhooks


@dataclass
class Stand:
    """`number` is the shop's; `webhook_base` the public address that its webhooks were set to."""

    account_sid: str
    auth_token: str
    number: str
    webhook_base: str
    phones: Phones
    webhooks: Webhooks
    knobs: Knobs = field(default_factory=Knobs)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def messages_path(self) -> str:
        return f"/2010-04-01/Accounts/{self.account_sid}/Messages"

    def hook(self, name: str) -> str:
        return f"{self.webhook_base.rstrip('/')}/webhooks/twilio/{name}"

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Work that goes on after the answer."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
