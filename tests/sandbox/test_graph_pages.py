"""What a shop sends to Messenger and Instagram: taken and answered as Meta does, refused where Meta refuses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.graph_process import HTTP, Graph, Shop, eventually, new_number
from tests.sandbox.pages import (
    INSTAGRAM,
    MESSENGER,
    button_template,
    generic,
    postback,
    quick_replies,
    receipt,
    template_to,
    text_to,
)

PLATFORMS = pytest.mark.parametrize("page", [MESSENGER, INSTAGRAM], ids=lambda page: page.platform)
FACE = "https://shop.example/lea.png"


@PLATFORMS
def test_a_send_is_answered_and_appears_on_the_phone(graph: Graph, page: Any) -> None:
    maya = new_number()

    answer = page.send(graph, text_to(maya, "Paid, thank you!"))

    assert answer.status_code == 200, answer.text
    assert answer.json()["recipient_id"] == maya
    assert page.send(graph, text_to(maya, "Anything else?"), node="me").status_code == 200
    shown = graph.thread(maya, page.platform)["bubbles"]
    assert [bubble["body"]["text"] for bubble in shown] == ["Paid, thank you!", "Anything else?"]
    assert shown[0]["id"] == answer.json()["message_id"]


def test_messenger_tells_echo_delivery_and_reading_by_watermark(graph: Graph, shop: Shop) -> None:
    maya = new_number()
    body = text_to(maya, "Hello")
    body["message"]["metadata"] = "outbox-7"

    message_id = MESSENGER.sent_id(graph, body)

    echo, delivered, read = eventually(lambda: found if len(found := shop.events_of(maya)) == 3 else None)
    assert (echo["sender"]["id"], echo["recipient"]["id"]) == (MESSENGER.id, maya)
    assert {name: echo["message"][name] for name in ("mid", "is_echo", "metadata", "text")} == {
        "mid": message_id,
        "is_echo": True,
        "metadata": "outbox-7",
        "text": "Hello",
    }
    assert isinstance(echo["message"]["app_id"], int)
    assert delivered["delivery"]["mids"] == [message_id]
    assert list(read["read"]) == ["watermark"]
    assert read["read"]["watermark"] >= delivered["delivery"]["watermark"] >= echo["timestamp"]


def test_instagram_tells_an_echo_without_an_app_and_reading_by_message(graph: Graph, shop: Shop) -> None:
    maya = new_number()

    message_id = INSTAGRAM.sent_id(graph, text_to(maya, "Hello"))

    echo, read = eventually(lambda: found if len(found := shop.events_of(maya)) == 2 else None)
    assert echo["message"] == {"mid": message_id, "is_echo": True, "text": "Hello"}
    assert read["read"] == {"mid": message_id}


REFUSED_BY_BOTH: dict[str, dict[str, Any]] = {
    "no message": {"recipient": {"id": "4"}, "messaging_type": "RESPONSE"},
    "a type that is not known": text_to("4", messaging_type="LATER"),
    "a tag that is gone": text_to("4", messaging_type="MESSAGE_TAG", tag="ACCOUNT_UPDATE"),
    "a tag in a response": text_to("4", tag="HUMAN_AGENT"),
    "an empty text": text_to("4", " "),
    "fourteen quick replies": quick_replies("4", *(str(n) for n in range(14))),
    "eleven elements": generic("4", *(f"Shoe {n}" for n in range(11))),
    "a title of 81": generic("4", "x" * 81),
    "four buttons": button_template("4", "Which?", *(postback(str(n)) for n in range(4))),
    "a button of 21": button_template("4", "Which?", postback("x" * 21)),
    "a button template of 641": button_template("4", "x" * 641, postback("Yes")),
    "a button of an unknown type": button_template("4", "Which?", {"type": "reply", "title": "Yes"}),
    "a picture that is a drawing": {
        **text_to("4"),
        "message": {"attachment": {"type": "image", "payload": {"url": "https://shop.example/a.svg"}}},
    },
}


@PLATFORMS
@pytest.mark.parametrize("body", REFUSED_BY_BOTH.values(), ids=REFUSED_BY_BOTH.keys())
def test_what_meta_refuses_is_error_100(graph: Graph, page: Any, body: dict[str, Any]) -> None:
    before = graph.sent_to("4")

    answer = page.send(graph, body)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 100), answer.text
    assert graph.sent_to("4") == before


@PLATFORMS
def test_a_person_who_is_not_there_has_a_subcode(graph: Graph, page: Any) -> None:
    error = page.send(graph, text_to("nobody")).json()["error"]

    assert (error["code"], error["error_subcode"]) == (100, 2018001)


def test_texts_end_at_2000_characters_on_messenger_and_1000_bytes_on_instagram(graph: Graph) -> None:
    maya = new_number()

    assert MESSENGER.send(graph, text_to(maya, "é" * 2000)).status_code == 200
    assert MESSENGER.send(graph, text_to(maya, "é" * 2001)).status_code == 400
    assert INSTAGRAM.send(graph, text_to(maya, "é" * 500)).status_code == 200
    assert INSTAGRAM.send(graph, text_to(maya, "é" * 501)).status_code == 400


@PLATFORMS
def test_what_fits_exactly_is_taken(graph: Graph, page: Any) -> None:
    maya = new_number()
    bodies = [
        quick_replies(maya, *(str(n) for n in range(13))),
        generic(maya, *(f"Shoe {n}" for n in range(10))),
        button_template(maya, "x" * 640, postback("x" * 20), postback("No"), postback("Later")),
        text_to(maya, messaging_type="MESSAGE_TAG", tag="HUMAN_AGENT"),
    ]

    assert [page.send(graph, body).status_code for body in bodies] == [200] * 4


def test_a_receipt_is_for_messenger_only_and_its_order_number_is_unique(graph: Graph) -> None:
    maya = new_number()
    body = template_to(maya, receipt(f"order-{maya}"))

    assert MESSENGER.send(graph, body).status_code == 200
    again = MESSENGER.send(graph, body)
    assert (again.status_code, "order_number" in again.json()["error"]["message"]) == (400, True)
    assert INSTAGRAM.send(graph, template_to(maya, receipt(f"other-{maya}"))).status_code == 400


def test_a_persona_speaks_on_messenger_and_is_unknown_to_instagram(graph: Graph) -> None:
    maya = new_number()
    face = {"name": "Léa", "profile_picture_url": FACE}
    persona = MESSENGER.post(graph, "me/personas", face).json()["id"]

    assert MESSENGER.send(graph, text_to(maya, "Bonjour", persona_id=persona)).status_code == 200
    (shown,) = graph.thread(maya, "messenger")["bubbles"]
    assert shown["body"]["persona"] == {"name": "Léa", "picture": FACE}
    assert MESSENGER.send(graph, text_to(maya, persona_id="1")).status_code == 400
    assert INSTAGRAM.send(graph, text_to(maya, persona_id=persona)).status_code == 400
    assert INSTAGRAM.post(graph, "me/personas", face).status_code == 400
    listed = HTTP.get(f"{graph.url}/v25.0/me/personas", headers={"authorization": f"Bearer {MESSENGER.token}"}).json()
    assert {"id": persona, **face} in listed["data"]


@PLATFORMS
def test_signs_of_reading_and_writing_stand_alone(graph: Graph, page: Any) -> None:
    maya = new_number()
    message_id = graph.writes(maya, "hi", page.platform)

    for action in ("mark_seen", "typing_on"):
        assert page.send(graph, {"recipient": {"id": maya}, "sender_action": action}).status_code == 200
    assert graph.state_of(maya, message_id, page.platform) == "read"
    assert graph.thread(maya, page.platform)["typing"] is True

    both = {**text_to(maya), "sender_action": "typing_on"}
    assert page.send(graph, both).status_code == 400


def test_a_thread_that_was_passed_on_cannot_be_written_to_until_it_is_taken_back(graph: Graph, shop: Shop) -> None:
    maya = new_number()
    to_inbox = {"recipient": {"id": maya}, "target_app_id": "263902037430900", "metadata": "wants a person"}

    assert MESSENGER.post(graph, "me/pass_thread_control", to_inbox).json() == {"success": True}
    error = MESSENGER.send(graph, text_to(maya)).json()["error"]
    assert (error["code"], error["error_subcode"]) == (10, 2018300)
    graph.writes(maya, "are you there?", "messenger")
    eventually(lambda: shop.events_of(maya, "standby"))
    assert shop.events_of(maya) == []

    assert MESSENGER.post(graph, "me/take_thread_control", {"recipient": {"id": maya}}).json() == {"success": True}
    assert MESSENGER.send(graph, text_to(maya)).status_code == 200


def test_a_token_sends_for_its_own_account_only(graph: Graph) -> None:
    maya = new_number()

    strange = MESSENGER.send(graph, text_to(maya), token="somebody else's")
    assert (strange.status_code, strange.json()["error"]["code"]) == (401, 190)
    wrong = MESSENGER.send(graph, text_to(maya), token=INSTAGRAM.token)
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (400, 100)
    assert graph.sent_to(maya) == []
