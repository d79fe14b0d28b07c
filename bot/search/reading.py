"""How the words of a question are understood against an index: known, joined, split, mended, or not met at all.

It turns them into expressions of FTS5's query language and knows nothing else of SQL than the index's vocabulary.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.search.words import SYNONYMS, content_words, deletions, distance, leading_words, tolerance

Phrase = tuple[str, ...]
"""Words that must all be there."""


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
    """`head` is the expression for what the thing must be, None where the question names no thing that is sold."""

    terms: tuple[Term, ...] = ()
    head: str | None = None
    unmet: tuple[str, ...] = ()
    corrected: dict[str, str] = field(default_factory=dict)

    def strictly(self) -> str:
        """All the words, and the thing itself."""
        every = " AND ".join(term.expression for term in self.terms)
        return f"{every} AND {in_column('head', self.head)}" if self.head else every

    def loosely(self) -> str:
        """The thing itself with as many words as there are, or any of the words when no thing was named."""
        some = any_of(term.expression for term in self.terms)
        return f"{in_column('head', self.head)} AND ({some} OR {self.head})" if self.head else some


def read_words(db: sqlite3.Connection, text: str) -> Reading:
    words = content_words(text)
    leading = set(leading_words(text))
    terms: list[Term] = []
    unmet: list[str] = []
    corrected: dict[str, str] = {}
    place = 0
    while place < len(words):
        term, mended = _term(db, words, place)
        if term is None:
            unmet.append(words[place])
            place += 1
            continue
        terms.append(term)
        corrected.update(mended)
        place += len(term.typed)
    return Reading(tuple(terms), _head(db, terms, leading), tuple(unmet), corrected)


def any_of(expressions: Iterable[str]) -> str:
    return "(" + " OR ".join(f"({expression})" for expression in expressions) + ")"


def in_column(column: str, expression: str) -> str:
    return f"{{{column}}} : {expression}"


def _term(db: sqlite3.Connection, words: list[str], place: int) -> tuple[Term | None, dict[str, str]]:
    word = words[place]
    if place + 1 < len(words) and _knows(db, joined := word + words[place + 1]):
        both = (word, words[place + 1])
        return Term(both, _known(db, [(joined,), both])), {}
    if phrases := _meanings(db, word):
        return Term((word,), phrases), {}
    if (parts := _split(db, word)) is not None:
        return Term((word,), (parts,)), {}
    if (mended := _mend(db, word)) is not None:
        return Term((word,), _meanings(db, mended)), {word: mended}
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


def _split(db: sqlite3.Connection, word: str) -> Phrase | None:
    """Two known words written as one: `raincoat`."""
    if not word.isalpha():
        return None
    for place in range(3, len(word) - 2):
        if _uses(db, word[:place]) and _uses(db, word[place:]):
            return (word[:place], word[place:])
    return None


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
        (slips, not _matches(db, in_column("head", _quoted(other))), -_uses(db, other), other)
        for (other,) in near
        if (slips := distance(word, other)) <= forgiven
    )
    return ranked[0][3] if ranked else None


def _head(db: sqlite3.Connection, terms: list[Term], leading: set[str]) -> str | None:
    """What the thing must be: the last word before a preposition that names a thing in the catalogue."""
    first = [term for term in terms if leading.issuperset(term.typed)]
    for term in (*reversed(first), *reversed(terms)):
        named = [word for phrase in term.phrases if _matches(db, in_column("head", word := _quoted(phrase[-1])))]
        if named:
            return any_of(dict.fromkeys(named))
    return None


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'
