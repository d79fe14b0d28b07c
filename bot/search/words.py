"""Words of a shopper and words of a catalogue, brought to one form.

Spelling is mended against the catalogue's own words only: there is no dictionary, so a thing that the shop does not
sell must not be bent into one that it does. Hence a mistaken first letter, or a letter that is neither a vowel for a
vowel nor a neighbour on the keyboard, counts as another word ("skirt" is not "shirt").
"""

from __future__ import annotations

import re
import unicodedata
from itertools import combinations

from bot.search.shop_words import PREPOSITIONS, PURPOSE, STOP_WORDS, UNITS

_LETTERS = r"[^\W_]+(?:[\u0900-\u0963\u0966-\u097f]+[^\W_]*)*"
_TOKEN = re.compile(rf"{_LETTERS}(?:-{_LETTERS})*")
_APOSTROPHE = re.compile(r"['’]s\b|['’]")
_INCHES = re.compile(r"(?<=\d)\s?(?:\"|”|″|''|’’|-?inch(?:es)?\b|in\b(?!\s*\d))")
_NUMBER_WITH_UNIT = re.compile(
    rf"(?<![^\W_])(\d+)-?({'|'.join(sorted(UNITS - {'m', 'g', 'l', 'v', 'w', 'a'}))})(?![^\W_])"
)
_FOLDED = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"})


def tokens(text: str) -> list[str]:
    """Lower-case words without accents; hyphenated ones stay whole, a number and its unit come apart: `17"` is
    "17 inch", "256GB" is "256 gb"."""
    plain = _APOSTROPHE.sub("", _NUMBER_WITH_UNIT.sub(r"\1 \2", _INCHES.sub(" inch ", text.casefold())))
    return _TOKEN.findall(plain if plain.isascii() else _without_accents(plain))


def _without_accents(text: str) -> str:
    """Marks of Devanagari are letters of their words, no accents."""
    parts = unicodedata.normalize("NFKD", text.translate(_FOLDED))
    return "".join(each for each in parts if not unicodedata.combining(each) or "\u0900" <= each <= "\u097f")


def indexed(text: str) -> str:
    """A catalogue's text for the index: "t-shirt" is found as `t shirt` and as `tshirt`."""
    words: list[str] = []
    for token in tokens(text):
        parts = token.split("-")
        words += parts if len(parts) == 1 else [*parts, "".join(parts)]
    return " ".join(words)


def heads(kind: str, category: str) -> str:
    """What a product is: the last word of its kind, and the plural parts of its category.

    A plural names things ("shoes", "hats"), other parts name a place or a use ("kitchen", "running")."""
    last = tokens(kind)[-1:]
    parts = [part for part in category.split("/") if part.endswith("s")]
    return indexed(" ".join([*last, *parts]))


def content_words(text: str) -> list[str]:
    return [word for word in tokens(text) if word not in STOP_WORDS]


def leading_words(text: str) -> list[str]:
    """The content words before the first preposition: in "case with a stand" the shopper wants a case."""
    return _before(text, PREPOSITIONS)


def wanted_words(text: str) -> list[str]:
    """The content words before a "for": in "socks for running shoes" nobody asks for shoes, the rest is a hint."""
    return _before(text, PURPOSE)


def _before(text: str, ends: frozenset[str]) -> list[str]:
    before: list[str] = []
    for word in tokens(text):
        if word in ends and before:
            break
        if word not in STOP_WORDS:
            before.append(word)
    return before


def tolerance(word: str) -> int:
    """How many slips are forgiven. Short words and anything with a digit (sizes, models, SKUs) must be right."""
    if len(word) < 4 or not word.isalpha():
        return 0
    return 1 if len(word) < 8 else 2


def deletions(word: str, most: int) -> set[str]:
    """The word with up to `most` letters left out: two words that are near share one of these (W. Garbe, SymSpell)."""
    places = range(len(word))
    forms = {word}
    for count in range(1, min(most, len(word) - 1) + 1):
        for gone in combinations(places, count):
            forms.add("".join(word[place] for place in places if place not in gone))
    return forms


def distance(typed: str, word: str) -> int:
    """Slips between two words: a letter too much, too few, swapped with the next or plausibly mistaken is one; any
    other letter is two, and so is another first letter."""
    rows = [list(range(len(word) + 1))]
    for i, a in enumerate(typed, start=1):
        row = [i]
        for j, b in enumerate(word, start=1):
            best = min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + _mistaken(a, b))
            if i > 1 and j > 1 and a == word[j - 2] and b == typed[i - 2]:
                best = min(best, rows[i - 2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1] + (1 if typed[0] != word[0] else 0)


def _mistaken(a: str, b: str) -> int:
    if a == b:
        return 0
    return 1 if (a in _VOWELS and b in _VOWELS) or b in _NEIGHBOURS.get(a, "") else 2


_VOWELS = "aeiouy"


def _neighbours() -> dict[str, str]:
    """Keys that touch on a QWERTY keyboard."""
    rows = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
    near: dict[str, str] = {}
    for level, row in enumerate(rows):
        for place, key in enumerate(row):
            beside = row[max(place - 1, 0) : place] + row[place + 1 : place + 2]
            above = rows[level - 1][place : place + 2] if level else ""
            below = rows[level + 1][max(place - 1, 0) : place + 1] if level + 1 < len(rows) else ""
            near[key] = beside + above + below
    return near


_NEIGHBOURS = _neighbours()
