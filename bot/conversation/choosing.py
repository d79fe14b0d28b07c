"""Which of the offered things a typed answer means: a numbered line, or a title. Pure; it never guesses."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import regex  # type: ignore[import-untyped]

from bot.conversation.degrade import degrade, is_numbered
from bot.conversation.lengths import one_line
from bot.conversation.offers import rows_of
from bot.conversation.replies import Cards, Choices, Listing, Shown
from bot.conversation.traits import Traits

_NUMBER = regex.compile(
    r"[#(\[]?\s*(?:(?:number|option|choice|answer|no|nr|nº|n°|num[eé]ro|choix|numer|opcja|nambar|vikalp|नंबर|विकल्प)"
    r"\s*[.:#]?\s*)?(\d{1,3})\s*[.,:;!)\]]{0,2}"
)
_SPOKEN = (
    ("one", "un", "une", "jeden", "jedynka", "एक", "ek"),
    ("two", "deux", "dwa", "dwójka", "दो", "do"),
    ("three", "trois", "trzy", "trójka", "तीन", "teen"),
    ("four", "quatre", "cztery", "czwórka", "चार", "chaar"),
    ("five", "cinq", "pięć", "piątka", "पांच", "पाँच", "paanch"),
    ("six", "sześć", "szóstka", "छह", "छः", "chhah"),
    ("seven", "sept", "siedem", "siódemka", "सात", "saat"),
    ("eight", "huit", "osiem", "ósemka", "आठ", "aath"),
    ("nine", "neuf", "dziewięć", "dziewiątka", "नौ", "nau"),
    ("ten", "dix", "dziesięć", "dziesiątka", "दस", "das"),
)
"""As speech recognition writes what was said on the telephone."""
_HEARD = {unicodedata.normalize("NFKC", word): number for number, words in enumerate(_SPOKEN, 1) for word in words}
_KEYCAP = regex.compile(r"[\uFE0F\u20E3]")
_ENDS = regex.compile(r"^[\p{P}\p{S}\p{Z}\p{C}\p{M}]+|[\p{P}\p{S}\p{Z}\p{C}]+$")


def chosen(reply: Shown, text: str, traits: Traits) -> str | None:
    """The payload that `text` means as an answer to `reply` as it was shown under `traits`.

    A number ("2", "#2", "(2)", "no. 2", "२") means the line so numbered, if lines were numbered; on a channel that
    speaks also "two". Else the title of exactly one offered thing, in whatever case. Anything more is None: "2 please
    show me shoes" is for the engine to understand."""
    offered = rows_of(reply, traits)
    if not offered:
        return None
    number = _number(text, traits)
    if number is not None and 1 <= number <= len(offered) and _shows_numbers(reply, traits):
        return offered[number - 1].payload
    title = _bare(text)
    meant = {payload for shown, payload in _titles(reply, traits) if title and _bare(shown) == title}
    return meant.pop() if len(meant) == 1 else None


def _shows_numbers(reply: Shown, traits: Traits) -> bool:
    """Numbered lines, or the rows of a list that is numbered because they would else look the same."""
    lists = [part for part in degrade(reply, traits) if isinstance(part, Listing)]
    counted = any(all(row.title.startswith(f"{n}. ") for n, row in enumerate(part.rows, 1)) for part in lists)
    return counted or is_numbered(reply, traits)


def _number(text: str, traits: Traits) -> int | None:
    said = unicodedata.normalize("NFKC", _KEYCAP.sub("", one_line(text))).casefold()
    found = _NUMBER.fullmatch(said) or _NUMBER.fullmatch(_without_emoji(said))
    if found:
        return int(found[1])
    return _HEARD.get(_bare(said)) if traits.speaks else None


def _titles(reply: Shown, traits: Traits) -> Iterator[tuple[str, str]]:
    """In whole, and as they were shown."""
    for row in rows_of(reply, traits):
        yield row.title, row.payload
    for part in degrade(reply, traits):
        if isinstance(part, Choices | Cards):
            yield from ((option.title, option.payload) for option in part.options)
        if isinstance(part, Listing):
            yield from ((row.title, row.payload) for row in part.rows)
        if isinstance(part, Cards):
            yield from ((option.title, option.payload) for card in part.cards for option in card.options)


def _without_emoji(text: str) -> str:
    kept: str = regex.sub(r"[\p{Extended_Pictographic}\p{Emoji_Modifier}\u200d]+", " ", text)
    return kept.strip()


def _bare(text: str) -> str:
    """The words alone: without case, and without emoji, punctuation or space at the ends."""
    same = unicodedata.normalize("NFKC", _KEYCAP.sub("", one_line(text))).casefold()
    return " ".join(_ENDS.sub("", same).split()) or same
