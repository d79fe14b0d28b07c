"""The calls of the sandbox, made by Stripe's own library as other programs make them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import stripe

from tests.payments.sandbox_process import API_KEY, HTTP, Sandbox

LINE = {"price_data": {"currency": "eur", "unit_amount": 1999, "product_data": {"name": "Socks"}}, "quantity": 3}
CREATE = {"mode": "payment", "line_items": [LINE], "success_url": "https://shop.example/paid"}


@pytest.fixture
def client(sandbox: Sandbox) -> stripe.StripeClient:
    return stripe.StripeClient(API_KEY, base_addresses={"api": sandbox.api_url}, stripe_version="2026-05-27.dahlia")


@pytest.fixture
def paid(client: stripe.StripeClient, sandbox: Sandbox) -> Iterator[Any]:
    """A session paid over the API, as Stripe's command line does it."""
    session = client.v1.checkout.sessions.create(CREATE | {"metadata": {"order_id": "7"}})
    confirm(sandbox, session.id, {"type": "card", "card[token]": "tok_visa"}).raise_for_status()
    return client.v1.checkout.sessions.retrieve(session.id)


def post(sandbox: Sandbox, path: str, form: dict[str, Any], **headers: str) -> httpx.Response:
    return HTTP.post(sandbox.api_url + path, data=form, headers={"authorization": f"Bearer {API_KEY}", **headers})


def get(sandbox: Sandbox, path: str) -> Any:
    return HTTP.get(sandbox.url + path, headers={"authorization": f"Bearer {API_KEY}"}).json()


def confirm(sandbox: Sandbox, session_id: str, method: dict[str, str], **more: Any) -> httpx.Response:
    made = post(sandbox, "/v1/payment_methods", method)
    form = {"payment_method": made.json()["id"], **more}
    return post(sandbox, f"/v1/payment_pages/{session_id}/confirm", form)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Bearer sk_test_other"},
        {"authorization": "Bearer sk_live_real"},
        {"authorization": "Basic !"},
    ],
)
def test_a_request_without_the_key_is_401_in_stripes_shape(sandbox, headers) -> None:
    answer = HTTP.get(sandbox.api_url + "/v1/checkout/sessions", headers=headers)

    assert answer.status_code == 401
    assert answer.json()["error"]["type"] == "invalid_request_error"
    assert answer.headers["request-id"].startswith("req_")


def test_the_key_may_come_as_a_user_name(sandbox) -> None:
    assert HTTP.get(sandbox.api_url + "/v1/events", auth=(API_KEY, "")).status_code == 200


@pytest.mark.parametrize("path", ["_sandbox/knobs", "_sandbox/clock", "_sandbox/deliveries"])
def test_nobody_turns_knobs_without_the_key(sandbox, path) -> None:
    assert HTTP.get(f"{sandbox.url}/{path}").status_code == 401


def test_an_unknown_knob_is_refused(sandbox) -> None:
    answer = HTTP.post(
        f"{sandbox.url}/_sandbox/knobs", json={"turbo": True}, headers={"authorization": f"Bearer {API_KEY}"}
    )

    assert answer.status_code == 400
    assert "turbo" in answer.json()["error"]["message"]


def test_an_unknown_address_is_404_in_stripes_shape(sandbox) -> None:
    answer = post(sandbox, "/v1/subscriptions", {})

    assert answer.status_code == 404
    assert "Unrecognized request URL" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("change", "code", "param"),
    [
        ({"colour": "red"}, "parameter_unknown", "colour"),
        ({"success_url": None}, "parameter_missing", "success_url"),
        ({"mode": "paymnt"}, None, "mode"),
        ({"line_items": [LINE] * 101}, None, "line_items"),
        ({"line_items": [{"quantity": 1}]}, "parameter_missing", "line_items[0][price_data]"),
        ({"line_items": [{**LINE, "colour": "red"}]}, "parameter_unknown", "line_items[0][colour]"),
        ({"line_items": [{**LINE, "quantity": 0}]}, None, "line_items[0][quantity]"),
        ({"expires_at": 1}, None, "expires_at"),
        ({"expires_at": 2**40}, None, "expires_at"),
        ({"locale": "tlh"}, None, "locale"),
        ({"expand": ["customer"]}, None, "expand"),
        ({"metadata": {"k": "v" * 501}}, None, "metadata[k]"),
    ],
)
def test_a_session_that_stripe_would_refuse_is_refused(client, change, code, param) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(CREATE | change)

    assert (refused.value.http_status, refused.value.code, refused.value.param) == (400, code, param)
    assert refused.value.request_id.startswith("req_")


@pytest.mark.parametrize(
    ("price", "code"),
    [
        ({"currency": "usd", "unit_amount": 49}, "amount_too_small"),
        ({"currency": "kwd", "unit_amount": 12345}, "invalid_charge_amount"),
        ({"currency": "isk", "unit_amount": 12345}, "invalid_charge_amount"),
        ({"currency": "xyz", "unit_amount": 5000}, None),
    ],
)
def test_an_amount_that_cannot_be_charged_is_refused(client, price, code) -> None:
    line = {"price_data": price | {"product_data": {"name": "Socks"}}, "quantity": 1}

    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(CREATE | {"line_items": [line]})

    assert refused.value.code == code


def test_lines_in_two_currencies_are_refused(client) -> None:
    dollars = {**LINE, "price_data": {**LINE["price_data"], "currency": "usd"}}

    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(CREATE | {"line_items": [LINE, dollars]})

    assert refused.value.param == "line_items[1][price_data][currency]"


def test_a_body_in_json_is_refused(sandbox) -> None:
    answer = HTTP.post(
        sandbox.api_url + "/v1/checkout/sessions", json=CREATE, headers={"authorization": f"Bearer {API_KEY}"}
    )

    assert answer.status_code == 400
    assert "x-www-form-urlencoded" in answer.json()["error"]["message"]


def test_ten_megabytes_are_refused_and_harm_nothing(sandbox, client) -> None:
    try:
        answer = HTTP.post(sandbox.url + "/v1/checkout/sessions", content=b"a=" + b"x" * 10_000_000)
        assert answer.status_code == 413
    except httpx.TransportError:  # hung up while we were still sending
        pass

    assert client.v1.checkout.sessions.create(CREATE).status == "open"


def test_a_session_lives_a_day_unless_told_otherwise(client) -> None:
    session = client.v1.checkout.sessions.create(CREATE)

    assert session.amount_total == 3 * 1999
    assert abs(session.expires_at - time.time() - 86400) < 5


def test_line_items_are_shown_on_request(client) -> None:
    hundred = [{**LINE, "quantity": place} for place in range(1, 101)]
    created = client.v1.checkout.sessions.create(CREATE | {"line_items": hundred})

    plain = client.v1.checkout.sessions.retrieve(created.id)
    shown = client.v1.checkout.sessions.retrieve(created.id, {"expand": ["line_items"]})
    listed = client.v1.checkout.sessions.line_items.list(created.id, {"limit": 100})

    assert "line_items" not in plain
    assert [line.quantity for line in shown.line_items.data] == list(range(1, 11))
    assert shown.line_items.has_more
    assert [line.quantity for line in listed.data] == list(range(1, 101))
    assert listed.data[1].price.unit_amount == 1999


def test_sessions_are_listed_newest_first_and_by_page(client) -> None:
    ids = [client.v1.checkout.sessions.create(CREATE).id for _ in range(3)][::-1]

    newest = client.v1.checkout.sessions.list({"limit": 2})
    rest = client.v1.checkout.sessions.list({"limit": 1, "starting_after": ids[1]})
    back = client.v1.checkout.sessions.list({"limit": 1, "ending_before": ids[1]})

    assert [session.id for session in newest.data] == ids[:2]
    assert newest.has_more
    assert rest.data[0].id == ids[2]
    assert back.data[0].id == ids[0]


def test_sessions_are_found_by_their_payment_and_status(client, paid) -> None:
    found = client.v1.checkout.sessions.list({"payment_intent": paid.payment_intent})

    assert [session.id for session in found.data] == [paid.id]
    assert all(s.status == "complete" for s in client.v1.checkout.sessions.list({"status": "complete"}).data)


def test_a_closed_session_cannot_be_closed_again(client) -> None:
    session = client.v1.checkout.sessions.create(CREATE)
    client.v1.checkout.sessions.expire(session.id)

    with pytest.raises(stripe.InvalidRequestError, match="status of `expired`"):
        client.v1.checkout.sessions.expire(session.id)


def test_paying_over_the_api_succeeds_the_payment(client, sandbox, paid) -> None:
    intent = client.v1.payment_intents.retrieve(paid.payment_intent)
    expanded = get(sandbox, f"/v1/checkout/sessions/{paid.id}?expand[]=payment_intent.latest_charge")

    assert (paid.status, paid.payment_status) == ("complete", "paid")
    assert (intent.status, intent.amount_received) == ("succeeded", 5997)
    assert expanded["payment_intent"]["latest_charge"]["paid"] is True


def test_a_payment_of_another_amount_than_expected_is_refused(client, sandbox) -> None:
    session = client.v1.checkout.sessions.create(CREATE)

    answer = confirm(sandbox, session.id, {"type": "card", "card[token]": "tok_visa"}, expected_amount=1)

    assert answer.json()["error"]["param"] == "expected_amount"
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"


def test_a_session_is_paid_once(client, sandbox, paid) -> None:
    again = confirm(sandbox, paid.id, {"type": "card", "card[token]": "tok_visa"})

    assert again.status_code == 400
    sandbox.receiver.wait_for("checkout.session.completed", paid.id)
    assert len([p for p in sandbox.receiver.about(paid.id) if p.event["type"] == "checkout.session.completed"]) == 1


@pytest.mark.parametrize(
    ("card", "code", "decline"),
    [
        ("4000000000000002", "card_declined", "generic_decline"),
        ("4000000000000069", "expired_card", None),
        ("4000000000000127", "incorrect_cvc", None),
    ],
)
def test_a_declined_card_leaves_its_trace(client, sandbox, card, code, decline) -> None:
    session = client.v1.checkout.sessions.create(CREATE)
    method = {
        "type": "card",
        "card[number]": card,
        "card[exp_month]": "12",
        "card[exp_year]": "2034",
        "card[cvc]": "123",
    }

    answer = confirm(sandbox, session.id, method)

    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error.get("decline_code")) == (402, code, decline)
    intent = client.v1.payment_intents.retrieve(client.v1.checkout.sessions.retrieve(session.id).payment_intent)
    assert (intent.status, intent.last_payment_error.code) == ("requires_payment_method", code)
    sandbox.receiver.wait_for("charge.failed", error["charge"])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"card[number]": "4242424242424241"}, "incorrect_number"),
        ({"card[number]": "4111111111111111"}, "card_declined"),
        ({"card[exp_year]": "2020"}, "invalid_expiry_year"),
        ({"card[exp_month]": "13"}, "invalid_expiry_month"),
        ({"card[cvc]": "1"}, "invalid_cvc"),
    ],
    ids=["typing error", "somebody's real card", "over", "thirteenth month", "short code"],
)
def test_a_card_that_cannot_be_one_is_refused(sandbox, change, code) -> None:
    card = {"card[number]": "4242424242424242", "card[exp_month]": "12", "card[exp_year]": "2034", "card[cvc]": "123"}

    answer = post(sandbox, "/v1/payment_methods", {"type": "card"} | card | change)

    assert (answer.status_code, answer.json()["error"]["code"]) == (402, code)


@pytest.mark.parametrize(
    ("number", "outcome", "payment_status"),
    [("000123456789", "succeeded", "paid"), ("000222222227", "failed", "unpaid")],
)
def test_an_american_account_pays_dollars_later(client, sandbox, number, outcome, payment_status) -> None:
    dollars = {**LINE, "price_data": {**LINE["price_data"], "currency": "usd"}}
    session = client.v1.checkout.sessions.create(CREATE | {"line_items": [dollars]})
    known = {"account_number": number, "routing_number": "110000000", "account_holder_type": "individual"}
    method = {"type": "us_bank_account", **{f"us_bank_account[{name}]": value for name, value in known.items()}}
    confirm(sandbox, session.id, method).raise_for_status()
    assert client.v1.checkout.sessions.retrieve(session.id).status == "complete"

    sandbox.advance(10)

    sandbox.receiver.wait_for(f"checkout.session.async_payment_{outcome}", session.id)
    seen = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert seen.payment_status == payment_status
    assert seen.payment_intent.status == ("succeeded" if outcome == "succeeded" else "requires_payment_method")


@pytest.mark.parametrize(
    ("iban", "outcome", "payment_status"),
    [("AT611904300234573201", "succeeded", "paid"), ("AT861904300235473202", "failed", "unpaid")],
)
def test_a_bank_debit_is_decided_later(sandbox, iban, outcome, payment_status) -> None:
    client = stripe.StripeClient(API_KEY, base_addresses={"api": sandbox.api_url})
    session = client.v1.checkout.sessions.create(CREATE | {"payment_method_types": ["sepa_debit"]})
    confirm(sandbox, session.id, {"type": "sepa_debit", "sepa_debit[iban]": iban}).raise_for_status()
    (completed,) = sandbox.receiver.wait_for("checkout.session.completed", session.id)

    sandbox.advance(10)

    assert completed.event["data"]["object"]["payment_status"] == "unpaid"
    sandbox.receiver.wait_for(f"checkout.session.async_payment_{outcome}", session.id)
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == payment_status


def test_a_payment_is_given_back_in_parts_until_nothing_is_left(client, sandbox, paid) -> None:
    first = client.v1.refunds.create({"payment_intent": paid.payment_intent, "amount": 1000})
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount"):
        client.v1.refunds.create({"payment_intent": paid.payment_intent, "amount": 5000})
    rest = client.v1.refunds.create({"charge": first.charge, "reason": "requested_by_customer"})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"charge": first.charge})

    assert (first.amount, rest.amount, rest.status) == (1000, 4997, "succeeded")
    assert refused.value.code == "charge_already_refunded"
    assert client.v1.refunds.retrieve(rest.id).reason == "requested_by_customer"
    posts = sandbox.receiver.wait_for("charge.refunded", first.charge, count=2)
    assert sorted(post.event["data"]["object"]["amount_refunded"] for post in posts) == [1000, 5997]


def test_what_was_not_paid_cannot_be_given_back(client, sandbox) -> None:
    session = client.v1.checkout.sessions.create(CREATE)
    confirm(sandbox, session.id, {"type": "card", "card[token]": "tok_chargeDeclined"})
    intent = client.v1.checkout.sessions.retrieve(session.id).payment_intent

    with pytest.raises(stripe.InvalidRequestError, match="successful charge"):
        client.v1.refunds.create({"payment_intent": intent})


def test_events_are_listed_and_tell_when_they_have_arrived(client, sandbox, paid) -> None:
    (post,) = sandbox.receiver.wait_for("checkout.session.completed", paid.id)

    listed = client.v1.events.list({"type": "checkout.session.completed", "limit": 1})
    event = client.v1.events.retrieve(listed.data[0].id)

    assert event.id == post.event["id"]
    assert event.data.object.id == paid.id
    assert event.data.object.metadata["order_id"] == "7"
    assert event.api_version == "2026-05-27.dahlia"
    assert event.pending_webhooks == 0
