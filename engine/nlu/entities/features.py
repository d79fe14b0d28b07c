"""What the tagger sees of a sentence: for each piece its word, its form, what it can stand for, and its neighbours'."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import regex

from engine.nlu.entities.gazetteer import Gazetteer
from engine.nlu.entities.patterns import Span
from engine.nlu.entities.vocabulary import classes
from engine.nlu.tokens import Piece

CAPITALS = regex.compile(r"\p{Lu}+")


@dataclass(frozen=True)
class Sentence:
    """A cut text, its language, the spans that `patterns` found, and its words as the gazetteer spells them."""

    text: str
    language: str
    cut: list[Piece]
    spans: list[Span]
    keys: list[str]


def describe(sentence: Sentence, gazetteer: Gazetteer, own: Counter[tuple[str, str]] | None = None) -> list[list[str]]:
    """A list of features for each piece. `own` as in `Gazetteer.matches`."""
    size = len(sentence.cut)
    marks: list[list[str]] = [[] for _ in range(size)]
    for at, (piece, key) in enumerate(zip(sentence.cut, sentence.keys)):
        marks[at].append("f:" + form(piece))
        marks[at].extend("c:" + name for name in sorted(classes().get(key, ())))
    for span in sentence.spans:
        for at in range(span.start, span.end):
            marks[at].append("p:" + span.label)
    for start, end, label in gazetteer.matches(sentence.keys, own):
        length = "1" if end - start == 1 else "2"
        for at in range(start, end):
            marks[at].append(f"g:{label}{length}")
    keys = ["^", *sentence.keys, "$"]
    described = []
    for at in range(size):
        before, word, after = keys[at], keys[at + 1], keys[at + 2]
        mine = [
            "b",
            "w:" + word,
            "<" + before,
            ">" + after,
            f"<>{before}|{after}",
            f"<w{before}|{word}",
            f"w>{word}|{after}",
        ]
        mine += ["s3:" + word[-3:], "s2:" + word[-2:], "p3:" + word[:3], "p4:" + word[:4], "l:" + sentence.language]
        mine += marks[at]
        for mark in marks[at - 1] if at else ():
            mine.append("<" + mark)
        for mark in marks[at + 1] if at + 1 < size else ():
            mine.append(">" + mark)
        if at > 1:
            mine.append("<<" + keys[at - 1])
            mine.extend("<<" + mark for mark in marks[at - 2] if mark[0] != "f")
        if at + 2 < size:
            mine.append(">>" + keys[at + 3])
            mine.extend(">>" + mark for mark in marks[at + 2] if mark[0] != "f")
        if size < 3:
            mine.append(f"alone{size}" + marks[at][0])
        described.append(mine)
    return described


def form(piece: Piece) -> str:
    """The look of a piece: a number by its range, capitals, a word with digits, a sign."""
    key = piece.key
    if key.isdecimal():
        return "n" + number_range(key)
    if key[:1].isdigit() and key[-1:].isdigit() and not any(each.isalpha() for each in key):
        return "decimal"
    if not any(each.isalnum() for each in key):
        return "sign" if len(key) > 1 or key not in ",.#+-/'()?!" else key
    if any(each.isdigit() for each in key):
        return "mixed" if piece.text.isupper() else "mixedlow"
    if CAPITALS.fullmatch(piece.text):
        return "X" if len(key) == 1 else "XX"
    return "Xx" if piece.text[:1].isupper() else "x"


def number_range(digits: str) -> str:
    """Counts, ordinals, laptops, jeans, shoes, prices and order numbers live in different ranges."""
    if len(digits) > 3:
        return f"d{min(len(digits), 9)}"
    value = int(digits)
    borders = (0, 1, 4, 12, 16, 27, 35, 46, 100)
    return next((f"<={border}" for border in borders if value <= border), ">100")


def words_outside(keys: Sequence[str], labels: Sequence[str]) -> list[str]:
    return [key for key, label in zip(keys, labels) if label == "O"]
