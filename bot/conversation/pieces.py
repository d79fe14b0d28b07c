"""Texts as one channel takes them: clean, spoken where it speaks, in pieces that fit. Pure; it knows no other shape."""

from __future__ import annotations

from bot.conversation.lengths import cleaned, cut, measured, one_line, split
from bot.conversation.replies import Text
from bot.conversation.spoken import spoken
from bot.conversation.traits import Measure, Traits


def prose(text: str, traits: Traits) -> str:
    return spoken(text) if traits.speaks else cleaned(text)


def word(text: str, traits: Traits, limit: int | None = None) -> str:
    """A title on one line, in at most `limit` characters, whatever texts are measured in; may be empty."""
    said = one_line(prose(text, traits))
    return said if limit is None else cut(said, limit)


def title_length(title: str) -> int:
    return measured(title, Measure.CHARACTERS)


def length(text: str, traits: Traits) -> int:
    return measured(text, traits.measure)


def texts(text: str, traits: Traits) -> list[Text]:
    """The text in as many messages as it takes; none where it is blank."""
    return [Text(piece) for piece in split(prose(text, traits), traits.text, traits.measure)]


def above(text: str, room: int, traits: Traits) -> tuple[list[Text], str]:
    """For a text over something else that leaves it `room`: what goes before as messages, and the last piece, which
    is empty where there is no room or nothing to see."""
    if room <= 0:
        return texts(text, traits), ""
    pieces = split(prose(text, traits), traits.text, traits.measure, last=min(room, traits.text))
    return [Text(piece) for piece in pieces[:-1]], pieces[-1] if pieces else ""


def bold(text: str, traits: Traits) -> str:
    return f"{traits.bold}{text}{traits.bold}" if text else ""


def joined(*texts: str, by: str = "\n") -> str:
    """Those that are not empty."""
    return by.join(text for text in texts if text)
