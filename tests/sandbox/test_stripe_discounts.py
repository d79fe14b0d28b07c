"""Coupons and promotion codes: what they take off, for whom, and how often."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st

from sandbox.stripe.totals import shares
from tests.sandbox.stripe_shop import StripeShop

_codes = count(1)


@pytest.fixture
def shop(sandbox) -> StripeShop:
    return StripeShop(sandbox)


def promotion(shop: StripeShop, coupon: dict[str, Any] | None = None, **more: Any) -> Any:
    made = shop.v1.coupons.create(coupon or {"percent_off": 10, "duration": "once"})
    known = {"promotion": {"type": "coupon", "coupon": made.id}, "code": f"SPRING{next(_codes)}"}
    return shop.v1.promotion_codes.create({**known, **more})


def test_a_percentage_and_an_amount_come_off_the_goods_alone(shop) -> None:
    percent = shop.v1.coupons.create({"percent_off": 12.5})
    amount = shop.v1.coupons.create({"amount_off": 900, "currency": "eur"})
    delivery = {"type": "fixed_amount", "display_name": "Post", "fixed_amount": {"amount": 600, "currency": "eur"}}
    options = [{"shipping_rate_data": delivery}]

    first = shop.open(6999, discounts=[{"coupon": percent.id}], shipping_options=options)
    second = shop.open(6999, discounts=[{"coupon": amount.id}], shipping_options=options)

    assert (first.total_details.amount_discount, first.amount_total) == (875, 6999 - 875 + 600)
    assert (second.total_details.amount_discount, second.amount_total) == (900, 6999 - 900 + 600)


def test_a_shopper_types_a_code_in_whatever_letters(shop) -> None:
    code = promotion(shop)
    session = shop.open(allow_promotion_codes=True)

    assert shop.confirm(session, promotion_code=code.code.lower()).status_code == 200

    paid = shop.look(session)
    assert paid.amount_total == 6210
    assert paid.discounts[0].promotion_code == code.id
    assert shop.v1.promotion_codes.retrieve(code.id).times_redeemed == 1
    assert shop.v1.payment_intents.retrieve(paid.payment_intent).amount_received == 6210


def test_an_order_that_costs_nothing_any_more_needs_no_card(shop) -> None:
    code = promotion(shop, {"percent_off": 100})
    session = shop.open(allow_promotion_codes=True)

    assert shop.confirm(session, None, promotion_code=code.code).status_code == 200

    (told,) = shop.told("checkout.session.completed", session.id)
    assert (told["payment_status"], told["amount_total"], told["payment_intent"]) == ("no_payment_required", 0, None)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"active": False}, "This code is invalid."),
        ({"max_redemptions": 1}, "This code is invalid."),
        ({"expires_at": 1}, "This code has expired."),
        ({"restrictions": {"minimum_amount": 6901, "minimum_amount_currency": "eur"}}, "larger order"),
        ({"restrictions": {"minimum_amount": 1, "minimum_amount_currency": "usd"}}, "larger order"),
        ({"restrictions": {"first_time_transaction": True}}, "first order"),
    ],
    ids=["switched off", "used up", "over", "too small an order", "another currency", "not the first order"],
)
def test_a_code_that_may_not_be_used_is_refused_and_takes_nothing_off(shop, change, words) -> None:
    code = promotion(shop, **change)
    shop.confirm(shop.open(allow_promotion_codes=True), promotion_code=code.code)  # uses it, where it may be used
    session = shop.open(allow_promotion_codes=True)

    refused = shop.confirm(session, promotion_code=code.code)

    assert refused.status_code == 400
    assert words in refused.json()["error"]["message"]
    assert (shop.look(session).status, shop.look(session).amount_total) == ("open", 6900)


def test_a_coupon_is_taken_as_often_as_it_says(shop) -> None:
    coupon = shop.v1.coupons.create({"amount_off": 900, "currency": "eur", "max_redemptions": 1})
    first, second = (shop.open(discounts=[{"coupon": coupon.id}]) for _ in range(2))
    assert shop.confirm(first).status_code == 200

    too_late = shop.confirm(second)

    assert too_late.json()["error"]["code"] == "coupon_expired"
    assert not shop.v1.coupons.retrieve(coupon.id).valid
    with pytest.raises(stripe.InvalidRequestError, match="used up"):
        shop.open(discounts=[{"coupon": coupon.id}])


def test_a_code_without_the_shops_leave_is_refused(shop) -> None:
    code = promotion(shop)

    refused = shop.confirm(shop.open(), promotion_code=code.code)

    assert refused.json()["error"]["param"] == "promotion_code"


def test_a_session_has_one_discount_or_takes_codes(shop) -> None:
    code = promotion(shop)

    with pytest.raises(stripe.InvalidRequestError, match="only specify one"):
        shop.open(allow_promotion_codes=True, discounts=[{"promotion_code": code.id}])


def test_two_active_codes_do_not_share_their_letters(shop) -> None:
    code = promotion(shop)

    with pytest.raises(stripe.InvalidRequestError, match="already exists"):
        promotion(shop, code=code.code.lower())
    shop.v1.promotion_codes.update(code.id, {"active": False})

    assert promotion(shop, code=code.code).active


def test_codes_are_found_by_their_letters_and_show_their_coupon(shop) -> None:
    code = promotion(shop, metadata={"channel": "chat"})

    found = shop.v1.promotion_codes.list({"code": code.code, "active": True, "expand": ["data.promotion.coupon"]})

    assert [each.id for each in found.data] == [code.id]
    assert found.data[0].promotion.coupon.percent_off == 10
    assert found.data[0].metadata["channel"] == "chat"


@given(st.integers(0, 10**8), st.lists(st.integers(0, 10**8), min_size=1, max_size=20))
def test_a_discount_is_shared_to_the_last_cent_and_never_above_a_line(amount, weights) -> None:
    amount = min(amount, sum(weights))

    parts = shares(amount, weights)

    assert sum(parts) == amount
    assert all(0 <= part <= weight for part, weight in zip(parts, weights, strict=True))
