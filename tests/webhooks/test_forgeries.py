"""What Meta, Twilio or the mail's sender did not sign is refused at every door, and leaves nothing behind."""

from __future__ import annotations

import hashlib
import hmac
import json
import time

import pytest

from tests.webhooks.gateway import FORM, JSON, MAIL_SECRET, SECRET, TOKEN, Gateway, as_json

META = ["whatsapp", "messenger", "instagram"]


def body(channel: str, key: str) -> bytes:
    """A customer's message with letters that Meta escapes."""
    if channel == "whatsapp":
        message = {"from": "15551230000", "id": f"wamid.{key}", "timestamp": "1", "type": "text"}
        value = {"metadata": {"phone_number_id": "777"}, "messages": [{**message, "text": {"body": "à bientôt 👋"}}]}
        entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
        return as_json({"object": "whatsapp_business_account", "entry": [entry]})
    event = {"sender": {"id": "5"}, "recipient": {"id": "888"}, "timestamp": 1, "message": {"mid": key, "text": "à 👋"}}
    kind = "instagram" if channel == "instagram" else "page"
    return as_json({"object": kind, "entry": [{"id": "888", "time": 1, "messaging": [event]}]})


def digest(raw: bytes, secret: str = SECRET, method: str = "sha256") -> str:
    return hmac.new(secret.encode(), raw, method).hexdigest()


def forgeries(raw: bytes) -> dict[str, dict[str, str]]:
    return {
        "nothing": {},
        "empty": {"x-hub-signature-256": ""},
        "the digest without its name": {"x-hub-signature-256": digest(raw)},
        "another app's secret": {"x-hub-signature-256": f"sha256={digest(raw, 'another')}"},
        "an empty secret": {"x-hub-signature-256": f"sha256={digest(raw, '')}"},
        "SHA-1 alone, the old way": {"x-hub-signature": f"sha1={digest(raw, method='sha1')}"},
        "SHA-1 in the new header": {"x-hub-signature-256": f"sha1={digest(raw, method='sha1')}"},
        "another digest": {"x-hub-signature-256": f"md5={digest(raw, method='md5')}"},
        "a digest that does not exist": {"x-hub-signature-256": f"sha0={digest(raw)}"},
        "letters beyond ASCII": {"x-hub-signature-256": "sha256=é" + digest(raw)},
        "cut short": {"x-hub-signature-256": f"sha256={digest(raw)[:-2]}"},
        "the right one of other bytes": {"x-hub-signature-256": f"sha256={digest(raw + b' ')}"},
    }


@pytest.mark.parametrize("channel", META)
@pytest.mark.parametrize("forgery", list(forgeries(b"")))
def test_what_meta_did_not_sign_is_refused(gateway: Gateway, channel: str, forgery: str) -> None:
    raw = body(channel, f"forged-{forgery}")
    before = gateway.turns()
    headers = {name: value.encode() for name, value in forgeries(raw)[forgery].items()}
    assert gateway.post(f"/webhooks/{channel}", raw, {**JSON, **headers}).status_code == 401
    assert gateway.turns() == before


@pytest.mark.parametrize("channel", META)
def test_a_body_that_was_written_anew_on_the_way_is_refused(gateway: Gateway, channel: str) -> None:
    raw = body(channel, "anew")
    again = json.dumps(json.loads(raw), ensure_ascii=False).encode()
    signed = {"x-hub-signature-256": f"sha256={digest(raw)}"}
    before = gateway.turns()
    assert gateway.post(f"/webhooks/{channel}", again, {**JSON, **signed}).status_code == 401
    assert gateway.turns() == before
    assert gateway.post(f"/webhooks/{channel}", raw, {**JSON, **signed}).status_code == 200
    assert gateway.turns() == before + 1


@pytest.mark.parametrize("path", ["/webhooks/twilio/sms", "/webhooks/twilio/voice", "/webhooks/twilio/status"])
@pytest.mark.parametrize("signature", ["", "bm8=", hmac.new(TOKEN.encode(), b"", hashlib.sha1).hexdigest()])
def test_what_twilio_did_not_sign_is_refused(gateway: Gateway, path: str, signature: str) -> None:
    before = gateway.turns()
    form = b"MessageSid=SM1&From=%2B15550000001&To=%2B15550100001&Body=hi&CallSid=CA1"
    answer = gateway.post(path, form, {**FORM, "x-twilio-signature": signature})
    assert answer.status_code in (401, 403)
    assert gateway.turns() == before


def test_a_blank_field_is_part_of_what_twilio_signed(gateway: Gateway) -> None:
    before = gateway.turns()
    form = {"MessageSid": "SMblank", "From": "+15550000001", "To": "+15550100001", "Body": "hi", "ToCity": ""}
    assert gateway.twilio("/webhooks/twilio/sms", form).status_code == 204
    assert gateway.turns() == before + 1


def test_a_mail_that_was_signed_too_long_ago_or_by_nobody_is_refused(gateway: Gateway) -> None:
    mail = b"From: maya@example.org\r\nTo: hello@shop.example\r\nMessage-ID: <forged@x>\r\n\r\nhi\r\n"
    before = gateway.turns()
    long_ago = str(int(time.time()) - 3600)
    old = hmac.new(MAIL_SECRET.encode(), f"{long_ago}.".encode() + mail, hashlib.sha256).hexdigest()
    for header in ("", "t=1,sha256=00", f"t={long_ago},sha256={old}"):
        headers = {"content-type": "message/rfc822", "x-souk-signature-256": header}
        assert gateway.post("/webhooks/email", mail, headers).status_code == 401
    assert gateway.turns() == before
