"""How long a checkout may take and how little may be paid."""

from __future__ import annotations

from datetime import timedelta

from bot.commerce.checkout import PAY_PAGE_LIFE, smallest_charge
from bot.commerce.money import Money
from bot.payments.base import LONGEST_SESSION, SHORTEST_SESSION


def test_a_pay_page_lives_as_long_as_its_provider_allows() -> None:
    assert SHORTEST_SESSION + timedelta(minutes=1) <= PAY_PAGE_LIFE <= LONGEST_SESSION


def test_the_smallest_charge_is_known_by_currency() -> None:
    assert smallest_charge("USD") == Money(50, "USD")
    assert smallest_charge("GBP") == Money(30, "GBP")
    assert smallest_charge("XXX") == Money(1, "XXX")
