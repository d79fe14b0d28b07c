"""In which order candidates are shown, and which of them are what was asked for. Pure.

A candidate's points are BM25 summed over the fields (Robertson and Zaragoza, 2009; each field with its own length),
times what the title and the kind say of the thing: a case is not the laptop that it is made for. The weights were
chosen on the rated queries of an open catalogue, one half against the other (`benchmarks/search.py`), and rounded.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.search.anatomy import Role, role_of, words_of
from bot.search.base import FIELDS, NAMING, Candidate, Facts, Phrase
from bot.search.reading import Reading, Term

_WEIGHTS = {
    "title": 2.0,
    "kind": 1.0,
    "head": 0.0,
    "category": 1.0,
    "brand": 2.0,
    "tags": 1.0,
    "options": 0.5,
    "skus": 4.0,
    "translated": 2.0,
    "details": 1.0,
    "description": 2.0,
}
_K1, _B = 2.0, 0.9
_ROLES = {Role.NONE: 1.0, Role.HEAD: 1.1, Role.TAKEN: 0.7, Role.PART: 0.4, Role.FOR: 0.4}
_RENAMED = {**_ROLES, Role.TAKEN: 0.35}
"""Where the catalogue calls the thing otherwise, what has the typed word is mostly made for it."""
_SUCH_A_KIND, _ANOTHER_KIND = 1.1, 0.85
_IN_A_ROW = 2.0
_HINT = 0.3
_SELDOM = 20
"""A word of fewer products is believed where it stands: too few end with it to tell whether it names things."""
_CODE = re.compile(r"(?=.*\d)(?=.*[^\W\d])[\w-]{4,}|\d{5,}")
"""A model or a code: who asks for it means it, whatever its title calls it."""
_KIND, _HEAD = FIELDS.index("kind"), FIELDS.index("head")
_BY_NAME = [FIELDS.index(name) for name in ("brand", "skus", "translated")]
_BY_QUALITY = [*_BY_NAME, *(FIELDS.index(name) for name in ("category", "tags", "options"))]
_NOTHING: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Ranked:
    """`fits`: all words name it and it is the thing itself. `named`: at least a word names it. `such`: it is the
    thing itself. `met` is how many of the terms it has anywhere."""

    id: str
    points: float
    fits: bool
    named: bool
    such: bool
    met: int


def rank(reading: Reading, candidates: Sequence[Candidate], facts: Facts) -> list[Ranked]:
    """Best first: what has all words before what has some; asked for one thing alone, that thing before what is made
    for it."""
    scale = _Scale(reading, facts)
    judged = [(scale.judge(candidate), candidate.place) for candidate in candidates]
    every = len(reading.terms)
    alone = every == 1 and not reading.branded

    def order(pair: tuple[Ranked, int]) -> tuple[bool, bool, float, int]:
        each, place = pair
        return each.met < every, alone and not each.fits, -each.points, place

    return [each for each, _ in sorted(judged, key=order)]


class _Scale:
    def __init__(self, reading: Reading, facts: Facts) -> None:
        self._reading = reading
        self._facts = facts
        self._head = reading.head.lasts if reading.head else frozenset()
        self._row = [word for term in reading.terms for word in term.meanings[0].phrase]
        renamed = reading.head is not None and any(meaning.own_name for meaning in reading.head.meanings)
        self._roles = _RENAMED if renamed else _ROLES
        known = [reading.words[word] for word in self._head if word in reading.words]
        self._names_things = any(map(facts.names_things, known))
        self._seldom = any(word.uses < _SELDOM for word in known)
        self._coded = any(_CODE.fullmatch(word) for term in reading.terms for word in term.typed)
        weights = zip(range(len(FIELDS)), _WEIGHTS.values(), facts.lengths, strict=True)
        self._fields = [each for each in weights if each[1]]
        self._terms = [self._weighed(term) for term in reading.terms]
        self._hints = [self._weighed(term) for term in reading.hints]
        weighed = [*self._terms, *self._hints]
        stems = {word for term in weighed for _, phrase in term for word in phrase}
        self._mentions = re.compile("|".join(map(re.escape, stems))).search

    def _weighed(self, term: Term) -> list[tuple[float, Phrase]]:
        return [(each.worth * max(map(self._rareness, each.phrase)), each.phrase) for each in term.meanings]

    def _rareness(self, word: str) -> float:
        known = self._reading.words.get(word)
        uses = known.uses if known else 0
        return math.log(1 + (self._facts.products - uses + 0.5) / (uses + 0.5))

    def judge(self, candidate: Candidate) -> Ranked:
        fields = [text.split() if self._mentions(text) else _NOTHING for text in candidate.fields]
        points, met = 0.0, 0
        for term in self._terms:
            worth = self._points(term, fields)
            points += worth
            met += worth > 0
        points += _HINT * sum(self._points(term, fields) for term in self._hints)
        shaped = candidate.shape.split()
        role = role_of(self._head, shaped, self._facts.takers) if self._head else Role.NONE
        of_kind = bool(self._head.intersection(fields[_HEAD])) or self._head.issuperset(fields[_KIND][-1:] or [""])
        naming = [words for words in fields[: len(NAMING)] if words]
        named = [_names(term, naming) for term in self._terms]
        own_name = bool(candidate.fields[_HEAD])  # what it is stands elsewhere, so that its title is a name
        such = of_kind or self._coded or (role is Role.HEAD and (self._names_things or self._seldom or own_name))
        such = such or (role in (Role.NONE, Role.HEAD) and self._by_name(fields))
        if not self._reading.branded:
            points *= self._roles[role]
            if of_kind:
                points *= _SUCH_A_KIND
            elif candidate.fields[_KIND]:
                points *= _ANOTHER_KIND
        if len(self._row) > 1 and _in_a_row(self._row, words_of(shaped)):
            points *= _IN_A_ROW
        return Ranked(candidate.id, points, all(named) and such, any(named), such, met)

    def _points(self, term: list[tuple[float, Phrase]], fields: Sequence[Sequence[str]]) -> float:
        return max(weight * self._bm25(phrase, fields) for weight, phrase in term)

    def _bm25(self, phrase: Sequence[str], fields: Sequence[Sequence[str]]) -> float:
        points = 0.0
        for place, weight, mean in self._fields:
            words = fields[place]
            if words and (times := min(map(words.count, phrase))):
                points += weight * times * (_K1 + 1) / (times + _K1 * (1 - _B + _B * len(words) / mean))
        return points

    def _by_name(self, fields: Sequence[Sequence[str]]) -> bool:
        """Asked for by a maker, a code or a quality, not by what it is, or in another language than the title's."""
        where = _BY_NAME if self._names_things else _BY_QUALITY
        return any(self._head.intersection(fields[place]) for place in where)


def _names(term: list[tuple[float, Phrase]], naming: Sequence[Sequence[str]]) -> bool:
    return any(all(any(word in words for words in naming) for word in phrase) for _, phrase in term)


def _in_a_row(wanted: Sequence[str], words: Sequence[str]) -> bool:
    size = len(wanted)
    return any(words[at : at + size] == list(wanted) for at in range(len(words) - size + 1))
