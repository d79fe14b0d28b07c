"""Not understood, for the first time."""

from __future__ import annotations

from bot.conversation.replies import Choices, Handoff
from bot.handoff.policy import Reason
from tests.skills.counter import Counter


async def test_what_was_not_understood_is_asked_again_with_what_would_be(counter: Counter) -> None:
    [reply] = await counter.does("action_ask_again", "asdf")

    assert isinstance(reply, Choices)
    assert reply.text.startswith("Sorry, I did not get that.")
    assert [option.payload for option in reply.options] == ["/show_cart", "/order_status", "/ask_human"]


async def test_in_front_of_a_product_the_hint_is_about_it_and_nothing_is_forgotten(counter: Counter) -> None:
    await counter.does("action_search_products", "running shoes size 42 under 80", product="running shoes")
    await counter.does("action_choose_product", "", product_id="aero-2")

    text = await counter.hears("action_ask_again", "asdf")

    assert "For Aero 2" in text
    assert counter.slots["offer"] == "add_to_cart"
    assert counter.slots["product_id"] == "aero-2"


async def test_two_likely_wishes_become_a_choice_that_carries_what_was_named(counter: Counter) -> None:
    [reply] = await counter.does(
        "action_ask_again",
        "order 10482 back",
        intent="nlu_fallback",
        confidence=0.4,
        likely={"nlu_fallback": 0.4, "return_item": 0.38, "cancel_order": 0.3, "greet": 0.2},
        order_number="10482",
    )

    assert isinstance(reply, Choices)
    assert [option.title for option in reply.options] == ["Return something", "Cancel an order", "Talk to a person"]
    assert reply.options[0].payload == '/return_item{"order_number":"10482"}'


async def test_a_choice_is_offered_in_the_customers_language(counter: Counter) -> None:
    counter.slots["language"] = "pl"

    [reply] = await counter.does("action_ask_again", "hm", intent="nlu_fallback", likely={"ask_refund": 0.4})

    assert isinstance(reply, Choices)
    assert reply.text == "Nie jestem pewien. Chodzi o coś z tego?"
    assert reply.options[0].title == "Mój zwrot pieniędzy"


async def test_somebody_upset_is_not_asked_again_but_gets_a_person(counter: Counter) -> None:
    [reply] = await counter.does("action_ask_again", "this is the third time i write!!", intent="nlu_fallback")

    assert reply == Handoff(Reason.COMPLAINT, "")


async def test_inside_a_form_its_question_comes_again(counter: Counter) -> None:
    counter.form = "cancel_form"

    text = await counter.hears("action_ask_again", "asdf", intent="nlu_fallback")

    assert text == "Sorry, I did not get that."
    assert [event["name"] for event in counter.happened if event["event"] == "followup"] == ["cancel_form"]
