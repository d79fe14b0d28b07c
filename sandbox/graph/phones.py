"""The phones: who has one, what they sent and received, and who is looking at the screen right now."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

_STATES = ("sent", "delivered", "read")


@dataclass
class Bubble:
    """One message on a phone. `mine` is the customer's own. `state` is how far the shop's message has come."""

    id: str
    mine: bool
    body: dict[str, Any]
    at: float
    state: str = "sent"


@dataclass
class PhoneOf:
    wa_id: str
    name: str
    bubbles: list[Bubble] = field(default_factory=list)
    typing: bool = False


class Phones:
    """All phones; with a `state` file they outlive a restart. `sent` is every message the shop sent, in order."""

    def __init__(self, state: Path | None) -> None:
        self._state = state
        self._watchers: dict[str, set[asyncio.Queue[dict[str, Any]]]] = {}
        self.phones: dict[str, PhoneOf] = {}
        self.sent: list[dict[str, Any]] = []
        self.next_id = 1
        self._load()

    def _load(self) -> None:
        if self._state is None or not self._state.exists():
            return
        kept = json.loads(self._state.read_text())
        self.next_id = kept["next_id"]
        self.sent = kept["sent"]
        for phone in kept["phones"]:
            bubbles = [Bubble(**bubble) for bubble in phone["bubbles"]]
            self.phones[phone["wa_id"]] = PhoneOf(phone["wa_id"], phone["name"], bubbles)

    def save(self) -> None:
        if self._state is None:
            return
        kept = {
            "next_id": self.next_id,
            "sent": self.sent,
            "phones": [asdict(phone) for phone in self.phones.values()],
        }
        fresh = self._state.with_suffix(".new")
        fresh.write_text(json.dumps(kept))
        fresh.replace(self._state)

    def message_id(self) -> str:
        number = self.next_id
        self.next_id += 1
        return f"wamid.SIM{number:08d}{time.time_ns():x}"

    def get(self, wa_id: str, name: str = "") -> PhoneOf:
        phone = self.phones.setdefault(wa_id, PhoneOf(wa_id, name or f"+{wa_id}"))
        if name:
            phone.name = name
        return phone

    def add(self, phone: PhoneOf, bubble: Bubble) -> None:
        phone.bubbles.append(bubble)
        if not bubble.mine:
            phone.typing = False
        self._tell(phone, {"kind": "bubble", "bubble": asdict(bubble)})

    def set_state(self, phone: PhoneOf, message_id: str, state: str) -> None:
        """Only forward: a message that was read stays read."""
        for bubble in phone.bubbles:
            if bubble.id == message_id and _STATES.index(bubble.state) < _STATES.index(state):
                bubble.state = state
                self._tell(phone, {"kind": "state", "id": message_id, "state": state})

    def set_typing(self, phone: PhoneOf) -> None:
        phone.typing = True
        self._tell(phone, {"kind": "typing"})

    def mark_read(self, message_id: str) -> PhoneOf | None:
        """The phone whose own message the shop read."""
        for phone in self.phones.values():
            for bubble in phone.bubbles:
                if bubble.id == message_id:
                    self.set_state(phone, message_id, "read")
                    return phone
        return None

    def _tell(self, phone: PhoneOf, news: dict[str, Any]) -> None:
        for watcher in self._watchers.get(phone.wa_id, ()):
            watcher.put_nowait(news)

    async def watch(self, wa_id: str) -> AsyncIterator[dict[str, Any] | None]:
        """News of a phone as it happens; None every 15 seconds without any."""
        pending: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        watchers = self._watchers.setdefault(wa_id, set())
        watchers.add(pending)
        try:
            while True:
                try:
                    yield await asyncio.wait_for(pending.get(), 15)
                except TimeoutError:
                    yield None
        finally:
            watchers.discard(pending)
