"""Other people's JSON: whatever it holds, what is read has its type and nothing raises."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.channels.base import BodyUnreadable
from bot.channels.reading import decoded, moment, number, words

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
THEN = datetime(2025, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("told", [1763812800, "1763812800", 1763812800000, "1763812800000", 1763812800.0])
def test_seconds_and_milliseconds_are_told_apart(told: object) -> None:
    assert moment(told, NOW) == THEN


@pytest.mark.parametrize("told", ["2025-11-22T12:00:00Z", "2025-11-22T13:00:00+0100", "2025-11-22T12:00:00"])
def test_a_time_in_iso_form_is_read(told: str) -> None:
    assert moment(told, NOW) == THEN


@pytest.mark.parametrize("told", [None, True, "", "soon", "9" * 400, 10**400, -(10**18), [], {}, "inf", "nan"])
def test_what_cannot_be_a_time_is_now(told: object) -> None:
    assert moment(told, NOW) == NOW


def test_ids_may_be_numbers_and_text_loses_what_no_database_keeps() -> None:
    assert words(1234567890123456789012) == "1234567890123456789012"
    assert words("a\x00b\ud83d") == "ab"
    assert [words(value) for value in (None, True, 1.5, [], {}, 10**5000)] == [""] * 6


def test_a_number_is_finite_or_nothing() -> None:
    assert [number(value) for value in ("48.85", 2, "x", None, True, "1e999")] == [48.85, 2.0, None, None, None, None]


def test_half_an_emoji_does_not_cost_the_whole_body() -> None:
    assert words(decoded(rb'{"text": "hi \ud83d"}', "x")["text"]) == "hi "


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"9" * 5000])
def test_a_body_that_is_not_json_is_refused(body: bytes) -> None:
    with pytest.raises(BodyUnreadable):
        decoded(body, "x")
