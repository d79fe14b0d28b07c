"""The words around a purchase."""

from __future__ import annotations

from bot.conversation.replies import Choices, Option, Text
from tests.skills.counter import Counter


async def test_a_no_takes_back_what_was_offered(counter: Counter) -> None:
    await counter.does("action_choose_product", "", product_id="aero-2")
    await counter.does("action_choose_option", "42", size="42")
    await counter.does("action_clear_cart", "empty my cart")

    text = await counter.hears("action_leave_it", "no")

    assert "I leave it as it is" in text
    assert counter.slots["offer"] is None
    assert await counter.cart() == {"Aero 2, blue, 42": 1}


async def test_another_language_is_set_before_it_is_spoken(counter: Counter) -> None:
    await counter.does("action_switch_language", "speak french please", language="fr")

    assert counter.slots["language"] == "fr"
    assert [event["name"] for event in counter.happened if event["event"] == "followup"] == ["utter_language_switched"]


async def test_hindi_stays_in_latin_letters_for_who_writes_it_so(counter: Counter) -> None:
    counter.slots["language"] = "hi-Latn"

    await counter.does("action_switch_language", "hindi mein baat karo", language="hi")

    assert counter.slots["language"] == "hi-Latn"


async def test_a_language_that_nobody_speaks_is_not_promised(counter: Counter) -> None:
    await counter.does("action_switch_language", "speak german", language="de")

    assert "language" not in counter.slots
    assert [event["name"] for event in counter.happened if event["event"] == "followup"] == ["utter_which_language"]


async def test_the_last_answer_is_said_again_whole_and_without_hand_offs(counter: Counter) -> None:
    card = {"type": "choices", "text": "Which size?", "options": [{"title": "42", "payload": "/deny"}]}
    counter.events = [
        {"event": "user"},
        {"event": "bot", "text": "Older.", "data": {}},
        {"event": "user"},
        {"event": "bot", "text": "Aero 2, $69.", "data": {"buttons": None}},
        {"event": "bot", "text": None, "data": {"custom": card}},
        {"event": "bot", "text": None, "data": {"custom": {"type": "handoff", "reason": "request"}}},
    ]

    heard = await counter.does("action_repeat", "what?")

    assert heard == [Text("Aero 2, $69."), Choices("Which size?", [Option("42", "/deny")])]


async def test_there_is_nothing_to_repeat_at_first(counter: Counter) -> None:
    assert "not said anything yet" in await counter.hears("action_repeat", "what?")
