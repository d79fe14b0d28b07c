"""How the words of a question are understood against an index: known, joined, split, mended, or not met at all.

It turns them into expressions of FTS5's query language and knows nothing else of SQL than the index's vocabulary.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.search.words import (
    STOP_WORDS,
    SYNONYMS,
    content_words,
    deletions,
    distance,
    leading_words,
    tolerance,
    wanted_words,
)

Phrase = tuple[str, ...]
"""Words that must all be there."""
NAMING = ("title", "kind", "head", "category", "brand", "tags", "options", "skus")
"""The columns that say what a product is, not what is told about it."""


@dataclass(frozen=True, slots=True)
class Term:
    """One word of the question (or two that belong together) and the phrases that meet it."""

    typed: tuple[str, ...]
    phrases: tuple[Phrase, ...]

    @property
    def expression(self) -> str:
        return any_of(" AND ".join(_quoted(word) for word in phrase) for phrase in self.phrases)


@dataclass(frozen=True, slots=True)
class Reading:
    """`terms` are what the shopper wants, `hints` what it is for. `head` is the expression for what the thing must be,
    None where the question names no thing that is sold. `unmet` are wanted words that no product has."""

    terms: tuple[Term, ...] = ()
    hints: tuple[Term, ...] = ()
    head: str | None = None
    unmet: tuple[str, ...] = ()
    corrected: dict[str, str] = field(default_factory=dict)

    def strictly(self) -> str:
        """All the wanted words, and the thing itself.

        Where no thing was named the words must name the product: a word that only its description drops says nothing
        of what it is ("room for a book")."""
        if self.head is None:
            every = " AND ".join(in_columns(NAMING, term.expression) for term in self.terms)
        else:
            every = " AND ".join([in_columns(("head",), self.head), *(term.expression for term in self.terms)])
        return f"({every}) AND {self._ranking()}"

    def narrowly(self) -> str:
        """The thing itself, named by all the wanted words: a "running shoe", not a slip-on "for bread runs"."""
        if self.head is None:
            return self.strictly()
        every = [in_columns(("head",), self.head), *(in_columns(NAMING, term.expression) for term in self.terms)]
        return f"({' AND '.join(every)}) AND {self._ranking()}"

    def loosely(self) -> str:
        """The thing itself with as many words as there are, or any of the words when no thing was named."""
        if self.head is None:
            return any_of(in_columns(NAMING, term.expression) for term in self.terms)
        return f"{in_columns(('head',), self.head)} AND ({self.head} OR {self._ranking()})"

    def _ranking(self) -> str:
        """Any of the words: what more of them meet comes first."""
        return any_of(term.expression for term in (*self.terms, *self.hints))


def read_words(db: sqlite3.Connection, text: str) -> Reading:
    words = content_words(text)
    wanted = len(wanted_words(text))
    terms: list[Term] = []
    hints: list[Term] = []
    unmet: list[str] = []
    corrected: dict[str, str] = {}
    place = 0
    while place < len(words):
        term, mended = _term(db, words, place)
        if term is not None:
            (terms if place < wanted else hints).append(term)
            corrected.update(mended)
        elif place < wanted:
            unmet.append(words[place])
        place += len(term.typed) if term else 1
    head = _head(db, terms, set(leading_words(text)))
    return Reading(tuple(terms), tuple(hints), head, tuple(unmet), corrected)


def any_of(expressions: Iterable[str]) -> str:
    return "(" + " OR ".join(f"({expression})" for expression in expressions) + ")"


def in_columns(columns: Iterable[str], expression: str) -> str:
    return f"{{{' '.join(columns)}}} : {expression}"


def _term(db: sqlite3.Connection, words: list[str], place: int) -> tuple[Term | None, dict[str, str]]:
    word = words[place]
    if place + 1 < len(words) and _knows(db, joined := word + words[place + 1]):
        both = (word, words[place + 1])
        return Term(both, _known(db, [(joined,), both])), {}
    if phrases := _meanings(db, word):
        return Term((word,), phrases), {}
    if (mended := _mend(db, word)) is not None:
        return Term((word,), _meanings(db, mended)), {word: mended}
    if phrases := _split(db, word):
        return Term((word,), phrases), {}
    return None, {}


def _meanings(db: sqlite3.Connection, word: str) -> tuple[Phrase, ...]:
    parts = tuple(word.split("-"))
    candidates: list[Phrase] = [(word,)] if len(parts) == 1 else [parts, ("".join(parts),)]
    for meaning in SYNONYMS.get(word, "").split():
        pieces = tuple(meaning.split("-"))
        candidates.append(pieces)
    return _known(db, candidates)


def _known(db: sqlite3.Connection, phrases: Iterable[Phrase]) -> tuple[Phrase, ...]:
    return tuple(phrase for phrase in phrases if all(_knows(db, word) for word in phrase))


def _knows(db: sqlite3.Connection, word: str) -> bool:
    """By its stem: `shoe` is known where only `shoes` was written."""
    return _matches(db, _quoted(word))


def _matches(db: sqlite3.Connection, expression: str) -> bool:
    return db.execute("SELECT 1 FROM words WHERE words MATCH ? LIMIT 1", (expression,)).fetchone() is not None


def _split(db: sqlite3.Connection, word: str) -> tuple[Phrase, ...]:
    """Two words of the catalogue written as one (`raincoat`), with all that each may mean."""
    for place in range(3, len(word) - 2):
        left, right = word[:place], word[place:]
        if left not in STOP_WORDS and right not in STOP_WORDS and _uses(db, left) and _uses(db, right):
            return tuple(a + b for a in _meanings(db, left) for b in _meanings(db, right))
    return ()


def _uses(db: sqlite3.Connection, word: str) -> int:
    row = db.execute("SELECT uses FROM vocabulary WHERE word = ?", (word,)).fetchone()
    return int(row[0]) if row else 0


def _mend(db: sqlite3.Connection, word: str) -> str | None:
    """The catalogue's nearest word; of equally near ones a thing before a quality, then the most used."""
    forgiven = tolerance(word)
    if not forgiven:
        return None
    forms = sorted(deletions(word, forgiven))
    marks = ", ".join("?" * len(forms))
    near = db.execute(f"SELECT DISTINCT word FROM slips WHERE form IN ({marks})", forms).fetchall()  # noqa: S608
    ranked = sorted(
        (slips, not _matches(db, in_columns(("head",), _quoted(other))), -_uses(db, other), other)
        for (other,) in near
        if (slips := distance(word, other)) <= forgiven
    )
    return ranked[0][3] if ranked else None


def _head(db: sqlite3.Connection, terms: list[Term], leading: set[str]) -> str | None:
    """What the thing must be: the last word before a preposition that names a thing in the catalogue."""
    first = [term for term in terms if leading.issuperset(term.typed)]
    for term in (*reversed(first), *reversed(terms)):
        named = [word for phrase in term.phrases if _matches(db, in_columns(("head",), word := _quoted(phrase[-1])))]
        if named:
            return any_of(dict.fromkeys(named))
    return None


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'
