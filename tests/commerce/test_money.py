"""Money: exact in every currency, and never mixed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commerce.money import CurrencyMismatch, Money, exponent
from bot.errors import BadInput

currencies = st.sampled_from(["USD", "EUR", "JPY", "KRW", "KWD", "BHD", "ISK", "INR"])
amounts = st.integers(min_value=-(10**12), max_value=10**12)


@st.composite
def sums_of_money(draw: st.DrawFn) -> list[Money]:
    currency = draw(currencies)
    return [Money(amount, currency) for amount in draw(st.lists(amounts, min_size=1, max_size=8))]


@given(amounts, currencies)
def test_what_is_written_is_read_again(amount: int, currency: str) -> None:
    money = Money(amount, currency)

    assert Money.parse(str(money.decimal), currency) == money


@given(sums_of_money())
def test_a_sum_is_the_same_in_any_order(money: list[Money]) -> None:
    zero = Money.zero(money[0].currency)

    assert sum(money, start=zero) == sum(reversed(money), start=zero)
    assert sum(money, start=zero).amount == sum(one.amount for one in money)


@given(amounts, currencies, st.integers(min_value=0, max_value=99))
def test_so_many_times_is_so_many_additions(amount: int, currency: str, times: int) -> None:
    money = Money(amount, currency)

    assert money * times == sum([money] * times, start=Money.zero(currency))


@given(amounts, amounts, currencies)
def test_what_was_added_can_be_taken_away(one: int, other: int, currency: str) -> None:
    assert Money(one, currency) + Money(other, currency) - Money(other, currency) == Money(one, currency)


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [("69.00", "USD", 6900), ("69", "USD", 6900), ("0.1", "EUR", 10), ("8000", "JPY", 8000), ("1.234", "KWD", 1234)],
)
def test_amounts_are_read_in_the_minor_unit_of_their_currency(text: str, currency: str, amount: int) -> None:
    assert Money.parse(text, currency) == Money(amount, currency)


@pytest.mark.parametrize(("text", "currency"), [("0.005", "USD"), ("8000.5", "JPY"), ("1.2345", "KWD")])
def test_an_amount_finer_than_the_smallest_coin_is_refused(text: str, currency: str) -> None:
    with pytest.raises(BadInput) as refused:
        Money.parse(text, currency)
    assert refused.value.code == "amount_too_fine"


@pytest.mark.parametrize("text", ["", "free", "1,5", "NaN", "Infinity", "1e999999", " 1", "9" * 16, "١"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        Money.parse(text, "USD")


def test_two_currencies_are_never_added_or_compared() -> None:
    with pytest.raises(CurrencyMismatch) as refused:
        Money(1, "USD") + Money(1, "EUR")
    assert refused.value.facts == {"one": "USD", "other": "EUR"}
    with pytest.raises(CurrencyMismatch):
        assert Money(1, "USD") < Money(1, "EUR")


def test_floats_are_not_money() -> None:
    with pytest.raises(TypeError):
        Money(1.0, "USD")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Money(True, "USD")


@pytest.mark.parametrize("currency", ["usd", "US", "DOLL", "", "ÄÖÜ"])
def test_a_currency_is_three_capital_letters(currency: str) -> None:
    with pytest.raises(BadInput):
        Money(1, currency)


@pytest.mark.parametrize(
    ("money", "locale", "written"),
    [
        (Money(6900, "USD"), "en", "$69.00"),
        (Money(6900, "EUR"), "fr-FR", "69,00\N{NO-BREAK SPACE}€"),
        (Money(8000, "JPY"), "en", "¥8,000"),
        (Money(1234, "KWD"), "fr_CA", "1,234\N{NO-BREAK SPACE}KWD"),
        (Money(6900, "USD"), "en-XX", "$69.00"),
        (Money(6900, "USD"), "de-XX", "69,00\N{NO-BREAK SPACE}$"),
        (Money(6900, "USD"), "?", "$69.00"),
        (Money(6900, "USD"), "", "$69.00"),
    ],
)
def test_amounts_are_written_as_their_reader_writes_them(money: Money, locale: str, written: str) -> None:
    assert money.format(locale) == written


def test_the_decimals_of_a_currency_are_known() -> None:
    assert [exponent(currency) for currency in ("JPY", "USD", "KWD")] == [0, 2, 3]
    assert Money(1234, "KWD").decimal == Decimal("1.234")
