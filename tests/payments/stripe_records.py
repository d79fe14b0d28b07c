"""What all sandboxes of a test run wrote down, held against Stripe's specification: each thing once.

Every process of the sandbox that a test starts, alone or in a whole shop, records what passes (`sandbox.stripe.record`)
into one folder, and a run with a complaint fails, whichever test it came from.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.payments.stripe_spec import Judge

_RANDOM = re.compile(r"\b[a-z]+_[A-Za-z0-9_]{10,}|[0-9a-f-]{24,}")
_NUMBER = re.compile(r"\d+")


class Records:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.judge = Judge()
        self.judged = 0
        self._read: dict[Path, int] = {}
        self._seen: set[int] = set()

    def complaints(self) -> list[str]:
        """What is wrong with all that was recorded since the last look, each complaint once."""
        return list(dict.fromkeys(word for line in self._news() for word in self._judged(line)))

    def _news(self) -> Iterator[dict[str, Any]]:
        for path in sorted(self.folder.glob("*.jsonl")):
            with path.open("rb") as file:
                file.seek(self._read.get(path, 0))
                for raw in file:
                    if not raw.endswith(b"\n"):  # still being written
                        break
                    self._read[path] = self._read.get(path, 0) + len(raw)
                    yield json.loads(raw)

    def _judged(self, line: dict[str, Any]) -> list[str]:
        if not self._is_new(line):
            return []
        self.judged += 1
        if "event" in line:
            unknown = [] if self.judge.knows_event(line["event"]["type"]) else ["no such event"]
            return unknown + self.judge.event(line["event"])
        asked = line["method"], line["path"]
        # What the sandbox refused was a test of its refusals; what it took, Stripe must take.
        request = self.judge.request(*asked, line["form"]) if line["status"] == 200 else []
        return request + self.judge.answer(*asked, line["status"], line["answer"])

    def _is_new(self, line: dict[str, Any]) -> bool:
        """Ten thousand checkouts are a dozen shapes: only ids and numbers differ."""
        shape = hash(_NUMBER.sub("0", _RANDOM.sub("id", json.dumps(line, sort_keys=True))))
        new = shape not in self._seen
        self._seen.add(shape)
        return new
