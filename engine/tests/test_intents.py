"""Intents: told apart, believed as far as they deserve, and refused when nobody taught them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from engine.nlu.intents.classifier import FusionIntentClassifier
from engine.nlu.intents.confidence import threshold
from engine.nlu.intents.kernel import Mix, Rows, gram, solve
from engine.nlu.intents.lexicon import Lexicon
from engine.nlu.intents.recogniser import Recogniser, spell
from engine.nlu.intents.roll import Roll
from engine.nlu.intents.vectors import cached_layers

OPENINGS = ("please", "hello", "hi there", "could you", "i want to", "can i", "quickly", "hey", "excuse me", "well")
WISHES = {
    "track_order": ("track my parcel", "where is my order", "follow the delivery"),
    "return_item": ("send these shoes back", "return the jacket", "give the boots back"),
    "pay_card": ("pay with a visa card", "use my credit card", "charge the mastercard"),
    "opening_hours": ("know when the shop opens", "hear the opening hours", "learn if you close on sunday"),
    "talk_to_person": ("speak with a human", "talk to somebody real", "reach an agent"),
}
TAUGHT = [(f"{opening} {wish}", intent) for intent, wishes in WISHES.items() for opening in OPENINGS for wish in wishes]


class LettersEncoder:
    """A sentence's vector is made of its words' digests: like sentences have like vectors, and nothing is loaded."""

    name = "letters"
    fingerprint = "letters-1"
    languages = frozenset({"en"})
    dimensions = 64

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        self.asked += texts
        found = np.array([sum((self._word(word) for word in text.split()), self._word("")) for text in texts])
        return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)

    def _word(self, word: str) -> np.ndarray:
        seed = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=4).digest(), "big")
        return np.random.default_rng(seed).normal(size=self.dimensions)


class LayersEncoder(LettersEncoder):
    """Shows what it holds after each of its layers."""

    name = "layers"
    fingerprint = "layers-1"

    def encode_layers(self, texts: Sequence[str]) -> np.ndarray:
        return np.stack([self.encode(texts)] * 12, axis=1)


def training_data(rows: Sequence[tuple[str, str]], language: str | None = "en") -> TrainingData:
    return TrainingData([Message({TEXT: text, INTENT: intent, "language": language}) for text, intent in rows])


@pytest.fixture
def storage(tmp_path: Path) -> LocalModelStorage:
    (tmp_path / "model").mkdir()
    return LocalModelStorage.create(tmp_path / "model")


@pytest.fixture
def make(storage: LocalModelStorage, tmp_path: Path) -> Any:
    """Trains a component that knows no encoder but those given, and loads it back as a server does."""

    def make(
        rows: Sequence[tuple[str, str]],
        encoders: Sequence[Any] = (),
        language: str | None = "en",
        then: dict[str, Any] | None = None,
        **config: Any,
    ) -> FusionIntentClassifier:
        context = ExecutionContext(GraphSchema({}))
        config = {"encoders": [], "cache": str(tmp_path / "cache"), **config}
        resource = Resource("intents")
        component = FusionIntentClassifier.create(config, storage, resource, context)
        component._encoders = list(encoders)
        component.train(training_data(rows, language))
        loaded = FusionIntentClassifier.load({**config, **(then or {})}, storage, resource, context)
        loaded._encoders = list(encoders)
        return loaded

    return make


def parse(component: FusionIntentClassifier, text: str, language: str | None = "en") -> Message:
    (message,) = component.process([Message({TEXT: text, "language": language})])
    return message


def test_a_taught_sentence_in_new_words_gets_its_intent_and_a_whole_ranking(make: Any) -> None:
    component = make(TAUGHT, [LettersEncoder()])

    message = parse(component, "hello, where is the parcel of my order?")

    assert message.get(INTENT)["name"] == "track_order"
    ranking = message.get("intent_ranking")
    assert {each["name"] for each in ranking} == set(WISHES)
    confidences = [each["confidence"] for each in ranking]
    assert confidences == sorted(confidences, reverse=True)


def test_equal_data_and_seed_give_equal_answers(make: Any) -> None:
    first = parse(make(TAUGHT, [LettersEncoder()]), "can i pay by card").data["intent_ranking"]
    second = parse(make(TAUGHT, [LettersEncoder()]), "can i pay by card").data["intent_ranking"]

    assert first == second


def test_a_loaded_recogniser_answers_as_the_trained_one_did(tmp_path: Path) -> None:
    encoder = LettersEncoder()
    texts, intents = zip(*TAUGHT, strict=True)
    trained = Recogniser.train(texts, intents, ["en"] * len(texts), [encoder])

    trained.save(tmp_path)
    loaded = Recogniser.load(tmp_path)

    before = trained.answer(["well return the shoes"], ["en"], [encoder])[0]
    after = loaded.answer(["well return the shoes"], ["en"], [encoder])[0]
    assert [name for name, _ in before.ranking] == [name for name, _ in after.ranking]
    assert after.confidence == pytest.approx(before.confidence, abs=0.01)
    assert loaded.threshold == trained.threshold


def test_a_message_that_nobody_taught_falls_back_and_keeps_the_ranking(make: Any) -> None:
    component = make(TAUGHT, [LettersEncoder()])

    message = parse(component, "qu'est-ce que la photosynthèse zygomatique")

    assert message.get(INTENT)["name"] == "nlu_fallback"
    assert message.get("intent_ranking")[0] == message.get(INTENT)
    assert message.get("intent_ranking")[1]["name"] in WISHES
    assert message.get(INTENT)["confidence"] < component.threshold


def test_an_operators_threshold_replaces_the_chosen_one(make: Any) -> None:
    never, always = make(TAUGHT, then={"threshold": 0}), make(TAUGHT, then={"threshold": 1.0})

    assert parse(never, "zygomatic photosynthesis").get(INTENT)["name"] in WISHES
    assert parse(always, "please track my parcel").get(INTENT)["name"] == "nlu_fallback"


def test_confidence_is_the_share_of_right_answers(make: Any) -> None:
    """Given sentences of which every fourth is labelled at random, confidence does not promise more than can be had."""
    chance = np.random.default_rng(1)
    kinds = sorted(WISHES)

    def noisy(rows: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        return [(text, str(chance.choice(kinds)) if chance.random() < 0.25 else intent) for text, intent in rows]

    taught = noisy([(f"{text} {number}", intent) for number in range(3) for text, intent in TAUGHT])
    asked = noisy([(f"{text} now", intent) for text, intent in TAUGHT])
    component = make(taught, threshold=0)

    found = [parse(component, text).get(INTENT) for text, _ in asked]

    right = np.mean([each["name"] == intent for each, (_, intent) in zip(found, asked, strict=True)])
    assert np.mean([each["confidence"] for each in found]) == pytest.approx(right, abs=0.1)


def test_one_intent_is_always_that_intent(make: Any) -> None:
    component = make([("hello", "greet"), ("good morning", "greet")])

    assert parse(component, "hello").get(INTENT)["name"] == "greet"


def test_an_intent_with_one_example_is_found_by_it(make: Any) -> None:
    component = make([*TAUGHT, ("do you sell gift vouchers", "gift_voucher")], threshold=0)

    assert parse(component, "do you sell gift vouchers").get(INTENT)["name"] == "gift_voucher"


def test_with_three_examples_a_taught_sentence_is_not_refused(make: Any) -> None:
    component = make([("hello", "greet"), ("hi there", "greet"), ("goodbye", "leave")], [LettersEncoder()])

    assert parse(component, "hello").get(INTENT)["name"] == "greet"
    assert parse(component, "goodbye").get(INTENT)["name"] == "leave"


def test_an_empty_message_has_no_intent(make: Any) -> None:
    message = parse(make(TAUGHT), "  ")

    assert message.get(INTENT) == {"name": None, "confidence": 0.0}
    assert message.get("intent_ranking") == []


def test_without_examples_nothing_is_learnt_and_nothing_breaks(storage: LocalModelStorage) -> None:
    context = ExecutionContext(GraphSchema({}))
    component = FusionIntentClassifier.create({"encoders": []}, storage, Resource("none"), context)
    component.train(TrainingData([]))

    loaded = FusionIntentClassifier.load({"encoders": []}, storage, Resource("none"), context)

    assert parse(loaded, "hello").get(INTENT)["name"] is None


def test_a_message_in_a_language_no_encoder_knows_is_told_by_its_words(make: Any) -> None:
    encoder = LettersEncoder()
    component = make(TAUGHT, [encoder], threshold=0)
    encoder.asked.clear()

    message = parse(component, "track my parcel", language=None)

    assert message.get(INTENT)["name"] == "track_order"
    assert encoder.asked == []


def test_a_message_that_an_encoder_with_layers_cannot_read_is_told_by_its_words(make: Any) -> None:
    component = make(TAUGHT, [LayersEncoder()], threshold=0)

    assert parse(component, "track my parcel", language="hi").get(INTENT)["name"] == "track_order"


def test_a_message_is_given_to_an_encoder_once(make: Any) -> None:
    encoder = LettersEncoder()
    component = make(TAUGHT, [encoder])
    encoder.asked.clear()

    parse(component, "hello track my parcel")

    assert encoder.asked == ["hello track my parcel"]


def test_examples_of_what_is_out_of_scope_are_learnt_as_such(make: Any) -> None:
    strange = [(f"{opening} tell me about {topic}", "oos") for opening in OPENINGS for topic in ("planets", "jazz")]
    component = make([*TAUGHT, *strange], [LettersEncoder()])

    assert parse(component, "hey tell me about planets").get(INTENT)["name"] in {"oos", "nlu_fallback"}


def test_a_sentence_seen_in_an_earlier_training_is_not_encoded_again(tmp_path: Path) -> None:
    encoder = LettersEncoder()
    first = cached_layers(encoder, ["one", "two"], tmp_path)
    second = cached_layers(encoder, ["two", "three", "one"], tmp_path)

    assert encoder.asked == ["one", "two", "three"]
    assert np.array_equal(second[2], first[0])


def test_a_cache_that_cannot_be_written_is_gone_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    assert cached_layers(LettersEncoder(), ["one"], tmp_path / "file" / "below").shape == (1, 1, 64)


@pytest.fixture
def taught() -> tuple[Rows, np.ndarray]:
    texts, intents = zip(*TAUGHT[::4], strict=True)
    kinds = sorted(WISHES)
    return Rows.of(Lexicon.fit(texts)[1], {}), np.array([kinds.index(intent) for intent in intents])


def test_a_message_gets_the_features_that_it_would_get_in_training() -> None:
    texts = [text for text, _ in TAUGHT]

    lexicon, taught = Lexicon.fit(texts)

    assert lexicon.vectors(texts).toarray() == pytest.approx(taught.toarray(), abs=1e-6)
    assert lexicon.vectors(["ξένος"]).nnz == 0


def test_a_sentence_left_out_scores_as_after_a_training_without_it(taught: tuple[Rows, np.ndarray]) -> None:
    rows, labels = taught
    matrix = gram(rows, Mix(lexicon=1.0))
    rest = np.arange(len(labels)) != 3

    told = solve(matrix.copy(), 0.1, labels, 5).left_out()[3]

    without = solve(matrix[np.ix_(rest, rest)].copy(), 0.1, labels[rest], 5)
    assert told == pytest.approx(matrix[3, rest] @ without.dual, abs=1e-4)


def test_leaving_out_is_told_of_the_last_sentences_alone_as_of_all(taught: tuple[Rows, np.ndarray]) -> None:
    rows, labels = taught
    matrix = gram(rows, Mix(lexicon=1.0))

    every, last = (solve(matrix.copy(), 0.1, labels, 5, asked) for asked in (None, 10))

    assert last.left_out() == pytest.approx(every.left_out()[-10:], abs=1e-6)
    alike = matrix[-10:].copy()
    alike[np.arange(10), np.arange(len(labels) - 10, len(labels))] = 0
    assert last.likeness(0, 10) == pytest.approx(alike, abs=1e-6)


def test_an_intent_left_out_scores_as_after_a_training_without_it(taught: tuple[Rows, np.ndarray]) -> None:
    rows, labels = taught
    matrix = gram(rows, Mix(lexicon=1.0))
    rest = labels != 2

    places, told = solve(matrix.copy(), 0.1, labels, 5).intent_left_out(2)

    without = solve(matrix[np.ix_(rest, rest)].copy(), 0.1, labels[rest], 5)
    expected = matrix[np.ix_(places, np.flatnonzero(rest))] @ without.dual
    assert told[:, [0, 1, 3, 4]] == pytest.approx(expected[:, [0, 1, 3, 4]], abs=1e-4)
    assert np.all(told[:, 2] == -np.inf)


def test_a_threshold_lies_between_what_was_right_and_what_was_foreign() -> None:
    sure, foreign = np.linspace(0.8, 1, 40), np.array([0.1, 0.2, 0.3])

    assert 0.3 < threshold(sure, np.ones(40), foreign, np.empty(0), np.empty(0)) <= 0.8


def test_a_threshold_costs_few_right_answers_whatever_it_could_recognise() -> None:
    sure, foreign = np.linspace(0.5, 1, 1000), np.full(500, 0.7)

    limit = threshold(sure, np.ones(1000), np.empty(0), foreign, np.empty(0))

    assert np.mean(sure < limit) <= 0.02


def test_where_nothing_foreign_is_known_the_threshold_is_a_common_one() -> None:
    none = np.empty(0)

    assert threshold(np.full(40, 0.9), np.ones(40), none, none, none) == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("name", "words"),
    [("check_orderStatus", "check order status"), ("faq/opening-hours", "faq opening hours"), ("oos", "oos")],
)
def test_an_intents_name_is_read_as_words(name: str, words: str) -> None:
    assert spell(name) == words


def test_of_large_data_an_even_part_and_whole_intents_are_left_out() -> None:
    labels = np.append(np.arange(12_000) % 60, np.arange(59))
    foreign = [False] * 59 + [True]

    roll = Roll.call(labels, 12_000, foreign, seed=0)

    asked = labels[roll.order][-len(roll.evenly) :]
    assert sorted(roll.order) == list(range(len(labels)))
    assert roll.evenly.sum() == 3_000 < len(asked) < 7_000
    assert len(roll.strangers) > 10
    assert 59 not in roll.strangers
    assert all((asked == intent).sum() == (labels == intent).sum() for intent in [*roll.strangers, 59])
    assert not (roll.evenly & ~roll.taught).any()
