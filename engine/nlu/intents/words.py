"""Which words are words: those of other training sentences, those that an encoder has as a whole, and what looks like
either ("mokasyny" beside "sandały" and "kostiumy") by the letters that follow each other.

A message of which nothing is a word ("asdkjh qweoiu") looks like something to every view, and is meant as nothing.
Numbers, codes and addresses are no words and are not asked about.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import regex

from engine.nlu.encoders import Encoder

LETTERS = regex.compile(r"[\p{L}\p{M}]+(?:['’][\p{L}\p{M}]+)*")
CODE = regex.compile(r"[\d@/\\_]|\w[.:]\w")
ENOUGH = 0.5
"""With this share of its letters in words that are words, a message says something."""
NAME = 6
"""Letters of unknown words that are nothing unusual beside others: a brand, a name."""
FAMILIAR = 3
"""Words that have three letters in a row, so that these may stand in any word."""
NONSENSE = 160
"""Messages that are made up of shuffled letters, in all languages together..."""
SPARSE = 8
"""... and at most one for so many sentences."""
SHORTEST = 4
"""Letters of a word that is shuffled."""


class Words:
    """`counts`: in how many sentences each word is."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = counts
        self._rows = Counter(row for word in counts for row in set(rows_of(word)))

    @classmethod
    def of(cls, texts: Sequence[str]) -> Words:
        return cls(Counter(word for text in texts for word in set(words(text))))

    def sense(self, texts: Sequence[str], encoders: Sequence[Encoder], *, taught: bool = False) -> np.ndarray:
        """(texts, 2) in [0, 1]: how much of each could be words, and how much is. A `taught` text's own do not tell."""
        return np.array([self._sense(text, encoders, 1 if taught else 0) for text in texts]).reshape(-1, 2)

    def _sense(self, text: str, encoders: Sequence[Encoder], own: int) -> tuple[float, float]:
        found = list(words(text))
        letters = sum(map(len, found))
        if not letters:
            return 1.0, 1.0
        known = [self._counts.get(word, 0) > own or in_vocabulary(word, encoders) for word in found]
        sure = sum(len(word) for word, yes in zip(found, known, strict=True) if yes)
        likely = sum(len(word) * self._likely(word, own) for word, yes in zip(found, known, strict=True) if not yes)
        # A single word may be any brand's or person's name.
        named = 1.0 if len(found) == 1 else (sure + NAME) / (letters + NAME)
        return min(1.0, (sure + likely) / letters / ENOUGH), min(1.0, named / ENOUGH)

    def _likely(self, word: str, own: int) -> float:
        rows = rows_of(word)
        return (sum(self._rows.get(row, 0) >= FAMILIAR + own for row in rows) / len(rows)) ** 2

    def nonsense(self, texts: Sequence[str], languages: Sequence[str | None]) -> list[tuple[str, str | None]]:
        """Messages without a word, and the languages of their letters. A few more sentences hardly change them."""
        spoken = defaultdict(set)
        for text, language in zip(texts, languages, strict=True):
            spoken[language].update(word for word in words(text) if len(word) >= SHORTEST)
        each = min(NONSENSE, len(texts) // SPARSE) // len(spoken)
        made = []
        for language in sorted(spoken, key=str):
            chosen = sorted(spoken[language], key=_chance)[: each * 3]
            garbled = [shuffled(word) for word in chosen], [*map(crossed, chosen, [*chosen[1:], *chosen[:1]])]
            for place in range(min(each, len(chosen))):
                some = [word for word in garbled[place % 2][place::each] if word not in self._counts]
                if place % 4 == 0:
                    some = some[:1]
                made += [(" ".join(some), language)] if some else []
        return made

    def save(self, folder: Path) -> None:
        (folder / "known.json").write_text(json.dumps(sorted(self._counts), ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Words:
        return cls(dict.fromkeys(json.loads((folder / "known.json").read_text(encoding="utf-8")), 1))


def words(text: str) -> Iterator[str]:
    for part in text.casefold().split():
        if not CODE.search(part):
            yield from LETTERS.findall(part)


def rows_of(word: str) -> list[str]:
    """Every three letters that follow each other, the word's ends among them."""
    whole = f" {word} "
    return [whole[place : place + 3] for place in range(len(whole) - 2)]


def in_vocabulary(word: str, encoders: Sequence[Encoder]) -> bool:
    """Whether an encoder that can tell has the word."""
    return any(encoder.knows(word) for encoder in encoders if hasattr(encoder, "knows"))


def shuffled(word: str) -> str:
    letters = list(word)
    random.Random(_chance(word)).shuffle(letters)  # noqa: S311  (the same for a word in every training)
    return "".join(letters)


def crossed(word: str, other: str) -> str:
    """The beginning of one and the end of another: it can be spoken."""
    return word[: len(word) // 2 + 1] + other[len(other) // 2 :]


def _chance(word: str) -> bytes:
    return hashlib.blake2b(word.encode(), digest_size=8).digest()
