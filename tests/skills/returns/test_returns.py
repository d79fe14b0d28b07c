"""Sending back, exchanging, reporting what arrived wrong, and money back."""

from __future__ import annotations

import pytest

from bot.conversation.replies import plain_text
from bot.handoff.policy import Reason
from tests.skills.counter import Counter
from tests.skills.forms import MUGS, SHOES, FormTalk, asks_for_code, buy, handed_over, payloads, titles
from tests.skills.talk import new_conversation


@pytest.fixture
def returning(counter: Counter) -> FormTalk:
    return FormTalk(counter, "return_form")


async def test_a_return_is_collected_confirmed_with_its_amount_and_handed_over(
    counter: Counter, returning: FormTalk
) -> None:
    number = await buy(counter, SHOES, MUGS)

    [which] = await returning.opens("i want to return something")
    assert titles(which) == ["All of it", "Aero 2, blue, 42", "Morning Mug, cream"]
    [why] = await returning.says("the mugs", intent="search_products", product="mug")
    assert "Too small" in titles(why)
    [sure] = await returning.says(reason="not_as_expected")
    assert f"2 × Morning Mug, cream of order {number}, and $32.00 is paid back" in plain_text(sure)
    heard = await returning.says("yes please", intent="affirm")

    handoff = handed_over(heard)
    assert handoff is not None
    assert handoff.reason == Reason.REQUEST
    assert f"Order {number}" in handoff.summary
    assert "Item: 2 × Morning Mug, cream." in handoff.summary
    assert "Reason: not_as_expected." in handoff.summary
    assert "To be paid back: $32.00." in handoff.summary
    assert counter.slots["order_number"] is None


async def test_all_of_an_order_comes_back_with_its_delivery(counter: Counter, returning: FormTalk) -> None:
    await buy(counter, ("morning-mug", {"colour": "cream"}, 1), ("dot-notebook-a5", {}, 1))

    await returning.opens("i want to return something")
    await returning.says("all of it")
    text = await returning.hears("too big")

    [order] = await counter.parts.shop.orders(counter.conversation_id)
    assert order.shipping.amount > 0
    assert order.total.format("en") in text


async def test_what_the_first_message_tells_is_not_asked_again(counter: Counter, returning: FormTalk) -> None:
    await buy(counter, SHOES)
    number = await buy(counter, MUGS)

    [sure] = await returning.opens(f"return order {number}, they are too small", order_number=str(number))

    assert f"order {number}, and $38.00 is paid back" in plain_text(sure)


async def test_a_question_in_between_is_left_to_the_rules_and_the_form_asks_again(
    counter: Counter, returning: FormTalk
) -> None:
    await buy(counter, SHOES)
    await returning.opens("i want to return something")

    assert await returning.says("how long is delivery", intent="ask_shipping") == []
    [sure] = await returning.says("they pinch", intent="nlu_fallback", confidence=0.3)

    assert "Aero 2, blue, 42" in plain_text(sure)
    assert counter.slots["reason"] == "they pinch"


async def test_another_order_named_at_the_last_question_changes_the_amount_and_is_asked_again(
    counter: Counter, returning: FormTalk
) -> None:
    shoes = await buy(counter, SHOES)
    mugs = await buy(counter, MUGS)
    await returning.opens("return this", order_number=str(shoes))
    assert "$75.00" in await returning.hears("too small")

    text = await returning.hears(f"no, order {mugs}", intent="deny", order_number=str(mugs))

    assert f"2 × Morning Mug, cream of order {mugs}" in text
    assert "$38.00" in text


async def test_a_no_to_the_last_question_hands_nothing_over(counter: Counter, returning: FormTalk) -> None:
    await buy(counter, SHOES)
    await returning.opens("return the shoes, too small")

    heard = await returning.says("no", intent="deny")

    assert handed_over(heard) is None
    assert "nothing was changed" in plain_text(heard[0])


async def test_never_mind_leaves_the_form_and_keeps_the_cart(counter: Counter, returning: FormTalk) -> None:
    await buy(counter, SHOES)
    await counter.parts.shop.add(counter.conversation_id, "kept", "morning-mug", {"colour": "cream"}, 1)
    await returning.opens("i want to return something")

    heard = await returning.says("forget it", intent="never_mind")

    assert handed_over(heard) is None
    assert not returning.open
    assert await counter.cart() == {"Morning Mug, cream": 1}


async def test_a_person_asked_for_inside_gets_what_was_collected(counter: Counter, returning: FormTalk) -> None:
    number = await buy(counter, SHOES)
    await returning.opens("return the shoes, too small")

    handoff = handed_over(await returning.says("let me talk to a human", intent="ask_human"))

    assert handoff is not None
    assert handoff.reason == Reason.ASKED_FOR_PERSON
    assert f"Order {number}" in handoff.summary
    assert "too_small" in handoff.summary


async def test_a_return_that_may_not_be_meant_is_asked_about_first(counter: Counter, returning: FormTalk) -> None:
    await buy(counter, SHOES)

    [asked] = await returning.opens("the shoes back", confidence=0.45, likely={"return_item": 0.45, "order_again": 0.3})

    assert not returning.open
    assert payloads(asked) == ["/return_item", "/order_again", "/ask_human"]


async def test_an_order_of_somebody_else_needs_its_code_first(counter: Counter) -> None:
    number = await buy(counter, SHOES)
    stranger = Counter(counter.parts, await new_conversation(counter.parts))

    heard = await FormTalk(stranger, "return_form").opens(f"return order {number}", order_number=str(number))

    assert heard == []
    assert asks_for_code(stranger, number, "return_form")


async def test_an_order_that_was_never_paid_has_nothing_to_send_back(counter: Counter, returning: FormTalk) -> None:
    number = await buy(counter, SHOES, state="awaiting_payment")

    [heard] = await returning.opens("i want to return the shoes")

    assert f"Order {number} has not been paid" in plain_text(heard)


async def test_an_exchange_for_a_size_that_is_there_costs_nothing_more(counter: Counter) -> None:
    await buy(counter, SHOES)
    exchange = FormTalk(counter, "exchange_form")

    [sure] = await exchange.opens("exchange for a 43", size="43")
    assert "against blue, 43, at the same price" in plain_text(sure)
    [again] = await exchange.says("no, size 44", intent="deny", size="44")
    assert "against blue, 44" in plain_text(again)
    handoff = handed_over(await exchange.says("yes", intent="affirm"))

    assert handoff is not None
    assert "Exchange for: AER2-BLU-44." in handoff.summary


async def test_an_exchange_for_a_size_that_is_sold_out_offers_those_that_are_there(counter: Counter) -> None:
    await buy(counter, SHOES)
    await counter.set_stock("AER2-BLU-43", 0)
    exchange = FormTalk(counter, "exchange_form")

    sorry, which = await exchange.opens("exchange for a 43", size="43")

    assert "not in stock in 43" in plain_text(sorry)
    assert "44" in titles(which)
    assert "43" not in titles(which)


async def test_what_arrived_broken_is_noted_with_what_the_customer_wants(counter: Counter) -> None:
    number = await buy(counter, MUGS, state="shipped")
    problem = FormTalk(counter, "problem_form")

    [remedy] = await problem.opens("one mug arrived broken", product="mug")
    assert titles(remedy) == ["A replacement", "My money back"]
    handoff = handed_over(await problem.says("a new one please", intent="nlu_fallback", confidence=0.4))

    assert handoff is not None
    assert f"Order {number}" in handoff.summary
    assert "one mug arrived broken" in handoff.summary
    assert "Remedy: replacement." in handoff.summary


async def test_money_back_is_asked_for_with_the_exact_sum(counter: Counter) -> None:
    number = await buy(counter, MUGS)
    refund = FormTalk(counter, "refund_form")

    [sure] = await refund.opens("where is my refund")
    assert f"$38.00 for order {number}" in plain_text(sure)
    handoff = handed_over(await refund.says("yes", intent="affirm"))

    assert handoff is not None
    assert "$38.00" in handoff.summary


async def test_a_reason_that_sounds_like_an_exchange_is_a_reason(counter: Counter, returning: FormTalk) -> None:
    await buy(counter, SHOES)
    await returning.opens("i want to return the shoes")

    [sure] = await returning.says("they are too tight", intent="exchange_item")

    assert "Aero 2, blue, 42" in plain_text(sure)
    assert counter.slots["reason"] == "too_small"


async def test_another_size_named_as_a_reason_leaves_the_return_for_an_exchange(
    counter: Counter, returning: FormTalk
) -> None:
    await buy(counter, SHOES)
    await returning.opens("i want to return the shoes")

    assert await returning.says("too small, give me a 43", intent="exchange_item", size="43") == []


async def test_another_thing_of_the_order_is_no_answer_to_what_is_asked(counter: Counter, returning: FormTalk) -> None:
    await buy(counter, SHOES, MUGS)
    await returning.opens("return the shoes", product="shoe")

    [why] = await returning.says("no, the mug", intent="deny", product="mug")

    assert "What was wrong" in plain_text(why)
    assert counter.slots["item"] == "MORMUG-CRE"
    assert counter.slots["reason"] is None


async def test_all_of_it_is_an_answer_whatever_it_is_taken_for(counter: Counter, returning: FormTalk) -> None:
    await buy(counter, SHOES, MUGS)
    await returning.opens("i want to return something")

    assert "What was wrong" in await returning.hears("sab kuch", intent="greet")
