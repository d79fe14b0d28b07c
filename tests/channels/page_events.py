"""Webhook bodies of Messenger and Instagram: those written down in `tests/payloads`, and one for any event."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from bot.channel_accounts import Account, Accounts
from bot.channels.base import Parsed, Received
from bot.channels.instagram import Instagram
from bot.channels.messenger import Messenger
from bot.clock import FixedClock
from bot.conversation.messages import Edited, Inbound, News, Reaction, Seen, Status, ThreadControl

PAYLOADS = Path(__file__).resolve().parents[1] / "payloads"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SECRET = "app-secret"
PAGE, PERSON = "111222333444555", "7461029384756102"
IG_ACCOUNT, IG_PERSON = "17841400000000001", "980123456789012"
GRAPH = "https://graph.facebook.com/v25.0"


def answered(*answers: httpx.Response) -> tuple[httpx.AsyncClient, list[httpx.Request]]:
    """A client of a platform that gives these answers in turn, the last one for ever; and what it was asked."""
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return answers[min(len(asked), len(answers)) - 1]

    return httpx.AsyncClient(transport=httpx.MockTransport(answer)), asked


def messenger(client: httpx.AsyncClient | None = None) -> Messenger:
    accounts = Accounts([Account(channel="messenger", id=PAGE, token="EAAtoken", secret=SECRET)])
    return Messenger(
        accounts=accounts,
        graph_url=GRAPH,
        client=client or httpx.AsyncClient(),
        clock=FixedClock(NOW),
        portrait="https://shop.example/media/person.png",
    )


def instagram(client: httpx.AsyncClient | None = None, token: str = "EAAtoken") -> Instagram:
    accounts = Accounts([Account(channel="instagram", id=IG_ACCOUNT, token=token, secret=SECRET)])
    return Instagram(accounts=accounts, graph_url=GRAPH, client=client or httpx.AsyncClient(), clock=FixedClock(NOW))


def recorded(channel: str) -> list[str]:
    return sorted(path.stem for path in (PAYLOADS / channel).glob("*.json"))


def body_of(channel: str, name: str) -> bytes:
    return (PAYLOADS / channel / f"{name}.json").read_bytes()


def read(channel: str, name: str) -> Parsed:
    return parsed_as(channel, body_of(channel, name))


def parsed_as(channel: str, body: bytes) -> Parsed:
    received = Received(f"https://shop.example/webhooks/{channel}", {}, body)
    return messenger().parse(received) if channel == "messenger" else instagram().parse(received)


def event(**body: Any) -> bytes:
    told = {"sender": {"id": PERSON}, "recipient": {"id": PAGE}, "timestamp": 1795341600000, **body}
    return json.dumps({"object": "page", "entry": [{"id": PAGE, "time": 1795341600120, "messaging": [told]}]}).encode()


def told(item: Inbound | News) -> str:
    """An item in one line, for tables of what is expected."""
    match item:
        case Inbound():
            files = [f"<{file.kind}>" for file in item.attachments]
            how = "overheard" if item.overheard else "said"
            return " ".join(word for word in (how, item.kind, item.payload or item.text, *files) if word)
        case Status():
            return f"{item.state.value} {item.outbox_ref or item.provider_id}"
        case Seen():
            return f"all {item.state.value}"
        case Edited():
            return f"edited {item.of}: {item.text}"
        case Reaction():
            return f"reaction {item.emoji}".strip()
        case ThreadControl():
            return "thread is ours" if item.ours else "thread is theirs"
        case _:
            return type(item).__name__.lower()
