"""When the provider fails: what helps is tried again, what does not is not, and nothing arrives twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.support.phone import Phone
from tests.support.stack import Stack, eventually


@pytest.fixture
def knobs(stack: Stack) -> Iterator[Any]:
    def turn(**asked: Any) -> None:
        httpx.post(f"{stack.graph_url}/_sim/knobs", json=asked, timeout=10).raise_for_status()

    yield turn
    turn()


def delivery_of(stack: Stack, phone: Phone) -> list[str]:
    rows = stack.query(
        "SELECT m.delivery FROM messages m JOIN conversations c ON c.id = m.conversation_id"
        " WHERE c.customer = :who AND m.author = 'bot' ORDER BY m.id",
        who=phone.wa_id,
    )
    return [row["delivery"] for row in rows]


@pytest.mark.parametrize(
    ("number", "trouble"),
    [("15556000001", {"codes": [131000]}), ("15556000002", {"codes": [2]}), ("15556000003", {"html": 1})],
)
def test_a_failure_of_the_provider_is_tried_again_and_arrives_once(
    stack: Stack, knobs: Any, number: str, trouble: dict[str, Any]
) -> None:
    phone = Phone(stack, number)
    knobs(**trouble)
    phone.says("hi")
    phone.hears()
    eventually(lambda: delivery_of(stack, phone) == ["read"])
    assert len(phone.received()) == 1


def test_an_accepted_message_whose_answer_was_lost_is_not_sent_twice(stack: Stack, knobs: Any) -> None:
    phone = Phone(stack, "15556010001")
    knobs(lose=1)
    phone.says("hi")
    eventually(lambda: delivery_of(stack, phone) == ["read"])
    phone.says("show my cart")
    phone.hears()
    phone.hears()
    assert len(phone.received()) == 2


def test_a_refused_message_is_marked_failed_with_its_code_and_not_tried_again(stack: Stack, knobs: Any) -> None:
    phone = Phone(stack, "15556010002")
    knobs(codes=[131026])
    phone.says("hi")
    eventually(lambda: delivery_of(stack, phone) == ["failed"])
    row = stack.query(
        "SELECT m.error_code FROM messages m JOIN conversations c ON c.id = m.conversation_id"
        " WHERE c.customer = :who AND m.author = 'bot'",
        who=phone.wa_id,
    )[0]
    assert row["error_code"] == 131026
    assert not phone.received()
