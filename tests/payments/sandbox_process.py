"""The sandbox of Stripe as tests meet it: a process of its own, and a receiver of webhooks."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

API_KEY = "sk_test_counterInTheChat"
WEBHOOK_SECRET = "whsec_onlyForTests"
ROOT = Path(__file__).parents[2]
HTTP = httpx.Client(timeout=30)
"""One for all: making a client costs more than most of these tests."""


@dataclass
class Received:
    body: bytes
    signature: str

    @property
    def event(self) -> Any:
        return json.loads(self.body)


@dataclass
class Receiver:
    """The shop's webhook: keeps what it gets and says 200.

    `answers` holds, by a word in the body, what it says instead at first.
    """

    url: str = ""
    posts: list[Received] = field(default_factory=list)
    answers: dict[str, list[int]] = field(default_factory=dict)

    def take(self, body: bytes, signature: str) -> int:
        self.posts.append(Received(body, signature))
        waiting = [answers for word, answers in self.answers.items() if answers and word in body.decode()]
        return waiting[0].pop(0) if waiting else 200

    def about(self, word: str) -> list[Received]:
        return [post for post in self.posts if word in post.body.decode()]

    def wait_for(self, kind: str, id_: str, *, count: int = 1) -> list[Received]:
        """The deliveries of events of `kind` that tell of `id_`, once there are `count`."""
        return eventually(lambda: _enough([p for p in self.about(id_) if p.event["type"] == kind], count))


@dataclass
class Sandbox:
    url: str
    receiver: Receiver
    process: subprocess.Popen[bytes]

    @property
    def api_url(self) -> str:
        return self.url

    def control(self, path: str, change: dict[str, Any] | None = None, *, method: str | None = None) -> Any:
        headers = {"authorization": f"Bearer {API_KEY}"}
        method = method or ("GET" if change is None else "POST")
        answer = HTTP.request(method, f"{self.url}/_sandbox/{path}", json=change, headers=headers)
        answer.raise_for_status()
        return answer.json()

    def turn(self, **knobs: Any) -> None:
        self.control("knobs", knobs)

    def advance(self, seconds: int) -> None:
        self.control("clock", {"advance_s": seconds})

    def set_clock(self, now: datetime) -> None:
        self.control("clock", {"now": int(now.timestamp())})

    def rest(self) -> None:
        self.control("knobs", method="DELETE")
        self.advance(-self.control("clock")["ahead_s"])


def eventually(look: Callable[[], Any], within_s: float = 15) -> Any:
    """What `look` gives once it gives something true. Fails with what it gave last."""
    end = time.monotonic() + within_s
    while not (seen := look()):
        assert time.monotonic() < end, f"not within {within_s} s; last seen: {seen!r}"
        time.sleep(0.02)
    return seen


@contextmanager
def running_sandbox(state: Path | None = None) -> Iterator[Sandbox]:
    receiver = Receiver()
    port = _free_port()
    with serving_webhook(receiver) as receiver.url:
        process = _start(port, receiver.url, state)
        try:
            yield Sandbox(f"http://127.0.0.1:{port}", receiver, process)
        finally:
            process.terminate()
            process.wait(10)


def _start(port: int, webhook_url: str, state: Path | None) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "sandbox.stripe", "--port", str(port), "--webhook-url", webhook_url]
    command += ["--webhook-secret", WEBHOOK_SECRET, "--api-key", API_KEY]
    command += ["--state", str(state)] if state else []
    process = subprocess.Popen(command, cwd=ROOT)
    eventually(lambda: _is_up(port) or process.poll() is not None, within_s=30)
    assert process.poll() is None, "the sandbox did not start"
    return process


def _is_up(port: int) -> bool:
    try:
        return HTTP.get(f"http://127.0.0.1:{port}/_sandbox/healthz").is_success
    except httpx.TransportError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving_webhook(receiver: Receiver) -> Iterator[str]:
    """The receiver behind an address of its own."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _webhook(receiver))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class _Quiet(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def read_body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("content-length") or 0))

    def send(self, status: int) -> None:
        with suppress(ConnectionError):  # the caller had waited long enough
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()


def _webhook(receiver: Receiver) -> type[_Quiet]:
    class Webhook(_Quiet):
        def do_POST(self) -> None:
            self.send(receiver.take(self.read_body(), self.headers["stripe-signature"]))

    return Webhook


def _enough(found: list[Received], count: int) -> list[Received]:
    return found if len(found) >= count else []
