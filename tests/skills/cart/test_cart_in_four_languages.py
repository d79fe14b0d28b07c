"""The cart in French, Polish, Hindi and Hinglish, with the entities that the language model gives."""

from __future__ import annotations

import pytest

from bot.conversation.replies import Choices, Listing
from tests.skills.counter import Counter


async def looking_at_aero(counter: Counter, language: str) -> None:
    counter.slots["language"] = language
    await counter.does("action_choose_product", "", product_id="aero-2")


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("language", "size", "correction", "told"),
    [
        ("en", "[42](size) please", "no, size [43](size)", "Changed to Aero 2, blue, 43."),
        ("fr", "du [42](size)", "non, taille [43](size)", "Changé pour Aero 2, bleu, 43."),
        ("pl", "rozmiar [42](size)", "nie, rozmiar [43](size)", "Zmieniono na Aero 2, niebieski, 43."),
        ("hi", "साइज़ [42](size)", "नहीं, साइज़ [43](size)", "बदलकर Aero 2, नीला, 43 कर दिया।"),
        ("hi-Latn", "[42](size) do", "nahi, [43](size) size", "Badalkar Aero 2, neela, 43 kar diya."),
    ],
)
async def test_a_correction_takes_the_place_of_the_line_just_added(
    counter: Counter, language: str, size: str, correction: str, told: str
) -> None:
    await looking_at_aero(counter, language)
    await counter.does("action_choose_option", size)

    text = await counter.hears("action_choose_option", correction)

    assert text.startswith(told)
    assert await counter.cart() == {"Aero 2, blue, 43": 1}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", "mettez-en [deux](quantity:2)"),
        ("pl", "[dwie](quantity:2) sztuki"),
        ("hi", "[दो](quantity:2) कर दो"),
        ("hi-Latn", "[do](quantity:2) kar do"),
    ],
)
async def test_a_number_is_read_from_its_entity(counter: Counter, language: str, words: str) -> None:
    await looking_at_aero(counter, language)
    await counter.does("action_choose_option", "[42](size)")

    await counter.does("action_set_quantity", words)

    assert await counter.cart() == {"Aero 2, blue, 42": 2}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "[2](quantity) [blue](colour) and [1](quantity) [black](colour) in [42](size)"),
        ("fr", "[deux](quantity:2) [bleues](colour:blue) et [une](quantity:1) [noire](colour:black), en [42](size)"),
        ("pl", "[dwie](quantity:2) [niebieskie](colour:blue) i [jedna](quantity:1) [czarna](colour:black), [42](size)"),
    ],
)
async def test_two_choices_in_one_message_are_two_lines(counter: Counter, language: str, words: str) -> None:
    await looking_at_aero(counter, language)

    [reply] = await counter.does("action_add_to_cart", words)

    assert isinstance(reply, Choices)
    assert await counter.cart() == {"Aero 2, blue, 42": 2, "Aero 2, black, 42": 1}
    assert counter.slots["offer"] == "checkout"


async def test_of_two_choices_the_one_that_is_sold_out_is_told_and_the_other_stays(counter: Counter) -> None:
    await looking_at_aero(counter, "en")

    text = await counter.hears(
        "action_add_to_cart", "[1](quantity) [blue](colour) and [1](quantity) [black](colour) in [46](size)"
    )

    assert "1 × Aero 2, blue, 46: in your cart." in text
    assert "Aero 2, black, 46 is sold out" in text
    assert await counter.cart() == {"Aero 2, blue, 46": 1}


async def test_two_choices_without_a_size_ask_for_it_once(counter: Counter) -> None:
    await looking_at_aero(counter, "fr")

    [reply] = await counter.does(
        "action_add_to_cart", "[une](quantity:1) [bleue](colour:blue) et [une](quantity:1) [noire](colour:black)"
    )

    assert isinstance(reply, Listing)
    assert "Quelle taille ?" in plain(reply.text) or "quelle taille ?" in plain(reply.text)
    assert await counter.cart() == {}


@pytest.mark.parametrize(
    ("language", "words", "told"),
    [
        ("fr", "enlevez les [chaussures](product:shoe)", "Aero 2, bleu, 42 a été retiré du panier."),
        ("pl", "usuń [buty](product:shoe)", "Aero 2, niebieski, 42: usunięto z koszyka."),
        ("hi", "[जूते](product:shoe) हटा दो", "Aero 2, नीला, 42 कार्ट से निकाल दिया।"),
        ("hi-Latn", "[joote](product:shoe) hata do", "Aero 2, neela, 42 cart se nikaal diya."),
    ],
)
async def test_what_is_named_is_taken_out(counter: Counter, language: str, words: str, told: str) -> None:
    await looking_at_aero(counter, language)
    await counter.does("action_choose_option", "[42](size)")
    await counter.does("action_choose_product", "", product_id="enamel-camp-mug")
    await counter.does("action_choose_option", "[white](colour)")

    text = await counter.hears("action_remove_from_cart", words)

    assert text.startswith(told)
    assert list(await counter.cart()) == ["Enamel Camp Mug, white"]


async def test_where_nothing_is_marked_and_much_is_there_it_is_asked_what_to_take_out(counter: Counter) -> None:
    await looking_at_aero(counter, "pl")
    await counter.does("action_choose_option", "[42](size)")
    await counter.does("action_choose_product", "", product_id="enamel-camp-mug")
    await counter.does("action_choose_option", "[white](colour)")
    counter.slots["added"] = None

    text = await counter.hears("action_remove_from_cart", "wyrzuć wazon")

    assert "Co usunąć?" in text
    assert len(await counter.cart()) == 2


async def test_the_place_says_which_line_goes(counter: Counter) -> None:
    await looking_at_aero(counter, "fr")
    await counter.does("action_choose_option", "[42](size)")
    await counter.does("action_choose_product", "", product_id="enamel-camp-mug")
    await counter.does("action_choose_option", "[white](colour)")

    await counter.does("action_remove_from_cart", "enlevez le [premier](position:1)")

    assert list(await counter.cart()) == ["Enamel Camp Mug, white"]


@pytest.mark.parametrize(
    ("language", "line", "total"),
    [
        ("en", "1 × Aero 2, blue, 42: $69.00", "Total: $75.00"),
        ("fr", "1 × Aero 2, bleu, 42 : 69,00 $US", "Total : 75,00 $US"),
        ("pl", "1 × Aero 2, niebieski, 42: 69,00 USD", "Razem: 75,00 USD"),
        ("hi", "1 × Aero 2, नीला, 42: $69.00", "कुल: $75.00"),
        ("hi-Latn", "1 × Aero 2, neela, 42: $69.00", "Total: $75.00"),
    ],
)
async def test_the_cart_is_told_in_the_customers_language_and_way_of_writing_money(
    counter: Counter, language: str, line: str, total: str
) -> None:
    await looking_at_aero(counter, language)
    await counter.does("action_choose_option", "[42](size)")

    lines = plain(await counter.hears("action_show_cart", "?")).splitlines()

    assert lines[1] == line
    assert lines[3].startswith(total)


async def test_the_number_of_a_named_thing_changes_that_line(counter: Counter) -> None:
    await looking_at_aero(counter, "fr")
    await counter.does("action_choose_option", "[42](size)")
    await counter.does("action_choose_product", "", product_id="enamel-camp-mug")
    await counter.does("action_choose_option", "[white](colour)")

    await counter.does("action_set_quantity", "[trois](quantity:3) paires de [chaussures](product:shoe)")

    assert await counter.cart() == {"Aero 2, blue, 42": 3, "Enamel Camp Mug, white": 1}
