"""The knobs: every fault at will, by count or by chance, and never on the shopper's side."""

from __future__ import annotations

import time

import httpx
import pytest
import stripe

from tests.payments.sandbox_process import API_KEY, HTTP
from tests.sandbox.stripe_shop import StripeShop


@pytest.fixture
def shop(sandbox) -> StripeShop:
    return StripeShop(sandbox)


def outcomes(shop: StripeShop, times: int) -> list[int]:
    """What that many openings of a session were answered with, 0 for nothing."""
    found = []
    for _ in range(times):
        try:
            shop.open()
            found.append(200)
        except stripe.APIConnectionError:
            found.append(0)
        except stripe.StripeError as error:
            found.append(error.http_status)
    return found


@pytest.mark.parametrize(
    ("knob", "answer"),
    [
        ("api_limit_percent", 429),
        ("api_fail_percent", 500),
        ("api_fail_late_percent", 500),
        ("api_drop_answer_percent", 0),
    ],
)
def test_chance_strikes_some_and_not_all_and_the_same_with_the_same_seed(shop, sandbox, knob, answer) -> None:
    sandbox.turn(seed=7, **{knob: 40})
    first = outcomes(shop, 20)

    sandbox.turn(seed=7)
    again = outcomes(shop, 20)

    assert set(first) == {200, answer}
    assert again == first


@pytest.mark.parametrize(("said", "header"), [(True, "true"), (False, "false"), (None, None)])
def test_too_many_requests_may_say_whether_to_come_again(shop, sandbox, said, header) -> None:
    sandbox.turn(api_fail_next=1, api_fail_status=429, api_should_retry=said)

    with pytest.raises(stripe.RateLimitError) as limited:
        shop.open()

    assert limited.value.headers.get("stripe-should-retry") == header


def test_the_library_comes_again_where_it_is_told_to(shop, sandbox) -> None:
    sandbox.turn(api_fail_next=1, api_fail_status=429, api_should_retry=True)
    patient = stripe.StripeClient(API_KEY, base_addresses={"api": sandbox.url}, max_network_retries=1)

    assert patient.v1.events.list({"limit": 1}) is not None


def test_an_answer_that_never_comes_was_worked_for(shop, sandbox) -> None:
    sandbox.turn(api_hang_next=1, api_hang_s=2)
    form = {"amount_off": "500", "currency": "eur", "id": f"hung-{time.time_ns()}"}

    with pytest.raises(httpx.ReadTimeout):
        HTTP.post(f"{sandbox.url}/v1/coupons", data=form, headers={"authorization": f"Bearer {API_KEY}"}, timeout=0.5)

    assert shop.v1.coupons.retrieve(form["id"]).amount_off == 500


def test_faults_do_not_strike_the_shopper(shop, sandbox) -> None:
    session = shop.open()
    sandbox.turn(api_fail_percent=100, api_limit_percent=100, api_fail_late_percent=100, api_drop_answer_percent=100)

    assert shop.confirm(session).status_code == 200


def test_every_report_may_come_twice_as_itself_and_as_another(shop, sandbox) -> None:
    sandbox.turn(webhook_duplicate_percent=100, webhook_twin_percent=100)

    session = shop.paid()

    posts = sandbox.receiver.wait_for("checkout.session.completed", session.id, count=4)
    assert len({post.event["id"] for post in posts}) == 2


def test_every_report_may_be_lost(shop, sandbox) -> None:
    sandbox.turn(webhook_drop_percent=100)
    session = shop.paid()
    sandbox.rest()
    shop.told("checkout.session.completed", shop.paid().id)

    assert sandbox.receiver.about(session.id) == []
    assert shop.v1.events.list({"type": "checkout.session.completed"}).data[1].data.object.id == session.id


def test_the_clock_can_be_set_to_a_moment(shop, sandbox) -> None:
    sandbox.control("clock", {"now": 2_000_000_000})

    assert shop.open().created == pytest.approx(2_000_000_000, abs=5)


def test_rest_puts_all_knobs_back(sandbox) -> None:
    at_rest = sandbox.control("knobs")
    sandbox.turn(api_fail_percent=50, webhook_shuffle=True, seed=3)

    assert sandbox.control("knobs", method="DELETE") == at_rest
