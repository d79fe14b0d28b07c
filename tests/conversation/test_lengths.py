"""Cutting texts: within the limit as the platform counts, where a reader would pause, and nothing torn."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.lengths import addresses_in, cleaned, cut, graphemes, is_blank, measured, one_line, split
from bot.conversation.spoken import spoken
from bot.conversation.traits import Measure
from tests.conversation import shown

limits = st.integers(40, 2000)
measures = st.sampled_from(Measure)
FAMILY = "👨‍👩‍👧‍👦"


@settings(max_examples=150, deadline=None)
@given(shown.long, limits, measures, st.none() | st.integers(40, 300))
def test_pieces_are_within_the_limit_and_hold_the_whole_text(
    text: str, limit: int, measure: Measure, last: int | None
) -> None:
    pieces = split(text, limit, measure, last=None if last is None else min(last, limit))
    assert all(0 < measured(piece, measure) <= limit for piece in pieces)
    assert not pieces or last is None or measured(pieces[-1], measure) <= last
    clusters = graphemes(cleaned(text))
    if all(measured(cluster, measure) <= min(limit, last or limit) for cluster in clusters):
        assert [g for piece in pieces for g in graphemes(piece) if not is_blank(g)] == [
            g for g in clusters if not is_blank(g)
        ]


@settings(max_examples=150, deadline=None)
@given(shown.long, st.integers(1, 200), measures)
def test_what_is_cut_fits_and_stays_cut(text: str, limit: int, measure: Measure) -> None:
    shortened = cut(text, limit, measure)
    assert measured(shortened, measure) <= limit
    assert cut(shortened, limit, measure) == shortened
    kept = graphemes(shortened.removesuffix("…"))
    assert kept == graphemes(cleaned(text))[: len(kept)]


@settings(max_examples=150, deadline=None)
@given(shown.long)
def test_what_is_spoken_already_stays_the_same(text: str) -> None:
    said = spoken(text)
    assert spoken(said) == said
    assert not addresses_in(said)


@pytest.mark.parametrize("emoji", [FAMILY, "🇫🇷", "👋🏽", "🏳️‍🌈", "e\u0301", "क्षि", "2️⃣"])
def test_no_emoji_flag_or_marked_letter_is_torn(emoji: str) -> None:
    assert graphemes(emoji) == [emoji]
    for limit in range(12, 60):
        assert all(set(graphemes(piece)) == {emoji} for piece in split(emoji * 40, limit))
        assert set(graphemes(cut(emoji * 40, limit))) <= {emoji, "…"}


def test_a_link_is_never_torn() -> None:
    link = "https://pay.example/c/pay?session=cs_test_a1B2c3#fid"
    for before in range(100):
        text = f"{'x' * before} {link} and thanks"
        assert any(link in piece for piece in split(text, 80))
        for shortened in (cut(text, 90), cut(text, 60)):
            assert link in shortened or "https" not in shortened


def test_a_link_longer_than_a_message_is_cut_as_the_last_resort() -> None:
    assert "".join(split("https://x.example/" + "y" * 300, 100)) == "https://x.example/" + "y" * 300


@pytest.mark.parametrize("end", [".", "!", "?", "…", "।", "؟", "。", '."'])
def test_a_text_is_cut_after_a_sentence(end: str) -> None:
    sentence = f"so many words stand here{end} "
    assert all(piece.endswith(end) for piece in split(sentence * 30, 100))


def test_a_paragraph_ends_a_piece_rather_than_a_sentence() -> None:
    first, second = "One sentence. " * 5, "Another one. " * 5
    assert split(f"{first}\n\n{second}", 100) == [first.strip(), second.strip()]


def test_the_last_piece_leaves_room_for_what_stands_under_it() -> None:
    pieces = split("A sentence of some words. " * 100, 4096, last=1024)
    assert len(pieces) == 2
    assert len(pieces[1]) <= 1024
    assert pieces[1].startswith("A sentence")
    assert split("Short.", 4096, last=1024) == ["Short."]


def test_instagram_counts_bytes_and_the_others_at_most_utf_16_units() -> None:
    assert measured("नमस्ते", Measure.BYTES) == 18
    assert measured("नमस्ते", Measure.CHARACTERS) == 6
    assert measured("👋🏽", Measure.CHARACTERS) == 4
    assert all(len(piece.encode()) <= 1000 for piece in split("नमस्ते। " * 300, 1000, Measure.BYTES))


def test_a_title_is_cut_after_a_word_where_one_is_near() -> None:
    assert cut("Trail running shoe Aero", 20) == "Trail running shoe…"
    assert cut("Donaudampfschifffahrt", 20) == "Donaudampfschifffah…"
    assert cut("https://pay.example/very-long", 20) == "…"


def test_control_characters_are_taken_out() -> None:
    assert cleaned("\x00a\x1b[0m\r\nb\ud800\u2028c\td\u200b ") == "a[0m\nb\nc d"
    assert one_line(" two\n lines ") == "two lines"
