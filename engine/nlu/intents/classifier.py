"""The intent classifier as a Rasa component: `engine.nlu.intents.FusionIntentClassifier` in `config.yml`.

It reads a message's text and the `language` that a component before it may have set, and nothing else of the
pipeline. What it does not know: how it was decided (`recogniser`), and what the bot says to a message it rejects.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers import LABEL_RANKING_LENGTH
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from threadpoolctl import threadpool_limits

from engine.nlu.encoders import BrokenEncoder, Encoder, available, opened
from engine.nlu.intents.recogniser import Answer, Recogniser
from engine.nlu.intents.vectors import cache_folder, cached_layers
from engine.nlu.sources import KnownByItsSources
from engine.nlu.spelling import WISH

logger = logging.getLogger(__name__)

LANGUAGE = "language"
SHARED = 2_000
"""Sentences from which on a training is worth sharing among processors."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class FusionIntentClassifier(KnownByItsSources, IntentClassifier, GraphComponent):
    """Words, pieces of words and sentence encoders in one classifier that says how sure it is and when it is not."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            # Below this confidence the intent is `nlu_fallback`. None: chosen from the training data. 0: never.
            "threshold": None,
            # Intents whose examples are what the bot is not for; they teach where the threshold lies.
            "out_of_scope": ["out_of_scope", "oos"],
            # Folders of encoders, or `use`. None: all that this installation has.
            "encoders": None,
            # What a message without a language is taken to be in; None asks only encoders of all languages.
            "language": None,
            "ranking_length": LABEL_RANKING_LENGTH,
            # Sentence vectors are kept between trainings: a folder, or None for one beside Rasa's own cache.
            "cache": None,
            "seed": 0,
        }

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FusionIntentClassifier:
        return cls(config, model_storage, resource)

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        recogniser: Recogniser | None = None,
    ) -> None:
        self.config = {**self.get_default_config(), **config}
        self._model_storage = model_storage
        self._resource = resource
        self._recogniser = recogniser
        self._encoders = open_encoders(self.config["encoders"])

    def train(self, training_data: TrainingData) -> Resource:
        taught = [
            (said(example), str(example.get(INTENT)), self._language(example))
            for example in training_data.intent_examples
            if example.get(INTENT) and said(example)
        ]
        if not taught:
            logger.warning("There are no examples of intents: nothing is learnt.")
            return self._resource
        texts, intents, languages = zip(*taught, strict=True)
        folder = Path(self.config["cache"]) if self.config["cache"] else cache_folder()
        # The engine gives linear algebra one thread, which is right for a message; large matrices want every processor.
        with threadpool_limits(os.cpu_count() if len(taught) > SHARED else 1, user_api="blas"):
            self._recogniser = Recogniser.train(
                texts,
                intents,
                languages,
                self._encoders,
                layers=lambda encoder, unseen: cached_layers(encoder, unseen, folder),
                foreign=frozenset(self.config["out_of_scope"] or ()),
                seed=int(self.config["seed"]),
            )
        logger.info("Intents are rejected below a confidence of %.3f.", self.threshold)
        with self._model_storage.write_to(self._resource) as directory:
            self._recogniser.save(directory)
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> FusionIntentClassifier:
        try:
            with model_storage.read_from(resource) as directory:
                return cls(config, model_storage, resource, Recogniser.load(directory))
        except ValueError:
            logger.debug("No intents were learnt in %s.", resource.name)
        except FileNotFoundError as missing:
            logger.error("This model was trained by another version (%s is missing): train again.", missing.filename)
        return cls(config, model_storage, resource)

    @property
    def threshold(self) -> float:
        """The operator's when there is one, else the one that training chose."""
        if self.config["threshold"] is not None:
            return float(self.config["threshold"])
        return self._recogniser.threshold if self._recogniser else 0.0

    def process(self, messages: list[Message]) -> list[Message]:
        asked = [message for message in messages if said(message)]
        answers: Sequence[Answer] = ()
        if self._recogniser and asked:
            texts = [said(message) for message in asked]
            answers = self._recogniser.answer(texts, [self._language(message) for message in asked], self._encoders)
        answered = dict(zip(map(id, asked), answers))  # noqa: B905  (none are answered before a training)
        for message in messages:
            self._write(message, answered.get(id(message)))
        return messages

    def _write(self, message: Message, answer: Answer | None) -> None:
        if answer is None:
            message.set(INTENT, {INTENT_NAME_KEY: None, PREDICTED_CONFIDENCE_KEY: 0.0}, add_to_output=True)
            message.set(INTENT_RANKING_KEY, [], add_to_output=True)
            return
        length = int(self.config["ranking_length"]) or len(answer.ranking)
        ranking = [_named(*each) for each in answer.ranking[:length]]
        if answer.confidence < self.threshold:
            # The confidence stays the one that was held to the threshold, so that whoever moves it sees by how much.
            ranking.insert(0, _named(DEFAULT_NLU_FALLBACK_INTENT_NAME, answer.confidence))
        message.set(INTENT, ranking[0], add_to_output=True)
        message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)

    def _language(self, message: Message) -> str | None:
        return message.get(LANGUAGE) or self.config["language"]


def said(message: Message) -> str:
    """The wish when a component before has written it, else the text as it was typed."""
    return str(message.get(WISH) or message.get(TEXT) or "").strip()


def open_encoders(names: Sequence[str] | None) -> list[Encoder]:
    """The encoders that a configuration names, or all; a broken one is left out."""
    found = []
    for name in available() if names is None else names:
        try:
            found.append(opened(name))
        except BrokenEncoder as error:
            logger.warning("An encoder is left out: %s", error)
    if not found:
        logger.warning("No sentence encoder is set up: intents are told by their words alone.")
    return found


def _named(intent: str, confidence: float) -> dict[str, Any]:
    return {INTENT_NAME_KEY: intent, PREDICTED_CONFIDENCE_KEY: confidence}
