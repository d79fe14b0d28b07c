"""Words cut to their stems, so that `batteries` is found by `battery`. Porter's for English; Snowball's for what a
product says in other languages (M. F. Porter, 1980 and 2001)."""

from __future__ import annotations

import re
from functools import lru_cache

import Stemmer

_PORTER = Stemmer.Stemmer("porter", 0)
_OTHERS = {
    language: Stemmer.Stemmer(name, 0) for language, name in {"fr": "french", "pl": "polish", "hi": "hindi"}.items()
}
_IRREGULAR = {"mice": "mous", "feet": "foot", "teeth": "tooth", "women": "woman", "men": "man", "children": "child"}
_KEPT = 200_000
_HAS_DIGIT = re.compile(r"\d").search


@lru_cache(_KEPT)
def stem(word: str) -> str:
    """Of a word without accents and capitals. Anything with a digit is a number or a model and stays whole."""
    if _HAS_DIGIT(word):
        return word
    return _IRREGULAR.get(word) or str(_PORTER.stemWord(word)) or word


def stems(words: list[str]) -> list[str]:
    return [stem(word) for word in words]


@lru_cache(_KEPT)
def stem_in(language: str, word: str) -> str:
    """Of a word in one of the languages that are known, else the word itself."""
    stemmer = _OTHERS.get(language)
    return (str(stemmer.stemWord(word)) or word) if stemmer is not None else word


def stems_elsewhere(word: str) -> list[str]:
    """What a word may be cut to in other languages: nobody says in which they ask."""
    return list(dict.fromkeys(stem_in(language, word) for language in _OTHERS))
