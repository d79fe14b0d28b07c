"""Rows of a table, whatever it is written in: CSV and its kin, or the items of an RSS or Atom feed.

A row is its line in the file and its cells by the name of their column, lower case with underscores and without the
`g:` of Google's names. Files are read as they come, never as a whole. It does not know what the columns mean.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO
from xml.parsers import expat

from bot.selling.catalog.entries import Told

csv.field_size_limit(2_000_000)

_CHUNK = 1 << 16
_TOLD_EVERY = 500
_ONCE = ("title", "description", "link")
"""What RSS has itself; Google's own element of that name is meant where there are both."""


@dataclass(slots=True)
class Row:
    """`fault` is why the cells cannot be trusted; then whatever cells there are say whose row it may be. `fatal`
    means that the file cannot be read any further."""

    line: int
    cells: dict[str, str] = field(default_factory=dict)
    fault: str = ""
    fatal: bool = False

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")

    def first(self, *names: str) -> str:
        """Of the first of these columns that says something."""
        for name in names:
            if cell := self.cells.get(name):
                return cell
        return ""


def column(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.strip().casefold().removeprefix("g:")).strip("_")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file. `columns` name those of a table without a header, `renamed` is what other names of a column mean."""

    path: Path
    columns: Sequence[str] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)

    def rows(self) -> Iterator[Row]:
        if not is_xml(self.path):
            yield from _table(self.path, self.columns, self.renamed)
            return
        for row in _items(self.path):
            for other in self.renamed.keys() & row.cells.keys():
                row.cells.setdefault(self.renamed[other], row.cells[other])
            yield row

    def grouped(self, keys: Sequence[str], told: Told) -> Iterator[tuple[str, list[Row]]]:
        """Rows with the same key (the first of these columns that says something) together, as soon as the last of
        them was read, wherever they stand. Rows without a key come alone, under ""."""
        return grouped(self.rows, lambda row: row.first(*keys), told)


def is_xml(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(200).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def header(path: Path) -> list[str]:
    """The first row of a table as it stands there."""
    with _open(path) as file:
        return next(_lines(file, _delimiter(path)), (0, []))[1]


def grouped(
    rows: Callable[[], Iterable[Row]], key_of: Callable[[Row], str], told: Told
) -> Iterator[tuple[str, list[Row]]]:
    """Rows with the same key together, as soon as the last of them was read, wherever they stand. The file is read
    twice, so that only unfinished groups are in memory. Rows without a key come alone, under ""."""
    left = Counter(key_of(row) for row in rows())
    total = left.total()
    waiting: dict[str, list[Row]] = {}
    for number, row in enumerate(rows(), 1):
        if number % _TOLD_EVERY == 0 or number == total:
            told(number, total)
        key = key_of(row)
        if not key:
            yield "", [row]
            continue
        waiting.setdefault(key, []).append(row)
        left[key] -= 1
        if not left[key]:
            yield key, waiting.pop(key)


# -- tables ------------------------------------------------------------------------------------------------------------


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        return "utf-16" if file.read(2) in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"


def _open(path: Path) -> TextIO:
    # Bytes that are no UTF-8 cost their own row, not the file.
    return path.open(encoding=_encoding(path), errors="surrogateescape", newline="")


def _delimiter(path: Path) -> str:
    with _open(path) as file:
        line = next((line for line in file if line.strip() and not line.startswith("#")), "")
    return max(",\t;|", key=lambda mark: (line.count(mark), mark == ","))


def _lines(file: TextIO, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Records that say something, each with the line it begins on."""
    reader = csv.reader(file, delimiter=delimiter)
    begins = 1
    for cells in reader:
        line, begins = begins, reader.line_num + 1
        if any(cells) and not cells[0].startswith("# "):
            yield line, cells


def _table(path: Path, columns: Sequence[str], renamed: Mapping[str, str]) -> Iterator[Row]:
    sound = _is_sound(path)
    with _open(path) as file:
        lines = _lines(file, _delimiter(path))
        names = list(columns) or [column(name) for name in next(lines, (0, []))[1]]
        names = [renamed.get(name, name) if renamed.get(name) not in names else name for name in names]
        line = 1
        try:
            for line, cells in lines:
                row = Row(line, dict(zip(names, map(str.strip, cells), strict=False)))
                if len(cells) > len(names):
                    row.fault = f"it has {len(cells)} cells, the header {len(names)}"
                elif not sound and not _is_text(cells):
                    row.fault = "it is not UTF-8"
                yield row
        except csv.Error as error:
            yield Row(line + 1, fault=f"the table cannot be read from here: {error}", fatal=True)


def _is_sound(path: Path) -> bool:
    """Whether all of it is text: then no row need be asked."""
    try:
        with path.open(encoding=_encoding(path)) as file:
            while file.read(_CHUNK * 16):
                pass
    except UnicodeDecodeError:
        return False
    return True


def _is_text(cells: Iterable[str]) -> bool:
    try:
        "".join(cells).encode()
    except UnicodeEncodeError:
        return False
    return True


# -- feeds -------------------------------------------------------------------------------------------------------------


class _Items:
    """Listens to a parser and keeps the items that are whole. Cells that stand several times are joined by commas."""

    def __init__(self) -> None:
        self.done: list[Row] = []
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._said
        # A feed needs no entities of its own, and they are how a small file becomes a large one.
        self._parser.EntityDeclHandler = _refuse_entity
        self._row: Row | None = None
        self._depth = 0
        self._text: list[str] = []

    def feed(self, data: bytes) -> None:
        """Raises `expat.ExpatError`."""
        self._parser.Parse(data, not data)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if self._row is None:
            if local in ("item", "entry"):
                self._row, self._depth = Row(self._parser.CurrentLineNumber), 0
            return
        self._depth += 1
        self._text = [attributes["href"]] if local == "link" and "href" in attributes else []

    def _said(self, text: str) -> None:
        if self._row is not None and self._depth == 1:
            self._text.append(text)

    def _end(self, name: str) -> None:
        if self._row is None:
            return
        if self._depth == 0:
            self.done.append(self._row)
            self._row = None
            return
        if self._depth == 1 and (said := "".join(self._text).strip()):
            key = column(name)
            before = self._row.cells.get(key)
            own = name.startswith("g:") or before is None
            self._row.cells[key] = (
                said if (own and key in ("title", "description", "link")) or not before else f"{before},{said}"
            )
        self._depth -= 1


def _refuse_entity(*_declaration: object) -> None:
    raise expat.ExpatError("it declares entities of its own")


def _items(path: Path) -> Iterator[Row]:
    items = _Items()
    with path.open("rb") as file:
        data = b" "
        while data:
            data = file.read(_CHUNK)
            try:
                items.feed(data)
            except expat.ExpatError as error:
                yield from items.done
                line = getattr(error, "lineno", 1)
                yield Row(line, fault=f"the feed cannot be read from here: {error}", fatal=True)
                return
            yield from items.done
            items.done = []
