"""The stand-in of Twilio: what it takes and refuses as Twilio does, what it signs, and how it plays a call."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from twilio.request_validator import RequestValidator

from tests.sandbox.graph_process import eventually
from tests.support.counter import free_socket

ROOT = Path(__file__).parents[2]
SID, TOKEN, OURS = "AC1", "token-of-the-tests", "+15550100001"
_numbers = count(15550300001)


def new_number() -> str:
    return f"+{next(_numbers)}"


@dataclass
class Shop:
    """The shop's webhooks: keeps what Twilio's own library finds signed; answers calls with the next of `documents`."""

    url: str = ""
    taken: list[dict[str, str]] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)

    def take(self, path: str, body: str, signed: str) -> tuple[int, str]:
        form = dict(parse_qsl(body, keep_blank_values=True))
        if not RequestValidator(TOKEN).validate(self.url + path, form, signed):
            return 401, ""
        self.taken.append({**form, "path": path})
        return 200, self.documents.pop(0) if path.startswith("/webhooks/twilio/voice") and self.documents else ""


@dataclass
class Twilio:
    url: str
    shop: Shop

    def send(
        self, to: str, body: str = "Hello", *, auth: tuple[str, str] = (SID, TOKEN), **more: str
    ) -> httpx.Response:
        form = {
            "To": to,
            "From": OURS,
            "Body": body,
            "StatusCallback": f"{self.shop.url}/webhooks/twilio/status?ref=r1",
        }
        return httpx.post(
            f"{self.url}/2010-04-01/Accounts/{SID}/Messages.json", data={**form, **more}, auth=auth, timeout=30
        )

    def sim(self, path: str, told: Any) -> dict[str, Any]:
        answer: dict[str, Any] = httpx.post(f"{self.url}/_sim/{path}", json=told, timeout=30).raise_for_status().json()
        return answer


@pytest.fixture(scope="module")
def twilio() -> Iterator[Twilio]:
    shop = Shop()

    class Webhook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
            status, words = shop.take(self.path, body, self.headers.get("x-twilio-signature") or "")
            self.send_response(status)
            self.end_headers()
            self.wfile.write(words.encode())

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Webhook)
    server.daemon_threads = True
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    shop.url = f"http://127.0.0.1:{server.server_port}"
    probe, url = free_socket()
    probe.close()
    command = [sys.executable, "-m", "sandbox.twilio", "--port", url.rpartition(":")[2], "--webhook-base", shop.url]
    command += ["--account-sid", SID, "--auth-token", TOKEN, "--number", OURS]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        eventually(lambda: _is_up(url), within_s=60)
        yield Twilio(url, shop)
    finally:
        process.terminate()
        process.wait(10)
        server.shutdown()
        server.server_close()


def _is_up(url: str) -> bool:
    try:
        return httpx.get(f"{url}/_sim/phones").is_success
    except httpx.TransportError:
        return False


def test_a_message_is_taken_and_its_states_are_told_signed(twilio: Twilio) -> None:
    number = new_number()
    answer = twilio.send(number)
    assert (answer.status_code, answer.json()["status"]) == (201, "queued")
    sid = answer.json()["sid"]

    def told() -> list[str]:
        return [form["MessageStatus"] for form in twilio.shop.taken if form.get("MessageSid") == sid]

    eventually(lambda: told() == ["queued", "sent", "delivered"])
    assert next(form for form in twilio.shop.taken if form.get("MessageSid") == sid)["path"].endswith("?ref=r1")
    listed = httpx.get(
        f"{twilio.url}/2010-04-01/Accounts/{SID}/Messages.json", params={"To": number}, auth=(SID, TOKEN)
    )
    assert [message["sid"] for message in listed.json()["messages"]] == [sid]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"to": "12"}, 21211),
        ({"to": "+15550309999", "body": ""}, 21602),
        ({"to": "+15550309999", "body": "x" * 1601}, 21617),
        ({"to": "+15550309999", "From": "+15559999999"}, 21606),
        ({"to": "+15550309999", "auth": (SID, "wrong")}, 20003),
    ],
)
def test_what_twilio_refuses_is_refused_with_its_code(twilio: Twilio, asked: dict[str, Any], code: int) -> None:
    assert twilio.send(**asked).json()["code"] == code


def test_after_stop_nothing_is_taken_until_start(twilio: Twilio) -> None:
    number = new_number()
    twilio.sim(f"phones/{number}/send", {"text": "STOP"})
    assert twilio.send(number).json()["code"] == 21610
    twilio.sim(f"phones/{number}/send", {"text": "START"})
    assert twilio.send(number).status_code == 201
    bodies = [form["Body"] for form in twilio.shop.taken if form.get("From") == number]
    assert bodies == ["STOP", "START"]


def test_a_number_may_be_written_as_browsers_write_it(twilio: Twilio) -> None:
    number = new_number()
    twilio.sim(f"phones/%2B{number[1:]}/send", {"text": "hi"})
    assert [form["Body"] for form in twilio.shop.taken if form.get("From") == number] == ["hi"]


def test_knobs_fail_the_next_sends_as_ordered(twilio: Twilio) -> None:
    number = new_number()
    twilio.sim("knobs", {"codes": [20429], "html": 1})
    answers = [twilio.send(number) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 502, 201]


def test_a_call_follows_what_the_shop_answers(twilio: Twilio) -> None:
    address = f"{twilio.shop.url}/webhooks/twilio/voice"
    twilio.shop.documents[:] = [
        f'<Response><Gather action="{address}?do=hear&amp;turn=1" hints="a,b"><Say>Hello</Say></Gather></Response>',
        f"<Response><Say>One moment</Say><Redirect>{address}?do=wait</Redirect></Response>",
        f'<Response><Dial action="{address}?do=dialled"><Queue>souk</Queue></Dial></Response>',
        "<Response><Say>Goodbye</Say><Hangup/></Response>",
    ]
    call = twilio.sim("calls", {})
    assert (call["state"], call["heard"], call["hints"]) == ("listening", ["Hello"], ["a", "b"])
    call = twilio.sim(f"calls/{call['sid']}/say", {"speech": "a person"})
    assert (call["state"], call["queue"]) == ("connected", "souk")
    call = twilio.sim(f"calls/{call['sid']}/queue", {"status": "no-answer"})
    assert (call["state"], call["heard"]) == ("ended", ["Hello", "One moment", "Goodbye"])
    steps = [form for form in twilio.shop.taken if form.get("CallSid") == call["sid"]]
    assert [form["path"].partition("?")[2] for form in steps] == ["", "do=hear&turn=1", "do=wait", "do=dialled", ""]
    assert steps[0]["From"] == "+266696687"
    assert steps[1]["SpeechResult"] == "a person"
    assert (steps[3]["DialCallStatus"], steps[4]["CallStatus"]) == ("no-answer", "completed")
