"""Words and pieces of words as sparse vectors (TF-IDF). What carries names, numbers and typing errors."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction.text import TfidfVectorizer

from engine.nlu.intents.words import Words

MANY = 5_000
"""From here on a feature that only one sentence has is left out: it tells little and there are very many."""


class Lexicon:
    """Words and pairs of words, beside pieces of two to five letters; each half is half of a vector."""

    def __init__(self, halves: list[TfidfVectorizer], words: Words) -> None:
        self.words = words
        self._halves = halves
        self._ways = [(half.build_analyzer(), half.vocabulary_, half.idf_) for half in halves]

    @classmethod
    def fit(cls, texts: Sequence[str]) -> tuple[Lexicon, sp.csr_matrix]:
        """With the texts' own vectors, as `vectors` gives them.

        Raises: ValueError when no text has a letter or digit.
        """
        halves = [_words(len(texts)), _pieces(len(texts))]
        taught = sp.hstack([half.fit_transform(texts) for half in halves], format="csr")
        return cls(halves, Words.of(texts)), taught * np.float32(len(halves) ** -0.5)

    def vectors(self, texts: Sequence[str]) -> sp.csr_matrix:
        """(texts, features), float32. What scikit-learn's `transform` gives, in a tenth of its time for one text."""
        indices, values, ends, width = [], [], [0], 0
        for text in texts:
            width = 0
            for analyse, vocabulary, rarity in self._ways:
                counts = Counter(vocabulary[term] for term in analyse(text) if term in vocabulary)
                places = np.fromiter(counts, np.int64, len(counts))
                weights = (1 + np.log(np.fromiter(counts.values(), np.float64, len(counts)))) * rarity[places]
                indices.append(places + width)
                values.append(weights / max(1e-9, np.linalg.norm(weights)) * len(self._halves) ** -0.5)
                width += len(rarity)
            ends.append(sum(map(len, values[-len(self._halves) :])) + ends[-1])
        shape = (len(texts), width)
        return sp.csr_matrix((np.concatenate(values).astype(np.float32), np.concatenate(indices), ends), shape=shape)

    def save(self, folder: Path) -> None:
        self.words.save(folder)
        for name, half in zip(("words", "pieces"), self._halves, strict=True):
            terms = sorted(half.vocabulary_, key=half.vocabulary_.__getitem__)
            (folder / f"{name}.json").write_text(json.dumps(terms, ensure_ascii=False), encoding="utf-8")
            np.save(folder / f"{name}.npy", half.idf_)

    @classmethod
    def load(cls, folder: Path) -> Lexicon:
        halves = [_words(0), _pieces(0)]
        for name, half in zip(("words", "pieces"), halves, strict=True):
            terms = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
            half.vocabulary = {term: place for place, term in enumerate(terms)}
            half.idf_ = np.load(folder / f"{name}.npy", allow_pickle=False)
        return cls(halves, Words.load(folder))


def _words(count: int) -> TfidfVectorizer:
    return TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"(?u)\b\w+\b", **_common(count))  # noqa: S106


def _pieces(count: int) -> TfidfVectorizer:
    return TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), **_common(count))


def _common(count: int) -> dict[str, object]:
    return {"sublinear_tf": True, "min_df": 2 if count > MANY else 1, "dtype": np.float32}
