"""How far a long import is, in one line that rewrites itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TextIO

_EVERY_S = 0.5


class Progress:
    """`told` is for readers: so many rows of so many. Nothing is said of what is over at once."""

    def __init__(self, stream: TextIO, now: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._now = now
        self._began = self._last = now()
        self._said = False

    def told(self, done: int, total: int) -> None:
        now = self._now()
        if now - self._last < _EVERY_S:
            return
        self._last = now
        rate = done / (now - self._began)
        self._say(f"{100 * done // max(total, 1)} %, {done} of {total} rows, {rate:.0f} rows/s")

    def end(self) -> None:
        if self._said:
            self._stream.write("\n")
            self._stream.flush()

    def _say(self, line: str) -> None:
        self._said = True
        self._stream.write(f"\r{line:<60}")
        self._stream.flush()
