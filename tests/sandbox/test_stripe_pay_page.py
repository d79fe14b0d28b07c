"""The pay page as a browser without scripts meets it: pages, form posts and words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import httpx
import pytest
import stripe

from tests.payments.sandbox_process import API_KEY, Sandbox, running_sandbox

CARD = {"email": "lea@example.com", "number": "4242 4242 4242 4242", "expiry": "12 / 34", "cvc": "123"}


@pytest.fixture(scope="module")
def shopper() -> Iterator[httpx.Client]:
    with httpx.Client(follow_redirects=True) as client:
        yield client


def open_session(sandbox: Sandbox, **change: Any) -> Any:
    client = stripe.StripeClient(API_KEY, base_addresses={"api": sandbox.api_url})
    product = {"name": "Aero <2>", "description": "Size 42", "images": ["https://shop.example/aero.png?a=1&b=2"]}
    line = {"price_data": {"currency": "usd", "unit_amount": 6900, "product_data": product}, "quantity": 2}
    known = {
        "mode": "payment",
        "line_items": [line],
        "success_url": "https://shop.example/paid?s={CHECKOUT_SESSION_ID}&from=chat",
        "cancel_url": "https://shop.example/cart",
    }
    return client.v1.checkout.sessions.create(known | change)


def status_of(sandbox: Sandbox, session_id: str) -> tuple[str, str]:
    client = stripe.StripeClient(API_KEY, base_addresses={"api": sandbox.api_url})
    session = client.v1.checkout.sessions.retrieve(session_id)
    return session.status, session.payment_status


def test_the_page_shows_what_is_bought_and_that_no_money_moves(sandbox, shopper) -> None:
    page = shopper.get(open_session(sandbox).url).text

    for words in ("Sandbox: no money moves", "Aero &lt;2&gt;", "Size 42", "2 × $69.00", "Pay $138.00"):
        assert words in page
    assert "https://shop.example/aero.png?a=1&amp;b=2" in page
    assert 'href="https://shop.example/cart"' in page


def test_every_field_has_a_label_and_the_page_needs_nothing_from_elsewhere(sandbox, shopper) -> None:
    answer = shopper.get(open_session(sandbox).url)

    fields = set(re.findall(r'<input id="(\w+)"', answer.text))
    assert fields == set(re.findall(r'<label for="(\w+)"', answer.text)) == {"email", "number", "expiry", "cvc", "name"}
    assert re.findall(r'<(?:script|link)[^>]+(?:src|href)="(?!data:)', answer.text) == []
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_the_page_speaks_the_sessions_numbers(sandbox, shopper) -> None:
    page = unescape(shopper.get(open_session(sandbox, locale="fr").url).text)

    assert re.search(r"Pay 138,00\s\$", page)


def test_a_good_card_pays_and_leads_back_to_the_shop(sandbox, shopper) -> None:
    session = open_session(sandbox)

    page = shopper.post(session.url, data=CARD)

    assert page.status_code == 200
    assert "Paid, thank you" in page.text
    assert f"https://shop.example/paid?s={session.id}&from=chat" in unescape(page.text)
    assert status_of(sandbox, session.id) == ("complete", "paid")


def test_a_second_click_pays_nothing_twice(sandbox, shopper) -> None:
    session = open_session(sandbox)

    pages = [shopper.post(session.url, data=CARD) for _ in range(2)]

    assert all("Paid, thank you" in page.text for page in pages)
    sandbox.receiver.wait_for("checkout.session.completed", session.id)
    assert len(sandbox.receiver.about(session.id)) == 1


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"number": "4000 0000 0000 0002"}, 402, "Your card was declined."),
        ({"number": "4000 0000 0000 9995"}, 402, "Your card has insufficient funds."),
        ({"number": "4242 4242 4242 4241"}, 402, "Your card number is incorrect."),
        ({"number": "4111 1111 1111 1111"}, 402, "test cards only"),
        ({"number": ""}, 402, "Your card number is incorrect."),
        ({"expiry": "12 / 20"}, 402, "in the past"),
        ({"expiry": "soon"}, 422, "month and year"),
        ({"cvc": "12"}, 402, "security code is invalid"),
        ({"email": "lea"}, 422, "e-mail address"),
    ],
)
def test_what_is_wrong_is_said_in_words_and_nothing_typed_is_lost(sandbox, shopper, change, status, words) -> None:
    session = open_session(sandbox)

    page = shopper.post(session.url, data=CARD | change)

    assert page.status_code == status
    assert words in unescape(page.text)
    for value in (CARD | change).values():
        assert f'value="{value}"' in page.text
    assert status_of(sandbox, session.id) == ("open", "unpaid")
    assert "Paid, thank you" in shopper.post(session.url, data=CARD).text


def test_a_chip_fills_in_a_test_card_without_scripts(sandbox, shopper) -> None:
    session = open_session(sandbox)

    page = shopper.post(session.url, data={"email": "lea@example.com", "fill": "4000000000000002"})

    assert page.status_code == 200
    for value in ("4000 0000 0000 0002", "12 / 34", "123", "lea@example.com"):
        assert f'value="{value}"' in page.text


def test_the_enter_key_never_presses_a_chip(sandbox, shopper) -> None:
    page = shopper.get(open_session(sandbox).url).text

    first = re.search(r"<button[^>]*>", page)[0]
    assert first == '<button class="default" form="pay" tabindex="-1" aria-hidden="true">'


def test_a_card_whose_bank_asks_is_paid_after_the_answer(sandbox, shopper) -> None:
    session = open_session(sandbox)

    question = shopper.post(session.url, data=CARD | {"number": "4000 0025 0000 3155"})
    before = status_of(sandbox, session.id)
    answer = shopper.post(str(question.url), data={"answer": "confirm"})

    assert "Your bank asks" in question.text
    assert before == ("open", "unpaid")
    assert "Paid, thank you" in answer.text


def test_a_refused_question_leaves_the_checkout_open(sandbox, shopper) -> None:
    session = open_session(sandbox)
    question = shopper.post(session.url, data=CARD | {"number": "4000 0025 0000 3155"})

    answer = shopper.post(str(question.url), data={"answer": "refuse"})

    assert answer.status_code == 402
    assert "did not confirm" in answer.text
    assert status_of(sandbox, session.id) == ("open", "unpaid")


def test_nobody_confirms_what_no_bank_asked(sandbox, shopper) -> None:
    session = open_session(sandbox)

    page = shopper.post(session.url + "/authenticate", data={"answer": "confirm"})

    assert "Pay $138.00" in page.text
    assert status_of(sandbox, session.id) == ("open", "unpaid")


def test_a_checkout_that_ran_out_says_so(sandbox, shopper) -> None:
    session = open_session(sandbox)
    sandbox.advance(24 * 3600)

    shown, tried = shopper.get(session.url), shopper.post(session.url, data=CARD)

    for page in (shown, tried):
        assert page.status_code == 410
        assert "This checkout has closed" in page.text
        assert 'href="https://shop.example/cart"' in page.text


def test_an_unknown_checkout_says_so(sandbox, shopper) -> None:
    page = shopper.get(f"{sandbox.url}/c/pay/cs_test_unknown")

    assert page.status_code == 404
    assert "no such checkout" in page.text


def test_no_card_number_is_kept(tmp_path, shopper) -> None:
    state = tmp_path / "stripe.db"
    with running_sandbox(state) as sandbox:
        shopper.post(open_session(sandbox).url, data=CARD)

    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"lea@example.com" in kept
    assert b"4242424242424242" not in kept
    assert b"4242 4242" not in kept
