"""Whatever platforms send: no exception, no 5xx, every turn handed over, nothing else taken for one.

The bodies are recordings that other projects published; they lie beside the repository and are not ours to copy. Where
they are absent this skips, and the bodies in `tests/payloads`, which we wrote, hold the channels alone.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.webhooks.gateway import Gateway, as_json

SHARED = Path(__file__).parents[3] / "shared" / "payloads"

pytestmark = pytest.mark.skipif(not SHARED.exists(), reason="the recorded payloads of other projects are not here")

NOT_A_TURN = (
    "echo", "status", "reaction", "message/reaction", "message/system", "message/revoke", "message/edit", "read",
    "delivery", "event(unwrapped)/echo", "event(unwrapped)/read", "event(unwrapped)/delivery",
    "event(unwrapped)/reaction", "event(unwrapped)/pass_thread_control", "smb_message_echoes", "user_preferences",
    "user_id_update", "account_update", "message_template", "template_category", "phone_number", "group_", "calls",
    "unknown_field", "call/completed", "message/interactive/call_permission_reply",
)  # fmt: skip
A_TURN = ("message/", "event(unwrapped)/message/", "postback", "event(unwrapped)/postback")
NO_WORDS_OF_A_CUSTOMER = ("reaction", "system", "edit", "revoke", "ephemeral", "request_welcome")


@dataclass(frozen=True)
class Recording:
    name: str
    kind: str
    channel: str

    @property
    def raw(self) -> bytes:
        return (SHARED / self.name).read_bytes()

    @property
    def value(self) -> Any:
        """The JSON, in the envelope that its platform puts around single events."""
        value = json.loads(self.raw)
        if not self.kind.startswith("event(unwrapped)"):
            return value
        kind = "instagram" if self.channel == "instagram" else "page"
        return {"object": kind, "entry": [{"id": "888", "time": 1, "messaging": [value]}]}

    @property
    def turns(self) -> int | None:
        """How many turns are in it, counted from the JSON by Meta's reference; None where projects disagree."""
        if self.kind.startswith(NOT_A_TURN):
            return 0
        if not self.kind.startswith(A_TURN):
            return None
        return len(set(_turns_in(self.value)))


def _turns_in(value: Any) -> Iterator[str]:
    """The id of every customer's message in a body of Meta's."""
    for entry in value["entry"]:
        for change in entry.get("changes", []):
            for message in change["value"].get("messages", []):
                if message.get("type") not in NO_WORDS_OF_A_CUSTOMER:
                    yield message["id"]
        for event in entry.get("messaging", []):
            message = event.get("message", {})
            if "sender" in event and not message.get("is_echo") and (message or "postback" in event):
                yield message.get("mid") or json.dumps(event)


def recordings(*channels: str) -> list[Recording]:
    if not SHARED.exists():
        return []
    with (SHARED / "INDEX.tsv").open() as index:
        rows = [Recording(row["file"], row["kind"], row["channel"]) for row in csv.DictReader(index, delimiter="\t")]
    sent_by_us = ("outbound", "response", "api_response", "signature")
    return [row for row in rows if row.channel in channels and not row.kind.startswith(sent_by_us)]


META = recordings("whatsapp", "messenger", "instagram")


def send(gateway: Gateway, recording: Recording, body: bytes) -> None:
    answer = gateway.meta(recording.channel, body)
    assert answer.status_code < 500, f"{recording.name}: {answer.status_code} {answer.text}"


@pytest.mark.parametrize("recording", META, ids=lambda each: each.name)
def test_every_turn_of_metas_platforms_is_handed_over_and_nothing_else(gateway: Gateway, recording: Recording) -> None:
    before = gateway.turns()
    answer = gateway.meta(recording.channel, as_json(_with_own_ids(recording.value, recording.name)))
    assert answer.status_code == 200, answer.text
    if recording.turns is not None:
        assert gateway.turns() - before == recording.turns, recording.kind


def _with_own_ids(value: Any, name: str) -> Any:
    """The same with ids and times of its own: two projects recorded the same examples of Meta's pages."""
    if isinstance(value, list):
        return [_with_own_ids(inner, name) for inner in value]
    if not isinstance(value, dict):
        return value
    own = {key: _with_own_ids(inner, name) for key, inner in value.items()}
    for key, inner in value.items():
        if key == "mid" or (key == "id" and str(inner).startswith("wamid")):
            own[key] = f"{inner}.{name}"
        elif key == "timestamp" and isinstance(inner, int):
            own[key] = inner + crc32(name.encode()) % 1_000_000
    return own


# -- broken in every way -----------------------------------------------------------------------------------------------


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of everything in a JSON value."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from places(each, (*path, key))


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


ODD = st.sampled_from(
    [None, True, 0, -1, 1.5, 10**30, "", "x", "\x00", "👩‍👩‍👧", [], {}, [None], [[]], {"": {}}, "9" * 400, {"id": 5}]
)
LOOSE = settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))


@LOOSE
@given(data=st.data())
def test_a_body_with_anything_anywhere_is_answered_without_failing(gateway: Gateway, data: st.DataObject) -> None:
    recording = data.draw(st.sampled_from(META))
    value = recording.value
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(list(places(value))))
        value = replaced(value, path, data.draw(ODD))
    send(gateway, recording, as_json(value))


@LOOSE
@given(data=st.data())
def test_a_body_that_is_cut_short_or_garbled_is_answered_without_failing(gateway: Gateway, data: st.DataObject) -> None:
    recording = data.draw(st.sampled_from(META))
    body = as_json(recording.value)
    cut = body[: data.draw(st.integers(0, len(body)))]
    send(gateway, recording, cut + data.draw(st.binary(max_size=8)))


def test_none_of_it_raised_inside(gateway: Gateway) -> None:
    for recording in META:
        send(gateway, recording, recording.raw)
    assert gateway.failures() == []


# -- Twilio and mail ---------------------------------------------------------------------------------------------------

SMS, CALLS, MAIL = recordings("twilio_sms"), recordings("twilio_voice"), recordings("email")
MACHINES = ("auto_reply",)


@pytest.mark.parametrize("recording", SMS, ids=lambda each: each.name)
def test_every_text_message_of_twilio_is_handed_over_and_nothing_else(gateway: Gateway, recording: Recording) -> None:
    before = gateway.turns()
    form = {**recording.value, "MessageSid": f"SM{crc32(recording.name.encode()):032x}"}
    form.pop("SmsMessageSid", None)
    path = "/webhooks/twilio/status" if recording.kind.startswith("status") else "/webhooks/twilio/sms"
    assert gateway.twilio(path, form).status_code == 204
    assert gateway.turns() - before == (0 if recording.kind.startswith("status") else 1)


@pytest.mark.parametrize("recording", CALLS, ids=lambda each: each.name)
def test_every_step_of_a_call_is_answered_with_twiml(gateway: Gateway, recording: Recording) -> None:
    answer = gateway.twilio("/webhooks/twilio/voice", recording.value)
    assert answer.status_code == 200
    assert answer.text.startswith("<?xml")


@pytest.mark.parametrize("recording", MAIL, ids=lambda each: each.name)
def test_every_mail_of_a_person_is_handed_over_and_none_of_a_machine(gateway: Gateway, recording: Recording) -> None:
    before = gateway.turns()
    kind = "message/rfc822" if recording.name.endswith(".eml") else "application/json"
    # Several recordings were made from one mail and share its Message-ID.
    own_id = f"\\g<1>{crc32(recording.name.encode())}.".encode()
    answer = gateway.mail(re.sub(rb"(?im)^(message-id:\s*<)", own_id, recording.raw), kind)
    assert answer.status_code < 500, answer.text
    if any(word in recording.kind for word in MACHINES):
        assert gateway.turns() == before
    elif recording.name.endswith(".eml"):
        assert gateway.turns() == before + 1


@settings(LOOSE, max_examples=150)
@given(data=st.data())
def test_a_form_with_anything_in_it_is_answered_without_failing(gateway: Gateway, data: st.DataObject) -> None:
    recording = data.draw(st.sampled_from([*SMS, *CALLS]))
    form = {name: str(value) for name, value in recording.value.items()}
    for _ in range(data.draw(st.integers(1, 4))):
        name = data.draw(st.sampled_from([*form, "MediaUrl0", "Latitude", "ButtonPayload", "OptOutType", "CallStatus"]))
        form[name] = data.draw(st.text(max_size=20) | st.sampled_from(["", "-1", "99999999999", "\x00", "a" * 5000]))
    path = data.draw(st.sampled_from(["/webhooks/twilio/sms", "/webhooks/twilio/status", "/webhooks/twilio/voice"]))
    answer = gateway.twilio(path, form)
    assert answer.status_code < 500, f"{path} {form}: {answer.status_code} {answer.text}"


@settings(LOOSE, max_examples=150)
@given(data=st.data())
def test_a_mail_that_is_cut_or_garbled_is_answered_without_failing(gateway: Gateway, data: st.DataObject) -> None:
    recording = data.draw(st.sampled_from(MAIL))
    raw = recording.raw
    at = data.draw(st.integers(0, len(raw)))
    body = raw[:at] + data.draw(st.binary(max_size=12)) + (raw[at + 3 :] if data.draw(st.booleans()) else b"")
    kind = data.draw(st.sampled_from(["message/rfc822", "application/json", "multipart/form-data; boundary=x", ""]))
    assert gateway.mail(body, kind).status_code < 500


def test_none_of_twilios_or_the_mails_raised_inside(gateway: Gateway) -> None:
    for recording in MAIL:
        gateway.mail(recording.raw)
    assert gateway.failures() == []
