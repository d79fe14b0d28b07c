"""Trying a model beside the live one: on one sentence, and on what customers really wrote. Nobody's chat changes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from bot.dialogue.base import Intent
from bot.errors import NotFound
from bot.storage import studio as store
from bot.storage.sql import Database, Row
from bot.studio import annotation
from bot.studio.models import ModelServers, Understood
from bot.studio.registry import Model, Registry

MOST_SENTENCES = 200
_AT_ONCE = 4


class Answer(msgspec.Struct, frozen=True):
    intent: str
    confidence: float
    ranking: list[Intent]
    entities: list[str]


class Trial(msgspec.Struct, frozen=True):
    """One sentence by the live model and, when there is one, by the candidate."""

    text: str
    live: Answer
    candidate: Answer | None


class Changed(msgspec.Struct, frozen=True):
    """A sentence that would get another answer. `open`: it still waits among what was not understood."""

    text: str
    times: int
    open: bool
    conversation_id: int
    before: Answer
    after: Answer


class Effect(msgspec.Struct, frozen=True):
    """Of `checked` different sentences that customers wrote, those that would be understood otherwise."""

    live: str
    candidate: str
    checked: int
    changed: list[Changed]


class Trials:
    def __init__(self, *, db: Database, engines: ModelServers, registry: Registry) -> None:
        self._db = db
        self._engines = engines
        self._registry = registry

    async def one(self, text: str) -> Trial:
        """Raises Unavailable or Conflict when the engine cannot answer."""
        standing = await self._registry.standing()
        live = await self._engines.parse(standing.live.file if standing.live else None, text)
        if standing.candidate is None:
            return Trial(text, _answer(live), None)
        return Trial(text, _answer(live), _answer(await self._engines.parse(standing.candidate.file, text)))

    async def effect(self, model_id: int) -> Effect:
        """What publishing this model would change, on the newest sentences of customers, open ones first."""
        standing = await self._registry.standing()
        if standing.live is None:
            raise NotFound("nothing_live", "No model is live yet, so there is nothing to compare with.")
        model = await self._registry.get(model_id)
        async with self._db.read() as tx:
            waiting = await store.open_turns(tx, MOST_SENTENCES)
            recent = await store.recent_turns(tx, 2 * MOST_SENTENCES)
        sentences = _different(waiting, recent)
        gate = asyncio.Semaphore(_AT_ONCE)

        async def compare(rows: Sequence[Row[Any]]) -> Changed | None:
            async with gate:
                return await self._compare(rows, standing.live, model)

        found = await asyncio.gather(*(compare(rows) for rows in sentences))
        changed = [each for each in found if each is not None]
        return Effect(standing.live.file, model.file, len(sentences), changed)

    async def _compare(self, rows: Sequence[Row[Any]], live: Model | None, model: Model) -> Changed | None:
        assert live is not None
        newest = rows[0]
        before = await self._engines.parse(live.file, newest.text)
        after = await self._engines.parse(model.file, newest.text)
        if before.intent.name == after.intent.name and _entities(before) == _entities(after):
            return None
        waits = any(row.review == "open" for row in rows)
        times = len({row.id for row in rows})
        return Changed(newest.text, times, waits, newest.conversation_id, _answer(before), _answer(after))


def _different(*lists: Iterable[Row[Any]]) -> list[list[Row[Any]]]:
    """Turns with the same words together, at most MOST_SENTENCES of them, in the order in which they first come."""
    groups: dict[str, list[Row[Any]]] = {}
    for rows in lists:
        for row in rows:
            key = annotation.same(row.text)
            if key in groups or len(groups) < MOST_SENTENCES:
                groups.setdefault(key, []).append(row)
    return list(groups.values())


def _answer(understood: Understood) -> Answer:
    best = understood.intent
    return Answer(best.name, best.confidence, understood.intent_ranking[:5], _entities(understood))


def _entities(understood: Understood) -> list[str]:
    return [f"{found.get('entity', '')}: {found.get('value', '')}" for found in understood.entities]
