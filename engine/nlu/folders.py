"""The language of training sentences, told by the folder of their file: `data/nlu/fr/cart.yml` is French.

Rasa's readers forget which file a sentence came from. `install` lets them note its language in the sentence's
metadata, where `metadata: {language: fr}` beside an intent or an example of the file puts it as well, and wins.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import regex
from rasa.shared.nlu.constants import METADATA, METADATA_EXAMPLE, METADATA_INTENT
from rasa.shared.nlu.training_data.formats.readerwriter import TrainingDataReader
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

# ISO 639-1, with a script where one language has two.
KNOWN = """
ar bg bn cs da de el en es et fa fi fr gu he hi hr hu id it ja kn ko lt lv ml mr ms nb nl no pa pl pt ro ru sk sl sr
sv ta te th tr uk ur vi zh hi-Latn
"""
CODES = frozenset(KNOWN.split())
FOLDER = regex.compile(r"[a-z]{2}(?:-[A-Z][a-z]{3})?")


def install() -> None:
    """Let Rasa's readers keep the language of a file's folder. Twice is once."""
    if not hasattr(TrainingDataReader.read, "__wrapped__"):
        TrainingDataReader.read = keeping_language(TrainingDataReader.read)


def keeping_language(read: Any) -> Any:
    @functools.wraps(read)
    def read_and_mark(self: TrainingDataReader, filename: str | Path, **kwargs: Any) -> TrainingData:
        data: TrainingData = read(self, filename, **kwargs)
        language = language_of(Path(filename))
        if language is not None:
            for message in data.training_examples:
                mark(message, language)
        return data

    return read_and_mark


def language_of(file: Path) -> str | None:
    """The code that the nearest folder of a file's path bears; None when none does."""
    folders = (folder.name for folder in file.parents)
    return next((name for name in folders if FOLDER.fullmatch(name) and name in CODES), None)


def mark(message: Message, language: str) -> None:
    metadata = dict(message.get(METADATA) or {})
    beside_intent = metadata.get(METADATA_INTENT) or {}
    if isinstance(beside_intent, dict) and "language" not in beside_intent:
        message.set(METADATA, {**metadata, METADATA_INTENT: {**beside_intent, "language": language}})


def marked_language(message: Message) -> str | None:
    """The language that a training sentence's metadata names; its own before its intent's."""
    metadata = message.get(METADATA) or {}
    for place in (METADATA_EXAMPLE, METADATA_INTENT):
        beside = metadata.get(place)
        if isinstance(beside, dict) and isinstance(beside.get("language"), str):
            return str(beside["language"])
    return None
