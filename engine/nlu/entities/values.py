"""What a labelled span means: the shop's word for it, digits, or the words themselves as they were typed."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

import regex
from rapidfuzz import process
from rapidfuzz.distance import Indel

from engine.nlu.entities.gazetteer import Gazetteer, key_of
from engine.nlu.entities.vocabulary import classes_of, meanings

DIGITS = regex.compile(r"\d+")
AMOUNT = regex.compile(r"\d[\d.,\s\u00a0\u202f]*")
WHOLE = regex.compile(r"-?\d+")
DECIMAL = regex.compile(r"\d+(?:\.\d+)?")
CLOSE = 0.84  # share of letters that two names have in common, to be one name


@dataclass
class Values:
    """How the values of each label look in the training data decides how a span of it is read.

    `kinds` is `whole` (counts, places in a list), `decimal` (amounts) or `named`; a label in none is left as typed.
    """

    kinds: dict[str, str] = field(default_factory=dict)

    @classmethod
    def train(cls, taught: Mapping[str, list[tuple[str, str]]]) -> Values:
        """`taught` has, for each label, the annotated texts and the values they were given."""
        return cls({label: kind for label, pairs in taught.items() if (kind := kind_of(pairs)) is not None})

    def of(self, label: str, text: str, language: str, gazetteer: Gazetteer) -> str:
        """The canonical value of a span of text, itself when there is none."""
        kind = self.kinds.get(label)
        if kind is None or (kind == "named" and not any(letter.isalpha() for letter in text)):
            return with_plain_digits(text)
        key = key_of(text)
        if kind == "decimal":
            return amount(key) or text
        known = gazetteer.values.get(label, {})
        if key in known:
            return likeliest(known[key])
        if kind == "whole":
            return whole(key) or text
        return named(key, label, language, gazetteer) or with_plain_digits(text)


def named(key: str, label: str, language: str, gazetteer: Gazetteer) -> str | None:
    known = gazetteer.values.get(label, {})
    spelt = " ".join(gazetteer.spelt(word, language) for word in key.split())
    if spelt in known:
        return likeliest(known[spelt])
    if label == "size":
        return size(key)
    return closest(spelt, known)


def size(key: str) -> str | None:
    """A size as shops write it: "medium" is M, "13 cali" is 13 inch."""
    if key in meanings()["letter"]:
        return meanings()["letter"][key]
    number, _, unit = key.partition(" ")
    return f"{number} inch" if "inch" in classes_of(unit) and DECIMAL.fullmatch(number) else None


def with_plain_digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(each)) if each.isdecimal() else each for each in text)


def kind_of(pairs: list[tuple[str, str]]) -> str | None:
    changed = [value for text, value in pairs if value != text]
    if not changed:
        return None
    values = [value for _, value in pairs]
    if 10 * sum(bool(WHOLE.fullmatch(value)) for value in values) >= 9 * len(values):
        return (
            "decimal"
            if any(
                AMOUNT.search(key_of(text))
                and not DIGITS.fullmatch(key_of(text))
                and any(sign in text for sign in "$€£₹")
                for text, _ in pairs
            )
            else "whole"
        )
    if 10 * sum(bool(DECIMAL.fullmatch(value)) for value in values) >= 9 * len(values):
        return "decimal"
    return "named"


def whole(key: str) -> str | None:
    """Digits of a count or a place in a list, of words in any of the languages: "dwie" is 2, "last" is -1."""
    for name in ("number", "ordinal"):
        if key in meanings()[name]:
            return meanings()[name][key]
    digits = DIGITS.search(key)
    return str(int(digits[0])) if digits else None


def amount(key: str) -> str | None:
    """A plain decimal of an amount: "1 200,50 zl" is 1200.50, "$1,200" is 1200, "eighty" is 80."""
    found = AMOUNT.search(key)
    if not found:
        return in_words(key)
    digits = regex.sub(r"\s", "", found[0]).rstrip(".,")
    whole_part, sign, rest = digits.rpartition(max(".,", key=digits.rfind))
    if sign and len(rest) != 3:
        digits = regex.sub(r"[.,]", "", whole_part) + "." + rest
    else:
        digits = regex.sub(r"[.,]", "", digits)
    try:
        return str(Decimal(digits))
    except InvalidOperation:
        return None


def in_words(key: str) -> str | None:
    """Numbers in words, as people say prices: "two hundred" is 200, "do hazaar" is 2000."""
    numbers = [int(meanings()["number"][word]) for word in key.split() if word in meanings()["number"]]
    if not numbers:
        return None
    total = 0
    for number in numbers:
        total = max(total, 1) * number if number in (100, 1000) else total + number
    return str(total)


def likeliest(counts: Mapping[str, int]) -> str:
    return max(sorted(counts), key=lambda value: counts[value])


def closest(key: str, known: Mapping[str, Mapping[str, int]]) -> str | None:
    """The value of the name that is written nearly so; else of the longest name within it."""
    same_digits = [name for name in known if DIGITS.findall(name) == DIGITS.findall(key)]
    found = process.extractOne(key, same_digits, scorer=Indel.normalized_similarity, score_cutoff=CLOSE)
    if found and len(key) > 3:
        return likeliest(known[found[0]])
    words = key.split()
    for length in range(len(words) - 1, 0, -1):
        for start in reversed(range(len(words) - length + 1)):
            part = " ".join(words[start : start + length])
            if part in known:
                return likeliest(known[part])
    return None
