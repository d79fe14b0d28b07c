"""Small things read out of an English sentence: how many, which place in a list, which size, which thing is named.

Pure. It adds to what the entities say, which is read in any language (`actions.named`); only whether a sentence asks is
read here for every language. Prices are read by `bot.commerce.query`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "couple": 2, "dozen": 12,
}  # fmt: skip
PLACES = {
    "first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "sixth": 5, "seventh": 6, "eighth": 7, "ninth": 8,
    "tenth": 9, "last": -1,
}  # fmt: skip
LETTER_SIZES = {
    "extra small": "XS", "small": "S", "medium": "M", "large": "L", "extra large": "XL", "x-large": "XL",
    "2xl": "XXL", "3xl": "XXXL",
}  # fmt: skip

_LETTER_ORDER = ("XXS", "XS", "SMALL", "S", "REGULAR", "MEDIUM", "M", "LARGE", "L", "XL", "XXL", "XXXL")

_COUNT = r"\d{1,2}|" + "|".join(NUMBERS)
_SIZE_NUMBER = re.compile(
    r"\b(?:in|size|sz|wear|a|eu)\s+(?:an?\s+)?\d{2}(?:[.,]5)?(?:\s?-\s?\d{2})?\b(?!\s*(?:of|pairs?|x)\b)"
)
_COUNTED = re.compile(rf"\b({_COUNT})\s*(?:x\b|of\b|pairs?\b|pieces?\b|pcs\b|items?\b|more\b)")
_TIMES = re.compile(r"\bx\s?(\d{1,2})\b")
_ANY_COUNT = re.compile(rf"\b({_COUNT})\b(?![.,]\d)")
_PLACE = re.compile(r"\b(" + "|".join(PLACES) + r")\b")
_NTH = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)\b|(?:\bnumber|\bno\.?|\bnr\.?|#)\s?(\d{1,2})\b")
_NUMBER_WORD = re.compile(r"\bnumber\s(" + "|".join(NUMBERS) + r")\b")

_LETTERS = r"extra small|extra large|x-large|small|medium|large|x{1,3}[sl]|[23]xl|s/m|l/xl"
_SIZES = (
    re.compile(r"\b(\d{2,3}\s?[-x]\s?\d{2,3}(?:\s?cm)?)(?!\w)"),
    re.compile(r"\b(\d{2}\s?(?:inch(?:es)?\b|\"))"),
    re.compile(r"(?<![\w$€£.,#-])(\d{2}(?:[.,]5)?)(?![\w%]|[.,]\d)"),
    re.compile(rf"(?<![\w'’-])({_LETTERS})(?![\w'’-])"),
    re.compile(r"(?:^|\b(?:size|sz|in|a|an|the|take|wear|in a)\s)([sml])(?![\w'’-])"),
    re.compile(r"\s([sml])$"),
)

_QUESTIONS = {
    "en": re.compile(r"^(?:do|does|is|are|have|has|can|could|what|which|how)\b"),
    "fr": re.compile(r"^(?:est-ce|avez|existe|y a|il y a|vous l['’]avez|quel|quelle|quels|quelles|ça existe)\b"),
    "pl": re.compile(r"^(?:czy|macie|jest|są|ma pan|jaki|jaka|jakie)\b"),
    "hi": re.compile(r"क्या|कौन|मिलेग|आता है|आते हैं"),
    "hi-Latn": re.compile(r"\b(?:kya|kaun|konsa|milega|milegi|aata hai|aate hai)\b"),
}
"""How a question begins; in Hindi the word that asks stands anywhere. Many people leave the question mark out."""
_CHEAPEST = re.compile(r"\b(?:cheap(?:est|er)? one|cheapest|least expensive)\b")
_OTHER = re.compile(r"\bother\b")
_EMPTY = """
    a about after all an and any anymore are basket can cart could delete details do don't dont drop for from get good
    have i i'd i'll i'm in is it item items leave like look looks me more my need new nice no not of off on one ones
    open out pair pairs please pls put remove rid scratch see show some take tell that the them these this those to up
    us want what with without you
"""
_STOP_WORDS = frozenset(_EMPTY.split())
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def quantity_in(text: str) -> int | None:
    """How many pieces: "make it two" 2, "x3" 3, "a couple" 2. A size ("in 42") and an ordinal are no count."""
    plain = _SIZE_NUMBER.sub(" ", text.casefold())
    for pattern in (_COUNTED, _TIMES, _ANY_COUNT):
        found = pattern.search(plain)
        if found:
            count = found.group(1)
            return NUMBERS.get(count) or int(count)
    return None


def place_in(text: str, length: int) -> int | None:
    """Which of `length` things shown, from 0: "the second one" 1, "no. 3" 2, "the last" length - 1."""
    plain = text.casefold()
    word, number, spelled = _PLACE.search(plain), _NTH.search(plain), _NUMBER_WORD.search(plain)
    if number:
        place = int(number.group(1) or number.group(2)) - 1
    elif spelled:
        place = NUMBERS[spelled.group(1)] - 1
    elif word:
        place = PLACES[word.group(1)]
    else:
        return None
    if place == -1:
        place = length - 1
    return place if 0 <= place < length else None


def size_in(text: str) -> str | None:
    """A size as the catalogue writes it: "i'm a 42" 42, "medium pls" M, "39-42", "13 inch"."""
    plain = text.casefold().strip(" .!?,")
    for pattern in _SIZES:
        found = pattern.search(plain)
        if found:
            return size_value(found.group(1))
    return None


def size_value(said: str) -> str:
    plain = " ".join(said.casefold().split())
    if plain in LETTER_SIZES:
        return LETTER_SIZES[plain]
    if re.fullmatch(r"[smlx/]+", plain):
        return plain.upper()
    plain = re.sub(r"\s?(?:inch(?:es)?|\")$", " inch", plain)
    plain = re.sub(r"\s?([-x])\s?", r"\1", plain)
    return re.sub(r"(\d)\s?cm$", r"\1 cm", plain).replace(",", ".")


def by_size(values: Sequence[str]) -> list[str]:
    """Sizes from small to large. Those of no known order keep their places, at the end."""

    def rank(value: str) -> tuple[int, float]:
        number = re.match(r"\d+(?:[.]\d+)?", value)
        if number:
            return 0, float(number.group())
        first = value.split("/")[0].upper()
        return (1, _LETTER_ORDER.index(first)) if first in _LETTER_ORDER else (2, 0)

    return sorted(values, key=rank)


def within(value: str, ranges: Sequence[str]) -> str | None:
    """The one range that a single size falls into: "42" in ["36-38", "39-42"] is "39-42"."""
    if not value.isdigit():
        return None
    for span in ranges:
        ends = re.fullmatch(r"(\d+)-(\d+)", span)
        if ends and int(ends.group(1)) <= int(value) <= int(ends.group(2)):
            return span
    return None


def is_question(text: str, language: str = "en") -> bool:
    """Whether it asks rather than tells: "do they come in teal" wants an answer, "teal" wants teal."""
    return text.rstrip().endswith("?") or bool(_QUESTIONS[language].search(text.strip().casefold()))


def wants_cheapest(text: str) -> bool:
    """ "The cheap one", among several."""
    return bool(_CHEAPEST.search(text.casefold()))


def wants_other(text: str) -> bool:
    """ "No, the other one", of two."""
    return bool(_OTHER.search(text.casefold()))


def words_in(text: str) -> frozenset[str]:
    """The words that name something, without their plural s."""
    found = (word.casefold() for word in _WORD.findall(text))
    return frozenset(_singular(word) for word in found if word not in _STOP_WORDS)


def best_of(said: frozenset[str], things: Sequence[str]) -> list[int]:
    """Which of `things` (each a string of words: title, kind, colour) the words `said` name, the best fit only.

    Several when they fit equally well, none when no word is theirs.
    """
    scores = [len(said & words_in(thing)) for thing in things]
    best = max(scores, default=0)
    return [place for place, score in enumerate(scores) if score == best] if best else []


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
