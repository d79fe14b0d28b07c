"""Contact details, data and consent."""

from __future__ import annotations

from actions.payloads import Buttons
from bot.conversation.phrases import speaker
from bot.conversation.replies import offered_payloads, plain_text
from tests.skills.counter import Counter
from tests.skills.forms import FormTalk, handed_over, titles


async def test_a_new_contact_is_read_back_and_noted_for_a_person(counter: Counter) -> None:
    contact = FormTalk(counter, "contact_form")

    [sure] = await contact.opens("my new email is anna@nowak.pl", email="anna@nowak.pl")
    assert "anna@nowak.pl" in plain_text(sure)
    [again] = await contact.says("no, anna@nowak.com", intent="deny", email="anna@nowak.com")
    assert "anna@nowak.com" in plain_text(again)
    handoff = handed_over(await contact.says("yes", intent="affirm"))

    assert handoff is not None
    assert "Contact value: anna@nowak.com." in handoff.summary


async def test_what_is_to_change_is_asked_when_it_was_not_said(counter: Counter) -> None:
    contact = FormTalk(counter, "contact_form")

    [which] = await contact.opens("i need to update my details")
    assert titles(which) == ["E-mail", "Phone number", "Name"]
    await contact.says(contact_field="phone")
    text = await contact.hears("+48 601 234 567")

    assert "Your new phone number is +48 601 234 567." in text


async def test_nothing_is_erased_without_a_yes(counter: Counter) -> None:
    erase = FormTalk(counter, "erase_form")

    [sure] = await erase.opens("delete my data")
    assert "There is no way back" in plain_text(sure)
    assert handed_over(await erase.says("no", intent="deny")) is None

    await erase.opens("delete my data")
    assert handed_over(await erase.says("yes", intent="affirm")) is not None


async def test_a_word_on_news_is_kept_and_the_last_one_counts(counter: Counter) -> None:
    consent = counter.parts.consent
    assert await consent.news(counter.conversation_id) is None

    await counter.does("action_opt_in", "sign me up")
    assert await consent.news(counter.conversation_id) is True

    text = await counter.hears("action_opt_out", "stop")
    assert await consent.news(counter.conversation_id) is False
    assert "no news or offers" in text


async def test_a_detail_nobody_asked_for_is_asked_about(counter: Counter) -> None:
    assert "What shall I do with it?" in await counter.hears("action_take_detail", "anna@nowak.pl")


async def test_an_orders_number_alone_leads_to_the_order(counter: Counter) -> None:
    assert await counter.does("action_take_detail", "10482", order_number="10482") == []
    assert [event["name"] for event in counter.happened if event["event"] == "followup"] == ["action_tell_order_status"]


async def test_a_colour_that_is_not_there_can_be_waited_for(counter: Counter) -> None:
    await counter.does("action_choose_product", product_id="aero-2")
    [sorry] = await counter.does("action_choose_option", "do they come in [teal](colour)")
    tell_me = next(one for one in offered_payloads(sorry) if one.startswith("/opt_in"))
    assert "teal" in tell_me

    [kept] = await counter.does("action_opt_in", product_id="aero-2", colour="teal")

    assert "I will write to you here, once, when Aero 2, teal is in stock" in plain_text(kept)
    assert await counter.parts.consent.news(counter.conversation_id) is None


async def test_what_is_in_front_of_them_is_waited_for_in_words(counter: Counter) -> None:
    await counter.does("action_choose_product", product_id="aero-2")
    text = await counter.hears("action_opt_in", "tell me when [teal](colour) comes")
    assert "Aero 2, teal" in text


async def test_what_is_there_is_shown_instead(counter: Counter) -> None:
    text = await counter.hears("action_opt_in", product_id="aero-2")
    assert "Good news: Aero 2 is in stock now" in text


async def test_news_are_news_whatever_was_looked_at(counter: Counter) -> None:
    await counter.does("action_choose_product", product_id="aero-2")
    await counter.does("action_opt_in", "sign me up for the newsletter")
    assert await counter.parts.consent.news(counter.conversation_id) is True


async def test_stop_forgets_what_was_waited_for(counter: Counter) -> None:
    await counter.does("action_opt_in", product_id="aero-2", colour="teal")
    await counter.does("action_opt_out", "stop telling me")
    assert await counter.parts.wishes.forget(counter.conversation_id) == 0


async def test_a_wish_too_long_for_a_button_is_one_for_the_product(counter: Counter) -> None:
    option = Buttons(speaker("en")).tell_me("aero-2", {"colour": "x" * 300})
    assert option.payload == '/opt_in{"product_id":"aero-2"}'
