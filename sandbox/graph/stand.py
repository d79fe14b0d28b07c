"""Everything one running stand-in holds, for the parts that answer its HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from sandbox.graph.accounts import Accounts
from sandbox.graph.catalog import Catalog
from sandbox.graph.deliveries import Deliveries
from sandbox.graph.knobs import Knobs
from sandbox.graph.media import Media
from sandbox.graph.phones import Phones

STATUS_PAUSE_S = 0.05


@dataclass
class Stand:
    """`waba` is the business account's id in WhatsApp's webhooks."""

    accounts: Accounts
    phones: Phones
    media: Media
    catalog: Catalog
    deliveries: Deliveries
    allow_origin: str
    waba: str
    knobs: Knobs = field(default_factory=Knobs)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Work that goes on after the answer."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
