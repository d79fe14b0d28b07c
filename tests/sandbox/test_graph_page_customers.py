"""What customers do in Messenger and Instagram: it reaches the shop as Meta's webhooks, each in its words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.graph_process import HTTP, Graph, Shop, eventually, new_number
from tests.sandbox.pages import INSTAGRAM, MESSENGER, button_template, generic, postback, quick_replies, text_to

PLATFORMS = pytest.mark.parametrize("page", [MESSENGER, INSTAGRAM], ids=lambda page: page.platform)
BEARER = {"authorization": f"Bearer {MESSENGER.token}"}


def from_customer(shop: Shop, customer: str) -> list[dict[str, Any]]:
    """What the customer did, without echoes and signs of reading."""
    events = [event for event in shop.events_of(customer) if event["sender"]["id"] == customer]
    return [event for event in events if not {"read", "delivery"} & set(event)]


@PLATFORMS
def test_typed_words_reach_the_shop_on_their_platform(graph: Graph, shop: Shop, page: Any) -> None:
    maya = new_number()

    message_id = graph.writes(maya, "do you ship to Lyon? ☕", page.platform)

    (event,) = eventually(lambda: from_customer(shop, maya))
    assert event["recipient"] == {"id": page.id}
    assert event["message"] == {"mid": message_id, "text": "do you ship to Lyon? ☕"}
    assert event["timestamp"] > 1_700_000_000_000
    name = {"messenger": "page", "instagram": "instagram"}[page.platform]
    assert any(entry["id"] == page.id and event in entry.get("messaging", []) for entry in shop.entries(name))
    eventually(lambda: graph.state_of(maya, message_id, page.platform) == "delivered")


@PLATFORMS
def test_a_quick_reply_comes_back_once_and_is_gone_with_the_next_message(graph: Graph, shop: Shop, page: Any) -> None:
    maya = new_number()
    offer = page.sent_id(graph, quick_replies(maya, "41", "42 and a little wider than usual"))
    tap = {"quick_reply": {"payload": "/42 and a little wider than usual"}, "of": offer}

    graph.does(maya, tap, page.platform)

    (event,) = eventually(lambda: from_customer(shop, maya))
    assert event["message"]["text"] == "42 and a little wide"
    assert event["message"]["quick_reply"] == {"payload": "/42 and a little wider than usual"}
    assert graph.on_phone(maya, tap, page.platform).status_code == 400


@PLATFORMS
def test_a_tap_on_a_button_is_a_postback(graph: Graph, shop: Shop, page: Any) -> None:
    maya = new_number()
    buttons = page.sent_id(graph, button_template(maya, "Sure?", postback("Yes"), postback("No")))
    cards = page.sent_id(graph, generic(maya, "Aero 2", "City Run"))

    graph.does(maya, {"postback": {"payload": "/no"}, "of": buttons}, page.platform)
    graph.does(maya, {"postback": {"payload": "/choose"}, "of": cards}, page.platform)
    assert graph.on_phone(maya, {"postback": {"payload": "/refund"}, "of": cards}, page.platform).status_code == 400

    first, second = eventually(lambda: found if len(found := from_customer(shop, maya)) == 2 else None)
    assert (first["postback"]["title"], first["postback"]["payload"]) == ("No", "/no")
    assert (second["postback"]["title"], second["postback"]["payload"]) == ("Choose", "/choose")


def test_what_the_page_offers_by_itself_is_a_postback_too(graph: Graph, shop: Shop) -> None:
    maya = new_number()
    profile = {
        "get_started": {"payload": "/start"},
        "ice_breakers": [{"question": "Where is my order?", "payload": "/order"}],
    }
    assert MESSENGER.post(graph, "me/messenger_profile", profile).json() == {"result": "success"}
    assert graph.thread(maya, "messenger")["profile"]["ice_breakers"] == profile["ice_breakers"]

    graph.does(maya, {"postback": {"payload": "/order"}}, "messenger")

    (event,) = eventually(lambda: from_customer(shop, maya))
    assert (event["postback"]["title"], event["postback"]["payload"]) == ("Where is my order?", "/order")


@PLATFORMS
def test_a_picture_is_an_address_that_anybody_may_open(graph: Graph, shop: Shop, page: Any) -> None:
    maya = new_number()
    file = graph.file(b"not a photograph", "image/jpeg")

    graph.does(maya, {"media": {"id": file, "kind": "image"}}, page.platform)

    (event,) = eventually(lambda: from_customer(shop, maya))
    (picture,) = event["message"]["attachments"]
    assert picture["type"] == "image"
    assert HTTP.get(picture["payload"]["url"]).content == b"not a photograph"


@PLATFORMS
def test_reactions_are_told_and_shown(graph: Graph, shop: Shop, page: Any) -> None:
    maya = new_number()
    shown = page.sent_id(graph, text_to(maya))

    graph.does(maya, {"reaction": {"emoji": "❤️"}, "of": shown}, page.platform)

    (event,) = eventually(lambda: from_customer(shop, maya))
    assert event["reaction"] == {"mid": shown, "action": "react", "reaction": "love", "emoji": "❤️"}
    assert graph.bubble(maya, shown, page.platform)["reactions"] == {"customer": "❤️"}


def test_a_place_an_answer_an_advert_and_a_message_taken_back(graph: Graph, shop: Shop) -> None:
    maya = new_number()
    shown = INSTAGRAM.sent_id(graph, text_to(maya))
    graph.does(maya, {"location": {"latitude": 45.76, "longitude": 4.83}}, "instagram")
    answer = graph.does(maya, {"text": "this one", "of": shown}, "instagram")
    graph.does(maya, {"text": "love it", "story": {"id": "7", "url": "https://cdn.example/7"}}, "instagram")
    graph.does(maya, {"referral": {"source": "SHORTLINK", "type": "OPEN_THREAD", "ref": "spring"}}, "instagram")
    graph.does(maya, {"unsend": True, "of": answer}, "instagram")

    events = eventually(lambda: found if len(found := from_customer(shop, maya)) == 5 else None)
    place, reply, story, advert, gone = events
    assert place["message"]["attachments"][0]["payload"] == {"coordinates": {"lat": 45.76, "long": 4.83}}
    assert reply["message"]["reply_to"] == {"mid": shown}
    assert story["message"]["reply_to"] == {"story": {"id": "7", "url": "https://cdn.example/7"}}
    assert advert["referral"]["ref"] == "spring"
    assert gone["message"] == {"mid": answer, "is_deleted": True}


@PLATFORMS
def test_a_person_in_metas_inbox_takes_the_thread_answers_and_gives_it_back(
    graph: Graph, shop: Shop, page: Any
) -> None:
    maya = new_number()
    graph.by_hand(maya, {"take": True}, page.platform)
    graph.by_hand(maya, {"text": "Hi, Léa here"}, page.platform)
    graph.by_hand(maya, {"give": True}, page.platform)

    taken, given = eventually(lambda: found if len(found := from_customer(shop, maya)) == 2 else None)
    assert "take_thread_control" in taken
    assert given["pass_thread_control"]["previous_owner_app_id"] != given["pass_thread_control"]["new_owner_app_id"]
    (echo,) = eventually(lambda: shop.events_of(maya, "standby"))
    assert (echo["message"]["is_echo"], echo["message"]["text"]) == (True, "Hi, Léa here")


def test_a_customers_name_is_asked_for_by_id(graph: Graph) -> None:
    maya = new_number()
    graph.has_phone(maya, "Maya Lind", "messenger")

    profile = HTTP.get(f"{graph.url}/v25.0/{maya}", params={"fields": "first_name"}, headers=BEARER).json()

    assert (profile["first_name"], profile["last_name"]) == ("Maya", "Lind")
