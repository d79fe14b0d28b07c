"""What the tagger sees of a sentence: for each piece its word, its form, what it can stand for, and its neighbours'."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import regex

from engine.nlu.entities.gazetteer import Gazetteer
from engine.nlu.entities.patterns import Span
from engine.nlu.entities.vocabulary import classes_of
from engine.nlu.tokens import Piece

KINDS = {
    "c:ordinal": "O",
    "g:product": "P",
    "g:colour": "C",
    "z:product": "P",
    "z:colour": "C",
    "c:currency": "M",
    "c:number": "N",
    "c:weekday": "D",
    "c:day": "D",
    "c:month": "D",
    "c:street": "S",
    "g:place": "L",
}
CAPITALS = regex.compile(r"\p{Lu}+")


@dataclass(frozen=True)
class Sentence:
    """A cut text, its language, and the spans that `patterns` found."""

    text: str
    language: str
    cut: list[Piece]
    spans: list[Span]

    @property
    def keys(self) -> list[str]:
        return [piece.key for piece in self.cut]


@dataclass(frozen=True)
class Taught:
    """What a training sentence itself taught the gazetteer, which it must not be told while it is learnt from."""

    names: Counter[tuple[str, str]]
    words: Counter[str]


def describe(sentence: Sentence, gazetteer: Gazetteer, taught: Taught | None = None) -> list[list[str]]:
    """A list of features for each piece of a sentence; of a training sentence as if it were new."""
    keys = sentence.keys
    spelt = [gazetteer.spelt(key, sentence.language, taught.words if taught else None) for key in keys]
    marks = marks_of(sentence, spelt, gazetteer, taught)
    kinds = ["^", "^", *(kind_of(each) for each in marks), "$", "$"]
    edged = ["^", "^", *keys, "$", "$"]
    described = []
    for at, own in enumerate(marks):
        earlier, before, word, after, _ = edged[at : at + 5]
        kind = kinds[at + 2]
        mine = ["b", "w:" + word, "<" + before, ">" + after, f"<>{before}|{after}", f"<w{before}|{word}"]
        mine += [f"w>{word}|{after}", "s3:" + word[-3:], "s2:" + word[-2:], "p3:" + word[:3], "p4:" + word[:4]]
        mine += ["l:" + sentence.language, "k" + kind, f"<k{before}|{kind}", f"k>{kind}|{after}", *own]
        mine += [f"<<k{earlier}|{before}|{kind}", f"<k>{before}|{kind}|{after}", f"kk{kinds[at + 1]}|{kind}"]
        mine += [f"kkk{kinds[at + 1]}|{kind}|{kinds[at + 3]}", "kkkkk" + "|".join(kinds[at : at + 5])]
        mine += ["<" + mark for mark in marks[at - 1]] if at else []
        mine += [">" + mark for mark in marks[at + 1]] if at + 1 < len(marks) else []
        if at > 1:
            mine += ["<<" + keys[at - 2], *("<<" + mark for mark in marks[at - 2][1:])]
        if at + 2 < len(marks):
            mine += [">>" + keys[at + 2], *(">>" + mark for mark in marks[at + 2][1:])]
        if counts(own):
            mine += [f"{own[0][:3]}:{key}" for key in keys if key != word]
        if len(marks) < 3:
            mine.append(f"alone{len(marks)}{kind}")
        described.append(mine)
    return described


def marks_of(sentence: Sentence, spelt: list[str], gazetteer: Gazetteer, taught: Taught | None) -> list[list[str]]:
    """What each piece looks like (f), can stand for (c), is formed like (p), is known or misspelt as (g, z)."""
    marks = [
        ["f:" + form(piece.text, piece.key), *classes_mark(key)] for piece, key in zip(sentence.cut, spelt, strict=True)
    ]
    for span in sentence.spans:
        for at in range(span.start, span.end):
            marks[at].append("p:" + span.label)
    for start, end, label in gazetteer.matches(spelt, taught.names if taught else None):
        length = min(end - start, 2)
        for at in range(start, end):
            marks[at].append(f"{'g' if spelt[at] == sentence.cut[at].key else 'z'}:{label}{length}")
    return marks


def kind_of(marks: list[str]) -> str:
    """What a piece most likely stands for, in one word: a count is the same in digits and in letters."""
    told = {mark[:-1] if mark[0] in "gz" else mark for mark in marks}
    for mark, kind in KINDS.items():
        if mark in told:
            return kind
    form = marks[0]
    if form.startswith(("f:n<", "f:n>")):
        return "N"
    return form if form.startswith("f:n") or not form.startswith(("f:x", "f:X")) else "x"


def counts(marks: list[str]) -> bool:
    """Whether a piece is a number or an ordinal, whose meaning hangs on the whole sentence."""
    return marks[0].startswith(("f:n", "f:d")) or "c:number" in marks or "c:ordinal" in marks


@functools.lru_cache(maxsize=20_000)
def classes_mark(key: str) -> list[str]:
    return ["c:" + name for name in sorted(classes_of(key))]


@functools.lru_cache(maxsize=20_000)
def form(text: str, key: str) -> str:
    """The look of a piece: a number by its range, capitals, a word with digits, a sign."""
    if key.isdecimal():
        return "n" + number_range(key)
    if key[:1].isdigit() and key[-1:].isdigit() and not any(each.isalpha() for each in key):
        return "decimal"
    if not any(each.isalnum() for each in key):
        return "sign" if len(key) > 1 or key not in ",.#+-/'()?!" else key
    if any(each.isdigit() for each in key):
        return "mixed" if text.isupper() else "mixedlow"
    if CAPITALS.fullmatch(text):
        return "X" if len(key) == 1 else "XX"
    return "Xx" if text[:1].isupper() else "x"


def number_range(digits: str) -> str:
    """Counts, ordinals, laptops, jeans, shoes, prices and order numbers live in different ranges."""
    if len(digits) > 3:
        return f"d{min(len(digits), 9)}"
    value = int(digits)
    borders = (0, 1, 4, 12, 16, 27, 35, 46, 100)
    return next((f"<={border}" for border in borders if value <= border), ">100")


def words_outside(keys: Sequence[str], labels: Sequence[str]) -> list[str]:
    return [key for key, label in zip(keys, labels, strict=True) if label == "O"]
