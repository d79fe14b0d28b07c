"""Events on their way to the shop: signed, repeated until they arrive, and as unreliable as a test wants them."""

from __future__ import annotations

import json
import time
from uuid import uuid4

import pytest
import stripe

from tests.payments.sandbox_process import (
    API_KEY,
    HTTP,
    WEBHOOK_SECRET,
    Received,
    Sandbox,
    eventually,
    running_sandbox,
)

KINDS = {"charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"}


@pytest.fixture
def order() -> str:
    """A word that every event about one payment holds."""
    return f"order-{uuid4().hex}"


def pay(sandbox: Sandbox, order: str) -> None:
    """Open and pay a session: three events."""
    client = stripe.StripeClient(API_KEY, base_addresses={"api": sandbox.api_url})
    line = {"price_data": {"currency": "usd", "unit_amount": 6900, "product_data": {"name": "Aero 2"}}, "quantity": 1}
    session = client.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "line_items": [line],
            "success_url": "https://shop.example/paid",
            "metadata": {"order_id": order},
            "payment_intent_data": {"metadata": {"order_id": order}},
        }
    )
    HTTP.post(
        f"{sandbox.api_url}/v1/payment_pages/{session.id}/confirm",
        data={"payment_method": "pm_card_visa", "expected_amount": 6900},
        headers={"authorization": f"Bearer {API_KEY}"},
    ).raise_for_status()


def posts(sandbox: Sandbox, order: str, count: int) -> list[Received]:
    """What the shop got about the order, once it is as much as that."""
    return eventually(lambda: found if len(found := sandbox.receiver.about(order)) >= count else None)


def test_stripes_library_accepts_the_signature(sandbox, order) -> None:
    pay(sandbox, order)
    (post,) = sandbox.receiver.wait_for("checkout.session.completed", order)

    event = stripe.Webhook.construct_event(post.body, post.signature, WEBHOOK_SECRET)

    assert event.data.object.payment_status == "paid"
    assert event.request.id.startswith("req_")
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(json.dumps(post.event), post.signature, WEBHOOK_SECRET)


def test_an_event_that_was_refused_comes_again_signed_anew_until_it_is_taken(sandbox, order) -> None:
    sandbox.receiver.answers[order] = [500, 503, 302, 404]

    pay(sandbox, order)

    arrived = posts(sandbox, order, 3 + 4)
    ids = {post.event["id"] for post in arrived}
    mine = eventually(lambda: _settled([d for d in sandbox.control("deliveries") if d["event_id"] in ids]))
    assert [delivery["state"] for delivery in mine] == ["delivered"] * 3
    assert sum(delivery["attempts"] for delivery in mine) == len(arrived) == 7
    assert {post.event["type"] for post in arrived} == KINDS
    for id_ in ids:
        again = [post for post in arrived if post.event["id"] == id_]
        assert len({post.body for post in again}) == 1
        assert len({post.signature for post in again}) == len(again)


def test_duplicates_are_the_same_event_twice(sandbox, order) -> None:
    sandbox.turn(webhook_duplicates=1)

    pay(sandbox, order)

    arrived = posts(sandbox, order, 6)
    assert len({post.event["id"] for post in arrived}) == 3


def test_twins_are_two_events_about_the_same_thing(sandbox, order) -> None:
    sandbox.turn(webhook_twins=1)

    pay(sandbox, order)

    first, second = sandbox.receiver.wait_for("checkout.session.completed", order, count=2)
    assert first.event["id"] != second.event["id"]
    assert first.event["data"] == second.event["data"]


def test_shuffled_events_arrive_all_but_in_another_order(sandbox, order) -> None:
    sandbox.turn(webhook_shuffle=True)

    for _ in range(6):
        pay(sandbox, order)

    arrived = [post.event["id"] for post in posts(sandbox, order, 18)]
    sent = [delivery["event_id"] for delivery in sandbox.control("deliveries") if delivery["event_id"] in arrived]
    assert sorted(sent) == sorted(arrived)
    assert sent != arrived


def test_a_delayed_event_waits(sandbox, order) -> None:
    sandbox.turn(webhook_delay_s=0.7)
    began = time.monotonic()

    pay(sandbox, order)

    posts(sandbox, order, 3)
    assert time.monotonic() - began >= 0.7


def test_a_dropped_event_never_arrives_but_is_listed(sandbox, order) -> None:
    later = f"{order}-later"
    sandbox.turn(webhook_drop_next=3)

    pay(sandbox, order)
    pay(sandbox, later)

    arrived = posts(sandbox, later, 3)
    assert all(later in post.body.decode() for post in sandbox.receiver.about(order))
    headers = {"authorization": f"Bearer {API_KEY}"}
    events = HTTP.get(sandbox.url + "/v1/events?limit=6", headers=headers).json()["data"]
    assert {event["type"] for event in events[3:]} == KINDS
    assert not {event["id"] for event in events[3:]} & {post.event["id"] for post in arrived}


def test_events_survive_a_crash(tmp_path, order) -> None:
    state = tmp_path / "stripe.db"
    with running_sandbox(state) as sandbox:
        sandbox.turn(webhook_delay_s=2)
        pay(sandbox, order)
        assert sandbox.receiver.posts == []
        sandbox.process.kill()

    with running_sandbox(state) as sandbox:
        assert {post.event["type"] for post in posts(sandbox, order, 3)} == KINDS


def _settled(deliveries: list[dict[str, object]]) -> list[dict[str, object]] | None:
    return deliveries if all(delivery["state"] == "delivered" for delivery in deliveries) else None
