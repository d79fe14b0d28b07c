"""After the sale, in words: called off, sent back, exchanged, disputed; what the shop's people decide at the desk."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx

from tests.payments.paying import confirmation
from tests.support.phone import Phone, link_of, text_of
from tests.support.stack import Stack, eventually
from tests.support.till import api, pay, session_id_of
from tests.support.web_chat import Visitor


class Agent:
    """Somebody at the desk, by the desk's own API."""

    def __init__(self, stack: Stack, email: str = "agent@souk.example") -> None:
        self.http = httpx.Client(base_url=f"{stack.url}/api/v1/desk", timeout=15)
        who = {"email": email, "password": stack.passwords[email]}
        assert httpx.Client.post(self.http, f"{stack.url}/api/v1/session", json=who).status_code == 200

    def waiting(self) -> dict[str, Any]:
        return dict(self.http.get("/after-sale").json())

    def decides(self, path: str, version: int, **body: object) -> httpx.Response:
        return self.http.post(path, headers={"if-match": f'"{version}"'}, json=body or None)


def pay_with(stack: Stack, link: str, card: str) -> None:
    page = f"/v1/payment_pages/{session_id_of(link)}"
    with api(stack) as stripe:
        paid = stripe.post(f"{page}/confirm", data=confirmation(stripe.get(page).json(), card))
    assert paid.status_code == 200, paid.text


def bought_on_whatsapp(stack: Stack, phone: Phone, *, pairs: int = 1, card: str = "pm_card_visa") -> int:
    """The number of an order of running shoes that was paid."""
    phone.says("running shoes under 80")
    shoes = phone.hears_until("City Run")
    phone.taps(shoes, "City Run")
    phone.hears_until("size")
    phone.says("42")
    phone.hears_until("in your cart")
    if pairs > 1:
        phone.says(f"make it {pairs}")
        phone.hears_until(f"{pairs} × ")
    phone.says("checkout")
    pay_with(stack, link_of(phone.hears_until("Pay")), card)
    phone.hears_until("Paid, thank you")
    return newest_order(stack)


def newest_order(stack: Stack) -> int:
    return int(stack.query("SELECT MAX(number) AS number FROM orders WHERE state = 'paid'")[0]["number"])


def order(stack: Stack, number: int) -> dict[str, Any]:
    return stack.query("SELECT * FROM orders WHERE number = :number", number=number)[0]


def send_off(stack: Stack, number: int) -> None:
    now = datetime.now(UTC).replace(tzinfo=None)
    stack.change(
        "UPDATE orders SET state = 'shipped', shipped_at = :now WHERE number = :number", now=now, number=number
    )


def on_hand(stack: Stack, number: int) -> int:
    query = (
        "SELECT on_hand FROM stock JOIN order_lines ON order_lines.sku = stock.sku "
        "JOIN orders ON orders.id = order_lines.order_id WHERE orders.number = :number"
    )
    return int(stack.query(query, number=number)[0]["on_hand"])


def refunds_at_stripe(stack: Stack, number: int) -> list[int]:
    with api(stack) as stripe:
        listed = stripe.get("/v1/refunds", params={"payment_intent": order(stack, number)["payment_intent"]}).json()
    return [refund["amount"] for refund in listed["data"]]


def test_a_paid_order_is_called_off_in_two_messages_and_the_money_is_told_once(stack: Stack) -> None:
    phone = Phone(stack, "15550009001", "Nia Roe")
    number = bought_on_whatsapp(stack, phone)
    paid, left = order(stack, number)["total"], on_hand(stack, number)

    phone.says("cancel my order")
    sure = phone.hears_until("Shall I cancel it")
    assert f"Order {number} is paid" in text_of(sure)
    phone.taps(sure, "Yes, cancel it")
    phone.hears_until(f"Order {number} is cancelled")
    told = text_of(phone.hears_until("is on its way back"))

    assert f"order {number}" in told
    assert refunds_at_stripe(stack, number) == [paid]
    assert on_hand(stack, number) == left + 1
    eventually(lambda: order(stack, number)["refunded"] == paid)
    assert order(stack, number)["state"] == "cancelled"
    phone.says("where is my refund")
    assert f"Order {number}:" in text_of(phone.hears_until("went back to you"))
    assert len([one for one in phone.received() if "is on its way back" in text_of(one)]) == 1


def test_above_the_limit_a_person_approves_at_the_desk(stack: Stack) -> None:
    phone = Phone(stack, "15550009002", "Tom Alder")
    number = bought_on_whatsapp(stack, phone, pairs=2)
    phone.says("cancel my order")
    phone.taps(phone.hears_until("Shall I cancel it"), "Yes, cancel it")
    phone.hears_until("A person has to approve")
    assert refunds_at_stripe(stack, number) == []

    agent = Agent(stack)
    [refund] = [one for one in agent.waiting()["refunds"] if one["order"] == number]
    approved = agent.decides(f"/refunds/{refund['id']}/approve", refund["version"])
    assert approved.status_code == 200, approved.text
    again = agent.decides(f"/refunds/{refund['id']}/approve", refund["version"])

    assert again.status_code == 409
    phone.hears_until("is on its way back")
    assert refunds_at_stripe(stack, number) == [refund["amount"]["minor"]]
    ticket = stack.query("SELECT reason FROM tickets ORDER BY id DESC LIMIT 1")[0]
    assert ticket["reason"] == "refund_approval"


def test_shoes_that_are_too_small_come_back_on_the_web_page(stack: Stack) -> None:
    visitor = Visitor(stack)
    visitor.says("running shoes under 80")
    visitor.hears_until("City Run")
    visitor.taps("City Run")
    visitor.hears_until("size")
    visitor.says("42")
    visitor.hears_until("in your cart")
    visitor.says("checkout")
    visitor.hears_until("Pay")
    pay(
        stack,
        eventually(lambda: stack.query("SELECT session_url FROM orders ORDER BY id DESC LIMIT 1")[0]["session_url"]),
    )
    visitor.hears_until("Paid, thank you")
    number = newest_order(stack)
    left = on_hand(stack, number)
    send_off(stack, number)

    visitor.says("i want to return the shoes, they are too small")
    visitor.hears_until("Shall I register that return")
    visitor.taps("Yes, return it")
    visitor.hears_until("is registered")
    assert refunds_at_stripe(stack, number) == []

    agent = Agent(stack)
    [back] = [one for one in agent.waiting()["returns"] if one["order"] == number]
    received = agent.decides(f"/returns/{back['id']}/receive", back["version"], restock=True)
    assert received.status_code == 200, received.text
    visitor.hears_until("is on its way back")

    assert refunds_at_stripe(stack, number) == [back["amount"]["minor"]]
    assert on_hand(stack, number) == left + 1
    visitor.says("where is my order")
    assert str(number) in visitor.hears_until("went back to you")


def test_what_arrived_broken_is_replaced_by_two_clicks_at_the_desk(stack: Stack) -> None:
    phone = Phone(stack, "15550009003", "Léa Petit")
    number = bought_on_whatsapp(stack, phone)
    send_off(stack, number)
    phone.says("the shoes arrived broken, the sole is off")
    phone.taps(phone.hears_until("replacement"), "A replacement")
    phone.hears_until("sorry about")

    agent = Agent(stack)
    [reported] = [one for one in eventually(lambda: agent.waiting()["returns"]) if one["order"] == number]
    assert reported["state"] == "asked"
    made = agent.decides(f"/returns/{reported['id']}/make-good", reported["version"], remedy="replacement")
    assert made.status_code == 200, made.text

    told = text_of(phone.hears_until("We send you a replacement"))
    replacement = stack.query("SELECT number, total, state FROM orders WHERE source = 'exchange' ORDER BY id DESC")[0]
    assert str(replacement["number"]) in told
    assert (replacement["total"], replacement["state"]) == (0, "paid")


def test_a_part_of_the_money_goes_back_from_the_desk_and_never_more_than_was_paid(stack: Stack) -> None:
    phone = Phone(stack, "15550009004", "Ravi Shah")
    number = bought_on_whatsapp(stack, phone)
    agent = Agent(stack)
    wish = {"client_id": "r-1", "amount": "10.00", "reason": "damaged", "note": "a scratch"}

    for _ in range(2):
        answer = agent.http.post(f"/orders/{number}/refunds", json=wish)
        assert answer.status_code == 200, answer.text
    too_much = agent.http.post(f"/orders/{number}/refunds", json={**wish, "client_id": "r-2", "amount": "999.00"})

    assert too_much.status_code == 409
    assert too_much.json()["error"]["code"] == "more_than_paid"
    assert "$10.00" in text_of(phone.hears_until("is on its way back"))
    assert refunds_at_stripe(stack, number) == [1000]


def test_a_dispute_is_put_before_a_person_and_stops_every_refund(stack: Stack) -> None:
    phone = Phone(stack, "15550009005", "Kim Oss")
    number = bought_on_whatsapp(stack, phone, card="pm_card_createDispute")
    agent = Agent(stack)

    [dispute] = eventually(lambda: [one for one in agent.waiting()["disputes"] if one["order"] == number], within_s=40)
    assert dispute["status"] == "needs_response"
    assert dispute["evidence_due"] is not None
    ticket = stack.query("SELECT reason, summary FROM tickets ORDER BY id DESC LIMIT 1")[0]
    assert ticket["reason"] == "dispute"
    assert f"Order {number}." in ticket["summary"]
    wish = {"client_id": "d-1", "amount": "1.00", "reason": "requested"}
    refused = agent.http.post(f"/orders/{number}/refunds", json=wish)

    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "disputed")
    assert refunds_at_stripe(stack, number) == []
