"""The shop's own synonyms: operators write them, and searches go by them within seconds, in every process.

It knows words, not how they are searched. A word with the same meaning twice is one synonym."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from bot.clock import Clock
from bot.errors import BadInput, NotFound
from bot.search.words import tokens
from bot.storage import studio as studio_rows
from bot.storage import synonyms as rows
from bot.storage.sql import Database, Transaction

_FRESH = timedelta(seconds=3)
_LANGUAGES = frozenset({"en", "fr", "pl", "hi", "hi-Latn"})
_MOST_WORDS, _MOST_MEANING = 2, 4


class Synonym(msgspec.Struct, frozen=True):
    """`word` (one or two words) also means `means`; `both_ways`: and the other way round. `language` only tells
    operators whose word it is: searches go by all of them."""

    id: int
    word: str
    means: str
    both_ways: bool
    language: str
    created_at: datetime


class Synonyms:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._read_at: datetime | None = None
        self._current: Mapping[str, tuple[str, ...]] = {}

    async def current(self) -> Mapping[str, tuple[str, ...]]:
        """What each word also means, at most 3 seconds old."""
        now = self._clock.now()
        if self._read_at is None or now - self._read_at >= _FRESH:
            self._current = _by_word(await self.all())
            self._read_at = now
        return self._current

    async def all(self) -> list[Synonym]:
        async with self._db.read() as tx:
            return [msgspec.convert(row, Synonym, from_attributes=True) for row in await rows.every_synonym(tx)]

    async def add(self, user_id: int | None, *, word: str, means: str, both_ways: bool, language: str) -> Synonym:
        """Raises BadInput."""
        spoken, meant = _plain(word), _plain(means)
        if not 1 <= len(spoken.split()) <= _MOST_WORDS:
            raise BadInput("bad_word", "A synonym is for one word or two.")
        if not 1 <= len(meant.split()) <= _MOST_MEANING or meant == spoken:
            raise BadInput("bad_meaning", "Write what it means in one to four other words.")
        if language not in _LANGUAGES:
            raise BadInput("bad_language", "The shop does not speak that language.")
        async with self._db.write() as tx:
            row = await rows.same_synonym(tx, word=spoken, means=meant, language=language)
            if row is not None:
                return msgspec.convert(row, Synonym, from_attributes=True)
            values = {"word": spoken, "means": meant, "both_ways": both_ways, "language": language}
            added = await rows.add_synonym(
                tx,
                word=spoken,
                means=meant,
                both_ways=both_ways,
                language=language,
                user_id=user_id,
                now=self._clock.now(),
            )
            await self._audit(tx, user_id, "synonym_added", added, values)
            row = await rows.synonym(tx, added)
        self._read_at = None
        return msgspec.convert(row, Synonym, from_attributes=True)

    async def remove(self, user_id: int | None, synonym_id: int) -> Synonym:
        """The one that was there, so that it can be added again. Raises NotFound."""
        async with self._db.write() as tx:
            row = await rows.synonym(tx, synonym_id)
            if row is None:
                raise NotFound("no_synonym", "There is no such synonym.")
            gone = msgspec.convert(row, Synonym, from_attributes=True)
            await rows.remove_synonym(tx, synonym_id)
            await self._audit(tx, user_id, "synonym_removed", synonym_id, {"word": gone.word, "means": gone.means})
        self._read_at = None
        return gone

    async def _audit(
        self, tx: Transaction, user_id: int | None, what: str, synonym_id: int, detail: dict[str, object]
    ) -> None:
        await studio_rows.audited(tx, user_id, what, str(synonym_id), detail, self._clock.now())


def _plain(text: str) -> str:
    return " ".join(part for token in tokens(text) for part in token.split("-"))


def _by_word(synonyms: list[Synonym]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for each in synonyms:
        found.setdefault(each.word, {})[each.means] = None
        if each.both_ways:
            found.setdefault(each.means, {})[each.word] = None
    return {word: tuple(meanings) for word, meanings in found.items()}
