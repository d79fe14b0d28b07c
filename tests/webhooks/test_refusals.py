"""What is not signed, not whole or not known at the webhooks: a clear answer, nothing written, never a 5xx."""

from __future__ import annotations

import hashlib
import hmac
import json
import time

import httpx
import pytest

from tests.support.phone import Phone, signature
from tests.support.stack import Stack
from tests.support.till import deliver

EVENT = {
    "id": "evt_forged",
    "object": "event",
    "api_version": "2026-05-27.dahlia",
    "created": 1795300000,
    "livemode": False,
    "type": "checkout.session.completed",
    "data": {"object": {"id": "x", "object": "thing"}},
}


def written(stack: Stack) -> dict[str, int]:
    tables = ("inbox", "messages", "conversations", "payment_events")
    return {table: stack.query(f"SELECT count(*) AS n FROM {table}")[0]["n"] for table in tables}


def whatsapp(stack: Stack, body: bytes, **headers: str | bytes) -> httpx.Response:
    raw = [(name.encode(), value if isinstance(value, bytes) else value.encode()) for name, value in headers.items()]
    return httpx.post(f"{stack.url}/webhooks/whatsapp", content=body, headers=raw, timeout=20)


def test_forged_and_missing_signatures_are_refused_and_nothing_is_written(stack: Stack) -> None:
    body = Phone(stack, "15550004001").body({"type": "text", "text": {"body": "hi"}})
    before = written(stack)
    secret = stack.settings.meta_app_secret
    sha1 = "sha1=" + hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()
    reserialised = json.dumps(json.loads(body), separators=(",", ":")).encode()
    answers = [
        whatsapp(stack, body),
        whatsapp(stack, body, **{"x-hub-signature-256": "sha256=" + "0" * 64}),
        whatsapp(stack, body, **{"x-hub-signature-256": signature("another", body)}),
        whatsapp(stack, body, **{"x-hub-signature": sha1}),
        whatsapp(stack, body, **{"x-hub-signature-256": sha1.replace("sha1", "sha256")}),
        whatsapp(stack, reserialised, **{"x-hub-signature-256": signature(secret, body)}),
        whatsapp(stack, body, **{"x-hub-signature-256": "sha256=é".encode()}),
    ]
    assert {answer.status_code for answer in answers} <= {401, 403}
    assert written(stack) == before


def test_forged_old_and_unsigned_stripe_events_are_refused(stack: Stack) -> None:
    before = written(stack)
    answers = [
        httpx.post(f"{stack.url}/webhooks/stripe", json=EVENT, timeout=15),
        deliver(stack, EVENT, secret="whsec_other"),
        deliver(stack, EVENT, at=time.time() - 3600),
        deliver(stack, EVENT, at=time.time() + 3600),
    ]
    assert [answer.status_code for answer in answers] == [401] * 4
    assert written(stack) == before


@pytest.mark.parametrize("body", [b"", b"{", b"null", b"[]", b"\xff\xfe", b'{"entry": 5}', b'{"object":"page"}'])
def test_signed_nonsense_gets_a_clear_answer(stack: Stack, body: bytes) -> None:
    before = written(stack)
    answer = whatsapp(stack, body, **{"x-hub-signature-256": signature(stack.settings.meta_app_secret, body)})
    assert answer.status_code in (200, 400)
    assert written(stack) == before


@pytest.mark.parametrize("path", ["/webhooks/whatsapp", "/webhooks/stripe", "/api/v1/chat/messages"])
def test_ten_megabytes_are_refused_before_they_are_read(stack: Stack, path: str) -> None:
    try:
        answer = httpx.post(f"{stack.url}{path}", content=b"x" * 10_000_000, timeout=20)
    except httpx.TransportError:
        return  # the server may close the door while the rest is still being sent
    assert answer.status_code == 413


def test_types_that_nobody_knows_are_accepted_and_start_nothing(stack: Stack) -> None:
    phone = Phone(stack, "15550004002")
    assert phone.post_body(phone.body({"type": "reaction", "reaction": {"emoji": "👍"}})).status_code == 200
    assert deliver(stack, {**EVENT, "id": "evt_unknown", "type": "galaxy.created"}).status_code == 200
    assert not stack.query("SELECT id FROM conversations WHERE customer = :who", who=phone.wa_id)


def test_metas_handshake_wants_our_token(stack: Stack) -> None:
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444"}
    right = {**asked, "hub.verify_token": stack.settings.meta_verify_token}
    address = f"{stack.url}/webhooks/whatsapp"
    assert httpx.get(address, params=right).text == "1158201444"
    assert httpx.get(address, params={**asked, "hub.verify_token": "guess"}).status_code == 403
    assert httpx.get(address, params={**right, "hub.mode": "other"}).status_code == 403


def test_a_channel_without_its_secrets_is_not_there(stack: Stack) -> None:
    assert httpx.post(f"{stack.url}/webhooks/email", content=b"").status_code == 404
