"""The judge itself: that Stripe's specification is there, and that what breaks it does not pass."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.stripe.record import Record
from sandbox.stripe.session_shapes import checkout_session
from sandbox.stripe.shapes import event
from tests.payments.stripe_records import Records
from tests.payments.stripe_spec import ABSENT, Judge

SESSION = checkout_session(
    {}, currency="eur", expires_at=1_900_000_000, base_url="https://pay.example", now=1_800_000_000
)
CREATE = "mode=payment&success_url=https%3A%2F%2Fshop.example&line_items[0][quantity]=1"
PRICE = "&line_items[0][price_data][currency]=eur&line_items[0][price_data][unit_amount]=100"
NO_REQUEST: dict[str, Any] = {"id": None, "idempotency_key": None}


@pytest.fixture(scope="module")
def judge() -> Judge:
    judge = Judge()
    if not judge.present:
        pytest.skip(ABSENT)
    return judge


def test_what_is_right_passes(judge) -> None:
    assert judge.request("POST", "/v1/checkout/sessions", CREATE + PRICE) == []
    assert judge.request("GET", "/v1/checkout/sessions", "limit=3&created[gte]=5&status=open") == []
    assert judge.answer("POST", "/v1/checkout/sessions", 200, SESSION) == []
    assert judge.event(event("checkout.session.completed", SESSION, NO_REQUEST, 1_800_000_000, 1)) == []


@pytest.mark.parametrize(
    "form",
    [
        CREATE + "&bogus=1",
        CREATE + "&line_items[0][colour]=red",
        CREATE + "&line_items[0][price_data][unit_amount]=cheap&line_items[0][price_data][currency]=eur",
        CREATE + "&line_items[0][price_data][unit_amount]=100",
        CREATE + "&locale=tlh",
        CREATE.replace("payment", "paymnt"),
        CREATE + "&after_expiration[recovery][enabled]=perhaps",
    ],
    ids=["unknown", "unknown inside", "a word for a number", "lacking", "a language", "a mode", "a word for yes"],
)
def test_a_request_that_stripe_would_not_take_does_not_pass(judge, form) -> None:
    assert judge.request("POST", "/v1/checkout/sessions", form)


@pytest.mark.parametrize(
    "change",
    [{"status": "half"}, {"amount_total": "6900"}, {"extra": 1}, {"livemode": None}, {"total_details": {}}],
    ids=["a state", "a word for a number", "unknown", "nothing", "lacking"],
)
def test_an_answer_that_stripe_would_not_give_does_not_pass(judge, change) -> None:
    assert judge.answer("GET", "/v1/checkout/sessions/cs_test_1", 200, SESSION | change)
    assert judge.event(event("checkout.session.completed", SESSION | change, NO_REQUEST, 1_800_000_000, 1))


def test_a_refusal_has_stripes_shape(judge) -> None:
    refusal = {"error": {"type": "invalid_request_error", "message": "No."}}

    assert judge.answer("POST", "/v1/refunds", 400, refusal) == []
    assert judge.answer("POST", "/v1/refunds", 400, {"error": {"type": "mood"}})
    assert judge.answer("POST", "/v1/refunds", 500, {"message": "No."})


def test_an_event_of_no_known_kind_does_not_pass(judge) -> None:
    assert judge.knows_event("charge.dispute.created")
    assert not judge.knows_event("charge.dispute.dreamt")


def test_what_was_recorded_is_judged_and_each_complaint_told_once(judge, tmp_path: Path) -> None:
    record = Record(tmp_path / "1.jsonl")
    for _ in range(3):
        record.exchange("POST", "/v1/checkout/sessions", CREATE + PRICE + "&bogus=1", 200, json.dumps(SESSION))
        record.event(event("charge.dispute.dreamt", SESSION, NO_REQUEST, 1_800_000_000, 1))
    record.exchange("POST", "/v1/checkout/sessions", CREATE + "&bogus=2", 400, '{"error": {"type": "api_error"}}')

    records = Records(tmp_path)

    first, second = records.complaints()
    assert "'bogus' was unexpected" in first
    assert "no such event" in second
    assert records.complaints() == []
    assert records.judged == 3


def test_no_card_number_is_recorded(tmp_path: Path) -> None:
    record = Record(tmp_path / "1.jsonl")

    record.exchange("POST", "/v1/payment_methods", "card[number]=4242424242424242&card[cvc]=123", 200, "{}")
    record.close()

    assert "4242" not in (tmp_path / "1.jsonl").read_text()
