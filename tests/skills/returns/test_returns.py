"""Sending back, exchanging, reporting what arrived wrong, and money back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.conversation.replies import plain_text
from bot.handoff.policy import Reason
from bot.storage.selling_tables import orders, stock
from bot.storage.selling_tables import returns as returns_table
from tests.skills.counter import Counter
from tests.skills.forms import (
    MUGS,
    SHOES,
    FormTalk,
    asks_for_code,
    buy,
    carry_out_refunds,
    handed_over,
    payloads,
    titles,
)
from tests.skills.talk import new_conversation


@pytest.fixture
def returning(counter: Counter) -> FormTalk:
    return FormTalk(counter, "return_form")


async def test_a_return_is_collected_confirmed_with_its_amount_and_registered(
    counter: Counter, returning: FormTalk
) -> None:
    number = await buy(counter, SHOES, MUGS, state="shipped")

    [which] = await returning.opens("i want to return something")
    assert titles(which) == ["All of it", "Aero 2, blue, 42", "Morning Mug, cream"]
    [why] = await returning.says("the mugs", intent="search_products", product="mug")
    assert "Too small" in titles(why)
    [sure] = await returning.says(reason="not_as_expected")
    assert f"2 × Morning Mug, cream of order {number}, and $32.00 is paid back" in plain_text(sure)
    [done] = await returning.says("yes please", intent="affirm")

    assert "Return 1 is registered" in plain_text(done)
    assert "$32.00 goes back" in plain_text(done)
    assert counter.slots["order_number"] is None
    [made] = await returns(counter)
    assert (made.state, made.amount, made.reason) == ("approved", 3200, "not_as_expected")
    assert made.lines == [{"sku": "MORMUG-CRE", "quantity": 2, "exchange_for": None}]


async def test_what_is_registered_is_told_with_the_order_and_not_registered_twice(
    counter: Counter, returning: FormTalk
) -> None:
    await buy(counter, SHOES, state="shipped")
    await returning.opens("return the shoes, too small")
    await returning.says("yes", intent="affirm")

    [order] = await counter.does("action_tell_order_status", "where is my order")
    assert "Return 1 is registered; we wait for your parcel." in plain_text(order)
    [again] = await returning.opens("i want to return the shoes")

    assert "registered as a return already" in plain_text(again)
    assert len(await returns(counter)) == 1


async def test_what_may_not_come_back_is_said_before_anything_is_asked(counter: Counter, returning: FormTalk) -> None:
    number = await buy(counter, SHOES, state="shipped")
    async with counter.db.write() as tx:
        await tx.execute(orders.update().values(shipped_at=datetime.now(UTC) - timedelta(days=31)))

    [heard] = await returning.opens("i want to return the shoes")

    assert f"Order {number} could be sent back until" in plain_text(heard)
    assert payloads(heard)[0] == f'/report_item_problem{{"order_number":"{number}"}}'
    assert await returns(counter) == []


async def test_what_has_not_been_sent_is_cancelled_rather_than_returned(counter: Counter, returning: FormTalk) -> None:
    number = await buy(counter, SHOES)

    [heard] = await returning.opens("i want to return the shoes")

    assert f"order {number} has not left us yet" in plain_text(heard)
    assert payloads(heard)[0] == f'/cancel_order{{"order_number": "{number}"}}'


async def test_all_of_an_order_comes_back_with_its_delivery(counter: Counter, returning: FormTalk) -> None:
    await buy(counter, ("morning-mug", {"colour": "cream"}, 1), ("dot-notebook-a5", {}, 1), state="shipped")

    await returning.opens("i want to return something")
    await returning.says("all of it")
    text = await returning.hears("too big")

    [order] = await counter.parts.shop.orders(counter.conversation_id)
    assert order.shipping.amount > 0
    assert order.total.format("en") in text


async def test_what_the_first_message_tells_is_not_asked_again(counter: Counter, returning: FormTalk) -> None:
    await buy(counter, SHOES, state="shipped")
    number = await buy(counter, MUGS, state="shipped")

    [sure] = await returning.opens(f"return order {number}, they are too small", order_number=str(number))

    assert f"order {number}, and $38.00 is paid back" in plain_text(sure)


async def test_a_question_in_between_is_left_to_the_rules_and_the_form_asks_again(
    counter: Counter, returning: FormTalk
) -> None:
    await buy(counter, SHOES, state="shipped")
    await returning.opens("i want to return something")

    assert await returning.says("how long is delivery", intent="ask_shipping") == []
    [sure] = await returning.says("they pinch", intent="nlu_fallback", confidence=0.3)

    assert "Aero 2, blue, 42" in plain_text(sure)
    assert counter.slots["reason"] == "they pinch"


async def test_another_order_named_at_the_last_question_changes_the_amount_and_is_asked_again(
    counter: Counter, returning: FormTalk
) -> None:
    shoes = await buy(counter, SHOES, state="shipped")
    mugs = await buy(counter, MUGS, state="shipped")
    await returning.opens("return this", order_number=str(shoes))
    assert "$75.00" in await returning.hears("too small")

    text = await returning.hears(f"no, order {mugs}", intent="deny", order_number=str(mugs))

    assert f"2 × Morning Mug, cream of order {mugs}" in text
    assert "$38.00" in text


async def test_a_no_to_the_last_question_hands_nothing_over(counter: Counter, returning: FormTalk) -> None:
    await buy(counter, SHOES, state="shipped")
    await returning.opens("return the shoes, too small")

    heard = await returning.says("no", intent="deny")

    assert handed_over(heard) is None
    assert "nothing was changed" in plain_text(heard[0])


async def test_never_mind_leaves_the_form_and_keeps_the_cart(counter: Counter, returning: FormTalk) -> None:
    await buy(counter, SHOES, state="shipped")
    await counter.parts.shop.add(counter.conversation_id, "kept", "morning-mug", {"colour": "cream"}, 1)
    await returning.opens("i want to return something")

    heard = await returning.says("forget it", intent="never_mind")

    assert handed_over(heard) is None
    assert not returning.open
    assert await counter.cart() == {"Morning Mug, cream": 1}


async def test_a_person_asked_for_inside_gets_what_was_collected(counter: Counter, returning: FormTalk) -> None:
    number = await buy(counter, SHOES, state="shipped")
    await returning.opens("return the shoes, too small")

    handoff = handed_over(await returning.says("let me talk to a human", intent="ask_human"))

    assert handoff is not None
    assert handoff.reason == Reason.ASKED_FOR_PERSON
    assert f"Order {number}" in handoff.summary
    assert "too_small" in handoff.summary


async def test_a_return_that_may_not_be_meant_is_asked_about_first(counter: Counter, returning: FormTalk) -> None:
    await buy(counter, SHOES, state="shipped")

    [asked] = await returning.opens("the shoes back", confidence=0.45, likely={"return_item": 0.45, "order_again": 0.3})

    assert not returning.open
    assert payloads(asked) == ["/return_item", "/order_again", "/ask_human"]


async def test_an_order_of_somebody_else_needs_its_code_first(counter: Counter) -> None:
    number = await buy(counter, SHOES, state="shipped")
    stranger = Counter(counter.parts, await new_conversation(counter.parts))

    heard = await FormTalk(stranger, "return_form").opens(f"return order {number}", order_number=str(number))

    assert heard == []
    assert asks_for_code(stranger, number, "return_form")


async def test_an_order_that_was_never_paid_has_nothing_to_send_back(counter: Counter, returning: FormTalk) -> None:
    number = await buy(counter, SHOES, state="awaiting_payment")

    [heard] = await returning.opens("i want to return the shoes")

    assert f"Order {number} has not been paid" in plain_text(heard)


async def test_an_exchange_for_a_size_that_is_there_is_put_aside(counter: Counter) -> None:
    await buy(counter, SHOES, state="shipped")
    before = await on_hand(counter, "AER2-BLU-44")
    exchange = FormTalk(counter, "exchange_form")

    [sure] = await exchange.opens("exchange for a 43", size="43")
    assert "against blue, 43, at the same price" in plain_text(sure)
    [again] = await exchange.says("no, size 44", intent="deny", size="44")
    assert "against blue, 44" in plain_text(again)
    [done] = await exchange.says("yes", intent="affirm")

    assert "Return 1 is registered" in plain_text(done)
    assert "put aside for you" in plain_text(done)
    [made] = await returns(counter)
    assert (made.kind, made.lines[0]["exchange_for"]) == ("exchange", "AER2-BLU-44")
    assert await on_hand(counter, "AER2-BLU-44") == before - 1


async def test_another_thing_altogether_is_exchanged_by_a_person(counter: Counter) -> None:
    await buy(counter, SHOES, state="shipped")
    exchange = FormTalk(counter, "exchange_form")
    await exchange.opens("i want to exchange the shoes")
    await exchange.says("for the walking boots", intent="nlu_fallback", confidence=0.3)

    handoff = handed_over(await exchange.says("yes", intent="affirm"))

    assert handoff is not None
    assert "walking boots" in handoff.summary
    assert await returns(counter) == []


async def test_an_exchange_for_a_size_that_is_sold_out_offers_those_that_are_there(counter: Counter) -> None:
    await buy(counter, SHOES, state="shipped")
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
    assert handoff.reason == Reason.RETURN_DECISION
    assert f"Order {number}" in handoff.summary
    assert "one mug arrived broken" in handoff.summary
    assert "Remedy: replacement." in handoff.summary
    [made] = await returns(counter)
    assert (made.kind, made.state, made.reason) == ("exchange", "asked", "one mug arrived broken")


async def test_money_that_is_on_its_way_is_told_to_the_cent(counter: Counter) -> None:
    number = await buy(counter, MUGS)
    cancel = FormTalk(counter, "cancel_form")
    await cancel.opens("cancel it")
    await cancel.says("yes", intent="affirm")
    await carry_out_refunds(counter)

    [heard] = await FormTalk(counter, "refund_form").opens("where is my refund")

    assert f"Order {number}: $38.00 went back to you on" in plain_text(heard)


async def test_money_back_for_what_has_arrived_begins_with_a_return(counter: Counter) -> None:
    number = await buy(counter, MUGS, state="delivered")

    [heard] = await FormTalk(counter, "refund_form").opens("i want my money back")

    assert payloads(heard)[:2] == [
        f'/return_item{{"order_number":"{number}"}}',
        f'/report_item_problem{{"order_number":"{number}"}}',
    ]


async def test_a_reason_that_sounds_like_an_exchange_is_a_reason(counter: Counter, returning: FormTalk) -> None:
    await buy(counter, SHOES, state="shipped")
    await returning.opens("i want to return the shoes")

    [sure] = await returning.says("they are too tight", intent="exchange_item")

    assert "Aero 2, blue, 42" in plain_text(sure)
    assert counter.slots["reason"] == "too_small"


async def test_another_size_named_as_a_reason_leaves_the_return_for_an_exchange(
    counter: Counter, returning: FormTalk
) -> None:
    await buy(counter, SHOES, state="shipped")
    await returning.opens("i want to return the shoes")

    assert await returning.says("too small, give me a 43", intent="exchange_item", size="43") == []


async def test_another_thing_of_the_order_is_no_answer_to_what_is_asked(counter: Counter, returning: FormTalk) -> None:
    await buy(counter, SHOES, MUGS, state="shipped")
    await returning.opens("return the shoes", product="shoe")

    [why] = await returning.says("no, the mug", intent="deny", product="mug")

    assert "What was wrong" in plain_text(why)
    assert counter.slots["item"] == "MORMUG-CRE"
    assert counter.slots["reason"] is None


async def test_all_of_it_is_an_answer_whatever_it_is_taken_for(counter: Counter, returning: FormTalk) -> None:
    await buy(counter, SHOES, MUGS, state="shipped")
    await returning.opens("i want to return something")

    assert "What was wrong" in await returning.hears("sab kuch", intent="greet")


async def returns(counter: Counter) -> list[Any]:
    async with counter.db.read() as tx:
        return list((await tx.execute(select(returns_table).order_by(returns_table.c.id))).all())


async def on_hand(counter: Counter, sku: str) -> int:
    async with counter.db.read() as tx:
        return int((await tx.execute(select(stock.c.on_hand).where(stock.c.sku == sku))).scalar_one())
