"""A WhatsApp channel on a Graph API that a test plays: what is sent is seen as Meta would see it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx

from bot.channel_accounts import Account, Accounts
from bot.channels.base import Outgoing, Received
from bot.channels.whatsapp import WhatsApp
from bot.clock import FixedClock
from bot.conversation.replies import Shown

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECRET = "app-secret"
GRAPH = "https://graph.facebook.com/v25.0"
Answers = Callable[[httpx.Request], httpx.Response]


def takes_everything(_request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"messaging_product": "whatsapp", "messages": [{"id": "wamid.ours"}]})


def refuses(code: int, status: int = 400) -> httpx.Response:
    return httpx.Response(status, json={"error": {"message": "no", "type": "OAuthException", "code": code}})


class Graph:
    """Keeps every request; answers as told."""

    def __init__(self, answers: Answers = takes_everything) -> None:
        self.requests: list[httpx.Request] = []
        self.answers = answers
        self.client = httpx.AsyncClient(transport=httpx.MockTransport(self._answer))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self.answers(request)

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(request.content) for request in self.requests]


def number(graph: Graph, *, catalogue: str = "", others: tuple[Account, ...] = ()) -> WhatsApp:
    ours = Account(channel="whatsapp", id="777", token="t", secret=SECRET, catalogue=catalogue)
    return WhatsApp(accounts=Accounts([ours, *others]), graph_url=GRAPH, client=graph.client, clock=FixedClock(NOW))


async def shown(channel: WhatsApp, reply: Shown, *, customer: str = "15551230000", account: str = "777") -> list[str]:
    """Send every piece of a reply, as `bot.sender` does."""
    pieces = channel.pieces(reply)
    return [
        await channel.send(Outgoing(account=account, customer=customer, piece=piece, ref=f"souk-1.{place}"))
        for place, piece in enumerate(pieces)
    ]


def body(*values: dict[str, Any], field: str = "messages") -> bytes:
    """A webhook's body with a change for each value."""
    metadata = {"display_phone_number": "15550100000", "phone_number_id": "777"}
    whole = [{"messaging_product": "whatsapp", "metadata": metadata, **value} for value in values]
    changes = [{"field": field, "value": value} for value in whole]
    return json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": changes}]}).encode()


def posted(body: bytes) -> Received:
    return Received("https://shop.example/webhooks/whatsapp", {}, body)
