"""The studio's parts together, and what its pages read: sentences to review, intents, examples, where models stand."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from bot.dialogue.base import Intent
from bot.errors import NotFound
from bot.selling.synonyms import Synonyms
from bot.storage import studio as store
from bot.storage.sql import Database, Row
from bot.studio import annotation
from bot.studio.lessons import Lessons
from bot.studio.registry import Registry
from bot.studio.shelf import Place
from bot.studio.trainer import Trainer
from bot.studio.trial import Trials
from bot.studio.words import (
    Context,
    ContextMessage,
    Example,
    ExampleList,
    IntentCount,
    IntentList,
    LanguageCount,
    Misunderstood,
    MisunderstoodList,
    Sighting,
    Standing,
)

_TURNS_READ = 500
_EXAMPLES_SHOWN = 500
_RANKING_SHOWN = 10
_CONTEXT_REACH = 4


@dataclass(frozen=True)
class Studio:
    db: Database
    lessons: Lessons
    trainer: Trainer
    registry: Registry
    trials: Trials
    synonyms: Synonyms

    async def misunderstood(self) -> MisunderstoodList:
        async with self.db.read() as tx:
            rows = await store.open_turns(tx, _TURNS_READ)
            waiting = await store.count_open_turns(tx)
        groups: dict[str, list[Row[Any]]] = defaultdict(list)
        for row in rows:
            groups[annotation.same(row.text)].append(row)
        return MisunderstoodList([_misunderstood(group) for group in groups.values()], waiting)

    async def context(self, turn_id: str) -> Context:
        """Raises NotFound."""
        async with self.db.read() as tx:
            turn = await store.turn(tx, turn_id)
            if turn is None:
                raise NotFound("no_turn", "There is no such message.")
            rows = await store.messages_around(tx, turn.conversation_id, turn.inbox_id, _CONTEXT_REACH)
        said = [ContextMessage(row.author, row.text, row.created_at, row.inbox_id == turn.inbox_id) for row in rows]
        return Context(turn.conversation_id, said)

    async def intents(self) -> IntentList:
        shelf = await self.lessons.shelf()
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for place in shelf.places():
            counts[place.block.intent][place.block.language] += 1
        intents = [
            IntentCount(name, count.total(), [LanguageCount(*pair) for pair in sorted(count.items())])
            for name, count in sorted(counts.items())
        ]
        return IntentList(intents, list(shelf.unreadable))

    async def examples(self, *, words: str = "", intent: str = "", language: str = "") -> ExampleList:
        """Examples of an intent, in a language, with these words: each left empty does not matter."""
        shelf = await self.lessons.shelf()
        wanted = annotation.same(words)
        found = [
            place
            for place in shelf.places()
            if intent in ("", place.block.intent)
            and language in ("", place.block.language)
            and wanted in annotation.same(place.line.example or "")
        ]
        return ExampleList([_example(place) for place in found[:_EXAMPLES_SHOWN]], len(found))

    async def standing(self) -> Standing:
        models = await self.registry.standing()
        newest = models.candidate or models.live
        async with self.db.read() as tx:
            untrained = await store.count_lessons_since(tx, newest.trained_at if newest else None)
        return Standing(
            live=models.live,
            candidate=models.candidate,
            previous=models.previous,
            training=await self.trainer.newest(),
            untrained=untrained,
            problems=await self.trainer.problems(),
        )


def _misunderstood(rows: Sequence[Row[Any]]) -> Misunderstood:
    newest = rows[0]
    suggestion = " ".join(annotation.as_plain_words(newest.text).split())[: annotation.LONGEST]
    ranking = msgspec.convert(newest.trace.get("intent_ranking", []), list[Intent])[:_RANKING_SHOWN]
    sightings = [Sighting(row.id, row.conversation_id, row.created_at) for row in rows]
    return Misunderstood(newest.text, suggestion, sightings, ranking)


def _example(place: Place) -> Example:
    return Example(
        text=place.line.example or "",
        intent=place.block.intent,
        language=place.block.language,
        path=place.file.path,
        line=place.line.number,
        version=place.file.version,
        why_fixed=place.block.why_fixed,
    )
