"""What an operator teaches: each change of the training data is a row that says who, what, before and after, and can be
taken back, in any order, for ever.

The row and the file change together: the file is replaced inside the transaction, and put back when it does not commit.
Only a process killed between the two leaves a file without its row; git then still shows the line.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from bot.accounts import User
from bot.clock import Clock
from bot.errors import BadInput, Conflict, NotFound
from bot.live import Live
from bot.storage import studio as store
from bot.storage.sql import Database, Row
from bot.studio import annotation, checks, shelf
from bot.studio.shelf import Draft, Place, Shelf
from bot.studio.training_data import TrainingData, moved_on

TOPIC = "studio"


class Reviewed(msgspec.Struct, frozen=True):
    """Turns that a lesson moved from one review state to another."""

    ids: list[str]
    was: str
    becomes: str


class Detail(msgspec.Struct, frozen=True):
    intent: str = ""
    to_intent: str = ""
    language: str = ""
    steps: list[shelf.Step] = []
    reviewed: Reviewed | None = None
    undoes: int | None = None


class Lesson(msgspec.Struct, frozen=True):
    """`what`: add, edit, move, delete, dismiss or undo. `before` and `after` are the example's words."""

    id: int
    what: str
    who: str
    at: datetime
    intent: str
    to_intent: str
    language: str
    path: str
    before: str
    after: str
    undone: bool
    undoes: int | None


class _Change(msgspec.Struct):
    """A lesson in the making."""

    what: str
    detail: Detail
    path: str = ""
    before: str = ""
    after: str = ""
    undone: int | None = None


class Lessons:
    def __init__(self, *, db: Database, live: Live, clock: Clock, data: TrainingData) -> None:
        self._db = db
        self._live = live
        self._clock = clock
        self._data = data

    async def shelf(self) -> Shelf:
        return await asyncio.to_thread(self._data.read)

    async def history(self, limit: int) -> list[Lesson]:
        async with self._db.read() as tx:
            return [_lesson(row) for row in await store.newest_lessons(tx, limit)]

    async def add(self, user: User, *, intent: str, language: str, text: str, turn_ids: Sequence[str] = ()) -> Lesson:
        """Make `text` an example; the turns it answers count as taught.

        Raises BadInput, NotFound for an intent without examples, and Conflict when it already stands somewhere. (When
        it stands under this very intent and there are turns to settle, nothing is missing: they are settled.)"""
        example = annotation.clean(text)

        def plan(draft: Draft) -> _Change:
            self._refuse_unknown_entities(draft.shelf, example)
            known = [place for place in draft.shelf.like(example) if place.block.intent == intent]
            if not (known and turn_ids):
                draft.add(intent, language, example)
            path = draft.steps[0].path if draft.steps else known[0].file.path
            detail = Detail(intent=intent, language=language, reviewed=Reviewed(list(turn_ids), "open", "taught"))
            return _Change("add", detail, path, "", example)

        return await self._make(user, plan)

    async def edit(self, user: User, *, path: str, line: int, version: str, text: str) -> Lesson:
        """Give an example other words. `version` is the sha256 of the file that the operator saw."""
        example = annotation.clean(text)

        def plan(draft: Draft) -> _Change:
            place = _place(draft.shelf, path, line, version)
            if place.line.example == example:
                raise BadInput("nothing_changed", "These are the words it already has.")
            self._refuse_unknown_entities(draft.shelf, example)
            draft.edit(place, example)
            return _Change("edit", _about(place), path, place.line.example or "", example)

        return await self._make(user, plan)

    async def move(self, user: User, *, path: str, line: int, version: str, intent: str) -> Lesson:
        def plan(draft: Draft) -> _Change:
            place = _place(draft.shelf, path, line, version)
            draft.move(place, intent)
            words = place.line.example or ""
            return _Change("move", msgspec.structs.replace(_about(place), to_intent=intent), path, words, words)

        return await self._make(user, plan)

    async def delete(self, user: User, *, path: str, line: int, version: str) -> Lesson:
        def plan(draft: Draft) -> _Change:
            place = _place(draft.shelf, path, line, version)
            draft.remove(place)
            return _Change("delete", _about(place), path, place.line.example or "", "")

        return await self._make(user, plan)

    async def dismiss(self, user: User, turn_ids: Sequence[str], words: str) -> Lesson:
        """Nothing to learn from these turns."""

        def plan(_draft: Draft) -> _Change:
            return _Change("dismiss", Detail(reviewed=Reviewed(list(turn_ids), "open", "dismissed")), before=words)

        return await self._make(user, plan)

    async def undo(self, user: User, lesson_id: int) -> Lesson:
        """Take a lesson back, whatever was taught since; an undo can itself be undone.

        Raises NotFound, and Conflict when it was undone before or its line was changed since."""
        async with self._db.read() as tx:
            row = await store.lesson(tx, lesson_id)
        if row is None:
            raise NotFound("no_lesson", "There is no such lesson.")
        detail = msgspec.convert(row.detail, Detail)

        def plan(draft: Draft) -> _Change:
            draft.take_back(detail.steps)
            was = detail.reviewed
            reviewed = None if was is None else Reviewed(was.ids, was.becomes, was.was)
            undone = msgspec.structs.replace(detail, steps=[], reviewed=reviewed, undoes=lesson_id)
            return _Change("undo", undone, row.path, row.after, row.before, lesson_id)

        return await self._make(user, plan)

    def _refuse_unknown_entities(self, known: Shelf, example: str) -> None:
        named = set(annotation.entities(example))
        unknown = named - known.entities() - (checks.read_domain(self._data.project).entities if named else set())
        if unknown:
            name = sorted(unknown)[0]
            raise BadInput("unknown_entity", f"There is no entity “{name}”; a developer adds it to domain.yml first.")

    async def _make(self, user: User, plan: Callable[[Draft], _Change]) -> Lesson:
        # A browser that goes away must not stop a change between its file and its row.
        return await asyncio.shield(asyncio.ensure_future(self._make_whole(user, plan)))

    async def _make_whole(self, user: User, plan: Callable[[Draft], _Change]) -> Lesson:
        async with self._data.locked():
            draft = Draft(await asyncio.to_thread(self._data.read))
            change = await asyncio.to_thread(plan, draft)
            try:
                lesson = await self._record(user, draft, change)
            except BaseException:
                await asyncio.to_thread(self._data.put_back, draft)
                raise
        await self._live.wake()
        return lesson

    async def _record(self, user: User, draft: Draft, change: _Change) -> Lesson:
        now = self._clock.now()
        async with self._db.write() as tx:
            reviewed = change.detail.reviewed
            if reviewed is not None:
                ids = await store.review(tx, reviewed.ids, was=reviewed.was, becomes=reviewed.becomes)
                reviewed = Reviewed(ids, reviewed.was, reviewed.becomes) if ids else None
            detail = msgspec.structs.replace(change.detail, steps=draft.steps, reviewed=reviewed)
            if not draft.steps and reviewed is None:
                raise Conflict("nothing_to_do", "Somebody settled this in the meantime.")
            lesson_id = await store.add_lesson(
                tx,
                user_id=user.id,
                what=change.what,
                path=change.path,
                before=change.before,
                after=change.after,
                detail=msgspec.to_builtins(detail),
                now=now,
            )
            if change.undone is not None and not await store.mark_undone(tx, change.undone, lesson_id):
                raise Conflict("undone_before", "This was undone before.")
            facts = {"lesson": lesson_id, "what": change.what, "intent": detail.intent, "path": change.path}
            await store.audited(tx, user.id, f"lesson.{change.what}", str(lesson_id), facts, now)
            await self._live.announce(tx, TOPIC, "lesson", {**facts, "who": user.name})
            await asyncio.to_thread(self._data.write, draft)
            row = await store.lesson(tx, lesson_id)
        assert row is not None
        return _lesson(row)


def _about(place: Place) -> Detail:
    return Detail(intent=place.block.intent, language=place.block.language)


def _place(known: Shelf, path: str, line: int, version: str) -> Place:
    """The example that stands on this line of this version of the file. Raises Conflict when it has moved on."""
    file = known.files.get(path)
    if file is None:
        raise NotFound("no_file", f"There is no file {path} with training data.", path=path)
    if file.version != version:
        raise moved_on(path)
    for place in known.places():
        if place.file.path == path and place.line.number == line:
            return place
    raise NotFound("no_example", f"No example stands on line {line} of {path}.", path=path, line=line)


def _lesson(row: Row[Any]) -> Lesson:
    detail = msgspec.convert(row.detail, Detail)
    return Lesson(
        id=row.id,
        what=row.what,
        who=row.who or "",
        at=row.at,
        intent=detail.intent,
        to_intent=detail.to_intent,
        language=detail.language,
        path=row.path,
        before=row.before,
        after=row.after,
        undone=row.undone_by is not None,
        undoes=detail.undoes,
    )
