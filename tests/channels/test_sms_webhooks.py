"""Twilio's three addresses by the front door: what is signed is kept, what is not is refused and leaves nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from sanic import Sanic
from sqlalchemy import text

from bot.api import install_errors
from bot.calls import Calls
from bot.channels.sms import Sms
from bot.channels.voice import Voice
from bot.intake import Intake
from bot.webhooks.twilio import sms_webhooks, status_webhooks, voice_webhooks
from tests.support.counter import Counter, free_socket, open_counter, serving
from tests.support.twilio_webhooks import NUMBER, PUBLIC, accounts, signature

SMS = {"MessageSid": "SM1", "From": "+15550107001", "To": NUMBER, "Body": "hi", "NumMedia": "0", "ToCity": ""}
CALL = {"CallSid": "CA1", "From": "+15550107001", "To": NUMBER, "CallStatus": "ringing", "FromCity": ""}
TABLES = ("inbox", "contacts", "conversations", "messages")


class Door:
    """The addresses on a port of this machine; the public address is another, as behind a proxy."""

    def __init__(self, counter: Counter, url: str) -> None:
        self.counter = counter
        self.url = url

    async def post(self, path: str, form: dict[str, str], signed: str | None = None) -> httpx.Response:
        headers = {"content-type": "application/x-www-form-urlencoded"}
        headers["x-twilio-signature"] = signature(PUBLIC + path, form.items()) if signed is None else signed
        async with httpx.AsyncClient(timeout=30) as client:
            return await client.post(self.url + path, content=urlencode(form), headers=headers)

    async def written(self) -> int:
        async with self.counter.db.read() as tx:
            return sum([(await tx.execute(text(f"SELECT count(*) FROM {each}"))).scalar_one() for each in TABLES])


@pytest.fixture
async def door(tmp_path: Path, queue_url: str) -> AsyncIterator[Door]:
    async with open_counter(tmp_path, queue_url) as counter:
        voice = Voice(accounts=accounts("voice"), clock=counter.clock)
        sms = Sms(accounts=accounts("sms"), api_url="https://api.twilio.com", public_url=PUBLIC,
                  client=httpx.AsyncClient(), clock=counter.clock)  # fmt: skip
        calls = Calls(db=counter.db, live=counter.live, outbox=counter.outbox, clock=counter.clock,
                      keep=counter.inbox.store, accounts=accounts("voice"), shop="Souk")  # fmt: skip
        app = Sanic("twilio-door", configure_logging=False)
        install_errors(app)
        intake = Intake(counter.inbox, None, {})
        app.blueprint(sms_webhooks(intake=intake, channel=sms, public_url=PUBLIC))
        app.blueprint(voice_webhooks(calls=calls, voice=voice, public_url=PUBLIC))
        app.blueprint(status_webhooks(intake=intake, sms=sms, voice=voice, calls=calls, public_url=PUBLIC))
        listening, url = free_socket()
        async with serving(app, listening):
            yield Door(counter, url)
        Sanic._app_registry.pop("twilio-door", None)


async def test_a_signed_text_is_kept_once_and_answered_with_nothing(door: Door) -> None:
    for _ in range(3):
        answer = await door.post("/webhooks/twilio/sms", SMS)
        assert (answer.status_code, answer.content) == (204, b"")
    async with door.counter.db.read() as tx:
        assert (await tx.execute(text("SELECT count(*) FROM inbox"))).scalar_one() == 1


async def test_a_signed_call_is_answered_with_twiml_at_the_public_address(door: Door) -> None:
    answer = await door.post("/webhooks/twilio/voice", CALL)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/xml")
    assert f'action="{PUBLIC}/webhooks/twilio/voice?do=hear' in answer.text


@pytest.mark.parametrize("path", ["/webhooks/twilio/sms", "/webhooks/twilio/voice", "/webhooks/twilio/status"])
@pytest.mark.parametrize("form", [SMS, CALL])
@pytest.mark.parametrize("signed", ["", "bm90IHNpZ25lZA=="])
async def test_what_is_not_signed_is_refused_and_nothing_is_written(
    door: Door, path: str, form: dict[str, str], signed: str
) -> None:
    answer = await door.post(path, form, signed)
    assert answer.status_code == 401
    assert await door.written() == 0


async def test_a_signature_over_the_machine_s_own_address_is_refused(door: Door) -> None:
    signed = signature(f"{door.url}/webhooks/twilio/sms", SMS.items())
    assert (await door.post("/webhooks/twilio/sms", SMS, signed)).status_code == 401


async def test_a_step_of_a_call_cannot_be_changed_on_the_way(door: Door) -> None:
    signed = signature(f"{PUBLIC}/webhooks/twilio/voice?do=hear&turn=1", CALL.items())
    answer = await door.post("/webhooks/twilio/voice?do=hear&turn=2", CALL, signed)
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/webhooks/twilio/sms", {"x": ""}),
        ("/webhooks/twilio/sms", {**CALL}),
        ("/webhooks/twilio/voice", {**SMS}),
        ("/webhooks/twilio/voice?do=wait&turn=7&heard=99999999999999999999", CALL),
        ("/webhooks/twilio/voice?do=hear&turn=-1&heard=x", CALL),
        ("/webhooks/twilio/status?ref=souk-1", {"MessageSid": "SM9", "MessageStatus": "in_orbit"}),
        ("/webhooks/twilio/status", {**CALL, "CallStatus": "completed", "CallDuration": "x"}),
    ],
)
async def test_whatever_else_twilio_signs_is_no_fault_of_ours(door: Door, path: str, form: dict[str, str]) -> None:
    assert (await door.post(path, form)).status_code < 500
