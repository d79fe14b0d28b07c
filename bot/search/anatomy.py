"""What a title says the product *is*, and what it only is for, made to fit, or built with.

A title is cut into stems with marks between them (its shape): `|` a comma, a bracket or a dash; `>` what it is for
begins; `&` what it comes with begins; `=` a number with its unit just ended. A word is then played in one of these
roles, the best one counts:

- HEAD  "Logitech M90 **mouse** USB": such a thing
- TAKEN "Gel **mouse** pad": another thing took the word over (`takers`)
- PART  "notebook 256 GB **SSD**": a measure or a feature of something else
- FOR   "sleeve for **iPad**": what it goes with
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum

from bot.search.shop_words import ACCESSORIES, COLOUR_WORDS, OTHER_THINGS, UNITS, WIDER_NAMES
from bot.search.stems import stem, stems
from bot.search.words import tokens

MARKS = frozenset("|>&=")
_BREAK = re.compile(r"\s*[,;:()\[\]|]\s*|\s[-–—]\s")
_FOR = frozenset({"for", "f", "fits", "compatible", "pour", "dla"})
_WITH = frozenset({"with", "w", "incl", "including", "from", "by", "to", "avec", "ze"})
_JOINING = frozenset({"a", "an", "the", "and", "of", "in", "on"})
_COLOURS = frozenset(stems(sorted(COLOUR_WORDS)))
_WIDER = frozenset(stems(sorted(WIDER_NAMES)))
KNOWN_TAKERS = frozenset(stems([*ACCESSORIES, *OTHER_THINGS])) - _WIDER
_TAKING_ENDS = ("dock", *sorted(word for word in ACCESSORIES if len(word) >= 5))
"""A "floorstand" is a stand."""
_REACH = 5
_FEATURES_FROM = 3
"""After so many commas a title lists what the thing has."""
_SOLD = 3


class Role(IntEnum):
    """Ordered: of two places of a word the greater counts."""

    NONE = 0
    FOR = 1
    PART = 2
    TAKEN = 3
    HEAD = 4


def shape(title: str) -> list[str]:
    """The stems of a title with the marks between them."""
    found: list[str] = []
    for place, stretch in enumerate(_BREAK.split(title)):
        if place and found and found[-1] not in MARKS:
            found.append("|")
        for token in tokens(stretch):
            for word in token.split("-"):
                if word in UNITS and found and found[-1].isdigit():
                    found += [word, "="]
                elif word in _FOR:
                    found.append(">")
                elif word in _WITH:
                    found.append("&")
                else:
                    found.append(stem(word))
    return found


def words_of(shaped: Iterable[str]) -> list[str]:
    return [word for word in shaped if word not in MARKS]


def role_of(wanted: frozenset[str], shaped: Sequence[str], takers: frozenset[str]) -> Role:
    """The best role that one of the wanted stems plays in a title."""
    best, purpose = Role.NONE, False
    for place, word in enumerate(shaped):
        if word == ">":
            purpose = True
        elif word in wanted:
            best = max(best, Role.FOR if purpose else _role_at(place, wanted, shaped, takers))
    return best


def _role_at(place: int, wanted: frozenset[str], shaped: Sequence[str], takers: frozenset[str]) -> Role:
    if "=" in shaped[max(place - 2, 0) : place] or shaped[:place].count("|") >= _FEATURES_FROM:
        return Role.PART
    for word in shaped[place + 1 : place + 1 + _REACH]:
        if word in MARKS:
            break
        if word not in wanted and (word in takers or word.endswith(_TAKING_ENDS)):
            return Role.TAKEN
    return Role.HEAD


def takers_among(kinds: Mapping[str, int], brands: frozenset[str]) -> frozenset[str]:
    """The known accessories, and what this catalogue says its products are: `kinds` counts products by stem."""
    sold = {word for word, products in kinds.items() if products >= _SOLD and word.isalpha()}
    return KNOWN_TAKERS | (sold - brands - _WIDER)


def stretch_ends(shaped: Sequence[str]) -> list[str]:
    """The last word of each stretch of a title that no number, colour, unit or mark interrupts."""
    ends: list[str] = []
    last = ""
    for word in [*shaped, "|"]:
        if word in MARKS or word in UNITS or word in _COLOURS or word in _JOINING or not word.isalpha():
            if last:
                ends.append(last)
            last = ""
        else:
            last = word
    return ends[:3]
