"""What a cart costs with its delivery."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commerce.checkout import PAY_PAGE_LIFE, ShippingRate, price, smallest_charge
from bot.commerce.money import Money
from bot.payments.base import LONGEST_SESSION, SHORTEST_SESSION

TABLE = {"USD": ShippingRate(Money(600, "USD"), Money(7500, "USD")), "JPY": ShippingRate(Money(500, "JPY"), None)}


@pytest.mark.parametrize(("amount", "shipping"), [(7499, 600), (7500, 0), (7501, 0), (1, 600)])
def test_delivery_is_free_from_the_limit_on(amount: int, shipping: int) -> None:
    cost = price([(Money(amount, "USD"), 1)], "USD", TABLE)

    assert cost.shipping == Money(shipping, "USD")
    assert cost.total == Money(amount + shipping, "USD")


def test_delivery_without_a_limit_is_never_free() -> None:
    assert price([(Money(10**9, "JPY"), 1)], "JPY", TABLE).shipping == Money(500, "JPY")


def test_an_empty_cart_costs_nothing() -> None:
    assert price([], "USD", TABLE).total == Money.zero("USD")


@given(st.lists(st.tuples(st.integers(1, 10**7), st.integers(1, 99)), min_size=1, max_size=99))
def test_the_total_is_the_lines_and_the_delivery_to_the_cent(lines: list[tuple[int, int]]) -> None:
    cost = price([(Money(amount, "USD"), quantity) for amount, quantity in lines], "USD", TABLE)

    goods = sum(amount * quantity for amount, quantity in lines)
    assert cost.subtotal.amount == goods
    assert cost.total.amount == goods + (0 if goods >= 7500 else 600)


def test_a_pay_page_lives_as_long_as_its_provider_allows() -> None:
    assert SHORTEST_SESSION + timedelta(minutes=1) <= PAY_PAGE_LIFE <= LONGEST_SESSION


def test_the_smallest_charge_is_known_by_currency() -> None:
    assert smallest_charge("USD") == Money(50, "USD")
    assert smallest_charge("GBP") == Money(30, "GBP")
    assert smallest_charge("XXX") == Money(1, "XXX")
