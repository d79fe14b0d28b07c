"""Faults on order: errors by code, subcode and status, slow answers, statuses shuffled or failed, on every platform."""

from __future__ import annotations

import time

import httpx

from tests.sandbox.graph_process import HTTP, Graph, Shop, eventually, new_number, text_to
from tests.sandbox.pages import INSTAGRAM, MESSENGER
from tests.sandbox.pages import text_to as page_text


def test_an_error_has_the_code_the_subcode_and_the_status_that_were_asked_for(graph: Graph) -> None:
    maya = new_number()
    graph.turn(error={"code": 10, "subcode": 2018278, "status": 403})

    refused = MESSENGER.send(graph, page_text(maya))

    assert refused.status_code == 403
    assert (refused.json()["error"]["code"], refused.json()["error"]["error_subcode"]) == (10, 2018278)
    assert MESSENGER.send(graph, page_text(maya)).status_code == 200


def test_several_errors_are_answered_in_turn_and_one_may_be_a_bare_status(graph: Graph) -> None:
    maya = new_number()
    graph.turn(error=[{"status": 429}, {"code": 613}])

    first, second, third = [INSTAGRAM.send(graph, page_text(maya)) for _ in range(3)]

    assert (first.status_code, first.content) == (429, b"")
    assert (second.status_code, second.json()["error"]["code"]) == (400, 613)
    assert third.status_code == 200


def test_a_slow_answer_is_of_a_message_that_was_taken_at_once(graph: Graph) -> None:
    maya = new_number()
    graph.turn(slow_s=1.5)
    begun = time.monotonic()
    try:
        HTTP.post(
            f"{graph.url}/v25.0/{MESSENGER.id}/messages",
            json=page_text(maya),
            headers={"authorization": f"Bearer {MESSENGER.token}"},
            timeout=0.5,
        )
        raise AssertionError("it was answered at once")
    except httpx.ReadTimeout:
        assert time.monotonic() - begun < 1.4
    assert len(graph.sent_to(maya)) == 1


def test_statuses_come_in_the_order_that_was_asked_for(graph: Graph, shop: Shop) -> None:
    maya = new_number()
    graph.turn(statuses=["delivered", "sent"])

    message_id = graph.sent_id(text_to(maya))

    told = eventually(lambda: found if len(found := shop.statuses_of(message_id)) == 2 else None)
    assert [status["status"] for status in told] == ["delivered", "sent"]
    assert graph.state_of(maya, message_id) == "delivered"


def test_a_message_fails_afterwards_with_the_code_that_was_asked_for(graph: Graph, shop: Shop) -> None:
    maya = new_number()
    graph.turn(fail_status=131047)

    message_id = graph.sent_id(text_to(maya, biz_opaque_callback_data="outbox-9"))

    told = eventually(lambda: found if len(found := shop.statuses_of(message_id)) == 2 else None)
    assert [status["status"] for status in told] == ["sent", "failed"]
    assert told[1]["errors"][0]["code"] == 131047
    assert told[1]["biz_opaque_callback_data"] == "outbox-9"


def test_a_lost_answer_on_messenger_is_echoed_all_the_same(graph: Graph, shop: Shop) -> None:
    maya = new_number()
    graph.turn(lose=1)

    assert MESSENGER.send(graph, page_text(maya)).status_code == 504
    assert eventually(lambda: shop.events_of(maya))[0]["message"]["is_echo"] is True
    assert len(graph.sent_to(maya)) == 1


def test_everything_that_was_sent_says_on_which_platform(graph: Graph) -> None:
    maya = new_number()
    graph.sent_id(text_to(maya))
    MESSENGER.sent_id(graph, page_text(maya))
    INSTAGRAM.sent_id(graph, page_text(maya))

    sent = HTTP.get(f"{graph.url}/_sim/sent").json()["sent"]

    assert [one["platform"] for one in sent[-3:]] == ["whatsapp", "messenger", "instagram"]
