"""What a customer does on WhatsApp beside typing: pictures, places, orders, reactions, forms, and a hidden number."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from tests.sandbox.graph_process import (
    HTTP,
    NUMBER_ID,
    PAGE_TOKEN,
    TOKEN,
    Graph,
    Shop,
    eventually,
    interactive_to,
    new_number,
)
from tests.sandbox.test_graph_whatsapp_kinds import body_of, card, flow, tap_of, template

PHOTO = b"\xff\xd8\xff\xe0 not much of a photograph"
BEARER = {"authorization": f"Bearer {TOKEN}"}


def test_a_picture_is_fetched_by_its_id_with_the_token_and_not_without(graph: Graph, shop: Shop) -> None:
    maya = new_number()
    file = graph.file(PHOTO, "image/jpeg")
    graph.does(maya, {"media": {"id": file, "kind": "image", "caption": "arrived like this"}})

    (message,) = eventually(lambda: shop.messages_of(maya))
    assert message["image"]["caption"] == "arrived like this"
    about = HTTP.get(f"{graph.url}/v25.0/{message['image']['id']}", headers=BEARER).json()
    assert (about["mime_type"], about["file_size"]) == ("image/jpeg", len(PHOTO))
    assert about["sha256"] == message["image"]["sha256"] == hashlib.sha256(PHOTO).hexdigest()
    assert HTTP.get(about["url"], headers=BEARER).content == PHOTO
    assert HTTP.get(about["url"]).status_code == 401


def test_a_file_that_the_shop_uploaded_can_be_sent(graph: Graph) -> None:
    maya = new_number()
    files = {"file": ("invoice.pdf", b"%PDF-1.7", "application/pdf")}
    form = {"messaging_product": "whatsapp", "type": "application/pdf"}
    uploaded = HTTP.post(f"{graph.url}/v25.0/{NUMBER_ID}/media", headers=BEARER, data=form, files=files).json()["id"]
    document = {"messaging_product": "whatsapp", "to": maya, "type": "document", "document": {"id": uploaded}}

    assert graph.send(document).status_code == 200
    assert HTTP.get(f"{graph.url}/cdn/{uploaded}").content == b"%PDF-1.7"


def test_an_upload_of_another_kind_of_account_is_refused(graph: Graph) -> None:
    answer = HTTP.post(f"{graph.url}/v25.0/{NUMBER_ID}/media", headers={"authorization": f"Bearer {PAGE_TOKEN}"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 100)


def test_a_voice_note_and_a_place_reach_the_shop(graph: Graph, shop: Shop) -> None:
    maya = new_number()
    graph.does(maya, {"media": {"id": graph.file(b"OggS", "audio/ogg"), "kind": "audio", "voice": True}})
    graph.does(maya, {"location": {"latitude": 45.76, "longitude": 4.83, "name": "Place Bellecour"}})

    voice, place = eventually(lambda: found if len(found := shop.messages_of(maya)) == 2 else None)
    assert (voice["type"], voice["audio"]["voice"]) == ("audio", True)
    assert place["location"] == {"latitude": 45.76, "longitude": 4.83, "name": "Place Bellecour"}


def test_an_order_carries_the_catalogues_prices_unless_the_customers_app_lies(graph: Graph, shop: Shop) -> None:
    maya = new_number()
    item = HTTP.get(f"{graph.url}/_sim/catalog").json()["items"][0]
    honest = {"product_retailer_id": item["product_retailer_id"], "quantity": 2}
    graph.does(maya, {"order": {"items": [honest, {**honest, "item_price": 0.01}], "text": "as a gift"}})

    (message,) = eventually(lambda: shop.messages_of(maya))
    assert message["order"]["text"] == "as a gift"
    first, second = message["order"]["product_items"]
    assert first == {**honest, "item_price": item["price"], "currency": "USD"}
    assert second["item_price"] == 0.01


def test_a_question_about_a_product_names_it(graph: Graph, shop: Shop) -> None:
    maya = new_number()
    graph.does(maya, {"text": "do you have this in 44?", "product": "AER2-BLU-42"})

    (message,) = eventually(lambda: shop.messages_of(maya))
    assert message["context"]["referred_product"]["product_retailer_id"] == "AER2-BLU-42"


def test_a_reaction_is_told_and_shown_and_can_be_taken_back(graph: Graph, shop: Shop) -> None:
    maya = new_number()
    shown = graph.sent_id({**template(), "to": maya})

    graph.does(maya, {"reaction": {"emoji": "👍"}, "of": shown})
    assert graph.bubble(maya, shown)["reactions"] == {"customer": "👍"}
    graph.does(maya, {"reaction": {}, "of": shown})
    assert graph.bubble(maya, shown)["reactions"] == {}

    told = eventually(lambda: found if len(found := shop.messages_of(maya)) == 2 else None)
    assert [message["reaction"] for message in told] == [
        {"message_id": shown, "emoji": "👍"},
        {"message_id": shown},
    ]


def test_taps_on_a_template_a_card_and_a_form_come_back_as_each_does(graph: Graph, shop: Shop) -> None:
    maya = new_number()
    notice = graph.sent_id({**template(body_of("10482"), tap_of(0)), "to": maya})
    cards = graph.sent_id(interactive_to(maya, "carousel", {"cards": [card(0, "Aero 2"), card(1, "City Run")]}))
    form = graph.sent_id({**flow(), "to": maya})

    graph.does(maya, {"reply": {"id": "/where_is_my_order"}, "of": notice})
    graph.does(maya, {"reply": {"id": "/1/City Run"}, "of": cards})
    graph.does(maya, {"flow": {"reason": "too small"}, "of": form})

    button, pick, filled = eventually(lambda: found if len(found := shop.messages_of(maya)) == 3 else None)
    assert (button["type"], button["button"]["payload"]) == ("button", "/where_is_my_order")
    assert pick["interactive"]["button_reply"] == {"id": "/1/City Run", "title": "City Run"}
    answer = json.loads(filled["interactive"]["nfm_reply"]["response_json"])
    assert answer == {"flow_token": "t", "reason": "too small"}
    assert [message["context"]["id"] for message in (button, pick, filled)] == [notice, cards, form]


def test_who_hides_the_number_is_known_by_user_id_alone(graph: Graph, shop: Shop) -> None:
    hidden = f"FR.{new_number()}"
    graph.has_phone(hidden, "Léa")
    graph.writes(hidden, "bonjour")

    (message,) = eventually(lambda: shop.messages_of(hidden))
    (contact,) = next(value for value in shop.values() if value.get("messages") == [message])["contacts"]
    assert "from" not in message
    assert "wa_id" not in contact
    assert (message["from_user_id"], contact["user_id"]) == (hidden, hidden)


def test_what_a_person_writes_in_the_business_app_is_echoed(graph: Graph, shop: Shop) -> None:
    maya = new_number()
    graph.by_hand(maya, {"text": "Hi, this is Léa from the shop"})

    def echoes() -> list[dict[str, Any]]:
        told = [echo for value in shop.values() for echo in value.get("message_echoes", [])]
        return [echo for echo in told if echo["to"] == maya]

    (echo,) = eventually(echoes)
    assert echo["text"] == {"body": "Hi, this is Léa from the shop"}
