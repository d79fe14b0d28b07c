"""Refunds that wait, fail late, are canceled or listed, and what the charge says of them."""

from __future__ import annotations

import pytest
import stripe
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sandbox.stripe_shop import StripeShop


@pytest.fixture
def shop(sandbox) -> StripeShop:
    return StripeShop(sandbox)


def refund(shop: StripeShop, session, **more):
    return shop.v1.refunds.create({"payment_intent": session.payment_intent, **more})


def test_a_refund_that_succeeded_may_fail_later_and_be_made_again(shop, sandbox) -> None:
    session = shop.paid("pm_card_refundFail")
    first = refund(shop, session, metadata={"refund_id": "7"})
    assert first.status == "succeeded"

    sandbox.advance(6)

    (told,) = shop.told("refund.failed", first.id)
    assert (told["status"], told["failure_reason"]) == ("failed", "expired_or_canceled_card")
    assert told["metadata"] == {"refund_id": "7"}
    assert shop.told("charge.updated", first.charge)[0]["amount_refunded"] == 0
    charge = shop.charge(session)
    assert (charge.amount_refunded, charge.refunded) == (0, False)
    assert refund(shop, session).amount == 6900


@pytest.mark.parametrize("method", ["pm_card_pendingRefund", "sepa_debit"])
def test_a_refund_may_wait_before_it_succeeds(shop, sandbox, method) -> None:
    if method == "sepa_debit":
        debit = {"type": "sepa_debit", "sepa_debit": {"iban": "AT611904300234573201"}}
        session = shop.paid(shop.v1.payment_methods.create(debit).id, payment_method_types=["sepa_debit"])
        sandbox.advance(6)
    else:
        session = shop.paid(method)
    waiting = refund(shop, session, amount=1000)
    assert waiting.status == "pending"

    sandbox.advance(6)

    assert shop.told("refund.updated", waiting.id)[0]["status"] == "succeeded"
    assert shop.v1.refunds.retrieve(waiting.id).status == "succeeded"
    assert shop.charge(session).amount_refunded == 1000


def test_only_a_refund_that_waits_for_the_shopper_can_be_canceled(shop, sandbox) -> None:
    session = shop.paid()
    made = refund(shop, session)
    with pytest.raises(stripe.InvalidRequestError, match="its status is succeeded"):
        shop.v1.refunds.cancel(made.id)
    sandbox.control(f"refunds/{made.id}", {"status": "requires_action"})

    canceled = shop.v1.refunds.cancel(made.id)

    assert canceled.status == "canceled"
    assert shop.charge(session).amount_refunded == 0


def test_the_refunds_of_a_payment_are_listed_newest_first(shop) -> None:
    session, other = shop.paid(), shop.paid()
    ids = [refund(shop, session, amount=amount).id for amount in (100, 200, 300)][::-1]
    refund(shop, other)

    listed = shop.v1.refunds.list({"payment_intent": session.payment_intent, "limit": 2, "expand": ["data.charge"]})
    rest = shop.v1.refunds.list({"charge": listed.data[0].charge.id, "starting_after": ids[1]})

    assert [each.id for each in listed.data] == ids[:2]
    assert listed.has_more
    assert listed.data[0].charge.amount_refunded == 600
    assert [each.id for each in rest.data] == ids[2:]


def test_a_refund_remembers_what_is_written_on_it(shop) -> None:
    made = refund(shop, shop.paid(), metadata={"ticket": "12", "by": "Ana"})

    changed = shop.v1.refunds.update(made.id, {"metadata": {"ticket": "13", "by": ""}})

    assert changed.metadata.to_dict() == {"ticket": "13"}
    assert shop.told("refund.updated", made.id)[0]["metadata"] == {"ticket": "13"}


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(st.integers(1, 4000), min_size=1, max_size=5))
def test_no_more_goes_back_than_was_paid(shop, parts) -> None:
    session = shop.paid()
    back = 0

    for part in parts:
        try:
            back += refund(shop, session, amount=part).amount
        except stripe.InvalidRequestError:
            assert back + part > 6900

    charge = shop.charge(session)
    assert charge.amount_refunded == back <= 6900
    assert charge.refunded == (back == 6900)
