"""What passed between the sandbox and a shop, line by line in a file, for whoever wants to judge it afterwards.

Off unless a file is named. Digits that could be a card's number are not written.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TextIO

from sandbox.stripe.shapes import Json

FOLDER = "STRIPE_SANDBOX_RECORDS"
"""The variable that names a folder: every sandbox started with it writes there what passes, each in a file."""
_CARD = re.compile(r"\d{12,19}")


def named_file() -> Path | None:
    folder = os.environ.get(FOLDER)
    return Path(folder) / f"{os.getpid()}.jsonl" if folder else None


class Record:
    def __init__(self, path: Path | None) -> None:
        self._file: TextIO | None = path.open("a", buffering=1, encoding="utf-8") if path else None

    def exchange(self, method: str, path: str, form: str, status: int, body: str) -> None:
        """`form` is the request's query or body, `body` the answer as it went out."""
        if self._file is not None:
            hidden = _CARD.sub(lambda found: "0" * len(found[0]), form)
            self._write({"method": method, "path": path, "form": hidden, "status": status, "answer": json.loads(body)})

    def event(self, event: Json) -> None:
        if self._file is not None:
            self._write({"event": event})

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _write(self, line: Json) -> None:
        if self._file is not None:
            self._file.write(json.dumps(line) + "\n")
