"""Which form a catalogue file has, by what is in it, and the reader of each form."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bot.errors import BadInput
from bot.selling.catalog.entries import Entry, Problem, Reading, Told
from bot.selling.catalog_file import read_own

FORMS = ("own",)


def read_any(path: Path, form: str | None, reading: Reading, told: Told) -> Iterator[Entry | Problem]:
    """The rows of the catalogue at `path` in the form that is named, or that it looks like.

    Raises `BadInput` where there is no file, or it is in no form that we read."""
    if form not in (None, *FORMS):
        raise BadInput("form_unknown", f"{form} is no form of a catalogue; there are: {', '.join(FORMS)}")
    return read_own(path, told)
