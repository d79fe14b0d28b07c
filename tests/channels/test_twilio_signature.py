"""Twilio's signature: its own examples pass, so do blank and repeated fields, and nothing else does."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path
from urllib.parse import urlencode

import pytest

from bot.channels import twilio
from bot.channels.base import Received, SignatureRefused
from tests.support.twilio_webhooks import PUBLIC, TOKEN, signature, webhook

VECTORS = Path(__file__).parents[3] / "shared/payloads/twilio-python/signature-vectors.json"
FORM = "application/x-www-form-urlencoded"


def verified(received: Received, token: str = TOKEN) -> bool:
    try:
        twilio.verify([token], received, "sms")
    except SignatureRefused:
        return False
    return True


def form(url: str, pairs: list[tuple[str, str]], signed: str) -> Received:
    return Received(url, {"content-type": FORM, "x-twilio-signature": signed}, urlencode(pairs).encode())


def signed_json(url: str, body: bytes, token: str = TOKEN) -> Received:
    whole = f"{url}?bodySHA256={hashlib.sha256(body).hexdigest()}"
    mac = hmac.new(token.encode(), whole.encode(), hashlib.sha1).digest()
    headers = {"content-type": "application/json", "x-twilio-signature": base64.b64encode(mac).decode()}
    return Received(whole, headers, body)


@pytest.mark.skipif(not VECTORS.exists(), reason="Twilio's own examples do not lie beside this repository.")
def test_twilio_s_own_examples_pass() -> None:
    shared = json.loads(VECTORS.read_text())
    checked = 0
    for vector in shared["vectors"]:
        if "signature" in vector:
            pairs = [tuple(pair) for pair in vector.get("params_list") or vector["params"].items()]
            assert verified(form(vector["url"], pairs, vector["signature"]), shared["token"]), vector
            assert not verified(form(vector["url"], pairs[1:], vector["signature"]), shared["token"])
            checked += 1
        else:
            assert hashlib.sha256(vector["body"].encode()).hexdigest() == vector["bodySHA256"]
            assert verified(signed_json(PUBLIC, vector["body"].encode()))
            checked += 1
    assert checked == len(shared["vectors"])


def test_blank_fields_are_signed_too() -> None:
    assert verified(webhook("/webhooks/twilio/sms", {"Body": "hi", "ToCity": "", "FromZip": ""}))


def test_a_field_that_comes_twice_is_signed_with_both_values_sorted_and_each_once() -> None:
    pairs = [("Digits", "5678"), ("Digits", "1234"), ("Digits", "1234"), ("CallSid", "CA1")]
    assert verified(webhook("/webhooks/twilio/voice", pairs))


def test_a_field_that_nobody_has_heard_of_is_signed_too() -> None:
    genuine = webhook("/webhooks/twilio/sms", {"Body": "hi", "NewIn2027": "x"})
    assert verified(genuine)
    assert not verified(Received(genuine.url, genuine.headers, b"Body=hi"))


def test_letters_of_every_script_and_emoji_pass() -> None:
    assert verified(webhook("/webhooks/twilio/sms", {"Body": "żółw नमस्ते 👩‍👩‍👧 + & = %"}))


def test_the_query_of_the_address_is_signed() -> None:
    genuine = webhook("/webhooks/twilio/status?ref=souk-7", {"MessageSid": "SM1", "MessageStatus": "sent"})
    assert verified(genuine)
    assert not verified(Received(genuine.url.replace("souk-7", "souk-8"), genuine.headers, genuine.body))


@pytest.mark.parametrize("signed_as", ["https://shop.example.com", "https://shop.example.com:443"])
def test_the_default_port_may_be_in_the_signed_address_or_not(signed_as: str) -> None:
    pairs = [("Body", "hi")]
    signed = signature(f"{signed_as}/webhooks/twilio/sms", pairs)
    assert verified(form("https://shop.example.com/webhooks/twilio/sms", pairs, signed))


def test_a_body_of_json_passes_by_its_digest_in_the_address() -> None:
    genuine = signed_json(f"{PUBLIC}/webhooks/twilio/status", b'{"a": "\xc3\xa9"}')
    assert verified(genuine)
    assert not verified(Received(genuine.url, genuine.headers, b'{"a": "e"}'))


@pytest.mark.parametrize("content_type", [FORM, "application/json", ""])
@pytest.mark.parametrize("body", [b"Body=hi", b"", b"\xff\xfe", b"{}"])
@pytest.mark.parametrize("signed", ["", "x", "RSOYDt4T1cUTdK1PDd93/VVr8B8=", "\u00e9"])
def test_what_is_not_signed_is_refused(content_type: str, body: bytes, signed: str) -> None:
    headers = {"content-type": content_type, **({"x-twilio-signature": signed} if signed else {})}
    assert not verified(Received(f"{PUBLIC}/webhooks/twilio/sms", headers, body))


def test_another_account_s_token_is_refused_and_any_of_ours_passes() -> None:
    foreign = webhook("/webhooks/twilio/sms", {"Body": "hi"}, token="another")
    assert not verified(foreign)
    twilio.verify([TOKEN, "another"], foreign, "sms")


def test_without_any_token_nothing_passes() -> None:
    with pytest.raises(SignatureRefused):
        twilio.verify([], webhook("/webhooks/twilio/sms", {"Body": "hi"}), "sms")


def test_a_post_to_another_address_is_refused() -> None:
    genuine = webhook("/webhooks/twilio/sms", {"Body": "hi"})
    assert not verified(Received(genuine.url.replace("shop.", "evil."), genuine.headers, genuine.body))
