"""The sandbox of Stripe as tests meet it: a process of its own, a proxy that lets Stripe's specification judge every
exchange, and a receiver of webhooks.
"""

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
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from tests.payments.stripe_spec import Judge

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

    judge: Judge
    url: str = ""
    posts: list[Received] = field(default_factory=list)
    answers: dict[str, list[int]] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)

    def take(self, body: bytes, signature: str) -> int:
        self.posts.append(Received(body, signature))
        self.complaints += self.judge.event(json.loads(body))
        waiting = [answers for word, answers in self.answers.items() if answers and word in body.decode()]
        return waiting[0].pop(0) if waiting else 200

    def about(self, word: str) -> list[Received]:
        return [post for post in self.posts if word in post.body.decode()]

    def wait_for(self, kind: str, id_: str, *, count: int = 1) -> list[Received]:
        """The deliveries of events of `kind` that tell of `id_`, once there are `count`."""
        return eventually(lambda: _enough([p for p in self.about(id_) if p.event["type"] == kind], count))


@dataclass
class Sandbox:
    """`api_url` leads through the judge; `url` is the process itself."""

    url: str
    api_url: str
    receiver: Receiver
    process: subprocess.Popen[bytes]
    complaints: list[str]

    def control(self, path: str, change: dict[str, Any] | None = None) -> Any:
        headers = {"authorization": f"Bearer {API_KEY}"}
        method = "GET" if change is None else "POST"
        answer = HTTP.request(method, f"{self.url}/_sandbox/{path}", json=change, headers=headers)
        answer.raise_for_status()
        return answer.json()

    def turn(self, **knobs: Any) -> None:
        self.control("knobs", knobs)

    def advance(self, seconds: int) -> None:
        self.control("clock", {"advance_s": seconds})

    def rest(self) -> None:
        counts = dict.fromkeys(("api_fail_next", "api_drop_answer_next", "api_latency_s"), 0)
        faults = dict.fromkeys(("webhook_duplicates", "webhook_twins", "webhook_delay_s", "webhook_drop_next"), 0)
        self.turn(**counts, **faults, webhook_shuffle=False, api_fail_after_work=False, api_fail_status=500)
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
    judge = Judge()
    receiver = Receiver(judge)
    port = _free_port()
    complaints: list[str] = []
    with (
        _serving(_webhook(receiver)) as receiver.url,
        _serving(_judging_proxy(f"http://127.0.0.1:{port}", judge, complaints)) as api_url,
    ):
        process = _start(port, receiver.url, state)
        try:
            yield Sandbox(f"http://127.0.0.1:{port}", api_url, receiver, process, complaints)
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
def _serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
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

    def send(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        with suppress(ConnectionError):  # the caller had waited long enough
            self._send(status, body, headers)

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None) -> None:
        self.send_response(status)
        for name, value in {"content-length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _webhook(receiver: Receiver) -> type[_Quiet]:
    class Webhook(_Quiet):
        def do_POST(self) -> None:
            self.send(receiver.take(self.read_body(), self.headers["stripe-signature"]))

    return Webhook


def _judging_proxy(upstream: str, judge: Judge, complaints: list[str]) -> type[_Quiet]:
    class Proxy(_Quiet):
        def do_GET(self) -> None:
            self._pass_on()

        def do_POST(self) -> None:
            self._pass_on()

        def _pass_on(self) -> None:
            body, parts = self.read_body(), urlsplit(self.path)
            headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
            try:
                answer = HTTP.request(self.command, upstream + self.path, content=body, headers=headers)
            except httpx.TransportError:
                self.close_connection = True
                return
            if answer.status_code == 200:
                form = body.decode() if self.command == "POST" else parts.query
                complaints.extend(judge.request(self.command, parts.path, form))
            complaints.extend(judge.answer(self.command, parts.path, answer.status_code, answer.json()))
            kept = {n: v for n, v in answer.headers.items() if n not in ("content-length", "connection", "keep-alive")}
            self.send(answer.status_code, answer.content, kept)

    return Proxy


def _enough(found: list[Received], count: int) -> list[Received]:
    return found if len(found) >= count else []
