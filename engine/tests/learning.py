"""Components trained on a few sentences, without a project around them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.entities_parser import find_entities_in_training_example, replace_entities
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from engine.nlu.folders import mark


def sentence(example: str, language: str | None = None, intent: str = "say") -> Message:
    """A training sentence in Rasa's notation, marked with its language as its folder would."""
    message = Message.build(replace_entities(example), intent, find_entities_in_training_example(example))
    if language is not None:
        mark(message, language)
        message.set("language", language)
    return message


def sentences(by_language: Mapping[str, str], intent: str = "say") -> list[Message]:
    return [
        sentence(line.strip(), language, intent)
        for language, lines in by_language.items()
        for line in lines.strip().splitlines()
    ]


def trained(
    kind: type[GraphComponent], examples: Iterable[Message], folder: Path, *, tables: Any = None, **config: Any
) -> Any:
    """A component as a server has it: trained, written to `folder`, and loaded from there."""
    storage, resource = LocalModelStorage(folder), Resource("component")
    context = ExecutionContext(GraphSchema({}))
    settings = {**kind.get_default_config(), **config}
    learner: Any = kind.create(settings, storage, resource, context)
    learner.train(TrainingData(list(examples), **(tables or {})))
    return kind.load(settings, storage, resource, context)
