"""Several addresses for events: each gets what it wants, signed with its own secret."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import stripe

from tests.payments.sandbox_process import WEBHOOK_SECRET, Receiver, running_sandbox, serving_webhook
from tests.sandbox.stripe_shop import StripeShop


@pytest.fixture(scope="module")
def shop() -> Iterator[StripeShop]:
    with running_sandbox() as sandbox:
        yield StripeShop(sandbox)


@pytest.fixture
def second(shop: StripeShop) -> Iterator[tuple[Receiver, Any]]:
    """Another address that wants to know of refunds only, and what Stripe said when it was told."""
    receiver = Receiver()
    with serving_webhook(receiver) as receiver.url:
        wanted = {"url": receiver.url, "enabled_events": ["charge.refunded", "refund.created"]}
        endpoint = shop.v1.webhook_endpoints.create(wanted)
        yield receiver, endpoint
        shop.v1.webhook_endpoints.update(endpoint.id, {"disabled": True})


def test_an_address_gets_what_it_wants_under_its_own_secret(shop, second) -> None:
    receiver, endpoint = second
    session = shop.paid()

    made = shop.v1.refunds.create({"payment_intent": session.payment_intent})

    (post,) = receiver.wait_for("refund.created", made.id)
    (first,) = shop.sandbox.receiver.wait_for("refund.created", made.id)
    assert stripe.Webhook.construct_event(post.body, post.signature, endpoint.secret).id == first.event["id"]
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(post.body, post.signature, WEBHOOK_SECRET)
    shop.told("checkout.session.completed", session.id)
    assert {each.event["type"] for each in receiver.posts} <= {"charge.refunded", "refund.created"}


def test_one_address_that_refuses_does_not_keep_the_other_waiting(shop, second) -> None:
    receiver, _ = second
    intent = shop.paid().payment_intent
    receiver.answers[intent] = [500, 500, 500, 500]

    made = shop.v1.refunds.create({"payment_intent": intent})

    (first,) = shop.sandbox.receiver.wait_for("refund.created", made.id)
    again = receiver.wait_for("refund.created", made.id, count=2)
    assert {post.event["id"] for post in again} == {first.event["id"]}


def test_the_secret_is_told_once(shop, second) -> None:
    _, endpoint = second

    listed = shop.v1.webhook_endpoints.list({"limit": 100}).data

    assert endpoint.secret.startswith("whsec_")
    assert endpoint.id in [each.id for each in listed]
    assert not any("secret" in each for each in listed)
    assert "secret" not in shop.v1.webhook_endpoints.retrieve(endpoint.id)


def test_an_address_that_is_switched_off_gets_nothing(shop, second) -> None:
    receiver, endpoint = second
    shop.v1.webhook_endpoints.update(endpoint.id, {"disabled": True})

    made = shop.v1.refunds.create({"payment_intent": shop.paid().payment_intent})

    shop.told("refund.created", made.id)
    assert receiver.about(made.id) == []
