"""The entities of a message, as one Rasa component. Only labels that the training data knows ever come out."""

from __future__ import annotations

import itertools
import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_CONFIDENCE,
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from engine.nlu import catalogue, tokens
from engine.nlu.entities import patterns
from engine.nlu.entities.features import Sentence, Taught, describe, words_outside
from engine.nlu.entities.gazetteer import Gazetteer, key_of, ordinary_words
from engine.nlu.entities.tagger import OUTSIDE, Tagger
from engine.nlu.entities.values import Values
from engine.nlu.entities.vocabulary import VALUED, classes_of
from engine.nlu.language import LANGUAGE
from engine.nlu.sources import KnownByItsSources

Entity = dict[str, Any]

PLAIN = 5  # of sentences with nothing to learn from, one in so many is learnt from
FEWEST = 5  # annotated sentences from which a label is learnt; of one with fewer, tables and forms alone decide


class Reader:
    """Everything that was learnt; `read` finds the entities of a text."""

    def __init__(self, gazetteer: Gazetteer, values: Values, skus: frozenset[str], facts: dict[str, list[str]]) -> None:
        self.gazetteer = gazetteer
        self.values = values
        self.skus = skus
        self.facts = facts
        self.labels = frozenset(facts["labels"])
        self.learnt = frozenset(facts["learnt"])
        self.tagger: Tagger | None = None

    @classmethod
    def train(cls, data: TrainingData, shop: catalogue.Catalogue, more_labels: Sequence[str], file: Path) -> Reader:
        examples = [message for message in data.nlu_examples if message.get(TEXT)]
        counts = Counter(label for message in examples for label in {each["entity"] for each in marked(message)})
        tables = [table for table in data.lookup_tables if isinstance(table["elements"], list)]
        labels = {*counts, *more_labels, *(table["name"] for table in tables)}
        gazetteer = Gazetteer()
        taught: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for message in examples:
            for each in marked(message):
                text = message.get(TEXT)[each["start"] : each["end"]]
                taught[each["entity"]].append((text, str(each["value"])))
                value = None if each["value"] == text else str(each["value"])
                gazetteer.add(each["entity"], text, value, language=message.get(LANGUAGE, ""))
        for table in tables:
            for name in table["elements"]:
                value = data.entity_synonyms.get(name, data.entity_synonyms.get(name.lower()))
                gazetteer.add(table["name"], name, value, gazetteer.TABLED)
        gazetteer.add_catalogue(shop, labels)
        gazetteer.add_places_and_languages(labels)
        annotated = {text for pairs in taught.values() for text, _ in pairs}
        gazetteer.add_synonyms({text: value for text, value in data.entity_synonyms.items() if text not in annotated})
        learnt = sorted(label for label, count in counts.items() if count >= FEWEST)
        skus = frozenset(tokens.plain(sku) for sku in shop.skus) if "sku" in labels else frozenset()
        reader = cls(gazetteer, Values.train(taught), skus, {"labels": sorted(labels), "learnt": learnt})
        if learnt:
            reader.learn(examples, file)
        return reader

    def learn(self, examples: Sequence[Message], file: Path) -> None:
        sentences = [self.sentence(message.get(TEXT), message.get(LANGUAGE, "")) for message in examples]
        labels = [tags(sentence, marked(message)) for sentence, message in zip(sentences, examples, strict=True)]
        self.gazetteer.ordinary = ordinary_words(
            words_outside(sentence.keys, each) for sentence, each in zip(sentences, labels, strict=True)
        )
        chosen = [
            at
            for at, sentence in enumerate(sentences)
            if at % PLAIN == 0 or marked(examples[at]) or self.tempts(sentence)
        ]
        described = [describe(sentences[at], self.gazetteer, taught_by(sentences[at], examples[at])) for at in chosen]
        self.tagger = Tagger.train(described, [labels[at] for at in chosen], file)

    def tempts(self, sentence: Sentence) -> bool:
        """Whether a sentence without entities has what might be taken for one."""
        return bool(sentence.spans) or any(
            key in self.gazetteer.longest or not classes_of(key).isdisjoint(VALUED) for key in sentence.keys
        )

    def sentence(self, text: str, language: str) -> Sentence:
        cut = tokens.pieces(text)
        return Sentence(text, language, cut, patterns.find(text, cut, language, self.skus))

    def read(self, text: str, language: str) -> list[Entity]:
        sentence = self.sentence(text, language)
        if not sentence.cut:
            return []
        labels: list[tuple[str, float]] = [(OUTSIDE, 1.0)] * len(sentence.cut)
        if self.tagger is not None:
            labels = self.tagger.tag(describe(sentence, self.gazetteer))
        self.settle(sentence, labels)
        return [self.entity(sentence, labels, start, end) for start, end in runs(sentence, labels)]

    def settle(self, sentence: Sentence, labels: list[tuple[str, float]]) -> None:
        """Correct guesses by what is certain: forms, names that a table has, and labels too rare to be learnt."""
        for span in sentence.spans:
            if span.label in self.labels and (span.certain or span.label not in self.learnt):
                clear_beside(labels, span)
                labels[span.start : span.end] = [(span.label, 1.0)] * (span.end - span.start)
        for start, end, label in self.gazetteer.matches(sentence.keys):
            guessed = {each for each, _ in labels[start:end]}
            tabled = end - start > 1 and self.gazetteer.is_tabled(sentence.keys[start:end], label)
            if label in self.labels and (
                (label not in self.learnt and guessed == {OUTSIDE}) or (tabled and len(guessed) == 1)
            ):
                labels[start:end] = [(label, 1.0)] * (end - start)

    def entity(self, sentence: Sentence, labels: list[tuple[str, float]], start: int, end: int) -> Entity:
        label = labels[start][0]
        first, last = sentence.cut[start].start, sentence.cut[end - 1].end
        return {
            ENTITY_ATTRIBUTE_TYPE: label,
            ENTITY_ATTRIBUTE_START: first,
            ENTITY_ATTRIBUTE_END: last,
            ENTITY_ATTRIBUTE_VALUE: self.values.of(label, sentence.text[first:last], sentence.language, self.gazetteer),
            ENTITY_ATTRIBUTE_CONFIDENCE: round(min(sure for _, sure in labels[start:end]), 4),
        }

    def save(self, folder: Path) -> None:
        kept = {
            "gazetteer": self.gazetteer.as_dict(),
            "values": self.values.kinds,
            "skus": sorted(self.skus),
            "facts": self.facts,
        }
        (folder / "entities.json").write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
        if self.tagger is not None:
            (folder / "entities.crf").write_bytes(self.tagger.model)

    @classmethod
    def load(cls, folder: Path) -> Reader:
        kept = json.loads((folder / "entities.json").read_text(encoding="utf-8"))
        reader = cls(
            Gazetteer.from_dict(kept["gazetteer"]), Values(kept["values"]), frozenset(kept["skus"]), kept["facts"]
        )
        if (folder / "entities.crf").exists():
            reader.tagger = Tagger((folder / "entities.crf").read_bytes())
        return reader


def taught_by(sentence: Sentence, message: Message) -> Taught:
    names = ((each["entity"], key_of(sentence.text[each["start"] : each["end"]])) for each in marked(message))
    return Taught(Counter(names), Counter(set(sentence.keys)))


def marked(message: Message) -> list[Entity]:
    return list(message.get(ENTITIES, []))


def tags(sentence: Sentence, entities: Sequence[Entity]) -> list[str]:
    """A label for each piece; a piece that an annotation covers in part bears it."""
    found = [OUTSIDE] * len(sentence.cut)
    for each in entities:
        for at, piece in enumerate(sentence.cut):
            if piece.start < each["end"] and each["start"] < piece.end:
                found[at] = str(each["entity"])
    return found


def clear_beside(labels: list[tuple[str, float]], span: patterns.Span) -> None:
    """Take a certain span's label from its neighbours: it ends where its form ends."""
    for beside in (range(span.start - 1, -1, -1), range(span.end, len(labels))):
        for at in itertools.takewhile(lambda at: labels[at][0] == span.label, beside):
            labels[at] = (OUTSIDE, 1.0)


def runs(sentence: Sentence, labels: Sequence[tuple[str, float]]) -> list[tuple[int, int]]:
    """Where the same label goes on: (start, end) of each run, without signs at its ends."""
    found = []
    at = 0
    while at < len(labels):
        end = at + 1
        while end < len(labels) and labels[end][0] == labels[at][0]:
            end += 1
        if labels[at][0] != OUTSIDE:
            found.append((at, end))
        at = end
    return [trimmed for start, end in found if (trimmed := trim(sentence, start, end)) is not None]


OPENING, CLOSING = "+$€£₹(", "$€£₹)"


def trim(sentence: Sentence, start: int, end: int) -> tuple[int, int] | None:
    while start < end and is_sign(sentence, start) and sentence.cut[start].text not in OPENING:
        start += 1
    while start < end and is_sign(sentence, end - 1) and sentence.cut[end - 1].text not in CLOSING:
        end -= 1
    return (start, end) if any(not is_sign(sentence, at) for at in range(start, end)) else None


def is_sign(sentence: Sentence, at: int) -> bool:
    return not any(each.isalnum() for each in sentence.cut[at].key)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class EntityReader(KnownByItsSources, GraphComponent, EntityExtractorMixin):
    """`engine.nlu.entities.extractor.EntityReader`: finds entities and gives them their canonical values.

    `catalog` is the folder of the catalogue whose names it knows; it need not exist. `labels` names more labels that
    may come out, beside those of the training data's annotations and tables. It gives synonyms' values itself, so no
    `EntitySynonymMapper` is needed after it.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"catalog": "catalog", "labels": []}

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, reader: Reader | None
    ) -> None:
        self.config = config
        self.storage = storage
        self.resource = resource
        self.reader = reader

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> EntityReader:
        return cls(config, model_storage, resource, None)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> EntityReader:
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, Reader.load(folder))

    def train(self, training_data: TrainingData) -> Resource:
        shop = catalogue.read(Path(self.config["catalog"]))
        with self.storage.write_to(self.resource) as folder:
            self.reader = Reader.train(training_data, shop, self.config["labels"], folder / "entities.crf")
            self.reader.save(folder)
        return self.resource

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            if self.reader is not None and message.get(TEXT):
                found = self.add_extractor_name(self.reader.read(message.get(TEXT), message.get(LANGUAGE, "")))
                message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages
