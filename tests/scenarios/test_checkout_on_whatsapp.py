"""Checkouts on WhatsApp that do not go straight: filled in WhatsApp's own catalogue, closed too early, dearer than
before, delivered otherwise; by signed webhooks alone.
"""

from __future__ import annotations

from typing import Any

from tests.payments.paying import confirmation
from tests.scenarios.test_buying_on_whatsapp import checkout, put_two_in_cart, stock_of
from tests.support.phone import Phone, link_of, text_of
from tests.support.stack import Stack, eventually
from tests.support.till import api, pay, session_id_of


def order_of(stack: Stack, link: str) -> dict[str, Any]:
    return stack.query("SELECT * FROM orders WHERE session_id = :id", id=session_id_of(link))[0]


def runs_out(stack: Stack, link: str) -> None:
    with api(stack) as stripe:
        assert stripe.post(f"/v1/checkout/sessions/{session_id_of(link)}/expire").status_code == 200


def test_a_cart_that_was_filled_in_whatsapps_catalogue_becomes_the_same_checkout(stack: Stack) -> None:
    phone = Phone(stack, "15550007001", "Ana Reis")
    sku = stack.query("SELECT sku FROM variants WHERE product_id = 'city-run' ORDER BY place DESC LIMIT 1")[0]["sku"]
    on_hand, reserved = stock_of(stack, sku)
    item = {"product_retailer_id": sku, "quantity": 2, "item_price": 1, "currency": "USD"}

    phone.post({"type": "order", "order": {"catalog_id": "1", "text": "", "product_items": [item]}})
    phone.hears_until("2 × ")
    link = checkout(phone)

    assert stock_of(stack, sku) == (on_hand, reserved + 2)
    session = pay(stack, link)
    receipt = text_of(phone.hears_until("Paid"))
    order = order_of(stack, link)
    price = stack.query("SELECT amount FROM prices WHERE sku = :sku AND currency = 'USD'", sku=sku)[0]["amount"]
    assert (order["state"], order["subtotal"]) == ("paid", 2 * price)
    assert order["total"] == session["amount_total"]
    assert str(order["number"]) in receipt
    assert stock_of(stack, sku) == (on_hand - 2, reserved)


def test_a_checkout_that_closed_is_told_once_and_can_be_taken_up_again(stack: Stack) -> None:
    phone = Phone(stack, "15550007002", "Nils Holm")
    put_two_in_cart(phone, "42")
    link = checkout(phone)
    number = order_of(stack, link)["number"]

    runs_out(stack, link)
    told = phone.hears_until("has closed")
    assert str(number) in text_of(told)
    with api(stack) as stripe:
        answer = stripe.get(link_of(told).removeprefix(stack.stripe_url))
    again = answer.headers["location"]
    pay(stack, again)

    receipt = text_of(phone.hears_until("Paid"))
    assert str(number) in receipt
    assert order_of(stack, again)["state"] == "paid"
    assert len([each for each in phone.received() if "has closed" in text_of(each)]) == 1


def test_a_changed_price_is_told_with_the_new_page(stack: Stack) -> None:
    phone = Phone(stack, "15550007003", "Ida Lund")
    put_two_in_cart(phone, "41")
    link = checkout(phone)
    sku = stack.query("SELECT sku FROM order_lines WHERE order_id = :id", id=order_of(stack, link)["id"])[0]["sku"]
    was = stack.query("SELECT amount FROM prices WHERE sku = :sku AND currency = 'USD'", sku=sku)[0]["amount"]
    stack.change("UPDATE prices SET amount = amount + 200 WHERE sku = :sku AND currency = 'USD'", sku=sku)
    try:
        phone.says("checkout")
        told = phone.hears_until("Pay")
    finally:
        stack.change("UPDATE prices SET amount = :was WHERE sku = :sku AND currency = 'USD'", was=was, sku=sku)

    assert f"was ${was / 100:.2f}, now ${(was + 200) / 100:.2f}" in text_of(told)
    assert link_of(told) != link
    assert order_of(stack, link)["state"] == "expired"


def test_the_way_of_delivery_that_was_chosen_on_the_page_is_in_the_receipt(stack: Stack) -> None:
    phone = Phone(stack, "15550007004", "Omar Nasser")
    put_two_in_cart(phone, "40")
    link = checkout(phone)
    session_id = session_id_of(link)
    with api(stack) as stripe:
        page = stripe.get(f"/v1/payment_pages/{session_id}").json()
        form = confirmation(page, "pm_card_visa", shipping_rate=page["shipping_options"][1]["shipping_rate"])
        del form["expected_amount"]
        assert stripe.post(f"/v1/payment_pages/{session_id}/confirm", data=form).status_code == 200

    receipt = text_of(phone.hears_until("Paid"))

    order = eventually(lambda: [row for row in [order_of(stack, link)] if row["state"] == "paid"])[0]
    assert order["way"] == "express"
    assert order["total"] == order["subtotal"] + order["shipping"]
    assert "Express delivery" in receipt
    assert f"${order['shipping'] / 100:.2f}" in receipt
