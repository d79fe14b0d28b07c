"""The table of an order's moves."""

from __future__ import annotations

from bot.commerce.orders import MOVES, PAYABLE, OrderState, sources


def test_every_state_is_in_the_table() -> None:
    assert set(MOVES) == set(OrderState)


def test_nothing_leads_back_to_waiting_for_a_payment() -> None:
    assert sources(OrderState.AWAITING_PAYMENT) == ()


def test_money_can_arrive_where_the_table_lets_it() -> None:
    assert set(PAYABLE) <= set(sources(OrderState.PAID))
    assert OrderState.PAID not in sources(OrderState.PAID)


def test_only_a_waiting_order_expires() -> None:
    assert sources(OrderState.EXPIRED) == (OrderState.AWAITING_PAYMENT,)
