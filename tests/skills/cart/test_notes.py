"""What the customer wants done: written down where it belongs."""

from __future__ import annotations

import pytest

from tests.skills.cart.test_cart import put_in
from tests.skills.counter import Counter


async def notes_of(counter: Counter) -> tuple[list[str], str]:
    cart = await counter.parts.shop.cart(counter.conversation_id)
    return [line.note for line in cart.lines], cart.note


async def test_what_is_done_to_the_thing_is_noted_on_its_line_and_shown(counter: Counter) -> None:
    await put_in(counter)

    text = await counter.hears("action_add_note", "engrave Léa on it")

    assert await notes_of(counter) == (["engrave Léa on it"], "")
    assert "Noted for Aero 2, blue, 42: “engrave Léa on it”." in text
    assert "Note: engrave Léa on it" in await counter.hears("action_show_cart", "my cart")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "leave it at the door"),
        ("fr", "laissez le colis devant la porte"),
        ("pl", "zostawcie pod drzwiami"),
        ("hi", "दरवाज़े पर छोड़ देना"),
        ("hi-Latn", "darwaze pe chhod dena"),
    ],
)
async def test_what_is_done_with_the_parcel_is_noted_on_the_cart(counter: Counter, language: str, words: str) -> None:
    await put_in(counter)
    counter.slots["language"] = language

    await counter.does("action_add_note", words)

    assert await notes_of(counter) == ([""], words)


async def test_a_second_note_stands_behind_the_first(counter: Counter) -> None:
    await put_in(counter)
    await counter.does("action_add_note", "leave it at the door")

    await counter.does("action_add_note", "ring twice please")

    assert await notes_of(counter) == ([""], "leave it at the door; ring twice please")


async def test_a_note_about_a_named_thing_goes_to_its_line(counter: Counter) -> None:
    await put_in(counter)
    await counter.does("action_add_to_cart", "", product_id="letter-set")

    await counter.does("action_add_note", "wrap the [shoes](product:shoe) in paper")

    assert await notes_of(counter) == (["wrap the shoes in paper", ""], "")


async def test_a_note_that_is_only_announced_is_asked_for(counter: Counter) -> None:
    await put_in(counter)

    assert "What shall I note?" in await counter.hears("action_add_note", "i want to add a note")
    assert await notes_of(counter) == ([""], "")


async def test_notes_are_taken_back(counter: Counter) -> None:
    await put_in(counter)
    await counter.does("action_add_note", "leave it at the door")
    await counter.does("action_add_note", "engrave Léa on it")

    text = await counter.hears("action_add_note", "remove the note again")

    assert "no note any more" in text
    assert await notes_of(counter) == ([""], "")


async def test_an_empty_cart_has_nothing_to_note(counter: Counter) -> None:
    assert "nothing to note it on" in await counter.hears("action_add_note", "leave it at the door")


async def test_a_very_long_note_is_cut(counter: Counter) -> None:
    await put_in(counter)

    await counter.does("action_add_note", "engrave " + "very " * 200 + "long on it")

    [note], _ = await notes_of(counter)
    assert len(note) == 200
    assert note.endswith("…")
