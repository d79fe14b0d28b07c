"""Asking after an order at the counter."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.conversation.replies import Choices, Link, Order
from bot.storage.selling_tables import orders
from tests.skills.counter import Counter
from tests.skills.forms import asks_for_code
from tests.skills.talk import new_conversation


async def open_order(counter: Counter) -> int:
    await counter.does("action_choose_product", "", product_id="aero-2")
    await counter.does("action_choose_option", "42", size="42")
    await counter.does("action_checkout", "checkout")
    [order] = await counter.orders()
    return int(order.number)


async def move_to(counter: Counter, state: str) -> None:
    async with counter.db.write() as tx:
        await tx.execute(orders.update().values(state=state, paid_at=datetime.now(UTC)))


async def test_an_order_that_waits_for_its_payment_can_be_paid_from_here(counter: Counter) -> None:
    number = await open_order(counter)

    [reply] = await counter.does("action_tell_order_status", "where is my order")

    assert isinstance(reply, Link)
    assert f"Order {number}" in reply.text
    assert "waits to be paid" in reply.text


async def test_a_paid_order_is_told_with_its_lines_and_its_sum(counter: Counter) -> None:
    number = await open_order(counter)
    await move_to(counter, "paid")

    [reply] = await counter.does("action_tell_order_status", "where is my order")

    assert isinstance(reply, Order)
    assert reply.state == "Paid"
    assert reply.number == str(number)
    assert reply.total == "$75.00"
    assert [line.amount for line in reply.lines] == ["$69.00", "$6.00"]
    assert "is paid and being packed" in reply.text


async def test_every_state_of_an_order_has_words(counter: Counter) -> None:
    await open_order(counter)

    told = set()
    for state in ("shipped", "cancelled", "expired", "needs_attention"):
        await move_to(counter, state)
        [reply] = await counter.does("action_tell_order_status", "where is my order")
        assert isinstance(reply, Order), state
        told.add(reply.state)
    assert len(told) == 4


async def test_an_order_of_somebody_else_is_not_shown(counter: Counter) -> None:
    number = await open_order(counter)
    stranger = Counter(counter.parts, await new_conversation(counter.parts))

    heard = await stranger.does("action_tell_order_status", f"where is order {number}", order_number=str(number))

    assert heard == []
    assert asks_for_code(stranger, number)


async def test_no_order_yet_is_told_with_a_next_step(counter: Counter) -> None:
    [reply] = await counter.does("action_tell_order_status", "where is my order")

    assert isinstance(reply, Choices)
    assert "no order" in reply.text
