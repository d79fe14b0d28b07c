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
    """The shop's webhook: keeps what it takes, in order.

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

    def values(self) -> list[dict[str, Any]]:
        return [json.loads(body)["entry"][0]["changes"][0]["value"] for body in self.taken]

    def messages_of(self, wa_id: str) -> list[dict[str, Any]]:
        return [m for value in self.values() for m in value.get("messages", []) if m["from"] == wa_id]

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

    def sent_to(self, wa_id: str) -> list[dict[str, Any]]:
        everything = HTTP.get(f"{self.url}/_sim/sent").json()["sent"]
        return [one["body"] for one in everything if wa_id in (one["body"].get("to"), one["body"].get("recipient"))]

    def turn(self, **knobs: Any) -> None:
        HTTP.post(f"{self.url}/_sim/knobs", json=knobs).raise_for_status()

    def has_phone(self, wa_id: str, name: str) -> None:
        HTTP.post(f"{self.url}/_sim/phones", json={"wa_id": wa_id, "name": name}).raise_for_status()

    def on_phone(self, wa_id: str, act: dict[str, Any]) -> httpx.Response:
        return HTTP.post(f"{self.url}/_sim/phones/{wa_id}/send", json=act)

    def writes(self, wa_id: str, words: str) -> str:
        answer = self.on_phone(wa_id, {"text": words})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["id"])

    def thread(self, wa_id: str) -> dict[str, Any]:
        answer: dict[str, Any] = HTTP.get(f"{self.url}/_sim/phones/{wa_id}/thread").json()
        return answer

    def state_of(self, wa_id: str, message_id: str) -> str:
        return str(next(b["state"] for b in self.thread(wa_id)["bubbles"] if b["id"] == message_id))


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
def running_graph(webhook_url: str, *, allow_origin: str = "null", state: Path | None = None) -> Iterator[Graph]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "sandbox.graph", "--port", str(port), "--webhook-url", webhook_url]
    command += ["--app-secret", APP_SECRET, "--token", TOKEN, "--phone-number-id", NUMBER_ID]
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
    shop.url = f"http://127.0.0.1:{server.server_port}/webhooks/whatsapp"
    try:
        yield shop
    finally:
        server.shutdown()
        server.server_close()
