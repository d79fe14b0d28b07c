"""What the studio's HTTP API takes and gives, as far as it is not a word of one of its parts."""

from __future__ import annotations

from datetime import datetime

import msgspec

from bot.dialogue.base import Intent
from bot.selling.synonyms import Synonym
from bot.studio.checks import Problem
from bot.studio.lessons import Lesson
from bot.studio.registry import Model
from bot.studio.trainer import Training


class Sighting(msgspec.Struct, frozen=True):
    """One time that a customer said it."""

    turn_id: str
    conversation_id: int
    at: datetime


class Misunderstood(msgspec.Struct, frozen=True):
    """A sentence that the bot did not understand. `suggestion` is it as an example; `ranking` is the model's guess."""

    text: str
    suggestion: str
    sightings: list[Sighting]
    ranking: list[Intent]


class MisunderstoodList(msgspec.Struct, frozen=True):
    """Newest first. `waiting` counts every message that nobody has looked at, also those past the end of the list."""

    sentences: list[Misunderstood]
    waiting: int


class ContextMessage(msgspec.Struct, frozen=True):
    """`author`: customer, bot, agent or system. `here` marks the message that was not understood."""

    author: str
    text: str
    at: datetime
    here: bool


class Context(msgspec.Struct, frozen=True):
    """What was said around a message, oldest first."""

    conversation_id: int
    messages: list[ContextMessage]


class LanguageCount(msgspec.Struct, frozen=True):
    language: str
    examples: int


class IntentCount(msgspec.Struct, frozen=True):
    name: str
    examples: int
    languages: list[LanguageCount]


class IntentList(msgspec.Struct, frozen=True):
    """`unreadable`: a sentence for each file that could not be read, whose examples are missing here."""

    intents: list[IntentCount]
    unreadable: list[str]


class Example(msgspec.Struct, frozen=True):
    """Where an example stands. `version` is the file's sha256 and goes into If-Match; `why_fixed` is empty when it can
    be changed here."""

    text: str
    intent: str
    language: str
    path: str
    line: int
    version: str
    why_fixed: str


class ExampleList(msgspec.Struct, frozen=True):
    """At most 500 of the `found`."""

    examples: list[Example]
    found: int


class Teaching(msgspec.Struct, frozen=True):
    """Make `text` an example; `turn_ids` are the messages that it settles."""

    intent: str
    text: str
    language: str = "en"
    turn_ids: list[str] = []


class Dismissal(msgspec.Struct, frozen=True):
    turn_ids: list[str]
    text: str = ""


class Rewording(msgspec.Struct, frozen=True):
    path: str
    line: int
    text: str


class Moving(msgspec.Struct, frozen=True):
    path: str
    line: int
    intent: str


class Deletion(msgspec.Struct, frozen=True):
    path: str
    line: int


class Sentence(msgspec.Struct, frozen=True):
    text: str


class SynonymList(msgspec.Struct, frozen=True):
    """By word."""

    synonyms: list[Synonym]


class NewSynonym(msgspec.Struct, frozen=True):
    """`word` (one or two words) also means `means`; `both_ways`: and the other way round."""

    word: str
    means: str
    both_ways: bool = False
    language: str = "en"


class LessonList(msgspec.Struct, frozen=True):
    lessons: list[Lesson]


class ModelList(msgspec.Struct, frozen=True):
    models: list[Model]


class Standing(msgspec.Struct, frozen=True):
    """Everything about models on one screen: what is live, what waits, what trains, what the data lacks.

    `untrained` counts the lessons that no model has learnt yet."""

    live: Model | None
    candidate: Model | None
    previous: Model | None
    training: Training | None
    untrained: int
    problems: list[Problem]
