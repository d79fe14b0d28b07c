"""A cart that is filled, changed, priced and paid in words: on WhatsApp and on the shop's page."""

from __future__ import annotations

from tests.support.phone import Phone, link_of, text_of
from tests.support.stack import Stack
from tests.support.till import session, session_id_of
from tests.support.web_chat import Visitor

SHOE = "City Run"


def test_on_whatsapp_everything_about_the_cart_is_said_in_words(stack: Stack) -> None:
    phone = Phone(stack, "15550003101")
    phone.says("hi")
    phone.hears(within_s=60)
    phone.says("running shoes under 80")
    shoes = phone.hears_until(SHOE)
    phone.taps(shoes, SHOE)
    phone.hears_until("size")
    phone.says("42")
    assert "in your cart" in text_of(phone.hears_until("in your cart"))

    phone.says("make it two")
    assert "2 × City Run" in text_of(phone.hears_until("2 ×"))
    phone.says("engrave Léa on it")
    assert "Noted for City Run" in text_of(phone.hears_until("Noted"))
    phone.says("leave it at the door")
    assert "Noted for your order" in text_of(phone.hears_until("Noted"))
    phone.says("i have a code RUN15")
    assert "RUN15 takes $" in text_of(phone.hears_until("RUN15"))
    phone.says("do you ship to France")
    told = text_of(phone.hears_until("France"))
    assert "Yes, we deliver to France" in told
    assert "TVA" in told

    phone.says("show my cart")
    cart = text_of(phone.hears_until("Your cart:"))
    assert "RUN15: −$" in cart
    assert "Note: engrave Léa on it" in cart
    assert "Note: leave it at the door" in cart
    phone.says("checkout")
    link = link_of(phone.hears_until("Pay"))
    [order] = stack.query("SELECT * FROM orders WHERE session_id = :id", id=session_id_of(link))
    assert (order["code"], order["country"], order["note"]) == ("RUN15", "FR", "leave it at the door")
    assert order["total"] == order["subtotal"] - order["discount"] + order["shipping"] + order["tax"]
    assert session(stack, session_id_of(link))["amount_total"] == order["total"]
    [line] = stack.query("SELECT note, quantity FROM order_lines WHERE order_id = :id", id=order["id"])
    assert (line["note"], line["quantity"]) == ("engrave Léa on it", 2)


def test_on_the_page_several_edits_a_currency_and_a_code_that_stops_counting(stack: Stack) -> None:
    visitor = Visitor(stack)
    visitor.says("gel pens")
    visitor.hears_until("Gel Pens")
    visitor.taps("Gel Pens")
    visitor.hears_until("Shall I add it")
    visitor.taps("Add to cart")
    visitor.hears_until("in your cart")
    visitor.says("letter set")
    visitor.hears_until("Letter Set")
    visitor.taps("Letter Set")
    visitor.hears_until("Shall I add it")
    visitor.taps("Add to cart")
    visitor.hears_until("2 things in your cart")

    visitor.says("code FIVEOFF")
    visitor.hears_until("FIVEOFF takes $5.00 off")
    assert visitor.cart()["discount"] == "$5.00"
    visitor.says("three of the letter sets and take the pens out")
    told = visitor.hears_until("3 × Letter Set")
    assert "Gel Pens, Set of 5 is out of your cart" in told
    visitor.says("show me prices in euros")
    visitor.hears_until("Prices are in Euro now")
    assert visitor.cart()["subtotal"].startswith("€51")
    visitor.says("make it one")
    assert "FIVEOFF counts from" in visitor.hears_until("FIVEOFF")
    sheet = visitor.cart()
    assert (sheet["discount"], sheet["count"]) == (None, 1)
    assert sheet["code_refused"].startswith("FIVEOFF counts from")

    visitor.says("do you ship to Lyon")
    visitor.hears_until("Which country is Lyon in?")
    visitor.taps("France")
    visitor.hears_until("deliver to France")
    assert visitor.cart()["delivery_to"] == "France"
    visitor.says("do you ship to russia")
    visitor.hears_until("We do not deliver to Russia")
    assert visitor.cart()["delivery_to"] == "France"
