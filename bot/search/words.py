"""Words of a shopper and words of a catalogue, brought to one form. Pure, and English for now.

Spelling is mended against the catalogue's own words only: there is no dictionary, so a thing that the shop does not
sell must not be bent into one that it does. Hence a mistaken first letter, or a letter that is neither a vowel for a
vowel nor a neighbour on the keyboard, counts as another word ("skirt" is not "shirt").
"""

from __future__ import annotations

import re
import unicodedata
from itertools import combinations

_TOKEN = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_APOSTROPHE = re.compile(r"['’]s\b|['’]")

STOP_WORDS = frozenset(
    """
    a about again all also am an and any anyone anything are as at available be been below birthday bit bring
    bro brother browse but buy by can catalog catalogue cheap cheaper check color colour come comes cool cost
    costs could dad daughter do does done dont else excuse explore find for friend from get getting gift gimme
    give go going good got great had has have having he hello help her here hey hi him his how husband i id if
    ill im in into is it item items its ive just kind kinda know let lets like list little look looking love
    many me men mens mom much mum my myself need nice no not now of off offer ok okay on one ones option options
    or order other our out perhaps pick please pls plz present price product products purchase really recommend
    see sell selling shall she shop shopping should show sister size smth so some somebody someone something son
    sort sth stock stuff suggest sure take tell than thank thanks that the their them then there these they
    thing things this those to too try type u under ur us wanna want was we well were what whats when where
    which who wife will with without women womens would yeah yes you your
    """.split()  # noqa: SIM905
)

_PURPOSE = frozenset({"for"})
_PREPOSITIONS = _PURPOSE | {"compatible", "from", "in", "of", "on", "to", "with", "without"}

SYNONYMS = {
    "coat": "jacket",
    "bottle": "bottle flask",
    "clothes": "apparel",
    "clothing": "apparel",
    "comforter": "blanket",
    "cup": "cup mug",
    "earphones": "earbuds",
    "electronics": "tech",
    "flask": "bottle",
    "flats": "loafer",
    "jersey": "t-shirt",
    "jogger": "joggers",
    "jumper": "sweatshirt",
    "journal": "notebook",
    "kicks": "sneaker",
    "pants": "trousers",
    "parka": "coat",
    "pillow": "cushion",
    "powerbank": "power bank",
    "pullover": "sweatshirt",
    "purse": "wallet",
    "rucksack": "backpack",
    "sneakers": "sneaker",
    "sweater": "sweatshirt cardigan",
    "tee": "t-shirt",
    "tees": "t-shirt",
    "throw": "blanket",
    "trainers": "sneaker",
    "windbreaker": "jacket",
}
"""What shoppers also call a thing: one word to one or more heads. A word that the catalogue itself uses keeps its own
meaning as well."""


def tokens(text: str) -> list[str]:
    """Lower-case words without accents; hyphenated ones stay whole."""
    plain = unicodedata.normalize("NFKD", _APOSTROPHE.sub("", text.casefold()))
    return _TOKEN.findall("".join(letter for letter in plain if not unicodedata.combining(letter)))


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
    return _before(text, _PREPOSITIONS)


def wanted_words(text: str) -> list[str]:
    """The content words before a "for": in "socks for running shoes" nobody asks for shoes, the rest is a hint."""
    return _before(text, _PURPOSE)


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
