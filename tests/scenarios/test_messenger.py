"""A purchase on Messenger from "hi" to "paid", by signed webhooks alone; and people who answer in the page's inbox."""

from __future__ import annotations

from typing import Any

import httpx

from tests.support.messenger import PagePhone, link_of, text_of, titles_of
from tests.support.stack import Stack, eventually
from tests.support.till import pay, session_id_of

SHOE = "City Run"
STORY = (
    "SELECT {what} FROM messages m JOIN conversations c ON c.id = m.conversation_id WHERE c.customer = :who AND {which}"
)


def choose(phone: PagePhone, message: dict[str, Any], title: str) -> None:
    """Tap the first button of the card with this title."""
    elements = message["attachment"]["payload"]["elements"]
    button = next(element for element in elements if element["title"] == title)["buttons"][0]
    phone.postback(button["payload"], button["title"])


def come_to_the_till(phone: PagePhone, size: str) -> str:
    """From the first words to the payment's address."""
    phone.says("running shoes under 80")
    choose(phone, phone.hears_until(SHOE), SHOE)
    sizes = phone.hears_until("size")
    phone.taps(sizes, size) if size in titles_of(sizes) else phone.says(size)
    phone.hears_until("in your cart")
    phone.says("checkout")
    return link_of(phone.hears_until("Pay"))


def in_the_inbox(stack: Stack, phone: PagePhone, **act: Any) -> None:
    """A person of the shop acts in Meta's own inbox."""
    url = f"{stack.graph_url}/_sim/phones/{phone.platform}/{phone.customer}/inbox"
    httpx.post(url, json=act, timeout=10).raise_for_status()


def test_a_customer_buys_shoes_on_messenger(stack: Stack) -> None:
    phone = PagePhone(stack, "7461029384750001")
    phone.says("hi")
    assert "running shoes" in text_of(phone.hears())
    link = come_to_the_till(phone, "42")
    pay(stack, link)

    phone.hears_until("Paid")
    order = stack.query("SELECT * FROM orders WHERE session_id = :session", session=session_id_of(link))[0]
    assert order["state"] == "paid"
    eventually(lambda: any(str(order["number"]) in text_of(message) for message in phone.received()))
    assert all(body["messaging_type"] == "RESPONSE" for body in phone.sent())
    assert all(body["message"]["metadata"].startswith("souk-") for body in phone.sent())
    read = STORY.format(what="m.id", which="m.author = 'bot' AND m.delivery = 'read'")
    eventually(lambda: stack.query(read, who=phone.customer))


def test_somebody_who_comes_back_by_a_link_is_greeted_without_a_word(stack: Stack) -> None:
    phone = PagePhone(stack, "7461029384750002")
    phone.post({"referral": {"ref": "autumn", "source": "SHORTLINK", "type": "OPEN_THREAD"}})
    assert "running shoes" in text_of(phone.hears())


def test_a_person_answers_in_the_pages_inbox_and_the_bot_steps_back(stack: Stack) -> None:
    phone = PagePhone(stack, "7461029384750003")
    phone.says("hi")
    phone.hears()
    in_the_inbox(stack, phone, text="Ana here: your parcel is on its way")
    owned = "SELECT id FROM conversations WHERE customer = :who AND owner = 'person'"
    conversation = eventually(lambda: stack.query(owned, who=phone.customer))[0]["id"]
    tickets = stack.query("SELECT reason FROM tickets WHERE conversation_id = :id", id=conversation)
    assert [ticket["reason"] for ticket in tickets] == ["answered_elsewhere"]

    heard = len(phone.received())
    phone.says("running shoes under 80")
    done = "SELECT id FROM inbox WHERE conversation_id = :id AND state = 'done' AND body LIKE '%under 80%'"
    eventually(lambda: stack.query(done, id=conversation))
    assert len(phone.received()) == heard


def test_what_is_said_while_the_inbox_holds_the_thread_is_no_turn(stack: Stack) -> None:
    phone = PagePhone(stack, "7461029384750004")
    phone.says("hi")
    phone.hears()
    phone.post({"take_thread_control": {"previous_owner_app_id": "1517776481860111"}})
    told = phone.body({"message": {"mid": phone.new_mid(), "text": "thank you, Ana"}}, where="standby")
    assert phone.post_body(told).status_code == 200
    assert stack.query("SELECT id FROM conversations WHERE customer = :who AND NOT writable", who=phone.customer)
    phone.post({"pass_thread_control": {"new_owner_app_id": "1517776481860111"}})
    phone.says("running shoes under 80")
    phone.hears_until(SHOE)
    turns = "SELECT t.text FROM turns t JOIN conversations c ON c.id = t.conversation_id WHERE c.customer = :who"
    assert {turn["text"] for turn in stack.query(turns, who=phone.customer)} == {"hi", "running shoes under 80"}
