"""Several things in one sentence, and one thing in the place of another."""

from __future__ import annotations

import pytest

from tests.skills.counter import Counter


async def fill(counter: Counter) -> None:
    """Two pairs of shoes, pens and a letter set."""
    await counter.does("action_choose_product", "", product_id="aero-2")
    await counter.does("action_choose_option", "42", size="42")
    await counter.does("action_add_another", "one more")
    for product in ("gel-pens-set-of-5", "letter-set"):
        await counter.does("action_add_to_cart", "", product_id=product)
    counter.slots.clear()


def count_of(cart: dict[str, int], title: str) -> int:
    return sum(quantity for label, quantity in cart.items() if label.startswith(title))


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "[three](quantity:3) of the [letter sets](product:letter set) and take the [pens](product:pen) out"),
        ("fr", "[trois](quantity:3) [papiers à lettres](product:letter set) et enlève les [stylos](product:pen)"),
        ("pl", "[trzy](quantity:3) [papeterie](product:letter set) i wyjmij [długopisy](product:pen)"),
        ("hi", "[तीन](quantity:3) [लेटर सेट](product:letter set) कर दो और [पेन](product:pen) हटा दो"),
        ("hi-Latn", "[teen](quantity:3) [letter set](product:letter set) kar do aur [pens](product:pen) hata do"),
    ],
)
async def test_two_things_in_one_sentence(counter: Counter, language: str, sentence: str) -> None:
    await fill(counter)
    counter.slots["language"] = language

    await counter.does("action_set_quantity", sentence)

    cart = await counter.cart()
    assert (count_of(cart, "Letter Set"), count_of(cart, "Gel Pens"), count_of(cart, "Aero 2")) == (3, 0, 2)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "remove the [shoes](product:shoe) and the [pens](product:pen)"),
        ("fr", "enlevez les [chaussures](product:shoe) et les [stylos](product:pen)"),
        ("pl", "usuń [buty](product:shoe) i [długopisy](product:pen)"),
        ("hi", "[जूते](product:shoe) और [पेन](product:pen) हटा दो"),
    ],
)
async def test_two_things_go_at_once(counter: Counter, language: str, sentence: str) -> None:
    await fill(counter)
    counter.slots["language"] = language

    text = await counter.hears("action_remove_from_cart", sentence)

    assert list(await counter.cart()) == [label for label in await counter.cart() if label.startswith("Letter Set")]
    assert "Aero 2" in text
    assert "Gel Pens" in text


async def test_what_is_only_to_be_kept_is_kept(counter: Counter) -> None:
    await fill(counter)

    await counter.does(
        "action_remove_from_cart", "keep the [pens](product:pen) but take the [letter set](product:letter set) out"
    )

    cart = await counter.cart()
    assert (count_of(cart, "Letter Set"), count_of(cart, "Gel Pens")) == (0, 1)


async def test_one_of_two_goes_and_the_other_stays(counter: Counter) -> None:
    await fill(counter)

    await counter.does("action_remove_from_cart", "take [one](quantity:1) of the [shoes](product:shoe) out")

    assert count_of(await counter.cart(), "Aero 2") == 1


async def test_a_number_for_what_is_not_in_the_cart_changes_nothing(counter: Counter) -> None:
    await fill(counter)
    before = await counter.cart()

    text = await counter.hears("action_set_quantity", "actually [three](quantity:3) [candles](product:candle)")

    assert "I do not see that in your cart." in text
    assert await counter.cart() == before


async def test_more_than_there_is_is_told_and_the_rest_is_done(counter: Counter) -> None:
    await fill(counter)
    await counter.set_stock("GELPENSET", 2)

    text = await counter.hears(
        "action_set_quantity",
        "[nine](quantity:9) [pens](product:pen) and [two](quantity:2) [letter sets](product:letter set)",
    )

    cart = await counter.cart()
    assert "only 2 left of Gel Pens, Set of 5" in text
    assert (count_of(cart, "Gel Pens"), count_of(cart, "Letter Set")) == (1, 2)


async def test_the_black_one_instead_keeps_the_number_the_place_and_the_note(counter: Counter) -> None:
    await fill(counter)
    await counter.does("action_add_note", "engrave Léa on the [shoes](product:shoe)")

    text = await counter.hears("action_choose_option", "the [shoes](product:shoe) in [black](colour) instead")

    assert "Changed to Aero 2, black, 42." in text
    line = (await counter.parts.shop.cart(counter.conversation_id)).lines[0]
    assert (line.label, line.quantity, line.note) == ("Aero 2, black, 42", 2, "engrave Léa on the shoes")


async def test_a_colour_that_is_sold_out_leaves_the_line_as_it_was(counter: Counter) -> None:
    await fill(counter)
    await counter.set_stock("AER2-BLK-42", 1)

    text = await counter.hears("action_choose_option", "make the [shoes](product:shoe) [black](colour)")

    assert "only one left" in text
    assert count_of(await counter.cart(), "Aero 2, blue, 42") == 2


async def test_a_colour_it_does_not_come_in_is_not_invented(counter: Counter) -> None:
    await fill(counter)

    text = await counter.hears("action_choose_option", "the [shoes](product:shoe) in [teal](colour) instead")

    assert "does not come in teal" in text
    assert count_of(await counter.cart(), "Aero 2, blue, 42") == 2


async def test_a_wish_for_another_thing_is_a_search_although_the_like_lies_in_the_cart(counter: Counter) -> None:
    await fill(counter)

    await counter.does("action_choose_option", "[black](colour) [t-shirt](product) in [M](size)")

    assert count_of(await counter.cart(), "Aero 2, blue, 42") == 2
    assert counter.slots["shown"]
