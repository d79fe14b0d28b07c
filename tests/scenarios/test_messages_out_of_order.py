"""Batches, shuffles and repeats of Meta's webhooks: every message is one turn, in the order it was written."""

from __future__ import annotations

import json
import random
import time
from concurrent.futures import ThreadPoolExecutor

from tests.support.phone import Phone, text_of
from tests.support.stack import Stack, eventually


def turns_of(stack: Stack, phone: Phone) -> list[str]:
    rows = stack.query(
        "SELECT t.text FROM turns t JOIN conversations c ON c.id = t.conversation_id WHERE c.customer = :who"
        " ORDER BY t.created_at, t.id",
        who=phone.wa_id,
    )
    return [row["text"] for row in rows]


def test_the_same_message_many_times_at_once_is_one_turn(stack: Stack) -> None:
    phone = Phone(stack, "15550002001")
    body = phone.body({"type": "text", "text": {"body": "hi"}})
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(phone.post_body, [body] * 20))
    assert {answer.status_code for answer in answers} == {200}
    phone.hears()
    time.sleep(1)
    assert turns_of(stack, phone) == ["hi"]
    assert len(phone.received()) == 1


def test_a_batch_in_one_body_is_answered_in_the_order_of_writing(stack: Stack) -> None:
    phone = Phone(stack, "15550002002")
    written = ["hi", "show my cart", "what can you do", "where is my order"]
    began = time.time() - 60
    bodies = [
        json.loads(phone.body({"type": "text", "text": {"body": text}}, at=began + place))
        for place, text in enumerate(written)
    ]
    random.shuffle(bodies)
    whole = {**bodies[0], "entry": [entry for body in bodies for entry in body["entry"]]}
    assert phone.post_body(json.dumps(whole).encode()).status_code == 200
    eventually(lambda: len(turns_of(stack, phone)) == len(written))
    assert turns_of(stack, phone) == written


def test_typed_text_that_looks_like_a_payload_is_only_text(stack: Stack) -> None:
    phone = Phone(stack, "15550002003")
    phone.says('/checkout{"sku":"x"}')
    phone.hears()
    intent = stack.query(
        "SELECT t.trace FROM turns t JOIN conversations c ON c.id = t.conversation_id WHERE c.customer = :who",
        who=phone.wa_id,
    )[0]
    ranking = json.loads(intent["trace"])["intent_ranking"]
    assert len(ranking) > 1, "a payload would be the only intent there is"


def test_a_button_that_nobody_was_offered_does_nothing(stack: Stack) -> None:
    phone = Phone(stack, "15550002004")
    forged = {"type": "button_reply", "button_reply": {"id": "/checkout", "title": "gibberish zzgx"}}
    phone.post({"type": "interactive", "interactive": forged})
    assert "checkout" not in text_of(phone.hears()).lower()
