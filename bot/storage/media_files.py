"""Customers' files on disk: one flat folder, each under the SHA-256 of its bytes, readable by its owner alone."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

_DIGEST = re.compile(r"[0-9a-f]{64}")


class MediaFiles:
    """Blocking: called in a thread. Where workers and the gateway run on several machines, the folder is shared."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: bytes) -> str:
        """Keep the bytes; returns their digest. Whoever reads never sees half a file."""
        digest = hashlib.sha256(content).hexdigest()
        path = self._folder / digest
        if path.exists():
            os.utime(path)
            return digest
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, half = tempfile.mkstemp(dir=self._folder, prefix=".half-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            Path(half).replace(path)
        except OSError:
            Path(half).unlink(missing_ok=True)
            raise
        return digest

    def path(self, digest: str) -> Path | None:
        """None where there is no such file."""
        path = self._folder / digest
        return path if _DIGEST.fullmatch(digest) and path.is_file() else None

    def older_than(self, seconds: float) -> list[str]:
        """Digests of files that were last put in so long ago."""
        if not self._folder.is_dir():
            return []
        before = time.time() - seconds
        found = [path for path in self._folder.iterdir() if _DIGEST.fullmatch(path.name)]
        return [path.name for path in found if path.stat().st_mtime < before]

    def remove(self, digests: Iterable[str]) -> None:
        for digest in digests:
            if _DIGEST.fullmatch(digest):
                (self._folder / digest).unlink(missing_ok=True)
