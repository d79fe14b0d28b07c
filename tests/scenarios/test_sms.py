"""A purchase by text messages, choosing by typed numbers, by signed webhooks alone."""

from __future__ import annotations

import httpx

from tests.support.stack import Stack, eventually
from tests.support.till import pay
from tests.support.twilio import TextPhone, link_in, number_of


def turn_knobs(stack: Stack, **asked: object) -> None:
    httpx.post(f"{stack.settings.twilio_api_url}/_sim/knobs", json=asked, timeout=10).raise_for_status()


def test_a_customer_buys_by_typing_numbers(stack: Stack) -> None:
    phone = TextPhone(stack, "+15550109001")
    phone.says("running shoes under 80")
    shoes = phone.hears_until("City Run")
    phone.says(number_of(shoes, "City Run"))
    sizes = phone.hears_until("size")
    phone.says(number_of(sizes, "42"))
    phone.hears_until("in your cart")
    phone.says("checkout")
    link = link_in(phone.hears_until("http"))
    pay(stack, link)
    assert "Paid" in phone.hears_until("Paid")


def test_an_accepted_text_whose_answer_was_lost_is_not_sent_twice(stack: Stack) -> None:
    phone = TextPhone(stack, "+15550109002")
    turn_knobs(stack, lose=1, statuses=[])
    phone.says("hi")
    eventually(lambda: phone.received(), within_s=30)
    eventually(lambda: delivery_of(stack, phone) == ["sent"], within_s=30)
    turn_knobs(stack)
    assert len(phone.received()) == 1


def test_after_stop_nothing_is_sent_until_start(stack: Stack) -> None:
    phone = TextPhone(stack, "+15550109003")
    phone.says("hi")
    phone.hears()
    phone.says("STOP")
    row = eventually(lambda: stack.query("SELECT stopped FROM conversations WHERE customer = :who AND stopped",
                                         who=phone.number))  # fmt: skip
    assert row
    phone.says("START")
    eventually(lambda: stack.query("SELECT id FROM conversations WHERE customer = :who AND NOT stopped",
                                   who=phone.number))  # fmt: skip
    phone.says("show my cart")
    assert "cart" in phone.hears_until("cart").lower()


def delivery_of(stack: Stack, phone: TextPhone) -> list[str]:
    rows = stack.query(
        "SELECT m.delivery FROM messages m JOIN conversations c ON c.id = m.conversation_id"
        " WHERE c.customer = :who AND c.channel = 'sms' AND m.author = 'bot' ORDER BY m.id",
        who=phone.number,
    )
    return [row["delivery"] for row in rows]
