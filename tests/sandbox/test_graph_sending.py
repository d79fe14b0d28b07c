"""What a shop sends to the stand-in for Graph: taken and answered as Meta does, refused where Meta refuses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.graph_process import (
    Graph,
    Shop,
    buttons,
    eventually,
    interactive_to,
    new_number,
    rows,
    text_to,
)


def link(label: str, url: str) -> dict[str, Any]:
    return {"name": "cta_url", "parameters": {"display_text": label, "url": url}}


def image_to(wa_id: str, url: str) -> dict[str, Any]:
    return {"messaging_product": "whatsapp", "to": wa_id, "type": "image", "image": {"link": url}}


def test_a_sent_message_is_answered_and_its_statuses_come_back_in_order(graph: Graph, shop: Shop) -> None:
    maya = new_number()

    answer = graph.send(text_to(maya, "Paid, thank you!", biz_opaque_callback_data="outbox-7"))

    assert answer.status_code == 200
    assert answer.json()["messaging_product"] == "whatsapp"
    assert answer.json()["contacts"] == [{"input": maya, "wa_id": maya}]
    message_id = answer.json()["messages"][0]["id"]
    statuses = eventually(lambda: found if len(found := shop.statuses_of(message_id)) == 3 else None)
    assert [status["status"] for status in statuses] == ["sent", "delivered", "read"]
    assert {(s["recipient_id"], s["biz_opaque_callback_data"]) for s in statuses} == {(maya, "outbox-7")}


def test_a_customer_without_a_phone_number_is_reached_by_user_id(graph: Graph) -> None:
    hidden = f"US.{new_number()}"
    body = {"messaging_product": "whatsapp", "recipient": hidden, "type": "text", "text": {"body": "Hello"}}

    assert graph.send(body).json()["contacts"] == [{"input": hidden, "user_id": hidden}]
    assert graph.sent_to(hidden) == [body]


def test_a_wrong_token_is_refused_and_nothing_is_sent(graph: Graph) -> None:
    maya = new_number()

    answer = graph.send(text_to(maya), token="somebody else's")

    assert (answer.status_code, answer.json()["error"]["code"]) == (401, 190)
    assert graph.sent_to(maya) == []


def test_a_number_of_somebody_else_is_refused(graph: Graph) -> None:
    answer = graph.send(text_to(new_number()), number="1")

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 100)


@pytest.mark.parametrize("body", [[], "words", {}, {"messaging_product": "sms"}], ids=str)
def test_what_is_no_message_is_refused(graph: Graph, body: Any) -> None:
    answer = graph.send(body)

    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "OAuthException"


REFUSED: dict[str, tuple[dict[str, Any], int]] = {
    "text of 4,097": (text_to("1", "x" * 4097), 131009),
    "an empty text": (text_to("1", " "), 131009),
    "a reference of 513": (text_to("1", biz_opaque_callback_data="x" * 513), 131009),
    "a drawing": (image_to("1", "https://shop.example/aero.svg"), 131009),
    "four buttons": (interactive_to("1", "button", buttons("A", "B", "C", "D")), 131009),
    "a button of 21": (interactive_to("1", "button", buttons("x" * 21)), 131009),
    "two buttons alike": (interactive_to("1", "button", buttons("Yes", "Yes")), 131009),
    "words of 1,025 over buttons": (interactive_to("1", "button", buttons("Yes"), "x" * 1025), 131009),
    "eleven rows": (interactive_to("1", "list", rows(*(f"Row {n}" for n in range(11)))), 131009),
    "a row of 25": (interactive_to("1", "list", rows("x" * 25)), 131009),
    "a link's label of 21": (interactive_to("1", "cta_url", link("x" * 21, "https://pay.example")), 131009),
    "a link that is none": (interactive_to("1", "cta_url", link("Pay", "javascript:pay()")), 131009),
    "no text at all": ({"messaging_product": "whatsapp", "to": "1", "type": "text"}, 131008),
    "a kind that is not known": ({"messaging_product": "whatsapp", "to": "1", "type": "fax", "fax": {}}, 131051),
}


@pytest.mark.parametrize(("body", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_what_meta_refuses_is_refused_with_its_code(graph: Graph, body: dict[str, Any], code: int) -> None:
    before = graph.sent_to("1")

    answer = graph.send(body)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)
    assert graph.sent_to("1") == before


@pytest.mark.parametrize(
    "body",
    [
        text_to("2", "x" * 4096),
        image_to("2", "https://shop.example/aero.png"),
        interactive_to("2", "button", buttons("Yes", "No", "Perhaps")),
        interactive_to("2", "list", rows(*(f"Row {n}" for n in range(10)))),
        interactive_to("2", "cta_url", link("Pay $138", "https://pay.example/1")),
    ],
    ids=lambda body: body["type"],
)
def test_what_meta_takes_is_taken(graph: Graph, body: dict[str, Any]) -> None:
    assert graph.send(body).status_code == 200
    assert graph.sent_to("2")[-1] == body


def test_reading_a_message_shows_on_its_phone_with_the_typing_sign(graph: Graph) -> None:
    maya = new_number()
    message_id = graph.writes(maya, "hi")
    read = {"messaging_product": "whatsapp", "status": "read", "message_id": message_id}

    assert graph.send({**read, "typing_indicator": {"type": "text"}}).json() == {"success": True}
    assert graph.state_of(maya, message_id) == "read"
    assert graph.thread(maya)["typing"] is True

    graph.send(text_to(maya))
    assert graph.thread(maya)["typing"] is False


def test_the_next_sends_fail_as_asked_and_then_work(graph: Graph) -> None:
    maya = new_number()
    graph.turn(codes=[131056, 131000], html=1)

    answers = [graph.send(text_to(maya)) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [400, 500, 502, 200]
    assert [answer.json()["error"]["code"] for answer in answers[:2]] == [131056, 131000]
    assert answers[2].text.startswith("<html>")
    assert len(graph.sent_to(maya)) == 1


def test_a_lost_answer_is_a_message_that_arrived_all_the_same(graph: Graph) -> None:
    maya = new_number()
    graph.turn(lose=1)

    assert graph.send(text_to(maya)).status_code == 504
    assert len(graph.sent_to(maya)) == 1


def test_statuses_are_held_back_as_asked(graph: Graph, shop: Shop) -> None:
    maya = new_number()
    graph.turn(hold_statuses=True)
    held = graph.sent_id(text_to(maya))
    eventually(lambda: graph.state_of(maya, held) == "read")

    graph.turn(hold_statuses=False)
    told = graph.sent_id(text_to(maya))

    eventually(lambda: len(shop.statuses_of(told)) == 3)
    assert shop.statuses_of(held) == []
