"""One example as an operator writes it: cleaned to one line, its entity marks checked, its plain words compared.

Marks are Rasa's: `[blue](colour)` or `[blue]{"entity": "colour", "value": "navy"}`. Knows nothing of files or intents.
"""

from __future__ import annotations

import json
import re
import unicodedata

from bot.errors import BadInput

LONGEST = 500
"""Characters in one example. A customer's longer message teaches nothing that its sentences would not."""

_MARK = re.compile(
    r"\[(?P<words>[^\]]+)\](?:\((?P<entity>[^:)]+)(?::[^)]+)?\)|\{(?P<object>[^}]+)\}|\[(?P<list>\{.*?\})\])"
)


def clean(text: str) -> str:
    """The example on one line, without control characters. Raises BadInput when nothing is left or marks are broken."""
    spaced = "".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp", "Cn") else c for c in text)
    line = " ".join(spaced.split())
    if not line:
        raise BadInput("empty_example", "An example needs some words.")
    if len(line) > LONGEST:
        raise BadInput("long_example", f"An example has at most {LONGEST} characters; teach one sentence at a time.")
    entities(line)
    return line


def as_plain_words(text: str) -> str:
    """What a customer wrote, so that none of it reads as an entity mark: `[x](y)` loses its square brackets."""
    return _MARK.sub(lambda found: found.group(0).replace("[", "(", 1).replace("]", ")", 1), text)


def entities(text: str) -> list[str]:
    """The names of the marked entities. Raises BadInput at a mark that Rasa could not read."""
    names: list[str] = []
    for found in _MARK.finditer(text):
        if found["entity"]:
            names.append(found["entity"].strip())
            continue
        marks = f"[{found['list']}]" if found["list"] else f"[{{{found['object']}}}]"
        try:
            names.extend(str(mark["entity"]) for mark in json.loads(marks))
        except (ValueError, KeyError, TypeError) as error:
            raise BadInput("bad_mark", f"The mark behind “{found['words']}” cannot be read: {marks[1:-1]}") from error
    return names


def plain(text: str) -> str:
    """The words without marks: `show [blue](colour) hats` -> `show blue hats`."""
    return _MARK.sub(lambda found: found["words"], text)


def same(text: str) -> str:
    """What two examples have in common when a model cannot tell them apart: plain words, case and spaces aside."""
    return " ".join(plain(text).casefold().split())
