"""Every kind of message that WhatsApp takes, each at its limit and one past it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.graph_process import Graph, buttons, interactive_to, new_number

LINK = "https://shop.example/file"


def to(kind: str, content: Any, **more: Any) -> dict[str, Any]:
    return {"messaging_product": "whatsapp", "to": "3", "type": kind, kind: content, **more}


def interactive(kind: str, action: dict[str, Any], **more: Any) -> dict[str, Any]:
    body = interactive_to("3", kind, action)
    body["interactive"] |= more
    return body


def template(*components: dict[str, Any], name: str = "order_shipped", code: str = "en_US") -> dict[str, Any]:
    return to("template", {"name": name, "language": {"code": code}, "components": list(components)})


def body_of(*values: str) -> dict[str, Any]:
    return {"type": "body", "parameters": [{"type": "text", "text": value} for value in values]}


def tap_of(index: int) -> dict[str, Any]:
    payload = {"type": "payload", "payload": "/where_is_my_order"}
    return {"type": "button", "sub_type": "quick_reply", "index": str(index), "parameters": [payload]}


def products(sections: int, each: int, **header: Any) -> dict[str, Any]:
    items = [{"product_retailer_id": f"SKU-{n}"} for n in range(each)]
    listed = [{"title": f"Part {n}", "product_items": items} for n in range(sections)]
    return interactive("product_list", {"catalog_id": "1", "sections": listed}, **header)


def card(place: int, *titles: str, words: str = "Light, for roads") -> dict[str, Any]:
    header = {"type": "image", "image": {"link": LINK}}
    replies = [{"type": "quick_reply", "quick_reply": {"id": f"/{place}/{t}", "title": t}} for t in titles]
    action = {"buttons": replies} if titles else {"name": "cta_url", "parameters": {"display_text": "See", "url": LINK}}
    return {"card_index": place, "header": header, "body": {"text": words}, "action": action}


def carousel(*cards: dict[str, Any]) -> dict[str, Any]:
    return interactive("carousel", {"cards": list(cards)})


def flow(**parameters: Any) -> dict[str, Any]:
    usual = {"flow_message_version": "3", "flow_id": "77", "flow_cta": "Return an order", "flow_token": "t"}
    return interactive("flow", {"name": "flow", "parameters": usual | parameters})


HEADER = {"header": {"type": "text", "text": "New in"}}
ASK_PLACE = {"name": "send_location"}

TAKEN: dict[str, dict[str, Any]] = {
    "an answer to a message": to("text", {"body": "Yes"}, context={"message_id": "wamid.1"}),
    "a picture of 1,024 words": to("image", {"link": LINK, "caption": "x" * 1024}),
    "a film": to("video", {"link": LINK, "caption": "How to lace"}),
    "a sound": to("audio", {"link": LINK}),
    "a document": to("document", {"link": LINK, "filename": "invoice.pdf", "caption": "Invoice"}),
    "a sticker": to("sticker", {"link": f"{LINK}.webp"}),
    "a place": to("location", {"latitude": 45.76, "longitude": "4.83", "name": "Our shop in Lyon"}),
    "a person's card": to("contacts", [{"name": {"formatted_name": "Léa Martin"}, "phones": []}]),
    "a reaction": to("reaction", {"message_id": "wamid.1", "emoji": "❤️"}),
    "a reaction taken back": to("reaction", {"message_id": "wamid.1", "emoji": ""}),
    "a template": template(body_of("10482", "Thursday"), tap_of(0)),
    "a template alone": template(code="hi"),
    "buttons under a film": interactive("button", buttons("Yes"), header={"type": "video", "video": {"link": LINK}}),
    "one product": interactive("product", {"catalog_id": "1", "product_retailer_id": "AER2-BLU-42"}),
    "thirty products": products(10, 3, **HEADER),
    "the catalogue": interactive("catalog_message", {"name": "catalog_message"}, footer={"text": "Free over $75"}),
    "ten cards": carousel(*(card(n, "Aero 2", "More") for n in range(10))),
    "cards with links": carousel(card(0), card(1)),
    "a form": flow(flow_action="navigate"),
    "a request for a place": interactive("location_request_message", ASK_PLACE),
}

REFUSED: dict[str, tuple[dict[str, Any], int]] = {
    "a caption of 1,025": (to("image", {"link": LINK, "caption": "x" * 1025}), 131009),
    "a file nobody uploaded": (to("video", {"id": "1234567890"}), 131009),
    "a file both by link and id": (to("document", {"id": "1", "link": LINK}), 131009),
    "a sound with words": (to("audio", {"link": LINK, "caption": "hi"}), 131009),
    "a sticker that is a photograph": (to("sticker", {"link": f"{LINK}.jpg"}), 131009),
    "a place off the globe": (to("location", {"latitude": 91, "longitude": 0}), 131009),
    "a reaction to nothing": (to("reaction", {"emoji": "❤️"}), 131009),
    "a template in no language": (to("template", {"name": "order_shipped"}), 131008),
    "a template's name in capitals": (template(name="Order"), 131009),
    "a template with a new line inside": (template(body_of("one\ntwo")), 131009),
    "a template's eleventh button": (template(tap_of(10)), 131009),
    "a list under a picture": (
        interactive("list", {}, header={"type": "image", "image": {"link": LINK}}),
        131009,
    ),
    "a header of 61": (interactive("button", buttons("Yes"), header={"type": "text", "text": "x" * 61}), 131009),
    "a footer of 61": (interactive("button", buttons("Yes"), footer={"text": "x" * 61}), 131009),
    "a product under a header": (
        interactive("product", {"catalog_id": "1", "product_retailer_id": "A"}, **HEADER),
        131009,
    ),
    "thirty-one products": (products(1, 31, **HEADER), 131009),
    "four times eight products": (products(4, 8, **HEADER), 131009),
    "products without a header": (products(1, 1), 131009),
    "one card": (carousel(card(0, "Yes")), 131009),
    "eleven cards": (carousel(*(card(n, "Yes") for n in range(11))), 131009),
    "cards that differ": (carousel(card(0, "Yes"), card(1, "Yes", "No")), 131009),
    "a card of 161": (carousel(card(0, "Yes", words="x" * 161), card(1, "Yes")), 131009),
    "a card of four lines": (carousel(card(0, "Yes", words="a\nb\nc\nd"), card(1, "Yes")), 131009),
    "a form's button of 31": (flow(flow_cta="x" * 31), 131009),
    "a form by id and by name": (flow(flow_name="returns"), 131009),
    "an action of another kind": (interactive("location_request_message", {"name": "flow"}), 131009),
    "two sections without titles": (
        interactive("list", {"button": "See", "sections": [{"rows": [{"id": n, "title": n}]} for n in "ab"]}),
        131009,
    ),
    "an answer to nothing": (to("text", {"body": "Yes"}, context={}), 131009),
    "a number with letters": ({**to("text", {"body": "Yes"}), "to": "maya"}, 131009),
    "a user id that is none": (
        {"messaging_product": "whatsapp", "recipient": "maya", "type": "text", "text": {"body": "Yes"}},
        131009,
    ),
}


@pytest.mark.parametrize("body", TAKEN.values(), ids=TAKEN.keys())
def test_a_message_at_its_limits_is_taken(graph: Graph, body: dict[str, Any]) -> None:
    answer = graph.send(body)

    assert answer.status_code == 200, answer.text
    assert graph.sent_to("3")[-1] == body


@pytest.mark.parametrize(("body", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_a_message_past_its_limits_is_refused(graph: Graph, body: dict[str, Any], code: int) -> None:
    before = graph.sent_to("3")

    answer = graph.send(body)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code), answer.text
    assert graph.sent_to("3") == before


def test_a_reaction_of_the_shop_is_on_the_customers_own_message(graph: Graph) -> None:
    maya = new_number()
    message_id = graph.writes(maya, "They fit!")

    graph.send({**to("reaction", {"message_id": message_id, "emoji": "🎉"}), "to": maya})
    assert graph.bubble(maya, message_id)["reactions"] == {"shop": "🎉"}

    graph.send({**to("reaction", {"message_id": message_id, "emoji": ""}), "to": maya})
    assert graph.bubble(maya, message_id)["reactions"] == {}
    assert len(graph.thread(maya)["bubbles"]) == 1


def test_a_customer_known_by_number_is_also_reached_by_user_id(graph: Graph) -> None:
    maya = new_number()
    graph.has_phone(maya, "Maya Lind")
    user_id = graph.thread(maya)["user_id"]
    body = {"messaging_product": "whatsapp", "recipient": user_id, "type": "text", "text": {"body": "Hello"}}

    assert graph.send(body).json()["contacts"] == [{"input": user_id, "user_id": user_id}]
    assert len(graph.thread(maya)["bubbles"]) == 1
