"""What single words can stand for (`words.yml`): counts, ordinals, money, days, streets ..., whatever the language."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path

import regex
import yaml

from engine.nlu.tokens import plain

FILE = Path(__file__).with_name("words.yml")
VALUED = ("number", "ordinal", "letter", "language")
ORDINAL = regex.compile(r"(\d+)(?:st|nd|rd|th|er|ere|re|e|eme|nd|nde|वां|वीं|वा|वी|वे|va|vi|ve|wa|wi|wan|szy|gi|ci|ty)")


@functools.lru_cache(maxsize=1)
def classes() -> Mapping[str, frozenset[str]]:
    """Words in their plain form, and the lists of words.yml that they stand in."""
    found: dict[str, set[str]] = {}
    for name, content in content_of_file().items():
        lists = content.values() if isinstance(content, dict) else [content]
        for word in (word for words in lists for word in words):
            found.setdefault(plain(str(word)), set()).add(name)
    return {word: frozenset(names) for word, names in found.items()}


@functools.lru_cache(maxsize=1)
def meanings() -> Mapping[str, Mapping[str, str]]:
    """For counts, ordinals, letter sizes and languages: plain words, and what each is said for."""
    return {
        name: {plain(str(word)): value for value, words in content_of_file()[name].items() for word in words}
        for name in VALUED
    }


@functools.lru_cache(maxsize=1)
def content_of_file() -> dict[str, dict[str, list[str]] | list[str]]:
    loaded: dict[str, dict[str, list[str]] | list[str]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return loaded


def classes_of(key: str) -> frozenset[str]:
    """The lists that a plain word stands in; an ordinal may be written with digits ("2nd", "5वां")."""
    return classes().get(key) or (ORDINALS if ORDINAL.fullmatch(key) else NONE)


NONE: frozenset[str] = frozenset()
ORDINALS = frozenset(["ordinal"])
