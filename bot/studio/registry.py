"""Which model answers customers: a row, not a file's age. Models are immutable files beside it.

Publishing asks every engine to hold the model warm first, and then changes one row; the worker names the live model in
each turn, so the next message gets it and none waits. A file that is missing or altered is never made live.
"""

from __future__ import annotations

import asyncio
import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from bot.accounts import User
from bot.clock import Clock
from bot.errors import Conflict, NotFound
from bot.live import Live
from bot.storage import studio as store
from bot.storage.sql import Database, Row, Transaction
from bot.studio.lessons import TOPIC
from bot.studio.models import ModelServers

live_model = store.live_model


class Model(msgspec.Struct, frozen=True):
    """`state`: candidate, live or retired. `version` moves with each change and goes into If-Match."""

    id: int
    file: str
    state: str
    version: int
    who: str
    trained_at: datetime
    published_at: datetime | None
    examples: int
    intents: int
    seconds: float


class Report(msgspec.Struct, frozen=True):
    """What a training tells of the model it made."""

    examples: int = 0
    intents: int = 0
    seconds: float = 0.0


class Standing(msgspec.Struct, frozen=True):
    live: Model | None
    candidate: Model | None
    previous: Model | None


class Registry:
    def __init__(self, *, db: Database, live: Live, clock: Clock, engines: ModelServers, folder: Path) -> None:
        self._db = db
        self._live = live
        self._clock = clock
        self._engines = engines
        self.folder = folder

    async def adopt(self, file: str) -> None:
        """Make a model that was trained outside the studio live, when nothing is live yet (the first start).

        Raises NotFound when the folder of models has no such file."""
        digest = await self._digest(file)
        now = self._clock.now()
        async with self._db.write() as tx:
            if await store.live_model(tx) is not None:
                return
            row = await store.model_by_file(tx, file)
            model_id = (
                row.id
                if row is not None
                else await self.register(
                    tx, file=file, sha256=digest, data_sha256="", report=Report(), user_id=None, at=now
                )
            )
            await store.make_live(tx, model_id, version=row.version if row is not None else 0, now=now)
            await store.audited(tx, None, "model.adopt", file, {"sha256": digest}, now)

    async def register(
        self,
        tx: Transaction,
        *,
        file: str,
        sha256: str,
        data_sha256: str,
        report: Report,
        user_id: int | None,
        at: datetime,
    ) -> int:
        """Enter a model as a candidate, in the caller's transaction. `at` is the moment its data was copied."""
        return await store.add_model(
            tx,
            file=file,
            sha256=sha256,
            state="candidate",
            data_sha256=data_sha256,
            report=msgspec.to_builtins(report),
            trained_by=user_id,
            trained_at=at,
        )

    async def all(self, limit: int) -> list[Model]:
        async with self._db.read() as tx:
            return [_model(row) for row in await store.newest_models(tx, limit)]

    async def get(self, model_id: int) -> Model:
        async with self._db.read() as tx:
            return _model(await self._row(tx, model_id))

    async def standing(self) -> Standing:
        """What is live, the newest candidate trained after it, and what a roll-back would return to."""
        async with self._db.read() as tx:
            live = await store.model_in_state(tx, "live")
            candidate = await store.model_in_state(tx, "candidate")
            previous = await store.previous_live(tx)
        if live is not None and candidate is not None and candidate.id < live.id:
            candidate = None
        return Standing(*(None if row is None else _model(row) for row in (live, candidate, previous)))

    async def publish(self, user: User, model_id: int, version: int, *, what: str = "model.publish") -> Model:
        """Make a model live: every engine holds it warm first, then one row changes.

        Raises NotFound (no such model, or its file is gone), Conflict (the file was altered, an engine cannot load it,
        or somebody else published meanwhile), Unavailable. On each of them the live model stays."""
        async with self._db.read() as tx:
            row = await self._row(tx, model_id)
        if row.state == "live":
            raise Conflict("already_live", "This model is the live one.", version=row.version)
        if row.version != version:
            raise self._moved_on(row.version)
        if await self._digest(row.file) != row.sha256:
            raise Conflict("model_altered", f"{row.file} is not the file that was trained. Train a new model instead.")
        await self._engines.load(row.file)
        now = self._clock.now()
        async with self._db.write() as tx:
            before = await store.live_model(tx)
            if not await store.make_live(tx, model_id, version=version, now=now):
                raise self._moved_on((await self._row(tx, model_id)).version)
            facts = {"model": row.file, "before": before}
            await store.audited(tx, user.id, what, row.file, facts, now)
            await self._live.announce(tx, TOPIC, "model", {**facts, "who": user.name})
            published = _model(await self._row(tx, model_id))
        await self._live.wake()
        return published

    async def roll_back(self, user: User, live_version: int) -> Model:
        """Return to the model that was live before. `live_version` is of the live model that the operator saw."""
        standing = await self.standing()
        if standing.live is None or standing.live.version != live_version:
            raise self._moved_on(standing.live.version if standing.live else 0)
        if standing.previous is None:
            raise NotFound("no_previous", "No model was live before this one.")
        previous = standing.previous
        return await self.publish(user, previous.id, previous.version, what="model.roll_back")

    async def _row(self, tx: Transaction, model_id: int) -> Row[Any]:
        row = await store.model(tx, model_id)
        if row is None:
            raise NotFound("no_model", "There is no such model.")
        return row

    async def _digest(self, file: str) -> str:
        try:
            return await asyncio.to_thread(sha256_of, self.folder / file)
        except FileNotFoundError as error:
            message = f"The file {file} is not in the folder of models any more. The live model stays."
            raise NotFound("model_file_missing", message, file=file) from error

    def _moved_on(self, version: int) -> Conflict:
        return Conflict("moved_on", "Somebody published in the meantime; look at it again.", version=version)


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _model(row: Row[Any]) -> Model:
    report = msgspec.convert(row.report, Report)
    return Model(
        id=row.id,
        file=row.file,
        state=row.state,
        version=row.version,
        who=row.who or "",
        trained_at=row.trained_at,
        published_at=row.published_at,
        examples=report.examples,
        intents=report.intents,
        seconds=report.seconds,
    )
