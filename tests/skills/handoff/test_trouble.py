"""Complaints and fraud."""

from __future__ import annotations

import pytest

from bot.conversation.replies import Choices, Handoff
from bot.handoff.policy import Reason
from tests.skills.counter import Counter


async def test_a_first_complaint_is_offered_a_person_and_a_second_gets_one(counter: Counter) -> None:
    [first] = await counter.does("action_console", "this shop is bad")
    assert isinstance(first, Choices)
    assert first.options[0].payload == "/ask_human"

    [second] = await counter.does("action_console", "still bad")
    assert second == Handoff(Reason.COMPLAINT, "")
    assert counter.slots["complaints"] is None


@pytest.mark.parametrize(
    "words",
    [
        "it's urgent, answer me",
        "c'est la troisième fois",
        "to pilne",
        "यह तुरंत चाहिए",
        "turant jawab do",
        "ANSWER ME NOW",
    ],
)
async def test_urgency_needs_no_second_complaint(counter: Counter, words: str) -> None:
    [reply] = await counter.does("action_console", words)

    assert reply == Handoff(Reason.COMPLAINT, "")


async def test_a_fraud_goes_to_a_person_at_once_and_closes_what_was_open(counter: Counter) -> None:
    counter.form = "cancel_form"
    counter.slots["order_number"] = "10482"

    [reply] = await counter.does("action_report_fraud", "i never ordered this")

    assert isinstance(reply, Handoff)
    assert reply.reason == Reason.FRAUD
    assert "order number: 10482" in reply.summary
    assert {"event": "active_loop", "name": None, "timestamp": None} in counter.happened
