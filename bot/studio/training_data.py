"""The folder of NLU files on disk: read with a cache, written so that nobody ever sees half a file.

A write replaces the file in one step and only if it still is what the change was made from; another process that edits
through here waits on the folder's lock. It does not know what a change means or who made it.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

from bot.errors import BadInput, Conflict, Unavailable
from bot.studio import nlu_file
from bot.studio.nlu_file import NluFile
from bot.studio.shelf import Draft, Shelf


def moved_on(path: str) -> Conflict:
    message = f"{path} was changed in the meantime; look at it again. Nothing was written."
    return Conflict("moved_on", message, path=path)


_Seen = tuple[int, int, int]


class TrainingData:
    """`project` holds `data/nlu/`. What is not async blocks: call it in a thread."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self.folder = project / "data" / "nlu"
        self._lock = asyncio.Lock()
        self._cache: dict[str, tuple[_Seen, NluFile]] = {}

    @contextlib.asynccontextmanager
    async def locked(self) -> AsyncIterator[None]:
        """One writer at a time, in this process and among all that come through here. Raises Unavailable."""
        async with self._lock:
            try:
                handle = await asyncio.to_thread(self._lock_folder)
            except OSError as error:
                raise Unavailable("no_training_data", f"The folder {self.folder.name} cannot be opened.") from error
            try:
                yield
            finally:
                os.close(handle)

    def _lock_folder(self) -> int:
        handle = os.open(self.folder, os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX)
        return handle

    def read(self) -> Shelf:
        """Every file that can be read; the others with the sentence that says why not."""
        files: dict[str, NluFile] = {}
        unreadable: list[str] = []
        paths = sorted(p for p in self.folder.rglob("*") if p.suffix in (".yml", ".yaml") and p.is_file())
        for path in paths:
            name = path.relative_to(self.project).as_posix()
            try:
                files[name] = self._read_one(name, path)
            except BadInput as error:
                unreadable.append(error.message)
            except UnicodeDecodeError:
                unreadable.append(f"{name} is not UTF-8 text.")
        self._cache = {name: seen for name, seen in self._cache.items() if name in files}
        return Shelf(files, tuple(unreadable))

    def _read_one(self, name: str, path: Path) -> NluFile:
        status = path.stat()
        seen = (status.st_mtime_ns, status.st_size, status.st_ino)
        cached = self._cache.get(name)
        if cached is None or cached[0] != seen:
            cached = (seen, nlu_file.read(name, path.read_bytes().decode()))
            self._cache[name] = cached
        return cached[1]

    def write(self, draft: Draft) -> None:
        """Put a draft's files in place, all or none. Raises Conflict when one of them was changed meanwhile."""
        pairs = draft.changed()
        for before, _ in pairs:
            if self._now(before.path) != before.text.encode():
                raise moved_on(before.path)
        done: list[NluFile] = []
        try:
            for before, after in pairs:
                self._replace(after)
                done.append(before)
        except OSError:
            for before in done:
                self._replace(before)
            raise

    def put_back(self, draft: Draft) -> None:
        """Take a written draft back, for a change whose record could not be kept."""
        for before, after in draft.changed():
            if self._now(after.path) == after.text.encode():
                self._replace(before)

    def _now(self, name: str) -> bytes | None:
        try:
            return (self.project / name).read_bytes()
        except FileNotFoundError:
            return None

    def _replace(self, file: NluFile) -> None:
        path = (self.project / file.path).resolve()
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
        try:
            with draft.open("wb") as out:
                out.write(file.text.encode())
                out.flush()
                os.fsync(out.fileno())
            draft.chmod(path.stat().st_mode)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
