"""What is wrong with the training data, in words and with the line, before minutes go into a training.

It reads names from domain.yml; what rules and stories contradict only Rasa's own training finds (`bot.studio.trainer`).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import yaml

from bot.studio import annotation
from bot.studio.shelf import Place, Shelf

FEWEST = 2
"""Examples of one intent below which Rasa's classifiers cannot be trusted with it."""


class Problem(msgspec.Struct, frozen=True):
    """`stops` training, or only deserves a look."""

    message: str
    stops: bool
    path: str = ""
    line: int = 0


@dataclass(frozen=True)
class Domain:
    intents: frozenset[str]
    entities: frozenset[str]


def read_domain(project: Path) -> Domain:
    """The names that domain.yml (or the files of domain/) lists. Raises OSError, yaml.YAMLError."""
    whole = project / "domain.yml"
    paths = [whole] if whole.is_file() else sorted((project / "domain").rglob("*.yml"))
    intents: set[str] = set()
    entities: set[str] = set()
    for path in paths:
        content = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
        if isinstance(content, dict):
            intents |= _names(content.get("intents"))
            entities |= _names(content.get("entities"))
    return Domain(frozenset(intents), frozenset(entities))


def problems(shelf: Shelf, domain: Domain) -> list[Problem]:
    return [
        *(Problem(sentence, stops=True) for sentence in shelf.unreadable),
        *_unlisted(shelf, domain),
        *_doubles(shelf),
        *_too_few(shelf),
    ]


def _unlisted(shelf: Shelf, domain: Domain) -> list[Problem]:
    first = {place.block.intent: place for place in reversed(list(shelf.places()))}
    return [
        _at(place, f"“{intent}” has examples but domain.yml does not list it.", stops=True)
        for intent, place in sorted(first.items())
        # `faq/shipping` is listed as its retrieval intent `faq`.
        if intent not in domain.intents and intent.split("/")[0] not in domain.intents
    ]


def _doubles(shelf: Shelf) -> list[Problem]:
    places: dict[str, list[Place]] = defaultdict(list)
    for place in shelf.places():
        places[annotation.same(place.line.example or "")].append(place)
    return [
        _at(other, f"“{other.line.example}” is an example of “{first.block.intent}” and of “{other.block.intent}”.")
        for first, *others in places.values()
        for other in others
        if other.block.intent != first.block.intent
    ]


def _too_few(shelf: Shelf) -> list[Problem]:
    counts: dict[str, int] = defaultdict(int)
    for place in shelf.places():
        counts[place.block.intent] += 1
    return [
        Problem(f"“{intent}” has only {count} example; give it at least {FEWEST}.", stops=False)
        for intent, count in sorted(counts.items())
        if count < FEWEST
    ]


def _at(place: Place, message: str, *, stops: bool = False) -> Problem:
    return Problem(message, stops, place.file.path, place.line.number)


def _names(listed: Any) -> set[str]:
    """Rasa lists a name as `- greet` or, with options, as `- greet: {use_entities: []}`."""
    names: set[str] = set()
    for item in listed if isinstance(listed, list) else []:
        names |= set(item) if isinstance(item, dict) else {str(item)}
    return names
