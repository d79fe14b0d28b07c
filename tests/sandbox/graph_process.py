"""The stand-in for the Graph API as tests meet it: a process of its own, and the shop whose webhook it posts to."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any

import httpx

APP_SECRET = "app-secret-of-the-tests"
TOKEN = "token-of-the-tests"
NUMBER_ID = "106540352242922"
PAGE_TOKEN, PAGE_ID = "page-token-of-the-tests", "1906385232743451"
INSTAGRAM_TOKEN, INSTAGRAM_ID = "instagram-token-of-the-tests", "17841405822304914"
ROOT = Path(__file__).parents[2]
HTTP = httpx.Client(timeout=30)

_numbers = count(15550200001)


def new_number() -> str:
    """A phone number that no other test has."""
    return str(next(_numbers))


def signature(body: bytes) -> str:
    return "sha256=" + hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()


def text_to(wa_id: str, words: str = "Hello", **more: Any) -> dict[str, Any]:
    return {"messaging_product": "whatsapp", "to": wa_id, "type": "text", "text": {"body": words}, **more}


def interactive_to(wa_id: str, kind: str, action: dict[str, Any], words: str = "Choose") -> dict[str, Any]:
    content = {"type": kind, "body": {"text": words}, "action": action}
    return {"messaging_product": "whatsapp", "to": wa_id, "type": "interactive", "interactive": content}


def buttons(*titles: str) -> dict[str, Any]:
    return {"buttons": [{"type": "reply", "reply": {"id": f"/{title.lower()}", "title": title}} for title in titles]}


def rows(*titles: str) -> dict[str, Any]:
    listed = [{"id": f"/{title.lower()}", "title": title, "description": f"About {title}"} for title in titles]
    return {"button": "See all", "sections": [{"rows": listed}]}


@dataclass
class Shop:
    """The shop's webhooks, on all three platforms: keeps what it takes, in order.

    `refusals` holds, by a word in the body, the statuses that it answers before it takes such a body.
    """

    url: str = ""
    taken: list[bytes] = field(default_factory=list)
    refused: list[bytes] = field(default_factory=list)
    refusals: dict[str, list[int]] = field(default_factory=dict)

    def take(self, body: bytes, signed: str) -> int:
        if not hmac.compare_digest(signed, signature(body)):
            return 401
        waiting = [statuses for word, statuses in self.refusals.items() if statuses and word.encode() in body]
        if waiting:
            self.refused.append(body)
            return waiting[0].pop(0)
        self.taken.append(body)
        return 200

    def entries(self, of: str = "whatsapp_business_account") -> list[dict[str, Any]]:
        """Every entry so far of Meta's object `of`: `whatsapp_business_account`, `page` or `instagram`."""
        bodies = [json.loads(body) for body in self.taken]
        return [entry for body in bodies if body["object"] == of for entry in body["entry"]]

    def values(self) -> list[dict[str, Any]]:
        return [entry["changes"][0]["value"] for entry in self.entries()]

    def messages_of(self, wa_id: str) -> list[dict[str, Any]]:
        return [
            m
            for value in self.values()
            for m in value.get("messages", [])
            if wa_id in (m.get("from"), m["from_user_id"])
        ]

    def events_of(self, customer: str, where: str = "messaging") -> list[dict[str, Any]]:
        """A customer's events on Messenger or Instagram; `where` is `messaging` or `standby`."""
        events = [event for of in ("page", "instagram") for entry in self.entries(of) for event in entry.get(where, [])]
        return [event for event in events if customer in (event["sender"]["id"], event["recipient"]["id"])]

    def statuses_of(self, message_id: str) -> list[dict[str, Any]]:
        return [s for value in self.values() for s in value.get("statuses", []) if s["id"] == message_id]


@dataclass
class Graph:
    url: str

    def send(self, body: Any, *, token: str = TOKEN, number: str = NUMBER_ID) -> httpx.Response:
        headers = {"authorization": f"Bearer {token}"}
        return HTTP.post(f"{self.url}/v25.0/{number}/messages", json=body, headers=headers)

    def sent_id(self, body: dict[str, Any]) -> str:
        answer = self.send(body)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["messages"][0]["id"])

    def sent_to(self, customer: str) -> list[dict[str, Any]]:
        everything = HTTP.get(f"{self.url}/_sim/sent").json()["sent"]
        return [one["body"] for one in everything if customer in _addresses(one["body"])]

    def turn(self, **knobs: Any) -> None:
        HTTP.post(f"{self.url}/_sim/knobs", json=knobs).raise_for_status()

    def has_phone(self, customer: str, name: str, platform: str = "whatsapp") -> None:
        phone = {"platform": platform, "id": customer, "name": name}
        HTTP.post(f"{self.url}/_sim/phones", json=phone).raise_for_status()

    def on_phone(self, customer: str, act: dict[str, Any], platform: str = "whatsapp") -> httpx.Response:
        return HTTP.post(f"{self.url}/_sim/phones/{platform}/{customer}/send", json=act)

    def does(self, customer: str, act: dict[str, Any], platform: str = "whatsapp") -> str:
        """What `on_phone` does, and it works: the id of the message."""
        answer = self.on_phone(customer, act, platform)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["id"])

    def writes(self, customer: str, words: str, platform: str = "whatsapp") -> str:
        return self.does(customer, {"text": words}, platform)

    def by_hand(self, customer: str, act: dict[str, Any], platform: str = "whatsapp") -> None:
        HTTP.post(f"{self.url}/_sim/phones/{platform}/{customer}/inbox", json=act).raise_for_status()

    def thread(self, customer: str, platform: str = "whatsapp") -> dict[str, Any]:
        answer: dict[str, Any] = HTTP.get(f"{self.url}/_sim/phones/{platform}/{customer}/thread").json()
        return answer

    def bubble(self, customer: str, message_id: str, platform: str = "whatsapp") -> dict[str, Any]:
        return next(one for one in self.thread(customer, platform)["bubbles"] if one["id"] == message_id)

    def state_of(self, customer: str, message_id: str, platform: str = "whatsapp") -> str:
        return str(self.bubble(customer, message_id, platform)["state"])

    def file(self, content: bytes, mime_type: str) -> str:
        """A file on a customer's phone: its media id."""
        answer = HTTP.post(f"{self.url}/_sim/media", content=content, headers={"content-type": mime_type})
        return str(answer.raise_for_status().json()["id"])


def _addresses(body: dict[str, Any]) -> tuple[Any, ...]:
    """Whom a send was for: `to` or `recipient` on WhatsApp, `recipient.id` on the others."""
    recipient = body.get("recipient")
    return (body.get("to"), recipient["id"] if isinstance(recipient, dict) else recipient)


def eventually(look: Callable[[], Any], within_s: float = 15) -> Any:
    """What `look` gives once it gives something true. Fails with what it gave last."""
    end = time.monotonic() + within_s
    while not (seen := look()):
        assert time.monotonic() < end, f"not within {within_s} s; last seen: {seen!r}"
        time.sleep(0.02)
    return seen


async def eventually_async(look: Callable[[], Any], within_s: float = 15) -> Any:
    """`eventually` for an event loop that has work to do meanwhile."""
    end = time.monotonic() + within_s
    while not (seen := look()):
        assert time.monotonic() < end, f"not within {within_s} s; last seen: {seen!r}"
        await asyncio.sleep(0.02)
    return seen


@contextmanager
def running_graph(
    webhook_base: str, *, allow_origin: str = "null", pictures: str = "https://shop.example", state: Path | None = None
) -> Iterator[Graph]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "sandbox.graph", "--port", str(port), "--webhook-base", webhook_base]
    command += ["--app-secret", APP_SECRET, "--token", TOKEN, "--phone-number-id", NUMBER_ID]
    command += ["--page-token", PAGE_TOKEN, "--page-id", PAGE_ID]
    command += ["--instagram-token", INSTAGRAM_TOKEN, "--instagram-id", INSTAGRAM_ID]
    command += ["--catalog", str(ROOT / "catalog"), "--pictures", pictures]
    command += ["--allow-origin", allow_origin, *(["--state", str(state)] if state else [])]
    process = subprocess.Popen(command, cwd=ROOT)
    graph = Graph(f"http://127.0.0.1:{port}")
    try:
        eventually(lambda: _is_up(graph.url) or process.poll() is not None, within_s=30)
        assert process.poll() is None, "the stand-in did not start"
        yield graph
    finally:
        process.terminate()
        process.wait(10)


def _is_up(url: str) -> bool:
    try:
        return HTTP.get(f"{url}/_sim/phones").is_success
    except httpx.TransportError:
        return False


@contextmanager
def open_shop() -> Iterator[Shop]:
    shop = Shop()

    class Webhook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            self.send_response(shop.take(body, self.headers.get("x-hub-signature-256") or ""))
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Webhook)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    shop.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield shop
    finally:
        server.shutdown()
        server.server_close()
