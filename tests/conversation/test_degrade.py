"""Rich replies on poorer channels: always within the limits, nothing lost that could be chosen or read."""

from __future__ import annotations

import re

import pytest
import regex
from hypothesis import HealthCheck, given, settings

from bot.conversation.cards import card_words
from bot.conversation.degrade import degrade, is_numbered
from bot.conversation.lengths import cleaned, graphemes, is_blank, measured
from bot.conversation.offers import rows_of
from bot.conversation.phrases import speaker
from bot.conversation.replies import (
    Card,
    Cards,
    Choices,
    File,
    Line,
    Link,
    Listing,
    Option,
    Order,
    Picture,
    Receipt,
    Row,
    Shown,
    Template,
    Text,
    offered_payloads,
)
from bot.conversation.traits import Measure, Traits
from tests.conversation import shown
from tests.conversation.shown import BUTTONS_AND_LIST, CAROUSEL, PLAIN, SMALL, SPOKEN

EMOJI = regex.compile(r"[\p{Emoji_Presentation}\p{Extended_Pictographic}]")
thoroughly = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


@thoroughly
@given(shown.replies, shown.traits)
def test_everything_that_is_sent_fits_the_channel(reply: Shown, traits: Traits) -> None:
    parts = degrade(reply, traits)
    assert parts
    for part in parts:
        check(part, traits)


@thoroughly
@given(shown.replies, shown.traits)
def test_everything_that_could_be_chosen_still_can(reply: Shown, traits: Traits) -> None:
    wanted = {payload for payload in offered_payloads(reply) if payload}
    parts = degrade(reply, traits)
    tapped = {payload for part in parts for payload in offered_payloads(part)}
    if is_numbered(reply, traits):
        assert not tapped
        assert len(rows_of(reply, traits)) == len(wanted)
        written = "\n".join(part.text for part in parts if isinstance(part, Text))
        for number in range(1, len(wanted) + 1):
            assert re.search(rf"say {number}\.$" if traits.speaks else rf"^{number}\. ", written, re.MULTILINE)
    else:
        assert tapped == wanted


@thoroughly
@given(shown.replies, shown.traits)
def test_what_fits_is_left_as_it_is(reply: Shown, traits: Traits) -> None:
    for part in degrade(reply, traits):
        assert degrade(part, traits) == [part]


@thoroughly
@given(shown.long, shown.traits)
def test_a_long_text_is_told_whole_and_no_grapheme_is_torn(text: str, traits: Traits) -> None:
    told = [part.text for part in degrade(Text(text), traits) if isinstance(part, Text)]
    whole = visible(cleaned(text))
    if not traits.speaks and all(measured(g, traits.measure) <= traits.text for g in whole):
        assert [g for piece in told for g in visible(piece)] == (whole or ["…"])


def visible(text: str) -> list[str]:
    return [cluster for cluster in graphemes(text) if not is_blank(cluster)]


def check(part: Shown, traits: Traits) -> None:
    def fits(text: str, limit: int) -> None:
        assert not is_blank(text)
        assert cleaned(text) == text
        assert measured(text, traits.measure) <= limit
        text.encode()

    def title_fits(text: str, limit: int) -> None:
        fits(text, len(text.encode()))
        assert measured(text, Measure.CHARACTERS) <= limit

    def buttons(options: list[Option], most: int) -> None:
        assert 0 < len(options) <= most
        assert len({option.title for option in options}) == len({option.payload for option in options}) == len(options)
        for option in options:
            title_fits(option.title, traits.button_title)
            assert option.payload

    if isinstance(part, Text):
        fits(part.text, traits.text)
        if traits.speaks:
            assert "http" not in part.text.casefold()
            assert not EMOJI.search(part.text)
            assert not set(part.text) & set("*_`#[]")
    elif isinstance(part, Choices):
        fits(part.text, traits.button_text)
        buttons(part.options, traits.buttons)
    elif isinstance(part, Listing):
        fits(part.text, traits.button_text)
        title_fits(part.button, traits.opener)
        assert 0 < len(part.rows) <= traits.rows
        assert len({row.title for row in part.rows}) == len({row.payload for row in part.rows}) == len(part.rows)
        for row in part.rows:
            title_fits(row.title, traits.row_title)
            assert not row.description or title_fits(row.description, traits.row_description) is None
    elif isinstance(part, Cards):
        check_cards(part, traits)
        for options in [part.options, *(card.options for card in part.cards)] if traits.cards else []:
            assert not options or buttons(options, traits.buttons) is None
        if not traits.cards:
            buttons([*part.cards[0].options, *part.options], traits.buttons)
            fits(card_words(part, traits), traits.button_text)
        for card in part.cards:
            title_fits(card.title, traits.card_title)
            assert not card.subtitle or title_fits(card.subtitle, traits.card_text) is None
    elif isinstance(part, Link):
        assert traits.links
        fits(part.text, traits.link_text)
        title_fits(part.label, traits.button_title)
    elif isinstance(part, Picture | File):
        assert traits.pictures if isinstance(part, Picture) else traits.files
        assert part.url.startswith("https://")
        assert not part.caption or fits(part.caption, traits.caption) is None
    elif isinstance(part, Receipt):
        assert 0 < len(part.lines) <= traits.receipt
        assert part.text == ""
        assert part.number
        assert part.total
        assert all(line.title and line.amount for line in part.lines)
    else:
        assert isinstance(part, Template)
        assert traits.templates
        assert all(value and "\n" not in value for value in part.values)


def check_cards(part: Cards, traits: Traits) -> None:
    if traits.cards:
        assert part.text == ""
        assert 0 < len(part.cards) <= traits.cards
        assert all(len(card.options) <= traits.card_buttons for card in part.cards)
    else:
        assert traits.pictures
        assert len(part.cards) == 1
        assert part.cards[0].image


def sizes(*values: str) -> list[Option]:
    return [Option(value, f"/size{value}") for value in values]


AERO = Card("Aero 2", [Option("Choose", "/aero")], "$69", "Light", "https://shop.example/aero.svg")
PEAK = Card("Peak", [Option("Choose", "/peak")], "$89", image="https://shop.example/peak.svg")
MORE = Option("Show more", "/more")


def test_few_short_options_are_buttons_more_are_a_list_and_still_more_are_numbered() -> None:
    assert degrade(Choices("Size?", sizes("41", "42")), BUTTONS_AND_LIST) == [Choices("Size?", sizes("41", "42"))]
    five = degrade(Choices("Size?", sizes(*"abcde")), BUTTONS_AND_LIST)
    assert five == [Listing("Size?", "☰ 1–5", [Row(o.title, o.payload) for o in sizes(*"abcde")])]
    twelve = degrade(Choices("Size?", sizes(*map(str, range(30, 42)))), BUTTONS_AND_LIST)
    assert twelve == [Text("Size?\n" + "\n".join(f"{n}. {29 + n}" for n in range(1, 13)))]


def test_forty_choices_go_out_in_as_many_messages_as_it_takes() -> None:
    parts = degrade(Choices("Which colour?", sizes(*(f"colour number {n}" for n in range(1, 41)))), SMALL)
    written = [part.text for part in parts if isinstance(part, Text)]
    assert len(written) == len(parts) > 1
    assert all(len(piece) <= 160 for piece in written)
    assert "\n".join(written).splitlines()[1:] == [f"{n}. colour number {n}" for n in range(1, 41)]


def test_a_row_with_a_long_title_is_told_whole_by_its_description() -> None:
    listing = Listing("Which?", "See them", [Row("Trail running shoe Aero 2 for women", "/a", "$69")])
    [part] = degrade(listing, BUTTONS_AND_LIST)
    assert isinstance(part, Listing)
    assert part.rows == [Row("Trail running shoe Aero…", "/a", "Trail running shoe Aero 2 for women. $69")]


def test_rows_that_would_look_the_same_are_numbered() -> None:
    rows = [Row(f"Trail running shoe for women {n}", f"/{n}") for n in "xy"]
    [part] = degrade(Listing("Which?", "See", rows), BUTTONS_AND_LIST)
    assert isinstance(part, Listing)
    assert [row.title for row in part.rows] == ["1. Trail running shoe…", "2. Trail running shoe…"]


def test_a_list_is_quick_replies_where_there_are_no_lists() -> None:
    listing = Listing("Which?", "See", [Row("Aero", "/a", "$69"), Row("Peak", "/p")])
    told = Choices("Which?\nAero: $69", [Option("Aero", "/a"), Option("Peak", "/p")])
    assert degrade(listing, CAROUSEL) == [told]


def test_several_cards_stay_cards_or_become_a_list_or_lines() -> None:
    cards = Cards("Two shoes", "See them", [AERO, PEAK], [MORE])
    words, row = degrade(cards, CAROUSEL)
    assert words == Text("Two shoes")
    assert isinstance(row, Cards)
    assert [card.subtitle for card in row.cards] == ["$69 · Light", "$89"]
    assert row.options == [MORE]
    rows = [Row("Aero 2", "/aero", "$69 · Light"), Row("Peak", "/peak", "$89"), Row("Show more", "/more")]
    assert degrade(cards, BUTTONS_AND_LIST) == [Listing("Two shoes", "See them", rows)]
    assert degrade(cards, PLAIN) == [Text("Two shoes\n1. Aero 2: $69 · Light\n2. Peak: $89\n3. Show more")]


def test_a_single_card_is_a_picture_over_buttons() -> None:
    cards = Cards("Here it is", "See", [AERO], [MORE])
    assert degrade(cards, BUTTONS_AND_LIST) == [cards]
    assert card_words(cards, BUTTONS_AND_LIST) == "Here it is\n*Aero 2* $69\nLight"
    assert degrade(cards, Traits(text=1000, buttons=3)) == [
        Choices("Here it is\nAero 2 $69\nLight", [Option("Choose", "/aero"), MORE])
    ]


def test_a_text_too_long_for_buttons_goes_before_and_ends_over_them() -> None:
    sentence = "This is one of many sentences. "
    parts = degrade(Choices(sentence * 100, sizes("41")), BUTTONS_AND_LIST)
    *before, last = parts
    assert all(isinstance(part, Text) for part in before)
    assert isinstance(last, Choices)
    assert last.text.startswith("This is")
    assert 0 < len(last.text) <= 1024


def test_a_link_keeps_its_button_or_tells_its_address() -> None:
    link = Link("Ready to pay.", "Pay $69", "https://pay.example/x")
    assert degrade(link, BUTTONS_AND_LIST) == [link]
    assert degrade(link, PLAIN) == [Text("Ready to pay.\nPay $69: https://pay.example/x")]
    assert degrade(link, SPOKEN) == [Text("Ready to pay.")]


def test_a_picture_and_a_file_tell_their_address_where_they_cannot_be_shown() -> None:
    assert degrade(Picture("https://shop.example/a.png", "Aero"), PLAIN) == [Text("Aero\nhttps://shop.example/a.png")]
    assert degrade(File("document", "https://shop.example/a.pdf", "", "a.pdf"), SMALL) == [
        Text("https://shop.example/a.pdf")
    ]
    audio = File("audio", "https://shop.example/a.ogg", "Listen")
    assert degrade(audio, BUTTONS_AND_LIST) == [Text("Listen"), File("audio", "https://shop.example/a.ogg")]


def test_a_receipt_with_more_lines_than_fit_is_told_in_words() -> None:
    receipt = Receipt("10482", [Line("Aero 2", 1, "$69")], "$69", "Thank you.", "https://pay.example/r")
    assert degrade(receipt, CAROUSEL) == [
        Text("Thank you."), Receipt("10482", receipt.lines, "$69", "", "https://pay.example/r")
    ]  # fmt: skip
    words = "Thank you.\n10482\n1 × Aero 2  $69\n$69\nhttps://pay.example/r"
    assert degrade(receipt, PLAIN) == [Text(words)]
    told = degrade(receipt, BUTTONS_AND_LIST)
    assert told == [Link("Thank you.\n*10482*\n1 × Aero 2  $69\n*$69*", "10482", "https://pay.example/r")]
    many = Receipt("10482", receipt.lines * 101, "$69")
    assert all(isinstance(part, Text) for part in degrade(many, CAROUSEL))


def test_an_order_tells_how_it_stands() -> None:
    order = Order("10482", "On its way", [Line("Aero 2", 2, "$138")], "$138")
    assert degrade(order, PLAIN) == [Text("10482 · On its way\n2 × Aero 2  $138\n$138")]


def test_a_template_is_read_where_there_are_none() -> None:
    template = Template("order_sent", "en", ["10482"], "Your order 10482 is on its way.")
    assert degrade(template, BUTTONS_AND_LIST) == [template]
    assert degrade(template, PLAIN) == [Text("Your order 10482 is on its way.")]


def test_an_empty_text_is_said_as_an_ellipsis() -> None:
    for text in ("", "  \n", "\u200b\u200f", "\x00"):
        assert degrade(Text(text), PLAIN) == [Text("…")]


def test_a_voice_asks_for_a_number_in_the_customers_language() -> None:
    asked = Choices("Quelle taille ? 👟 *Vite*", sizes("41", "42"))
    [part] = degrade(asked, SPOKEN, speaker("fr"))
    assert part == Text("Quelle taille ? Vite\nPour 41, tapez ou dites 1.\nPour 42, tapez ou dites 2.")


def test_a_voice_says_no_address_and_no_emoji() -> None:
    said = degrade(Text("See **this** 👉 https://shop.example/a_b or [the page](https://x.example) 🇫🇷."), SPOKEN)
    assert said == [Text("See this or the page.")]


@pytest.mark.parametrize("language", ["en", "fr", "pl", "hi", "hi-Latn"])
def test_a_voice_does_not_hide_that_there_is_a_picture(language: str) -> None:
    [part] = degrade(Picture("https://shop.example/a.png"), SPOKEN, speaker(language))
    assert isinstance(part, Text)
    assert len(part.text) > 20
