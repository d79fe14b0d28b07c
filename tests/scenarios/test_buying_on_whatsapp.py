"""A purchase on WhatsApp, from "hi" to "paid", by signed webhooks alone."""

from __future__ import annotations

from tests.support.phone import Phone, link_of, text_of, titles_of
from tests.support.stack import Stack, eventually
from tests.support.till import deliver, events, pay, session_id_of

SHOE = "City Run"


def stock_of(stack: Stack, sku: str) -> tuple[int, int]:
    row = stack.query("SELECT on_hand, reserved FROM stock WHERE sku = :sku", sku=sku)[0]
    return row["on_hand"], row["reserved"]


def put_two_in_cart(phone: Phone, size: str) -> None:
    phone.says("hi")
    assert "running shoes" in text_of(phone.hears())
    phone.says("running shoes under 80")
    shoes = phone.hears_until(SHOE)
    phone.taps(shoes, SHOE)
    sizes = phone.hears_until("size")
    phone.taps(sizes, size) if size in titles_of(sizes) else phone.says(size)
    phone.hears_until("in your cart")
    phone.says("add another one")
    assert "2 × " in text_of(phone.hears_until("2 × "))


def checkout(phone: Phone) -> str:
    phone.says("checkout")
    return link_of(phone.hears_until("Pay"))


def test_a_customer_buys_two_pairs_of_shoes(stack: Stack) -> None:
    phone = Phone(stack, "15550001001")
    put_two_in_cart(phone, "42")
    sku = stack.query("SELECT sku FROM cart_lines ORDER BY cart_id DESC LIMIT 1")[0]["sku"]
    on_hand, reserved = stock_of(stack, sku)

    link = checkout(phone)
    assert stock_of(stack, sku) == (on_hand, reserved + 2)
    session = pay(stack, link)

    receipt = text_of(phone.hears_until("Paid"))
    order = stack.query("SELECT * FROM orders WHERE session_id = :session", session=session_id_of(link))[0]
    assert order["state"] == "paid"
    assert str(order["number"]) in receipt
    assert (order["total"], order["currency"]) == (session["amount_total"], session["currency"].upper())
    assert stock_of(stack, sku) == (on_hand - 2, reserved)

    phone.says("where is my order")
    assert str(order["number"]) in text_of(phone.hears())


def test_repeated_and_shuffled_webhooks_make_one_turn_one_order_one_confirmation(stack: Stack) -> None:
    phone = Phone(stack, "15550001002", "Bo Lind")
    put_two_in_cart(phone, "41")
    body = phone.says("checkout")
    for _ in range(3):
        assert phone.post_body(body).status_code == 200
    link = link_of(phone.hears_until("Pay"))
    pay(stack, link)
    phone.hears_until("Paid")

    session_id = session_id_of(link)
    told = [
        event
        for kind in ("checkout.session.completed", "payment_intent.succeeded")
        for event in events(stack, kind)
        if kind != "checkout.session.completed" or event["data"]["object"]["id"] == session_id
    ]
    for event in [*reversed(told), *told, *told]:
        assert deliver(stack, event).status_code == 200
    assert phone.post_body(body).status_code == 200
    phone.says("where is my order")
    phone.hears()

    conversation = stack.query("SELECT id FROM conversations WHERE customer = :who", who=phone.wa_id)[0]["id"]
    turns = stack.query("SELECT text FROM turns WHERE conversation_id = :id", id=conversation)
    assert [turn["text"] for turn in turns].count("checkout") == 1
    assert len(stack.query("SELECT id FROM orders WHERE session_id = :id", id=session_id)) == 1
    assert len([message for message in phone.received() if "Paid, thank you" in text_of(message)]) == 1


def test_a_second_event_of_the_same_session_confirms_nothing_twice(stack: Stack) -> None:
    phone = Phone(stack, "15550001003", "Ida Berg")
    put_two_in_cart(phone, "40")
    link = checkout(phone)
    pay(stack, link)
    phone.hears_until("Paid")
    completed = next(
        event
        for event in events(stack, "checkout.session.completed")
        if event["data"]["object"]["id"] == session_id_of(link)
    )
    twin = {**completed, "id": f"{completed['id']}twin"}
    assert deliver(stack, twin).status_code == 200
    eventually(lambda: stack.query("SELECT id FROM payment_events WHERE id = :id AND state = 'done'", id=twin["id"]))
    assert len([message for message in phone.received() if "Paid, thank you" in text_of(message)]) == 1


def test_a_payment_of_another_amount_goes_to_a_person_and_hands_nothing_out(stack: Stack) -> None:
    phone = Phone(stack, "15550001004", "Eva Holm")
    put_two_in_cart(phone, "43")
    link = checkout(phone)
    session_id = session_id_of(link)
    stack.change("UPDATE orders SET total = total + 1 WHERE session_id = :id", id=session_id)
    pay(stack, link)

    phone.hears_until("about your payment")
    order = stack.query("SELECT * FROM orders WHERE session_id = :id", id=session_id)[0]
    assert (order["state"], order["attention"]) == ("needs_attention", "amount_mismatch")
    ticket = stack.query("SELECT * FROM tickets WHERE conversation_id = :id", id=order["conversation_id"])[0]
    assert (ticket["reason"], ticket["state"]) == ("payment_problem", "waiting")
    assert not [message for message in phone.received() if "Paid, thank you" in text_of(message)]
