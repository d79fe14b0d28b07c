"""The customers' phones: the text messages on each, and who has said STOP."""

from __future__ import annotations

import json
import re
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

E164 = re.compile(r"\+[1-9]\d{6,14}")
_FORM = 1
_RANK = {"queued": 0, "sent": 1, "delivered": 2, "undelivered": 3}


@dataclass
class Message:
    """`mine` is the customer's own; `media` are addresses. `at` is seconds since 1970."""

    sid: str
    mine: bool
    body: str
    media: list[str] = field(default_factory=list)
    state: str = "queued"
    at: float = field(default_factory=time.time)


@dataclass
class Phone:
    number: str
    messages: list[Message] = field(default_factory=list)
    stopped: bool = False


def new_sid(prefix: str) -> str:
    return prefix + uuid4().hex


class Phones:
    """All phones; with a `state` file they outlive a restart. `files` are what customers send by MMS, by their id."""

    def __init__(self, state: Path | None) -> None:
        self._state = state
        self.phones: dict[str, Phone] = {}
        self.files: dict[str, tuple[bytes, str]] = {}
        self._load()

    def get(self, number: str) -> Phone:
        return self.phones.setdefault(number, Phone(number))

    def add(self, phone: Phone, message: Message) -> None:
        phone.messages.append(message)
        self.save()

    def set_state(self, message: Message, state: str) -> None:
        if _RANK.get(state, 0) >= _RANK[message.state]:
            message.state = state

    def _load(self) -> None:
        if self._state is None or not self._state.exists():
            return
        kept = json.loads(self._state.read_text())
        if kept.get("form") == _FORM:
            for phone in kept["phones"]:
                messages = [Message(**message) for message in phone.pop("messages")]
                self.phones[phone["number"]] = Phone(**phone, messages=messages)

    def save(self) -> None:
        if self._state is not None:
            kept = {"form": _FORM, "phones": [asdict(phone) for phone in self.phones.values()]}
            fresh = self._state.with_suffix(".new")
            fresh.write_text(json.dumps(kept))
            fresh.replace(self._state)


def resource(message: Message, *, number: str, ours: str, account: str) -> dict[str, Any]:
    """A message as Twilio's API shows it; times as in mail (RFC 2822)."""
    made = format_datetime(datetime.fromtimestamp(int(message.at), UTC))
    return {
        "sid": message.sid,
        "account_sid": account,
        "to": ours if message.mine else number,
        "from": number if message.mine else ours,
        "body": message.body,
        "direction": "inbound" if message.mine else "outbound-api",
        "status": "received" if message.mine else message.state,
        "num_media": str(len(message.media)),
        "num_segments": "1",
        "error_code": None,
        "error_message": None,
        "date_created": made,
        "date_updated": made,
        "uri": f"/2010-04-01/Accounts/{account}/Messages/{message.sid}.json",
    }
