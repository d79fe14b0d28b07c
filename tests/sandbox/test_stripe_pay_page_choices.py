"""The pay page of a parcel, as a browser without scripts meets it: address, ways, codes, tax and sums."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from itertools import count
from typing import Any

import httpx
import pytest

from tests.sandbox.stripe_shop import StripeShop, rate

CARD = {"email": "lea@example.com", "number": "4242 4242 4242 4242", "expiry": "12 / 34", "cvc": "123"}
PLACE = {
    "country": "FR",
    "ship_name": "Léa Martin",
    "line1": "12 rue des Lices",
    "city": "Lyon",
    "postal_code": "69001",
}
PARCEL = {
    "shipping_address_collection": {"allowed_countries": ["FR", "DE"]},
    "phone_number_collection": {"enabled": True},
}
PHONE = {"phone": "+33 6 12 34 56 78"}
_codes = count(1)


@pytest.fixture(scope="module")
def browser() -> Iterator[httpx.Client]:
    with httpx.Client(follow_redirects=True) as client:
        yield client


@pytest.fixture
def shop(sandbox) -> StripeShop:
    return StripeShop(sandbox)


@pytest.fixture
def code(shop) -> str:
    coupon = shop.v1.coupons.create({"percent_off": 10, "name": "Spring"})
    word = f"PAGE{next(_codes)}"
    shop.v1.promotion_codes.create({"promotion": {"type": "coupon", "coupon": coupon.id}, "code": word})
    return word


def expected(page: httpx.Response) -> dict[str, str]:
    """The total that the shopper saw, as the page sends it along."""
    return {"expected_amount": re.search(r'name="expected_amount" value="(\d+)"', page.text)[1]}


def sums(page: httpx.Response) -> dict[str, str]:
    rows = re.findall(r'<p class="(?:part|sum)"><span>(.*?)</span><span>(.*?)</span></p>', page.text)
    return {words: re.sub("<.*?>", "", unescape(amount)) for words, amount in rows}


def test_a_parcel_is_paid_with_all_that_was_asked_for(shop, browser) -> None:
    session = shop.open(**PARCEL, shipping_options=[rate("Post", 600), rate("Express", 1290)])
    page = browser.get(session.url)
    express = session.shipping_options[1].shipping_rate

    looked = browser.post(session.url, data={"do": "look", "delivery": express})
    paid = browser.post(session.url, data=CARD | PLACE | PHONE | {"delivery": express} | expected(looked))

    assert "Pay €75.00" in unescape(page.text)
    assert sums(looked) == {"Goods": "€69.00", "Delivery": "€12.90", "Total": "€81.90"}
    assert "Paid, thank you" in paid.text
    seen = shop.look(session)
    assert (seen.amount_total, seen.customer_details.phone) == (8190, PHONE["phone"])
    assert seen.collected_information.shipping_details.address.postal_code == "69001"


@pytest.mark.parametrize(
    ("field", "words"),
    [("country", "choose a country"), ("ship_name", "name on the parcel"), ("line1", "street"), ("phone", "phone")],
)
def test_what_a_parcel_lacks_is_said_at_its_field(shop, browser, field, words) -> None:
    session = shop.open(**PARCEL)

    page = browser.post(session.url, data=CARD | PLACE | PHONE | {field: ""})

    assert page.status_code == 422
    assert words in page.text
    assert f'aria-describedby="{field}-wrong"' in page.text
    assert 'value="lea@example.com"' in page.text
    assert shop.look(session).status == "open"


def test_a_country_that_is_not_offered_is_refused(shop, browser) -> None:
    session = shop.open(**PARCEL)

    page = browser.post(session.url, data=CARD | PLACE | PHONE | {"country": "US"})

    assert "cannot be sent to US" in page.text
    assert re.findall(r'<option value="(\w\w)"', page.text) == ["FR", "DE"]


def test_the_readers_own_country_is_chosen_already(shop, browser) -> None:
    session = shop.open(**PARCEL, locale="fr-CA")
    assert "selected disabled" in browser.get(session.url).text
    alone = shop.open(shipping_address_collection={"allowed_countries": ["DE"]}, locale="de")

    assert '<option value="DE" selected>Deutschland</option>' in browser.get(alone.url).text


def test_a_choice_made_while_paying_is_shown_before_it_is_charged(shop, browser) -> None:
    session = shop.open(**PARCEL, shipping_options=[rate("Post", 600), rate("Express", 1290)])
    dearer = {"delivery": session.shipping_options[1].shipping_rate}
    typed = CARD | PLACE | PHONE | dearer

    first = browser.post(session.url, data=typed | expected(browser.get(session.url)))
    second = browser.post(session.url, data=typed | expected(first))

    assert first.status_code == 409
    assert "The total is now €81.90" in unescape(first.text)
    assert "Paid, thank you" in second.text


def test_a_code_is_taken_shown_and_given_back(shop, browser, code) -> None:
    session = shop.open(allow_promotion_codes=True)

    taken = browser.post(session.url, data={"do": "code", "code": code.lower(), "email": "lea@example.com"})
    dropped = browser.post(session.url, data={"do": "drop"})

    assert sums(taken) == {"Goods": "€69.00", "Spring": "-€6.90", "Total": "€62.10"}
    assert f"Remove the code {code}" in taken.text
    assert 'value="lea@example.com"' in taken.text
    assert sums(dropped) == {"Total": "€69.00"}


def test_a_wrong_code_is_said_and_kept_for_mending(shop, browser) -> None:
    session = shop.open(allow_promotion_codes=True)

    page = browser.post(session.url, data={"do": "code", "code": "NOPE"})

    assert page.status_code == 422
    assert "This code is invalid." in page.text
    assert 'value="NOPE"' in page.text


def test_a_code_that_was_typed_and_not_applied_counts_before_it_is_paid(shop, browser, code) -> None:
    session = shop.open(allow_promotion_codes=True)

    page = browser.post(session.url, data=CARD | {"code": code} | expected(browser.get(session.url)))

    assert page.status_code == 409
    assert "Pay €62.10" in unescape(page.text)
    assert "Paid, thank you" in browser.post(session.url, data=CARD | expected(page)).text
    assert shop.look(session).amount_total == 6210


def test_tax_is_counted_for_the_chosen_country(shop, browser) -> None:
    session = shop.open(currency="usd", automatic_tax={"enabled": True}, **PARCEL)
    assert sums(browser.get(session.url))["Tax"] == "once you have said where"

    page = browser.post(session.url, data={"do": "look", "country": "DE"})

    assert sums(page) == {"Goods": "$69.00", "Tax": "$13.11", "Total": "$82.11"}
    paid = browser.post(session.url, data=CARD | PLACE | PHONE | {"country": "DE"} | expected(page))
    assert "Paid, thank you" in paid.text
    assert shop.look(session).total_details.amount_tax == 1311


def test_nothing_to_pay_asks_for_no_card(shop, browser) -> None:
    coupon = shop.v1.coupons.create({"percent_off": 100})
    session = shop.open(discounts=[{"coupon": coupon.id}])

    page = browser.get(session.url)
    done = browser.post(session.url, data={"email": "lea@example.com"} | expected(page))

    assert "Nothing to pay" in page.text
    assert 'name="number"' not in page.text
    assert "Ordered, thank you" in done.text
    assert shop.look(session).payment_status == "no_payment_required"


@pytest.mark.parametrize(
    ("iban", "words"),
    [("AT61 1904 3002 3457 3201", "Your bank is working on €69.00"), ("FR76 3000", "no test IBAN")],
)
def test_a_bank_account_pays_a_little_later(shop, browser, iban, words) -> None:
    session = shop.open(payment_method_types=["sepa_debit"])

    page = browser.post(session.url, data={"email": "lea@example.com", "iban": iban})

    assert words in unescape(page.text)


def test_a_shopper_cannot_break_out_of_what_they_typed(shop, browser) -> None:
    session = shop.open(**PARCEL, allow_promotion_codes=True, shipping_options=[rate("<b>Post</b>", 0)])
    nasty: dict[str, Any] = dict.fromkeys((*PLACE, *PHONE, "code", "email"), '"><script>x</script>')

    page = browser.post(session.url, data={"do": "code"} | nasty)

    assert "<script>x" not in page.text
    assert "<b>Post" not in page.text
