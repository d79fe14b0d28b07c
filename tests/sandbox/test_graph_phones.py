"""What customers do on the stand-in's phones: it reaches the shop as Meta's signed webhooks, once taken, in order."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx

from bot.channel_accounts import Account, Accounts
from bot.channels.base import Received
from bot.channels.whatsapp import WhatsApp
from bot.clock import SystemClock
from tests.sandbox.graph_process import (
    APP_SECRET,
    HTTP,
    NUMBER_ID,
    TOKEN,
    Graph,
    Shop,
    buttons,
    eventually,
    interactive_to,
    new_number,
    rows,
    running_graph,
    text_to,
)


def tap(of: str, title: str) -> dict[str, Any]:
    return {"reply": {"id": f"/{title.lower()}", "title": title}, "of": of}


def test_typed_words_reach_the_shop_as_metas_webhook(graph: Graph, shop: Shop) -> None:
    maya = new_number()
    graph.has_phone(maya, "Maya Lind")

    message_id = graph.writes(maya, "do you ship to Lyon? ☕")

    (message,) = eventually(lambda: shop.messages_of(maya))
    value = next(value for value in shop.values() if value.get("messages") == [message])
    assert (message["id"], message["type"]) == (message_id, "text")
    assert message["text"] == {"body": "do you ship to Lyon? ☕"}
    assert message["timestamp"].isdigit()
    assert value["messaging_product"] == "whatsapp"
    assert value["metadata"]["phone_number_id"] == NUMBER_ID
    (contact,) = value["contacts"]
    assert (contact["profile"], contact["wa_id"]) == ({"name": "Maya Lind"}, maya)
    assert message["from_user_id"] == contact["user_id"]
    assert "☕" not in next(body for body in shop.taken if message_id.encode() in body).decode()  # Meta escapes


async def test_the_shops_own_channel_reads_what_a_phone_sends(graph: Graph, shop: Shop) -> None:
    maya = new_number()
    offer = graph.sent_id(interactive_to(maya, "list", rows("Aero 2", "City Run")))
    graph.on_phone(maya, tap(offer, "City Run"))
    eventually(lambda: shop.messages_of(maya))
    body = next(body for body in shop.taken if b"list_reply" in body and maya.encode() in body)

    async with httpx.AsyncClient() as client:
        account = Account(channel="whatsapp", id=NUMBER_ID, token=TOKEN, secret=APP_SECRET)
        channel = WhatsApp(accounts=Accounts([account]), graph_url=graph.url, client=client, clock=SystemClock())
        (inbound,) = channel.parse(Received("", {}, body)).inbound

    assert (inbound.key.customer, inbound.key.account) == (maya, NUMBER_ID)
    assert (inbound.text, inbound.payload) == ("City Run", "/city run")


def test_a_tap_on_a_button_sends_its_id_and_the_message_it_is_on(graph: Graph, shop: Shop) -> None:
    maya = new_number()
    offer = graph.sent_id(interactive_to(maya, "button", buttons("Yes", "No")))

    assert graph.on_phone(maya, tap(offer, "No")).status_code == 200

    (message,) = eventually(lambda: shop.messages_of(maya))
    assert message["interactive"] == {"type": "button_reply", "button_reply": {"id": "/no", "title": "No"}}
    assert message["context"] == {"id": offer}


def test_a_tap_on_what_was_not_offered_does_nothing(graph: Graph, shop: Shop) -> None:
    maya = new_number()
    offer = graph.sent_id(interactive_to(maya, "button", buttons("Yes")))

    assert graph.on_phone(maya, tap(offer, "Refund")).status_code == 400
    assert graph.on_phone(maya, tap("wamid.unknown", "Yes")).status_code == 400

    graph.writes(maya, "hi")
    eventually(lambda: shop.messages_of(maya))
    assert [message["type"] for message in shop.messages_of(maya)] == ["text"]


def test_a_refused_webhook_comes_again_with_the_same_bytes_and_keeps_the_order(graph: Graph, shop: Shop) -> None:
    maya = new_number()
    shop.refusals[maya] = [500, 503]

    first = graph.writes(maya, "first")
    eventually(lambda: shop.refused)
    assert graph.state_of(maya, first) == "sent"
    graph.writes(maya, "second")

    eventually(lambda: len(shop.messages_of(maya)) == 2)
    assert [message["text"]["body"] for message in shop.messages_of(maya)] == ["first", "second"]
    assert shop.refused == [next(body for body in shop.taken if first.encode() in body)] * 2
    eventually(lambda: graph.state_of(maya, first) == "delivered")


def test_threads_outlive_a_restart(shop: Shop, tmp_path: Path) -> None:
    maya, state = new_number(), tmp_path / "graph.json"
    with running_graph(shop.url, state=state) as before:
        before.has_phone(maya, "Maya Lind")
        before.writes(maya, "hi")
        before.sent_id(text_to(maya, "Hello Maya"))

    with running_graph(shop.url, state=state) as after:
        thread = after.thread(maya)
        assert thread["name"] == "Maya Lind"
        assert [(b["mine"], b["body"]["text"]["body"]) for b in thread["bubbles"]] == [
            (True, "hi"),
            (False, "Hello Maya"),
        ]
        assert after.writes(maya, "still there?") not in {b["id"] for b in thread["bubbles"]}


def test_a_phones_stream_tells_what_arrives(graph: Graph) -> None:
    maya = new_number()
    with HTTP.stream("GET", f"{graph.url}/_sim/phones/whatsapp/{maya}/events") as stream:
        lines = stream.iter_lines()
        assert next(lines) == "event: hello"
        message_id = graph.sent_id(text_to(maya, "Hello"))
        news = [json.loads(line.removeprefix("data: ")) for line in _data(lines, 4)]

    assert (news[0]["kind"], news[0]["bubble"]["id"]) == ("bubble", message_id)
    assert [one["state"] for one in news[1:]] == ["delivered", "read"]


def _data(lines: Any, most: int) -> list[str]:
    """The stream's next data lines, after the one of its hello."""
    found = []
    for line in lines:
        if line.startswith("data: "):
            found.append(line)
        if len(found) == most:
            return found[1:]
    return found[1:]
