"""The words of a wish as the intent classifier should see them: without the greeting before it, slips mended.

Only words that nobody writes are mended, into words of the training data in the message's language: accents that were
left out, and one slip of a finger in a longer word. A word that an encoder's vocabulary has whole is a word, whatever
the training data. The message's own text stays as it was typed: entities are read, and people shown, that one.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import regex
from rapidfuzz.distance import OSA
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from engine.nlu import encoders
from engine.nlu.language import LANGUAGE
from engine.nlu.sources import KnownByItsSources
from engine.nlu.tokens import plain

WISH = "wish"
WORD = regex.compile(r"[\p{L}\p{M}]+(?:['’][\p{L}\p{M}]+)*")
FINE = regex.compile(rf"(?P<fine>\S*[@\d/]\S*)|(?P<word>{WORD.pattern})")
WISHED = regex.compile(rf"{WORD.pattern}|\d+")
GAP = regex.compile(r"\s*(?P<stop>[,.!?;:…\-–—]*)\s*")
DEVANAGARI = regex.compile(r"\p{Script=Devanagari}")
SHORTEST, SHORTEST_SWAPPED, LONG, ENDING = 3, 5, 7, 3
"""Letters of a word that may have lost its accents, of one with two letters swapped, of a long one, of an ending."""
LONGEST_GREETING = 3


@dataclass
class Speller:
    """`words[language][word]` counts the training sentences that have it; `greetings` are short ones said alone.

    `names` are pairs of words within sentences whose first is a greeting elsewhere: the "Morning Mug" is none.
    """

    words: dict[str, dict[str, int]] = field(default_factory=dict)
    greetings: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._bare: dict[str, dict[str, str]] = {}
        self._by_length: dict[str, dict[int, list[str]]] = {}
        for language, counts in self.words.items():
            bare: dict[str, str] = {}
            lengths: dict[int, list[str]] = defaultdict(list)
            for word in sorted(counts, key=lambda each: (counts[each], each)):  # the most frequent is written last
                bare[plain(word)] = word
                lengths[len(word)].append(word)
            self._bare[language], self._by_length[language] = bare, dict(lengths)
        self._greetings, self._names = frozenset(self.greetings), frozenset(self.names)
        self._greeting_words = frozenset(word for greeting in self.greetings for word in greeting.split())

    @classmethod
    def learn(cls, examples: list[Message], greeting_intents: frozenset[str], default: str) -> Speller:
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        greetings, pairs = set(), set()
        for example in examples:
            said = words_of(example.get(TEXT))
            pairs.update(pairwise(said[1:]))
            counts[example.get(LANGUAGE) or default].update(set(said))
            if example.get(INTENT) in greeting_intents and 0 < len(said) <= LONGEST_GREETING:
                greetings.add(" ".join(said))
        last = {greeting.split()[-1] for greeting in greetings}
        names = [f"{first} {second}" for first, second in sorted(pairs) if first in last]
        return cls({language: dict(found) for language, found in counts.items()}, sorted(greetings), names)

    def wish(self, text: str, language: str) -> str:
        """`text` without the greeting that it begins with, if a wish follows, and with its slips mended."""
        asked = text[self.after_greeting(text) :]
        if language not in self.words:
            return asked
        return FINE.sub(lambda found: found["fine"] or self.mended(found["word"], language), asked)

    def after_greeting(self, text: str) -> int:
        """Where the wish begins: 0 without a greeting, or when nothing but greeting follows."""
        found = list(islice(WORD.finditer(text), LONGEST_GREETING))
        said = [match.group().casefold() for match in found]
        for count in range(len(said), 0, -1):
            if " ".join(said[:count]) not in self._greetings:
                continue
            gap = GAP.match(text, found[count - 1].end())
            rest = text[gap.end() :] if gap else ""
            more = [word.casefold() for word in WISHED.findall(rest)]
            apart = bool(gap and gap["stop"]) or (len(more) > 1 and f"{said[count - 1]} {more[0]}" not in self._names)
            return gap.end() if gap and apart and set(more) - self._greeting_words else 0
        return 0

    def mended(self, typed: str, language: str) -> str:
        word, known = typed.casefold(), self.words[language]
        if len(word) < SHORTEST:
            return typed
        usual = self._bare[language].get(plain(word))
        if usual is not None:
            return typed if usual == word else usual
        if is_a_word(word):
            return typed
        near = [candidate for candidate in self._near(word, language) if is_slip(word, candidate)]
        return max(near, key=lambda each: (known[each], each)) if near else typed

    def _near(self, word: str, language: str) -> Iterator[str]:
        lengths = self._by_length[language]
        for length in (len(word), len(word) + 1, len(word) - 1):
            for candidate in lengths.get(length, ()):
                if OSA.distance(word, candidate, score_cutoff=1) == 1:
                    yield candidate


def is_slip(typed: str, meant: str) -> bool:
    """Two neighbouring letters that changed places; or, in a long word and before its ending, one too many or too few.

    Endings are left alone: another one is another form of the word, not a slip. Of Devanagari's signs one may be
    missing in shorter words too.
    """
    if len(typed) == len(meant):
        return len(typed) >= SHORTEST_SWAPPED and sorted(typed) == sorted(meant)
    shorter = min(len(typed), len(meant))
    if len(typed) < len(meant) and DEVANAGARI.match(typed):
        return shorter >= SHORTEST and typed[-1] == meant[-1]
    return shorter >= LONG and typed[-ENDING:] == meant[-ENDING:]


def is_a_word(word: str) -> bool:
    """Whether an encoder that has seen many texts knows it whole."""
    known = map(encoders.opened, encoders.available())
    return any(isinstance(encoder, encoders.OnnxEncoder) and encoder.knows(word) for encoder in known)


def words_of(text: str) -> list[str]:
    return [word.casefold() for word in WORD.findall(text)]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class WishWriter(KnownByItsSources, GraphComponent):
    """Writes `wish` beside a message's text."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            # Intents whose short examples are only a greeting when they stand before something else.
            "greetings": ["greet"],
            # The language of examples that are in none.
            "default": "en",
        }

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource, speller: Speller) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._speller = speller

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> WishWriter:
        return cls(config, model_storage, resource, Speller())

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> WishWriter:
        with model_storage.read_from(resource) as folder:
            speller = Speller(**json.loads((folder / "words.json").read_text(encoding="utf-8")))
        return cls(config, model_storage, resource, speller)

    def train(self, training_data: TrainingData) -> Resource:
        examples = [message for message in training_data.intent_examples if message.get(TEXT)]
        greetings = frozenset(self._config["greetings"] or ())
        self._speller = Speller.learn(examples, greetings, self._config["default"])
        with self._storage.write_to(self._resource) as folder:
            Path(folder, "words.json").write_text(
                json.dumps(asdict(self._speller), ensure_ascii=False), encoding="utf-8"
            )
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            text = message.get(TEXT)
            if text:
                message.set(WISH, self._speller.wish(text, message.get(LANGUAGE) or self._config["default"]))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data
