"""The evaluation sentences (`<language>.yml` beside this file) and how answers to them are counted.

They are in Rasa's own format, so `make rasa ARGS="test nlu --nlu tests/understanding"` reads them too.
"""

from __future__ import annotations

import json
import random
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent
LANGUAGES = ("en", "fr", "pl", "hi", "hi-Latn")
GREETINGS = {"en": "hi, ", "fr": "bonjour, ", "pl": "cześć, ", "hi": "नमस्ते, ", "hi-Latn": "namaste, "}

_MARK = re.compile(r"\[(?P<words>[^\]]+)\](?:\((?P<entity>[^)]+)\)|(?P<facts>\{[^}]+\}))")
_TOKEN = re.compile(r"\S+")

Span = tuple[int, int, str]
Variant = Callable[[str, str, random.Random], str]


@dataclass(frozen=True)
class Sentence:
    """`entities` are (start, end, entity) in `text`; `values` their canonical values, in the same order."""

    text: str
    intent: str
    language: str
    entities: tuple[Span, ...]
    values: tuple[str, ...]


def read(path: Path) -> list[Sentence]:
    found = []
    for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
        for line in block["examples"].splitlines():
            if line.strip():
                found.append(sentence(line.strip().removeprefix("- ").strip(), block["intent"], path.stem))
    return found


def unseen(asked: Iterable[Sentence], taught: Path) -> list[Sentence]:
    """Those that no training file below `taught` has, whatever their capitals, accents and punctuation: what people
    say is short, so two writers who never met still both write "thanks"."""
    known = {
        _bare(sentence(line.strip().removeprefix("- ").strip(), "", "").text)
        for path in taught.rglob("*.yml")
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
        if "intent" in block
        for line in block["examples"].splitlines()
        if line.strip()
    }
    return [one for one in asked if _bare(one.text) not in known]


def _bare(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s\u0900-\u097f]", " ", without_accents(text.casefold(), "", random.Random())).split())


def sentence(marked: str, intent: str, language: str) -> Sentence:
    text, at, spans, values = "", 0, [], []
    for mark in _MARK.finditer(marked):
        text += marked[at : mark.start()]
        facts = json.loads(mark["facts"]) if mark["facts"] else {"entity": mark["entity"]}
        spans.append((len(text), len(text) + len(mark["words"]), facts["entity"]))
        values.append(str(facts.get("value", mark["words"])))
        text += mark["words"]
        at = mark.end()
    return Sentence(text + marked[at:], intent, language, tuple(spans), tuple(values))


def entity_f1(pairs: Iterable[tuple[Sequence[Span], Sequence[Mapping[str, Any]]]]) -> float:
    """Micro F1 over (expected spans, found entities): a span counts when its place and its entity are right."""
    right = expected_count = found_count = 0
    for expected, answered in pairs:
        found = {(one["start"], one["end"], one["entity"]) for one in answered}
        right += len(found & set(expected))
        expected_count += len(expected)
        found_count += len(found)
    return 2 * right / (expected_count + found_count) if expected_count + found_count else 1.0


# -- the same wish, typed in another way -------------------------------------------------------------------------------


def with_typo(text: str, language: str, dice: random.Random) -> str:
    """Two neighbouring letters of one longer word change places; of a Devanagari word one sign is left out."""
    words = [m for m in _TOKEN.finditer(text) if m.group().isalpha() and len(m.group()) > 4]
    if language == "hi":
        words = [m for m in _TOKEN.finditer(text) if len(m.group()) > 4 and not any(map(str.isdigit, m.group()))]
    if not words:
        return text
    word = dice.choice(words)
    place = word.start() + dice.randrange(1, len(word.group()) - 2)
    if language == "hi":
        return text[:place] + text[place + 1 :]
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def in_capitals(text: str, language: str, dice: random.Random) -> str:
    return text.upper()


def with_emoji(text: str, language: str, dice: random.Random) -> str:
    return f"{text} {dice.choice('🙏😊👍🙂😅')}"


def with_greeting(text: str, language: str, dice: random.Random) -> str:
    return GREETINGS[language] + text


def without_accents(text: str, language: str, dice: random.Random) -> str:
    """`é` to `e`, `ł` to `l`; Devanagari loses the dot below alone."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text) if not "\u0300" <= c <= "\u036f" and c != "\u093c")
    return unicodedata.normalize("NFC", plain).replace("ł", "l").replace("Ł", "L")


VARIANTS: dict[str, Variant] = {
    "typo": with_typo,
    "capitals": in_capitals,
    "emoji": with_emoji,
    "greeting": with_greeting,
    "accents": without_accents,
}
