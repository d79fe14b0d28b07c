"""A small classifier of words by their letters: which of the trained languages a text is in. Knows no language."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

LONGEST = 4
RAREST = 2  # an n-gram of one text only is its spelling, not its language
MOST = 30_000
STRENGTH = 30.0
STEPS = 25


@dataclass(frozen=True)
class LetterModel:
    """Logistic regression on the letter n-grams (1 to 4, within words) of a text.

    `weights` has a row per n-gram of `rows` and a column per label of `labels`.
    """

    labels: list[str]
    rows: dict[str, int]
    weights: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]

    @classmethod
    def train(cls, texts: Sequence[str], labels: Sequence[str]) -> LetterModel:
        """Learn from texts and their labels, of which there are at least two. The same data give the same model."""
        counted = [Counter(ngrams(text)) for text in texts]
        spread = Counter(ngram for counts in counted for ngram in counts)
        kept = sorted((ngram for ngram, texts_with in spread.most_common(MOST) if texts_with >= RAREST))
        rows = {ngram: row for row, ngram in enumerate(kept)}
        learner = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=STEPS, tol=0.02)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # the last steps change weights, no answer
            learner.fit(matrix(counted, rows), list(labels))
        weights, bias = learner.coef_, learner.intercept_
        if len(learner.classes_) == 2:
            weights, bias = np.vstack([-weights, weights]), np.hstack([-bias, bias])
        return cls(
            [str(label) for label in learner.classes_], rows, weights.T.astype(np.float32), bias.astype(np.float32)
        )

    def probabilities(self, text: str) -> dict[str, float]:
        """What each label's share is; together 1. A text without a known n-gram leaves the labels' own frequency."""
        counts = {self.rows[ngram]: count for ngram, count in Counter(ngrams(text)).items() if ngram in self.rows}
        values = np.log1p(np.fromiter(counts.values(), dtype=np.float32))
        length = float(np.sqrt(values @ values)) or 1.0
        scores = self.bias + (values / length) @ self.weights[list(counts)]
        shares = np.exp(scores - scores.max())
        return dict(zip(self.labels, (shares / shares.sum()).tolist(), strict=True))

    def save(self, path: Path) -> None:
        np.savez_compressed(
            path, labels=self.labels, ngrams=list(self.rows), weights=self.weights.astype(np.float16), bias=self.bias
        )

    @classmethod
    def load(cls, path: Path) -> LetterModel:
        kept = np.load(path, allow_pickle=False)
        rows = {str(ngram): row for row, ngram in enumerate(kept["ngrams"])}
        return cls([str(label) for label in kept["labels"]], rows, kept["weights"].astype(np.float32), kept["bias"])


def ngrams(text: str) -> Iterator[str]:
    """The letters of each word, one to four together; a blank marks where it begins and ends."""
    for word in text.split():
        edged = f" {word} "
        for size in range(1, LONGEST + 1):
            for start in range(len(edged) - size + 1):
                yield edged[start : start + size]


def matrix(counted: Sequence[Counter[str]], rows: dict[str, int]) -> csr_matrix:
    values: list[float] = []
    columns: list[int] = []
    ends = [0]
    for counts in counted:
        known = [(rows[ngram], count) for ngram, count in counts.items() if ngram in rows]
        row = np.log1p(np.array([count for _, count in known], dtype=np.float32))
        values.extend(row / (float(np.sqrt(row @ row)) or 1.0))
        columns.extend(column for column, _ in known)
        ends.append(len(columns))
    return csr_matrix((values, columns, ends), shape=(len(counted), len(rows)), dtype=np.float32)
