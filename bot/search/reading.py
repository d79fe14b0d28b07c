"""How the words of a question are understood against a catalogue: known, joined, split, mended, or not met at all.

It knows the catalogue's words through `bot.search.base.Shelf` and nothing of how they are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from bot.search.base import Phrase, Shelf, Word
from bot.search.shop_words import STOP_WORDS, SYNONYMS, WHERE_SAID_TOGETHER
from bot.search.stems import stem, stems_elsewhere
from bot.search.words import content_words, deletions, distance, leading_words, tolerance, wanted_words

TYPED, JOINED, MEANT = 1.0, 0.5, 0.7
"""What a meeting is worth by how it was come to: as typed, as one word for two (or two for one), as a synonym."""
_PREFIX_FROM, _BEGINNING = 4, 4
_OWN_NAME = 3


@dataclass(frozen=True, slots=True)
class Meaning:
    """`own_name`: it is what the catalogue calls the thing, where the shopper called it something else."""

    phrase: Phrase
    worth: float
    own_name: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """One word of the question (or two that belong together) and what meets it, as typed first."""

    typed: tuple[str, ...]
    meanings: tuple[Meaning, ...]

    @property
    def phrases(self) -> tuple[Phrase, ...]:
        return tuple(meaning.phrase for meaning in self.meanings)

    @property
    def lasts(self) -> frozenset[str]:
        """What a thing of this name is called at the end: `bank` of a power bank."""
        return frozenset(phrase[-1] for phrase in self.phrases)


@dataclass(frozen=True, slots=True)
class Reading:
    """`terms` are what the shopper wants, `hints` what it is for. `head` is the term for what the thing must be, None
    where the question names no thing. `unmet` are wanted words that no product has. `branded`: the only thing named is
    a maker. `words` is what the catalogue knows of every stem in it."""

    terms: tuple[Term, ...] = ()
    hints: tuple[Term, ...] = ()
    head: Term | None = None
    unmet: tuple[str, ...] = ()
    branded: bool = False
    corrected: dict[str, str] = field(default_factory=dict)
    words: Mapping[str, Word] = field(default_factory=dict)


def read_words(shelf: Shelf, text: str, synonyms: Mapping[str, tuple[str, ...]] | None = None) -> Reading:
    """`synonyms` are the shop's own: what else a word (or two, parted by a space) means here."""
    return _Reader(shelf, text, synonyms or {}).read()


class _Reader:
    def __init__(self, shelf: Shelf, text: str, synonyms: Mapping[str, tuple[str, ...]]) -> None:
        self._shelf = shelf
        self._synonyms = synonyms
        self._words = content_words(text)
        self._wanted = len(wanted_words(text))
        self._leading = set(leading_words(text))
        self._known: dict[str, Word] = {}
        self._asked: set[str] = set()

    def read(self) -> Reading:
        self._learn(stem for word in self._words for stem in self._stems_of(word))
        self._learn(stem(one + other) for one, other in zip(self._words, self._words[1:], strict=False))
        terms: list[Term] = []
        hints: list[Term] = []
        unmet: list[str] = []
        corrected: dict[str, str] = {}
        place = 0
        while place < len(self._words):
            term, mended = self._term(place)
            if term is not None:
                (terms if place < self._wanted else hints).append(term)
                corrected.update(mended)
            elif place < self._wanted:
                unmet.append(self._words[place])
            place += len(term.typed) if term else 1
        head = self._head(terms)
        branded = head is not None and len(terms) == 1 and self._is_brand(head)
        return Reading(tuple(terms), tuple(hints), head, tuple(unmet), branded, corrected, self._known)

    def _term(self, place: int) -> tuple[Term | None, dict[str, str]]:
        word = self._words[place]
        if place + 1 < len(self._words):
            pair = (word, self._words[place + 1])
            if meanings := self._pair(*pair):
                return Term(pair, meanings), {}
        if meanings := self._meanings(word):
            return Term((word,), meanings), {}
        if (mended := self._mend(word)) is not None:
            return Term((word,), self._meanings(mended)), {word: mended}
        if meanings := self._split(word):
            return Term((word,), meanings), {}
        if len(word) >= _PREFIX_FROM and word.isalpha():
            begun = dict.fromkeys(found for _, found, _ in self._shelf.beginning(word, _BEGINNING))
            self._learn(begun)
            if meanings := self._met([Meaning((each,), JOINED) for each in begun]):
                return Term((word,), meanings), {}
        return None, {}

    def _pair(self, one: str, other: str) -> tuple[Meaning, ...]:
        """Two words that the catalogue (or an operator) also knows as one."""
        apart = Meaning((stem(one), stem(other)), TYPED)
        joined = Meaning((stem(one + other),), JOINED)
        meant = self._meant(self._synonyms.get(f"{one} {other}", ()))
        if joined.phrase[0] not in self._known and not meant:
            return ()
        return self._met([apart, joined, *meant])

    def _meanings(self, word: str) -> tuple[Meaning, ...]:
        parts = tuple(stem(part) for part in word.split("-"))
        typed = [parts] if len(parts) == 1 else [parts, (stem("".join(word.split("-"))),)]
        self._learn(each for phrase in typed for each in phrase)
        found = self._met([Meaning(phrase, TYPED) for phrase in typed])
        if not found:
            elsewhere = stems_elsewhere(word)
            self._learn(elsewhere)
            found = self._met([Meaning((each,), TYPED) for each in elsewhere])
        meant = [*SYNONYMS.get(word, SYNONYMS.get(_singular(word), "")).split(), *self._synonyms.get(word, ())]
        found += tuple(each for each in self._meant(meant) if each.phrase not in {one.phrase for one in found})
        return self._own_name_first(found + self._said_beside(word, found))

    def _said_beside(self, word: str, found: tuple[Meaning, ...]) -> tuple[Meaning, ...]:
        beside = WHERE_SAID_TOGETHER.get(_singular(word))
        meant = self._meant([beside]) if beside is not None and found else ()
        return meant if meant and all(self._shelf.together(stem(word), each) for each in meant[0].phrase) else ()

    def _own_name_first(self, meanings: tuple[Meaning, ...]) -> tuple[Meaning, ...]:
        """Where the catalogue's own name for the thing is another one, that is worth as much as what was typed."""
        typed = sum(self._heads(each) for each in meanings if each.worth == TYPED)
        return tuple(
            replace(each, worth=TYPED, own_name=True)
            if each.worth == MEANT and self._heads(each) > _OWN_NAME * typed
            else each
            for each in meanings
        )

    def _heads(self, meaning: Meaning) -> int:
        return self._known[meaning.phrase[-1]].heads

    def _meant(self, meanings: Iterable[str]) -> tuple[Meaning, ...]:
        phrases = [tuple(stem(part) for part in meaning.replace("-", " ").split()) for meaning in meanings]
        self._learn(each for phrase in phrases for each in phrase)
        return self._met([Meaning(phrase, MEANT) for phrase in phrases])

    def _met(self, meanings: Iterable[Meaning]) -> tuple[Meaning, ...]:
        return tuple(each for each in meanings if all(word in self._known for word in each.phrase))

    def _split(self, word: str) -> tuple[Meaning, ...]:
        """Two words of the catalogue written as one (`raincoat`), with all that each may mean."""
        pairs = [(word[:at], word[at:]) for at in range(3, len(word) - 2)] if word.isalpha() else []
        pairs = [pair for pair in pairs if STOP_WORDS.isdisjoint(pair)]
        self._learn(stem(part) for pair in pairs for part in pair)
        for left, right in pairs:
            if stem(left) in self._known and stem(right) in self._known:
                return tuple(
                    Meaning((*one.phrase, *other.phrase), JOINED)
                    for one in self._meanings(left)
                    for other in self._meanings(right)
                )
        return ()

    def _mend(self, word: str) -> str | None:
        """The catalogue's nearest word; of equally near ones a thing before a quality, then the most used."""
        forgiven = tolerance(word)
        if not forgiven:
            return None
        near = self._shelf.spelled_near(sorted(deletions(word, forgiven)))
        near += [(known, stem(known), 0) for known in SYNONYMS if abs(len(known) - len(word)) <= forgiven]
        near = [each for each in near if distance(word, each[0]) <= forgiven]
        self._learn(found for _, found, _ in near)
        ranked = sorted(
            (distance(word, other), not self._names_thing(stem(other)), -uses, other)
            for other, _, uses in near
            if self._meanings(other)
        )
        return ranked[0][3] if ranked else None

    def _names_thing(self, word: str) -> bool:
        known = self._known.get(word)
        return known is not None and self._shelf.facts().names_things(known)

    def _head(self, terms: list[Term]) -> Term | None:
        """What the thing must be: the last word before a preposition that names a thing in the catalogue, else the
        last that could."""
        first = [term for term in terms if self._leading.issuperset(term.typed)]
        for term in (*reversed(first), *reversed(terms)):
            if any(self._names_thing(word) for word in term.lasts):
                return term
        return next((term for term in (*reversed(first), *reversed(terms)) if _could_name(term)), None)

    def _is_brand(self, term: Term) -> bool:
        return any(self._known[word].brands and not self._names_thing(word) for word in term.lasts)

    def _stems_of(self, word: str) -> list[str]:
        return [stem(part) for part in (*word.split("-"), word.replace("-", ""))]

    def _learn(self, stems: Iterable[str]) -> None:
        new = set(stems) - self._asked
        if new:
            self._asked |= new
            self._known.update(self._shelf.words(new))


def _could_name(term: Term) -> bool:
    return any(word.isalpha() and len(word) > 1 for word in term.lasts)


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word
