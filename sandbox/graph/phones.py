"""The phones: who has one, what they sent and received, and who is looking at the screen right now."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sandbox.graph.accounts import INSTAGRAM, MESSENGER, OUR_APP, WHATSAPP

_FORM = 2
_RANK = {"sent": 0, "delivered": 1, "read": 2, "played": 3, "failed": 4}
_ID_PREFIX = {WHATSAPP: "wamid.SIM", MESSENGER: "m_SIM", INSTAGRAM: "aWdfSIM"}


@dataclass
class Bubble:
    """One message on a phone, in its platform's own words. `mine` is the customer's own; `at` is seconds since 1970.

    `state` is how far it has come; `reactions` are emoji by who reacted, "customer" or "shop".
    """

    id: str
    mine: bool
    body: dict[str, Any]
    at: float
    state: str = "sent"
    reactions: dict[str, str] = field(default_factory=dict)


@dataclass
class PhoneOf:
    """`id` is what the shop knows the customer by. On WhatsApp that is a phone number or, if it is hidden, a user id,
    and `user_id` is there either way. `owner` is the app that may answer (not on WhatsApp)."""

    platform: str
    id: str
    name: str
    user_id: str
    bubbles: list[Bubble] = field(default_factory=list)
    typing: bool = False
    owner: int = OUR_APP

    def bubble(self, message_id: Any) -> Bubble | None:
        return next((bubble for bubble in self.bubbles if bubble.id == message_id), None)


@dataclass
class PageState:
    """What a page or an Instagram account was told to keep: personas by id, its profile, receipts sent."""

    personas: dict[str, dict[str, str]] = field(default_factory=dict)
    profile: dict[str, Any] = field(default_factory=dict)
    orders: list[str] = field(default_factory=list)


def user_id_of(number: str) -> str:
    """The business-scoped user id behind a phone number: the same each time, and not to be read back."""
    return f"US.{int(hashlib.sha256(number.encode()).hexdigest(), 16) % 10**17}"


class Phones:
    """All phones; with a `state` file they outlive a restart. `sent` is every message the shop sent, in order."""

    def __init__(self, state: Path | None) -> None:
        self._state = state
        self._watchers: dict[tuple[str, str], set[asyncio.Queue[dict[str, Any]]]] = {}
        self.phones: dict[tuple[str, str], PhoneOf] = {}
        self.pages: dict[str, PageState] = {MESSENGER: PageState(), INSTAGRAM: PageState()}
        self.sent: list[dict[str, Any]] = []
        self.next_id = 1
        self._load()

    def _load(self) -> None:
        if self._state is None or not self._state.exists():
            return
        kept = json.loads(self._state.read_text())
        if kept.get("form") != _FORM:
            return
        self.next_id = kept["next_id"]
        self.sent = kept["sent"]
        self.pages = {platform: PageState(**page) for platform, page in kept["pages"].items()}
        for phone in kept["phones"]:
            bubbles = [Bubble(**bubble) for bubble in phone.pop("bubbles")]
            self.phones[phone["platform"], phone["id"]] = PhoneOf(**phone, bubbles=bubbles)

    def save(self) -> None:
        if self._state is None:
            return
        phones = [{**asdict(phone), "typing": False} for phone in self.phones.values()]
        pages = {platform: asdict(page) for platform, page in self.pages.items()}
        kept = {"form": _FORM, "next_id": self.next_id, "sent": self.sent, "phones": phones, "pages": pages}
        fresh = self._state.with_suffix(".new")
        fresh.write_text(json.dumps(kept))
        fresh.replace(self._state)

    def message_id(self, platform: str) -> str:
        number = self.next_id
        self.next_id += 1
        return f"{_ID_PREFIX[platform]}{number:08d}{time.time_ns():x}"

    def get(self, platform: str, customer: str, name: str = "") -> PhoneOf:
        """The phone of whoever is known by this number or id; somebody new gets one."""
        phone = self.phones.get((platform, customer)) or self._by_user_id(platform, customer)
        if phone is None:
            numbered = platform == WHATSAPP and customer.isdigit()
            user_id = user_id_of(customer) if numbered else customer
            phone = PhoneOf(platform, customer, name or (f"+{customer}" if numbered else customer), user_id)
            self.phones[platform, customer] = phone
        if name:
            phone.name = name
        return phone

    def _by_user_id(self, platform: str, user_id: str) -> PhoneOf | None:
        found = (one for one in self.phones.values() if one.platform == platform and one.user_id == user_id)
        return next(found, None)

    def add(self, phone: PhoneOf, bubble: Bubble) -> None:
        phone.bubbles.append(bubble)
        if not bubble.mine:
            phone.typing = False
        self._tell(phone, {"kind": "bubble", "bubble": asdict(bubble)})

    def set_state(self, phone: PhoneOf, message_id: str, state: str) -> None:
        """Only forward: a message that was read stays read."""
        bubble = phone.bubble(message_id)
        if bubble is not None and _RANK[bubble.state] < _RANK.get(state, 0):
            bubble.state = state
            self._tell(phone, {"kind": "state", "id": message_id, "state": state})

    def set_typing(self, phone: PhoneOf, on: bool = True) -> None:
        phone.typing = on
        self._tell(phone, {"kind": "typing", "on": on})

    def react(self, phone: PhoneOf, who: str, message_id: Any, emoji: str) -> None:
        """`who` is "customer" or "shop"; no emoji takes the reaction back."""
        bubble = phone.bubble(message_id)
        if bubble is not None:
            bubble.reactions = {**bubble.reactions, who: emoji} if emoji else _without(bubble.reactions, who)
            self._tell(phone, {"kind": "reactions", "id": bubble.id, "reactions": bubble.reactions})

    def seen(self, phone: PhoneOf) -> None:
        """The shop read everything that reached it."""
        for bubble in [one for one in phone.bubbles if one.mine and one.state != "read"]:
            self.set_state(phone, bubble.id, "read")

    def whose(self, message_id: str) -> PhoneOf | None:
        return next((phone for phone in self.phones.values() if phone.bubble(message_id)), None)

    def _tell(self, phone: PhoneOf, news: dict[str, Any]) -> None:
        for watcher in self._watchers.get((phone.platform, phone.id), ()):
            watcher.put_nowait(news)

    async def watch(self, phone: PhoneOf) -> AsyncIterator[dict[str, Any] | None]:
        """News of a phone as it happens; None every 15 seconds without any."""
        pending: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        watchers = self._watchers.setdefault((phone.platform, phone.id), set())
        watchers.add(pending)
        try:
            while True:
                try:
                    yield await asyncio.wait_for(pending.get(), 15)
                except TimeoutError:
                    yield None
        finally:
            watchers.discard(pending)


def _without(reactions: dict[str, str], who: str) -> dict[str, str]:
    return {one: emoji for one, emoji in reactions.items() if one != who}
