"""Which language a message is in. A message too short to tell keeps its conversation's.

Latin letters are told apart by a model of the training data's own languages, when their sentences are marked with one
(`folders`); else, and for languages beside them, by `py3langid`. Other scripts tell their language themselves.
"""

from __future__ import annotations

import functools
import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import regex
from py3langid.langid import MODEL_FILE
from py3langid.langid import LanguageIdentifier as Py3LangId
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from engine.nlu import catalogue
from engine.nlu.folders import marked_language
from engine.nlu.ngrams import LetterModel
from engine.nlu.sources import KnownByItsSources
from engine.nlu.tokens import plain

LANGUAGE = "language"
CONFIDENCE = "language_confidence"

SCRIPTS = {"Devanagari": "hi", "Thai": "th", "Cyrillic": "ru", "Arabic": "ar", "Hebrew": "he", "Greek": "el",
           "Hangul": "ko", "Hiragana": "ja", "Katakana": "ja", "Han": "zh", "Bengali": "bn", "Tamil": "ta"}  # fmt: skip
SCRIPT = regex.compile("|".join(rf"(?P<{name}>\p{{Script={name}}})" for name in SCRIPTS))
NOT_WORDS = regex.compile(r"\S*@\S+|(?:https?://|www\.)\S+|\S*\d\S*|[^\p{L}\p{M}'’\s-]")
EDGES = " '’-"
WESTERN = ("en", "fr", "pl", "es", "de", "it", "pt", "nl")
# Words of Hindi in Latin letters that are no words of the languages above.
HINDI = """
hai hain hoon nahi nahin kya kyu kyun kyon kaise kaisa kahan kaha kab mujhe mujhko mera meri mere aap aapka aapki apka
apki chahiye chaiye karna karo kardo karke dikhao batao bhi aur raha rahi rahe wala wali wale mein liye abhi theek
thik accha acha kitna kitne kitni milega milegi hua hui gaya gayi aaya aayi yeh woh kuch koi bhejo dedo
"""
HINDI_IN_LATIN = frozenset(HINDI.split())
FEW = 20  # sentences that make a language one of the training data's
ENOUGH = 800  # sentences of one language that its letters are learnt from
SURE, CLEAR, LIKELY, FOREIGN = 0.95, 0.8, 0.5, 0.999


@dataclass(frozen=True)
class Identified:
    """`confidence` is 0 when the message itself told nothing and the language is the conversation's."""

    language: str
    confidence: float


@dataclass
class Languages:
    """What training found: the languages of the data, each word's count in each, and names that tell none."""

    marked: list[str] = field(default_factory=list)
    likely: list[str] = field(default_factory=list)
    words: dict[str, dict[str, int]] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    model: LetterModel | None = None

    @classmethod
    def train(cls, texts: list[str], marks: list[str | None], names: list[str]) -> Languages:
        """Learn from sentences, of which some or none are marked with their language."""
        counts = Counter(mark for mark in marks if mark)
        marked = sorted(language for language, count in counts.items() if count >= FEW)
        found = cls(marked, [], {}, names)
        if len(marked) < 2:
            return cls([], likely_languages(texts), {}, names)
        latin: dict[str, list[str]] = {language: [] for language in marked}
        for text, mark in zip(texts, marks, strict=True):
            bare = found.bare(text)
            if mark in marked and bare:
                count_words(found.words, bare, mark)
                if script_of(bare) is None:
                    latin[mark].append(bare)
        # Of a language with a script of its own, the few sentences in Latin letters are made of borrowed words.
        latin = {language: bare for language, bare in latin.items() if 2 * len(bare) > counts[language]}
        if len(latin) > 1:
            found.model = LetterModel.train(*with_and_without_accents(latin))
        return found

    def identify(self, text: str, conversation: str | None, default: str) -> Identified:
        """The language of `text`, said in a conversation that is in `conversation` (None when nothing told it yet)."""
        bare = self.bare(text)
        kept = Identified(conversation or default, 0.0)
        if not bare:
            return kept
        script = script_of(bare)
        if script is not None:
            return Identified(script, 1.0)
        words = bare.split()
        language, confidence = self.guess(bare, words)
        if len(words) < 3 and not self.tells(words, language, confidence, conversation):
            return kept
        if len(words) < 3 and language != kept.language and self.known_share(words, kept.language) == 1:
            return kept
        if language in self.marked and self.known_share(words, language) == 0:
            return kept
        enough = CLEAR if conversation not in (None, language) else LIKELY
        if conversation and conversation != language and self.known_share(words, conversation) == 1:
            enough = SURE
        if confidence >= LIKELY and self.known_share(words, language) == 1 > 2 * self.known_share(words, kept.language):
            enough = LIKELY
        return Identified(language, confidence) if confidence >= enough else kept

    def guess(self, bare: str, words: list[str]) -> tuple[str, float]:
        if self.model is None:
            return guess_untrained(bare, words, tuple(self.likely or WESTERN))
        shares = self.model.probabilities(bare)
        language = max(shares, key=lambda each: shares[each])
        if len(words) > 3 and not self.known_share(words, language) > 0.5:
            foreign, sureness = stock_identifier(WESTERN).classify(bare)
            if foreign not in self.marked and sureness >= FOREIGN:
                return foreign, float(sureness)
        return language, shares[language]

    def known_share(self, words: list[str], language: str) -> float:
        return sum(language in self.words.get(word, ()) for word in words) / len(words)

    def tells(self, words: list[str], language: str, confidence: float, conversation: str | None) -> bool:
        """Whether one or two words are enough: words of that language only, and no English word that all borrow."""
        if self.model is None:
            return (conversation is None and len(words) > 1) or is_hindi_in_latin(words)
        if conversation is None:
            return self.known_share(words, language) == 1 or (confidence >= SURE and language != "en")
        if any(conversation in self.words.get(word, ()) for word in words):
            return False
        return self.known_share(words, language) == 1 and (language != "en" or len(words) > 1)

    def bare(self, text: str) -> str:
        """The words of a text that can tell a language: no numbers, addresses, signs, titles or brands."""
        lowered = text.casefold().replace("’", "'")
        if self.names:
            lowered = names_pattern(tuple(self.names)).sub(" ", lowered)
        words = (word.strip(EDGES) for word in NOT_WORDS.sub(" ", lowered).split())
        return " ".join(word for word in words if word)

    def save(self, folder: Path) -> None:
        facts = {key: value for key, value in asdict(self).items() if key != "model"}
        (folder / "languages.json").write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
        if self.model is not None:
            self.model.save(folder / "letters.npz")

    @classmethod
    def load(cls, folder: Path) -> Languages:
        found = cls(**json.loads((folder / "languages.json").read_text(encoding="utf-8")))
        if (folder / "letters.npz").exists():
            found.model = LetterModel.load(folder / "letters.npz")
        return found


def with_and_without_accents(latin: dict[str, list[str]]) -> tuple[list[str], list[str]]:
    """Sentences and their languages, at most `ENOUGH` of each, chosen evenly; those with accents also without."""
    chosen: list[str] = []
    labels: list[str] = []
    for language, bare in latin.items():
        kept = bare[:: max(1, len(bare) // ENOUGH)][:ENOUGH]
        spellings = [*kept, *(plain(text) for text in kept if not text.isascii())]
        chosen += spellings
        labels += [language] * len(spellings)
    return chosen, labels


def count_words(words: dict[str, dict[str, int]], bare: str, language: str) -> None:
    for word in bare.split():
        counts = words.setdefault(word, {})
        counts[language] = counts.get(language, 0) + 1


@functools.lru_cache(maxsize=4)
def names_pattern(names: tuple[str, ...]) -> Any:
    longest_first = sorted(names, key=len, reverse=True)
    return regex.compile(rf"(?<!\w)(?:{'|'.join(map(regex.escape, longest_first))})(?!\w)")


@functools.lru_cache(maxsize=8)
def stock_identifier(languages: tuple[str, ...]) -> Any:
    identifier = Py3LangId.from_pickled_model(MODEL_FILE, norm_probs=True)
    known = set(identifier.nb_classes)
    identifier.set_languages([language for language in languages if language in known] or ["en"])
    return identifier


def script_of(bare: str) -> str | None:
    """The language of a script that has one; beside Latin letters a tenth of the text is enough."""
    counts = Counter(found.lastgroup for found in SCRIPT.finditer(bare))
    if not counts:
        return None
    name, count = counts.most_common(1)[0]
    return SCRIPTS[str(name)] if 10 * count > len(bare.replace(" ", "")) else None


def is_hindi_in_latin(words: list[str]) -> bool:
    count = sum(word in HINDI_IN_LATIN for word in words)
    return count >= 2 and 4 * count >= len(words)


def guess_untrained(bare: str, words: list[str], languages: tuple[str, ...]) -> tuple[str, float]:
    if is_hindi_in_latin(words):
        return "hi-Latn", 1.0
    language, sureness = stock_identifier(languages).classify(bare)
    return language, float(sureness)


def likely_languages(texts: list[str]) -> list[str]:
    """The languages of unmarked sentences: those that at least a thirtieth of the longer ones seem to be in."""
    bare = [Languages().bare(text) for text in texts]
    long = [text for text in bare if len(text.split()) > 3 and script_of(text) is None]
    counts = Counter(stock_identifier(WESTERN).classify(text)[0] for text in long)
    return sorted(language for language, count in counts.items() if 30 * count >= len(long))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class LanguageIdentifier(KnownByItsSources, GraphComponent):
    """`engine.nlu.language.LanguageIdentifier`: sets `language` and `language_confidence` on every message.

    A message's conversation is in the language that its metadata's `language` says, else the tracker's slot
    `language`, else nothing has told it and `default` is assumed. `catalog` is the folder of the catalogue, whose
    titles and brands are no words of any language; it need not exist.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"default": "en", "catalog": "catalog"}

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource, languages: Languages) -> None:
        self.config = config
        self.storage = storage
        self.resource = resource
        self.languages = languages

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LanguageIdentifier:
        return cls(config, model_storage, resource, Languages())

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LanguageIdentifier:
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, Languages.load(folder))

    def train(self, training_data: TrainingData) -> Resource:
        examples = [message for message in training_data.training_examples if message.get(TEXT)]
        names = catalogue.read(Path(self.config["catalog"])).names()
        self.languages = Languages.train([message.get(TEXT) for message in examples], self.marks(examples), names)
        with self.storage.write_to(self.resource) as folder:
            self.languages.save(folder)
        return self.resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        examples = [message for message in training_data.training_examples if message.get(TEXT)]
        for message, mark in zip(examples, self.marks(examples), strict=True):
            language = mark or self.languages.identify(message.get(TEXT), None, self.config["default"]).language
            message.set(LANGUAGE, language, add_to_output=True)
        return training_data

    def marks(self, examples: list[Message]) -> list[str | None]:
        """Beside sentences of other languages' folders, those that lie in none are in the default language."""
        found = [marked_language(message) for message in examples]
        return [mark or self.config["default"] for mark in found] if any(found) else found

    def process(self, messages: list[Message], tracker: DialogueStateTracker | None = None) -> list[Message]:
        for message in messages:
            if message.get(TEXT):
                said = self.languages.identify(
                    message.get(TEXT), conversation_language(message, tracker), self.config["default"]
                )
                message.set(LANGUAGE, said.language, add_to_output=True)
                message.set(CONFIDENCE, round(said.confidence, 4), add_to_output=True)
        return messages


def conversation_language(message: Message, tracker: DialogueStateTracker | None) -> str | None:
    told = (message.get(METADATA) or {}).get(LANGUAGE)
    if isinstance(told, str) and told:
        return told
    slot = tracker.slots.get(LANGUAGE) if tracker is not None else None
    return slot.value if slot is not None and isinstance(slot.value, str) else None
