"""Prices in another currency, in words."""

from __future__ import annotations

import pytest

from actions.currency import currencies_in
from tests.skills.cart.test_cart import put_in
from tests.skills.counter import Counter


async def test_the_cart_is_repriced_and_every_later_price_too(counter: Counter) -> None:
    await put_in(counter)

    text = await counter.hears("action_switch_currency", "show me prices in euros")

    cart = await counter.parts.shop.cart(counter.conversation_id)
    assert "Prices are in Euro now." in text
    assert (cart.total.currency, cart.total) == ("EUR", cart.subtotal + cart.shipping)
    assert "€" in await counter.hears("action_search_products", "mugs")


async def test_a_currency_the_shop_does_not_sell_in_is_said_with_those_it_does(counter: Counter) -> None:
    await put_in(counter)

    replies = await counter.hears("action_switch_currency", "prices in zloty?")

    assert "We do not sell in Polish Zloty, only in Euro and US Dollar." in replies
    assert "Prices in EUR" in replies
    assert (await counter.parts.shop.cart(counter.conversation_id)).total.currency == "USD"


async def test_a_tapped_currency_is_taken(counter: Counter) -> None:
    await counter.does("action_switch_currency", "", currency="EUR")

    assert (await counter.parts.shop.cart(counter.conversation_id)).total.currency == "EUR"


async def test_no_currency_named_is_asked_for(counter: Counter) -> None:
    assert "Which currency" in await counter.hears("action_switch_currency", "change currency")


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("show me prices in euros", "EUR"),
        ("euros please, not dollars", "EUR"),
        ("go back to dollars", "USD"),
        ("everything in $ please", "USD"),
        ("montrez-moi les prix en euros", "EUR"),
        ("ceny w dolarach proszę", "USD"),
        ("pokaż ceny w funtach", "GBP"),
        ("दाम यूरो में दिखाओ", "EUR"),
        ("रुपये में दाम दिखाओ", "INR"),
        ("rupaye me dikhao rate", "INR"),
        ("in yen please", "JPY"),
        ("prices in dinar", "KWD"),
    ],
)
def test_money_words_of_every_language_are_read(words: str, first: str) -> None:
    assert currencies_in(words)[0] == first


def test_a_sentence_without_money_words_names_no_currency() -> None:
    assert currencies_in("show me the shoes from france") == ()
