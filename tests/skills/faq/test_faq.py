"""Questions that the shop's pages answer."""

from __future__ import annotations

from bot.conversation.replies import Choices, plain_text
from tests.skills.counter import Counter
from tests.skills.forms import SHOES


async def test_an_answer_quotes_the_page_by_its_title(counter: Counter) -> None:
    text = await counter.hears("action_tell_page", "how many days to return", intent="ask_return_policy")

    assert text.startswith("From “Returns”: You have 30 days")


async def test_an_answer_is_in_the_customers_language(counter: Counter) -> None:
    counter.slots["language"] = "fr"
    text = await counter.hears("action_tell_page", "quels sont vos horaires", intent="ask_shop_info")
    assert text.startswith("De « Nous rendre visite » : La boutique est ouverte")

    counter.slots["language"] = "hi"
    text = await counter.hears("action_tell_page", "वारंटी कितने साल की है", intent="ask_shop_info")
    assert text.startswith("“वारंटी” से:")


async def test_a_question_without_a_word_of_its_own_gets_the_pages_beginning(counter: Counter) -> None:
    text = await counter.hears("action_tell_page", intent="ask_payment_methods")

    assert text.startswith("From “Payment”: You pay on a secure page by card")


async def test_what_is_not_written_is_not_guessed(counter: Counter) -> None:
    [reply] = await counter.does("action_tell_page", "who designed your logo", intent="ask_shop_info")

    assert isinstance(reply, Choices)
    assert "not on our pages" in reply.text
    assert [option.payload for option in reply.options] == ["/ask_human"]


async def test_a_question_inside_the_checkout_leaves_it_one_tap_away(counter: Counter) -> None:
    await counter.parts.shop.add(counter.conversation_id, "k", SHOES[0], SHOES[1], 1)
    await counter.does("action_checkout", "checkout")

    [reply] = await counter.does("action_tell_page", "is it safe to pay here", intent="ask_payment_methods")

    assert isinstance(reply, Choices)
    assert [option.title for option in reply.options] == ["Check out · $75.00"]
    assert counter.slots["offer"] == "checkout"


async def test_of_delivery_only_what_was_asked_is_quoted_for_its_price_is_told_besides(counter: Counter) -> None:
    days = await counter.hears("action_tell_page", "how long does it take", intent="ask_shipping")
    assert "Standard delivery takes 2 to 3 working days" in days
    assert await counter.does("action_tell_page", intent="ask_shipping") == []


async def test_a_page_may_answer_what_seemed_no_business_of_the_shop(counter: Counter) -> None:
    heard = await counter.does("action_decline", "is it made in china", intent="out_of_scope")
    assert heard == []
    assert [event["name"] for event in counter.happened if event["event"] == "followup"] == ["action_tell_page"]
    [told] = await counter.does("action_tell_page", "is it made in china", intent="out_of_scope")
    assert "Portugal" in plain_text(told)


async def test_a_joke_stays_no_business_of_the_shop(counter: Counter) -> None:
    text = await counter.hears("action_decline", "tell me a joke about cups", intent="out_of_scope")

    assert "beyond a shop assistant" in text
