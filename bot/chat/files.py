"""Files of a built page, read once, compressed once, kept until they change on disk."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}")
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}


@dataclass(frozen=True, slots=True)
class Kept:
    """`packed` is the body as gzip, None where that saves nothing. `etag` is quoted, as HTTP wants it."""

    body: bytes
    packed: bytes | None
    content_type: str
    etag: str


def kept(body: bytes, content_type: str) -> Kept:
    packed = gzip.compress(body, 9, mtime=0)
    return Kept(
        body, packed if len(packed) < len(body) * 0.9 else None, content_type, f'"{sha256(body).hexdigest()[:32]}"'
    )


class Folder:
    """One flat folder of small files. A name with a path in it, or of a type we do not serve, is not found."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept: dict[str, tuple[int, Kept]] = {}

    def get(self, name: str) -> Kept | None:
        content_type = _TYPES.get(Path(name).suffix)
        if content_type is None or not _NAME.fullmatch(name):
            return None
        path = self._path / name
        try:
            changed = path.stat().st_mtime_ns
            known = self._kept.get(name)
            if known is None or known[0] != changed:
                known = self._kept[name] = (changed, kept(path.read_bytes(), content_type))
        except (FileNotFoundError, IsADirectoryError):
            return None
        return known[1]
