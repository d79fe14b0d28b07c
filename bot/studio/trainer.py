"""Trains one model at a time, beside everything else, and enters it as a candidate.

The state of a training is a row, so that a page opened later shows it; a row whose process is gone (the gateway was
restarted) becomes failed, with a sentence. Its process and its files are `bot.studio.training_process`.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import shutil
import signal
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import structlog
import yaml

from bot.accounts import User
from bot.clock import Clock
from bot.errors import Conflict, NotFound, SoukError, Unavailable
from bot.live import Live
from bot.storage import studio as store
from bot.storage.sql import Database, Row
from bot.studio import checks
from bot.studio.checks import Problem
from bot.studio.lessons import TOPIC
from bot.studio.registry import Registry, Report, sha256_of
from bot.studio.shelf import Shelf
from bot.studio.training_data import TrainingData
from bot.studio.training_process import TrainingProcess, arguments, copy_project, is_training, signal_group

USUAL_COMPONENTS = 8
_LEFT_BEHIND = "The gateway was restarted while this model trained. Nothing was lost; train again."

log = structlog.get_logger()


class Training(msgspec.Struct, frozen=True):
    """`state`: running, done, failed (`error` says why) or cancelled; `fraction` from 0 to 1."""

    id: int
    state: str
    step: str
    fraction: float
    error: str
    model_id: int | None
    started_at: datetime
    ended_at: datetime | None


class Trainer:
    """`command` is what trains (`… -m engine train`), run in `cwd`; copies and half-made models live in `scratch`."""

    def __init__(
        self,
        *,
        db: Database,
        live: Live,
        clock: Clock,
        data: TrainingData,
        registry: Registry,
        command: Sequence[str],
        cwd: Path,
        scratch: Path,
    ) -> None:
        self._db = db
        self._live = live
        self._clock = clock
        self._data = data
        self._registry = registry
        self._command = list(command)
        self._cwd = cwd
        self._scratch = scratch
        self._process: TrainingProcess | None = None
        self._task: asyncio.Task[None] | None = None
        self._components = USUAL_COMPONENTS

    async def recover(self) -> None:
        """At start: end what an earlier gateway left behind, and say so in its row."""
        async with self._db.read() as tx:
            rows = await store.running_trainings(tx)
        for row in rows:
            if row.pid is not None and is_training(row.pid, row.model):
                signal_group(row.pid, signal.SIGKILL)
            await self._end(row.id, "failed", error=_LEFT_BEHIND)
        await asyncio.to_thread(shutil.rmtree, self._scratch, ignore_errors=True)

    async def stop(self) -> None:
        """At the gateway's end: no training outlives it."""
        if self._task is None or self._task.done():
            return
        async with self._db.read() as tx:
            rows = await store.running_trainings(tx)
        for row in rows:
            await self._end(row.id, "failed", error=_LEFT_BEHIND)
        if self._process is not None:
            await self._process.kill()
        await self._task

    async def newest(self) -> Training | None:
        async with self._db.read() as tx:
            row = await store.newest_training(tx)
        return None if row is None else _training(row)

    async def problems(self) -> list[Problem]:
        return await asyncio.to_thread(self._problems)

    async def start(self, user: User) -> Training:
        """Begin a training of the data as it is now.

        Raises Conflict when one is running, or when the data has a fault that training would stop at."""
        stops = [problem for problem in await self.problems() if problem.stops]
        if stops:
            raise Conflict("data_problems", f"Training would fail: {stops[0].message}", problems=stops)
        now = self._clock.now()
        model = f"souk-{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
        async with self._db.write() as tx:
            if await store.running_trainings(tx):
                raise Conflict("training_runs", "A model is being trained. Wait for it, or cancel it.")
            training_id = await store.start_training(tx, user_id=user.id, model=model, now=now)
            await store.audited(tx, user.id, "training.start", model, {"training": training_id}, now)
            await self._tell(tx, training_id, "running", "Copying the data", 0.0)
        await self._live.wake()
        self._task = asyncio.create_task(self._run_after(self._task, training_id, model, user, now))
        return await self._get(training_id)

    async def cancel(self, user: User, training_id: int) -> Training:
        """Raises NotFound, or Conflict when it has ended."""
        await self._get(training_id)
        if not await self._end(training_id, "cancelled", by=user):
            raise Conflict("training_ended", "This training has ended already.")
        if self._process is not None:
            await self._process.kill()
        return await self._get(training_id)

    async def _run_after(self, last: asyncio.Task[None] | None, *training: Any) -> None:
        """One that was just cancelled still tidies up."""
        if last is not None:
            await last
        await self._run(*training)

    async def _run(self, training_id: int, model: str, user: User, started: datetime) -> None:
        folder = self._scratch / model
        try:
            async with self._data.locked():
                await asyncio.to_thread(copy_project, self._data.project, folder / "project")
            self._process = await TrainingProcess.start(
                [*self._command, *arguments(folder / "project", folder / "out", model)], self._cwd
            )
            await self._follow(training_id, self._process)
            await self._finish(training_id, folder, model, user, started)
        except SoukError as error:
            await self._end(training_id, "failed", error=error.message)
        except Exception:
            log.exception("training.failed", training=training_id)
            await self._end(training_id, "failed", error="The training could not be run; the gateway's log says why.")
        finally:
            if self._process is not None:
                await self._process.kill()
                self._process = None
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def _follow(self, training_id: int, process: TrainingProcess) -> None:
        if not await self._show(training_id, "Reading the training data", 0.02, pid=process.pid):
            await process.kill()
        seen = 0
        async for progress in process.progress():
            seen = progress.finished
            fraction = min(0.95, 0.05 + 0.9 * seen / self._components)
            await self._show(training_id, progress.step, round(fraction, 3))
        self._components = seen or self._components

    async def _finish(self, training_id: int, folder: Path, model: str, user: User, started: datetime) -> None:
        assert self._process is not None
        code = await self._process.ended()
        made = folder / "out" / f"{model}.tar.gz"
        if code != 0 or not made.exists():
            raise Unavailable("training_failed", self._process.reason())
        await self._show(training_id, "Saving the model", 0.97)
        digest, data_digest, report = await asyncio.to_thread(self._describe, folder / "project", made)
        report = msgspec.structs.replace(report, seconds=(self._clock.now() - started).total_seconds())
        target = self._registry.folder / made.name
        await asyncio.to_thread(_move_whole, made, target)
        async with self._db.write() as tx:
            model_id = await self._registry.register(
                tx, file=target.name, sha256=digest, data_sha256=data_digest, report=report, user_id=user.id, at=started
            )
            values = {"state": "done", "step": "", "fraction": 1.0, "model_id": model_id, "ended_at": self._clock.now()}
            if not await store.update_training(tx, training_id, **values):
                target.unlink(missing_ok=True)
                raise Conflict("training_ended", "This training was cancelled.")
            await self._tell(tx, training_id, "done", "", 1.0)
        await self._live.wake()

    def _describe(self, project: Path, made: Path) -> tuple[str, str, Report]:
        shelf = TrainingData(project).read()
        return sha256_of(made), tree_sha256(project), _report(shelf)

    async def _show(self, training_id: int, step: str, fraction: float, **values: Any) -> bool:
        async with self._db.write() as tx:
            running = await store.update_training(tx, training_id, step=step, fraction=fraction, **values)
            if running:
                await self._tell(tx, training_id, "running", step, fraction)
        await self._live.wake()
        return running

    async def _end(self, training_id: int, state: str, *, error: str = "", by: User | None = None) -> bool:
        now = self._clock.now()
        async with self._db.write() as tx:
            ended = await store.update_training(tx, training_id, state=state, step="", error=error, ended_at=now)
            if ended:
                facts = {"training": training_id}
                await store.audited(tx, by.id if by else None, f"training.{state}", str(training_id), facts, now)
                await self._tell(tx, training_id, state, "", 0.0)
        await self._live.wake()
        return ended

    async def _tell(self, tx: Any, training_id: int, state: str, step: str, fraction: float) -> None:
        facts = {"training": training_id, "state": state, "step": step, "fraction": fraction}
        await self._live.announce(tx, TOPIC, "training", facts)

    async def _get(self, training_id: int) -> Training:
        async with self._db.read() as tx:
            row = await store.training(tx, training_id)
        if row is None:
            raise NotFound("no_training", "There is no such training.")
        return _training(row)

    def _problems(self) -> list[Problem]:
        try:
            domain = checks.read_domain(self._data.project)
        except (OSError, yaml.YAMLError):
            return [Problem("domain.yml cannot be read.", stops=True, path="domain.yml")]
        return checks.problems(self._data.read(), domain)


def tree_sha256(folder: Path) -> str:
    """One digest over the names and bytes of every file of a folder."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _move_whole(made: Path, target: Path) -> None:
    """Into the folder of models in one step, so that no engine ever sees half a model."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    shutil.copyfile(made, part)
    part.replace(target)


def _report(shelf: Shelf) -> Report:
    return Report(examples=sum(1 for _ in shelf.places()), intents=len(shelf.intents()))


def _training(row: Row[Any]) -> Training:
    return Training(
        id=row.id,
        state=row.state,
        step=row.step,
        fraction=row.fraction,
        error=row.error,
        model_id=row.model_id,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )
