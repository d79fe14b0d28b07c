"""Reading small things out of a sentence."""

from __future__ import annotations

import pytest

from actions import reading


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("42", "42"),
        ("42 pls", "42"),
        ("size 39", "39"),
        ("i'm a 43", "43"),
        ("EU 44", "44"),
        ("42.5", "42.5"),
        ("42,5", "42.5"),
        ("M", "M"),
        ("m please", "M"),
        ("a medium", "M"),
        ("in large then", "L"),
        ("extra large", "XL"),
        ("XL!", "XL"),
        ("actually L", "L"),
        ("2xl", "XXL"),
        ("39-42", "39-42"),
        ("13 inch", "13 inch"),
        ('a 14" one', "14 inch"),
        ("45 x 45 cm", "45x45 cm"),
        ("blue in 42", "42"),
    ],
)
def test_a_size_is_read_as_the_catalogue_writes_it(text: str, size: str) -> None:
    assert reading.size_in(text) == size


@pytest.mark.parametrize("text", ["blue", "it's nice", "I'm not sure", "what's that", "$42", "order 10482", "42%"])
def test_what_is_no_size_is_not_read_as_one(text: str) -> None:
    assert reading.size_in(text) is None


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("make it two", 2),
        ("make it 3", 3),
        ("two pairs in 42", 2),
        ("in 42, make it 2", 2),
        ("x4", 4),
        ("a couple of those", 2),
        ("add one more", 1),
        ("12 pieces", 12),
        ("just one", 1),
        ("size 42, three of them", 3),
    ],
)
def test_how_many_is_read_past_sizes(text: str, count: int) -> None:
    assert reading.quantity_in(text) == count


@pytest.mark.parametrize("text", ["in 42", "size 42", "the blue ones", "some", ""])
def test_a_sentence_without_a_number_of_pieces_has_none(text: str) -> None:
    assert reading.quantity_in(text) is None


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("the first one", 0),
        ("2nd please", 1),
        ("number 3", 2),
        ("no. 2", 1),
        ("#1", 0),
        ("number two", 1),
        ("the last one", 4),
    ],
)
def test_a_place_in_a_list_of_five(text: str, place: int) -> None:
    assert reading.place_in(text, 5) == place


@pytest.mark.parametrize("text", ["number 6", "the tenth", "aero 2", "blue"])
def test_a_place_that_the_list_does_not_have_is_none(text: str) -> None:
    assert reading.place_in(text, 5) is None


def test_nothing_is_the_last_of_an_empty_list() -> None:
    assert reading.place_in("the last one", 0) is None


def test_a_single_size_falls_into_one_range() -> None:
    assert reading.within("42", ["36-38", "39-42", "43-46"]) == "39-42"
    assert reading.within("47", ["36-38", "39-42", "43-46"]) is None
    assert reading.within("M", ["S/M"]) is None


def test_sizes_stand_from_small_to_large() -> None:
    assert reading.by_size(["XL", "S", "XS", "M", "L"]) == ["XS", "S", "M", "L", "XL"]
    assert reading.by_size(["43-46", "36-38", "39-42"]) == ["36-38", "39-42", "43-46"]
    assert reading.by_size(["L/XL", "S/M"]) == ["S/M", "L/XL"]


def test_a_thing_is_named_by_its_words_without_their_plural() -> None:
    things = ["Aero 2, blue, 42 running shoe", "Dot Socks, red sock", "Morning Mug, white mug"]
    assert reading.best_of(reading.words_in("remove the shoes"), things) == [0]
    assert reading.best_of(reading.words_in("take the red socks out please"), things) == [1]
    assert reading.best_of(reading.words_in("remove the hat"), things) == []


def test_two_things_that_fit_equally_well_are_both_named() -> None:
    assert reading.best_of(reading.words_in("the hoodie"), ["Zip Hoodie", "Cropped Hoodie"]) == [0, 1]


@pytest.mark.parametrize(
    ("text", "asks"), [("do they come in teal", True), ("in teal?", True), ("teal", False), ("in teal please", False)]
)
def test_asking_is_told_from_telling(text: str, asks: bool) -> None:
    assert reading.is_question(text) is asks
