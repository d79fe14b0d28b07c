"""Files that customers and the shop sent, by id. Each lies in a folder beside the stand-in's state, with its type."""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class File:
    """`sha256` is of the content, in hex; `size` in bytes."""

    id: str
    mime_type: str
    name: str
    sha256: str
    size: int


class Media:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self, content: bytes, mime_type: str, name: str = "") -> File:
        digest = hashlib.sha256(content).hexdigest()
        file = File(str(uuid.uuid4().int)[:16], mime_type, name, digest, len(content))
        (self._folder / f"{file.id}.bin").write_bytes(content)
        (self._folder / f"{file.id}.json").write_text(json.dumps(asdict(file)))
        return file

    def find(self, media_id: str) -> File | None:
        about = self._folder / f"{media_id}.json"
        return File(**json.loads(about.read_text())) if media_id.isdigit() and about.exists() else None

    def read(self, file: File) -> bytes:
        return (self._folder / f"{file.id}.bin").read_bytes()
