"""What may come back, until when, and what it is worth: parts are never more or less than the whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commerce.after_sale import ReturnRules
from bot.commerce.orders import OrderState
from bot.commerce.returns import MOVES, Bought, BoughtLine, NoReturn, ReturnState, refusal, sources, until, worth

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RULES = ReturnRules(within=timedelta(days=30), not_for=("clothing/socks",), delivery_back=True)
SHOES = BoughtLine("SHOES", 6900, 2, category="shoes/running")
SOCKS = BoughtLine("SOCKS", 900, 1, category="clothing/socks/wool")


def bought(*lines: BoughtLine, state: OrderState = OrderState.SHIPPED, **more: object) -> Bought:
    known = {"shipping": 600, "tax": 0, "shipped_at": NOW, "delivered_at": None}
    return Bought(state=state, lines=lines or (SHOES,), **{**known, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(("order", "wanted", "why"), [
    (bought(), {"SHOES": 2}, None),
    (bought(state=OrderState.PAID), {"SHOES": 1}, NoReturn.NOT_SENT),
    (bought(state=OrderState.CANCELLED), {"SHOES": 1}, NoReturn.NOT_BOUGHT),
    (bought(state=OrderState.NEEDS_ATTENTION), {"SHOES": 1}, NoReturn.UNDER_REVIEW),
    (bought(replace(SHOES, back=1)), {"SHOES": 2}, NoReturn.ALREADY),
    (bought(SHOES, SOCKS), {"SOCKS": 1}, NoReturn.CATEGORY),
    (bought(SHOES, SOCKS), {"SHOES": 1}, None),
    (bought(source="exchange"), {"SHOES": 1}, NoReturn.REPLACEMENT),
    (bought(shipped_at=NOW - timedelta(days=30)), {"SHOES": 1}, None),
    (bought(shipped_at=NOW - timedelta(days=30, seconds=1)), {"SHOES": 1}, NoReturn.TOO_LATE),
    (bought(shipped_at=NOW - timedelta(days=40), delivered_at=NOW - timedelta(days=29)), {"SHOES": 1}, None),
])  # fmt: skip
def test_the_rules_say_why_not(order: Bought, wanted: dict[str, int], why: NoReturn | None) -> None:
    assert refusal(RULES, order, wanted, NOW) is why


def test_a_category_is_a_whole_word_of_its_path() -> None:
    rules = replace(RULES, not_for=("clothing/sock",))

    assert refusal(rules, bought(SOCKS), {"SOCKS": 1}, NOW) is None


def test_a_shop_without_rules_takes_nothing_back_by_itself() -> None:
    assert refusal(ReturnRules(), bought(), {"SHOES": 1}, NOW) is NoReturn.NEVER
    assert until(ReturnRules(), bought()) is None


@given(st.data())
def test_pieces_sent_back_one_by_one_are_worth_what_was_paid_for_all(data: st.DataObject) -> None:
    lines = tuple(
        BoughtLine(f"SKU-{place}", unit, quantity, discount=data.draw(st.integers(0, unit * quantity)))
        for place, (unit, quantity) in enumerate(
            data.draw(st.lists(st.tuples(st.integers(1, 9_999), st.integers(1, 5)), min_size=1, max_size=4))
        )
    )
    goods = sum(line.paid for line in lines)
    order = bought(*lines, tax=data.draw(st.integers(0, goods)), shipping=data.draw(st.integers(0, 2_000)))
    pieces = data.draw(st.permutations([line.sku for line in lines for _ in range(line.quantity)]))

    back = 0
    for sku in pieces:
        amount = worth(RULES, order, {sku: 1})
        assert amount >= 0
        back += amount
        order = replace(order, lines=tuple(replace(x, back=x.back + 1) if x.sku == sku else x for x in order.lines))

    assert back == goods + (order.tax if goods else 0) + order.shipping


def test_the_delivery_is_kept_where_the_rules_say_so() -> None:
    assert worth(replace(RULES, delivery_back=False), bought(), {"SHOES": 2}) == 13_800


def test_a_return_that_is_over_goes_nowhere() -> None:
    over = (ReturnState.DONE, ReturnState.DECLINED, ReturnState.CANCELLED)

    assert all(not MOVES[state] for state in over)
    assert set(MOVES) == set(ReturnState)
    assert sources(ReturnState.RECEIVED) == (ReturnState.APPROVED,)
