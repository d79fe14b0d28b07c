"""Where it goes: a place that is named, what it costs there, and what the cart remembers."""

from __future__ import annotations

import pytest

from bot.conversation.replies import Listing
from tests.skills.cart.test_cart import put_in
from tests.skills.counter import Counter


async def country_of(counter: Counter) -> tuple[str, bool]:
    cart = await counter.parts.shop.cart(counter.conversation_id)
    return cart.country, cart.country_known


@pytest.mark.parametrize(
    ("language", "words", "name"),
    [
        ("en", "do you ship to [france](place)", "France"),
        ("fr", "vous livrez en [France](place) ?", "France"),
        ("pl", "wysyłacie do [Francji](place)?", "Francja"),
        ("hi", "[फ्रांस](place) भेजते हो क्या", "फ़्रांस"),
        ("hi-Latn", "[france](place) bhejte ho kya", "France"),
    ],
)
async def test_a_country_is_known_in_every_language_and_kept(
    counter: Counter, language: str, words: str, name: str
) -> None:
    counter.slots["language"] = language

    text = await counter.hears("action_tell_shipping", words)

    assert name in text
    assert "6" in text
    assert await country_of(counter) == ("FR", True)


async def test_the_cart_is_priced_for_the_country_and_says_the_tax_in_it(counter: Counter) -> None:
    await put_in(counter)

    text = await counter.hears("action_tell_shipping", "do you ship to [france](place)")

    assert "Yes, we deliver to France:" in text
    assert "Standard delivery: $6.00, 2–3 working days" in text
    assert "Total: $75.00 (incl. $11.50 TVA)" in text


async def test_tax_that_comes_on_top_is_a_part_of_the_sum(counter: Counter) -> None:
    await put_in(counter)

    await counter.does("action_tell_shipping", "send it to [canada](place)")
    text = await counter.hears("action_show_cart", "cart")

    assert "Goods: $69.00\nDelivery (Canada): $6.00, free from $75.00.\nGST: $3.45.\nTotal: $78.45" in text


async def test_a_country_that_is_not_delivered_to_is_said_and_not_kept(counter: Counter) -> None:
    await put_in(counter)

    text = await counter.hears("action_tell_shipping", "do you ship to [russia](place)")

    assert "We do not deliver to Russia, I am sorry. We deliver to: United States, Canada, France" in text
    assert await country_of(counter) == ("US", False)


async def test_a_town_asks_for_its_country_instead_of_guessing(counter: Counter) -> None:
    [reply] = await counter.does("action_tell_shipping", "do you ship to [Lyon](place)")

    assert isinstance(reply, Listing)
    assert "Which country is Lyon in?" in reply.text
    assert "France" in [row.title for row in reply.rows]
    assert await country_of(counter) == ("US", False)

    france = next(row for row in reply.rows if row.title == "France")
    assert france.payload == '/ask_shipping{"place":"FR"}'
    await counter.does("action_tell_shipping", "", place="FR")
    assert await country_of(counter) == ("FR", True)


async def test_two_countries_are_both_told_and_neither_is_kept(counter: Counter) -> None:
    text = await counter.hears("action_tell_shipping", "[poland](place) and [germany](place) both?")

    assert "Yes, we deliver to Poland:" in text
    assert "Yes, we deliver to Germany:" in text
    assert await country_of(counter) == ("US", False)


async def test_far_away_the_weight_counts_and_the_table_says_so(counter: Counter) -> None:
    text = await counter.hears("action_tell_shipping", "to [india](place)")

    assert "International delivery: $14.00 and $3.00 a kilogram, free from $200.00, 5–9 working days" in text


async def test_without_a_place_the_shops_own_country_is_told_with_every_way(counter: Counter) -> None:
    text = await counter.hears("action_tell_shipping", "how much is delivery")

    assert "Delivery (United States):" in text
    assert "Express delivery: $18.00 and $2.00 a kilogram, 1 working day" in text


async def test_the_page_leaves_a_named_place_to_the_till(counter: Counter) -> None:
    assert await counter.does("action_tell_page", "do you ship to [france](place)", intent="ask_shipping") == []
