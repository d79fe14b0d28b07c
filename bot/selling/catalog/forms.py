"""Which form a catalogue file has, by what is in it, and the reader of each form."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bot.errors import BadInput
from bot.selling.catalog.entries import Entry, Problem, Reading, Told
from bot.selling.catalog.feed import read_feed
from bot.selling.catalog.sheets import column, header, is_xml
from bot.selling.catalog_file import read_own

FORMS = ("own", "feed")


def read_any(path: Path, form: str | None, reading: Reading, told: Told) -> Iterator[Entry | Problem]:
    """The rows of the catalogue at `path` in the form that is named, or that it looks like.

    Raises `BadInput` where there is no file, or it is in no form that we read."""
    if form not in (None, *FORMS):
        raise BadInput("form_unknown", f"{form} is no form of a catalogue; there are: {', '.join(FORMS)}")
    form = form or recognised(path)
    if form == "own":
        return read_own(path, told)
    return read_feed(path, reading, told)


def recognised(path: Path) -> str:
    """Raises `BadInput` where it looks like none."""
    if path.is_dir() or path.suffix in (".yml", ".yaml"):
        return "own"
    if not path.is_file():
        raise BadInput("catalog_missing", f"there is no {path.name}", path=str(path))
    if is_xml(path):
        return "feed"
    columns = {column(name) for name in header(path)}
    if {"id", "price"} <= columns or {"item_id", "price"} <= columns:
        return "feed"
    raise BadInput("form_unknown", f"{path.name} looks like no catalogue that we read; name its form with --format")
