"""WhatsApp's webhook bodies in our words: whatever Meta sends, nothing raises and no turn is missed or invented."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channel_accounts import Account, Accounts
from bot.channels.base import BodyUnreadable, Received, SignatureRefused
from bot.channels.whatsapp import WhatsApp
from bot.clock import FixedClock
from bot.conversation.messages import Delivery

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECRET = "app-secret"
CLIENT = httpx.AsyncClient()


def channel() -> WhatsApp:
    accounts = Accounts([Account(channel="whatsapp", id="777", token="t", secret=SECRET)])
    return WhatsApp(accounts=accounts, graph_url="http://127.0.0.1:1", client=CLIENT, clock=FixedClock(NOW))


def body(*values: dict[str, Any]) -> bytes:
    changes = [{"field": "messages", "value": {"metadata": {"phone_number_id": "777"}, **value}} for value in values]
    return json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": changes}]}).encode()


def posted(body: bytes) -> Received:
    return Received("https://shop.example/webhooks/whatsapp", {}, body)


def message(kind: str, **content: Any) -> dict[str, Any]:
    return {"from": "15551230000", "id": "wamid.1", "timestamp": "1763812800", "type": kind, **content}


def test_every_message_of_a_batch_is_handed_over() -> None:
    two = {"messages": [message("text", text={"body": "a"}), {**message("text", text={"body": "b"}), "id": "wamid.2"}]}
    third = {"messages": [{**message("text", text={"body": "c"}), "id": "wamid.3"}]}
    parsed = channel().parse(posted(body(two, third)))
    assert [item.text for item in parsed.inbound] == ["a", "b", "c"]


def test_a_tapped_row_is_its_payload_and_its_title() -> None:
    tapped = {"type": "list_reply", "list_reply": {"id": '/choose{"id":"x"}', "title": "Aero 2"}}
    taken = channel().parse(posted(body({"messages": [message("interactive", interactive=tapped)]}))).inbound[0]
    assert (taken.payload, taken.text) == ('/choose{"id":"x"}', "Aero 2")


def test_a_customer_without_a_phone_number_is_known_by_the_user_id() -> None:
    hidden = message("text", text={"body": "hi"})
    del hidden["from"]
    taken = channel().parse(posted(body({"messages": [{**hidden, "from_user_id": "US.123"}]}))).inbound[0]
    assert taken.key.customer == "US.123"


@pytest.mark.parametrize("kind", ["reaction", "system", "ephemeral", "edit"])
def test_what_is_not_a_turn_is_not_taken_for_one(kind: str) -> None:
    parsed = channel().parse(posted(body({"messages": [message(kind)]})))
    assert not parsed.inbound
    assert parsed.ignored == 1


def test_a_status_carries_our_reference_and_the_reason_of_a_failure() -> None:
    failed = {
        "id": "wamid.9",
        "status": "failed",
        "timestamp": "1763812800",
        "biz_opaque_callback_data": "souk-5",
        "errors": [{"code": 131047, "title": "Re-engagement message"}],
    }
    status = channel().parse(posted(body({"statuses": [failed, {"id": "wamid.10", "status": "in_orbit"}]}))).statuses
    assert [(s.state, s.outbox_ref, s.error_code) for s in status] == [(Delivery.FAILED, "souk-5", 131047)]


def test_a_wrong_or_missing_or_sha1_signature_is_refused() -> None:
    raw = body()
    sha1 = "sha1=" + hmac.new(SECRET.encode(), raw, hashlib.sha1).hexdigest()
    other = "sha256=" + hmac.new(b"other", raw, hashlib.sha256).hexdigest()
    for headers in ({}, {"x-hub-signature": sha1}, {"x-hub-signature-256": sha1}, {"x-hub-signature-256": other}):
        with pytest.raises(SignatureRefused):
            channel().verify(Received("", headers, raw))
    right = "sha256=" + hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
    channel().verify(Received("", {"x-hub-signature-256": right}, raw))


def test_a_body_that_is_not_json_is_refused() -> None:
    with pytest.raises(BodyUnreadable):
        channel().parse(posted(b"{nope"))


NAMES = (
    *("entry", "changes", "value", "field", "messages", "statuses", "id", "from", "type", "text", "body", "metadata"),
    *("phone_number_id", "timestamp", "interactive", "button_reply", "image", "contacts", "errors"),
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(NAMES),
            inner,
            max_size=5,
        )
    ),
    max_leaves=30,
)


@settings(max_examples=150, deadline=None)
@given(anything)
def test_no_json_whatever_makes_the_parser_raise(value: Any) -> None:
    parsed = [channel().parse(posted(json.dumps(value).encode()))]
    parsed.append(channel().parse(posted(body({"messages": [value], "statuses": [value], "contacts": value}))))
    for message in (message for each in parsed for message in each.inbound):
        assert message.key.customer
        assert message.event_key
