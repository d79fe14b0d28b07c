"""Kernel ridge regression on a sum of kernels, one a view, with exact answers for sentences left out.

Each sentence is scored for each intent by its likeness to the taught ones. Leaving a sentence, or a whole intent, out
of the training needs no second training: both follow in closed form from the inverse that the training has anyway
(Rifkin & Lippert, "Notes on regularized least squares", 2007). So what is said later about confidence and about
messages that no intent is for rests on answers given without having seen the question.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import scipy.sparse as sp
from scipy.linalg.lapack import dpotrf, dpotri, spotrf, spotri

PRECISE = 4_000
"""Up to so many rows in double precision, which is slower and takes twice the memory."""
STRIPE = 1_000


@dataclass(frozen=True)
class Mix:
    """How much each view counts, how near is near, and how little a single sentence is trusted."""

    lexicon: float = 0.1
    encoders: Mapping[str, float] = field(default_factory=dict)
    width: float = 1.5
    ridge: float = 0.03


@dataclass(frozen=True)
class Rows:
    """Sentences as the views see them: sparse (n, features), dense by encoder (n, dimensions), zeros where unseen."""

    sparse: sp.csr_matrix
    dense: dict[str, np.ndarray]
    seen: dict[str, np.ndarray]

    @classmethod
    def of(cls, sparse: sp.csr_matrix, dense: dict[str, np.ndarray]) -> Rows:
        return cls(sparse, dense, {name: rows.any(axis=1) for name, rows in dense.items()})

    def __len__(self) -> int:
        return int(self.sparse.shape[0])

    @cached_property
    def only_seen(self) -> dict[str, np.ndarray]:
        """The dense rows without those that an encoder does not see: of five languages, four are none of MiniLM's."""
        return {name: rows if self.seen[name].all() else rows[self.seen[name]] for name, rows in self.dense.items()}

    @cached_property
    def transposed(self) -> sp.csr_matrix:
        return self.sparse.T.tocsr()

    def part(self, places: slice | np.ndarray) -> Rows:
        dense = {name: rows[places] for name, rows in self.dense.items()}
        return Rows(self.sparse[places], dense, {name: seen[places] for name, seen in self.seen.items()})


@dataclass(frozen=True)
class Products:
    """What `likeness` is made of: the inner products of some sentences with others, view by view."""

    lexicon: np.ndarray
    encoders: dict[str, np.ndarray]
    some_seen: dict[str, np.ndarray]
    others_seen: dict[str, np.ndarray]

    @classmethod
    def of(cls, some: Rows, others: Rows) -> Products:
        encoders = {}
        for name, rows in some.dense.items():
            encoders[name] = np.zeros((len(some), len(others)), np.float32)
            if some.seen[name].any():
                encoders[name][:, others.seen[name]] = rows @ others.only_seen[name].T
        return cls((some.sparse @ others.transposed).toarray(), encoders, some.seen, others.seen)

    def likeness(self, mix: Mix) -> np.ndarray:
        """(some, others) float32 in [0, 1]; a view counts where it sees both sentences."""
        found = self.lexicon * np.float32(mix.lexicon)
        for name, weight in mix.encoders.items():
            if not self.some_seen[name].any():
                continue
            near = self.encoders[name] - np.float32(1)
            near *= np.float32(mix.width)
            np.exp(near, out=near)
            near *= np.float32(weight)
            near[~self.some_seen[name]] = 0
            near[:, ~self.others_seen[name]] = 0
            found += near
        found /= np.sqrt(_weights(self.some_seen, mix, len(found)))[:, None]
        found /= np.sqrt(_weights(self.others_seen, mix, found.shape[1]))
        return found


def _weights(seen: Mapping[str, np.ndarray], mix: Mix, count: int) -> np.ndarray:
    """(count,): what the views that see each sentence weigh together."""
    total = np.full(count, max(mix.lexicon, 1e-6), np.float32)
    for name, weight in mix.encoders.items():
        total += np.float32(weight) * seen[name]
    return total


def gram(rows: Rows, mix: Mix) -> np.ndarray:
    """The likeness of all with all, made in stripes so that it is in memory once."""
    found = np.empty((len(rows), len(rows)), np.float64 if len(rows) <= PRECISE else np.float32)
    for start in range(0, len(rows), STRIPE):
        part = rows.part(slice(start, start + STRIPE))
        found[start : start + STRIPE] = Products.of(part, rows).likeness(mix)
    return found


def inverse(matrix: np.ndarray, ridge: float) -> np.ndarray:
    """Of the symmetric `matrix` + ridge · 1, in its place.

    Raises:
        numpy.linalg.LinAlgError: the sum is not positive definite.
    """
    factor, invert = (dpotrf, dpotri) if matrix.dtype == np.float64 else (spotrf, spotri)
    matrix[np.diag_indices(len(matrix))] += ridge
    lower, failed = factor(matrix.T, lower=1, clean=0, overwrite_a=1)
    if not failed:
        lower, failed = invert(lower, lower=1, overwrite_c=1)
    if failed:
        raise np.linalg.LinAlgError("the likeness of the sentences is not positive definite")
    found = lower.T
    for start in range(0, len(found), STRIPE):  # the other half, a stripe at a time
        stop = min(start + STRIPE, len(found))
        found[stop:, start:stop] = found[start:stop, stop:].T
        corner = found[start:stop, start:stop]
        found[start:stop, start:stop] = np.triu(corner) + np.triu(corner, 1).T
    return found


def targets(labels: np.ndarray, count: int, dtype: type = np.float64) -> np.ndarray:
    """(n, count): one for a sentence's intent, less what guessing would give."""
    wanted = np.full((len(labels), count), -1.0 / count, dtype)
    wanted[np.arange(len(labels)), labels] += 1
    return wanted


@dataclass(frozen=True)
class Solution:
    """`dual` (n, intents) makes scores of likenesses; `inverse` (n, n) tells what leaving out would have changed."""

    labels: np.ndarray
    inverse: np.ndarray
    wanted: np.ndarray
    dual: np.ndarray

    def left_out(self) -> np.ndarray:
        """(n, intents): each sentence's scores by all others."""
        return self.wanted - self.dual / np.diag(self.inverse)[:, None]

    def intent_left_out(self, intent: int) -> tuple[np.ndarray, np.ndarray]:
        """Places of an intent's sentences, and their scores by all sentences of the other intents."""
        places = np.flatnonzero(self.labels == intent)
        block = self.inverse[np.ix_(places, places)].astype(np.float64)
        scores = self.wanted[places] - np.linalg.solve(block, self.dual[places].astype(np.float64))
        scores[:, intent] = -np.inf
        return places, scores


def solve(matrix: np.ndarray, ridge: float, labels: np.ndarray, count: int) -> Solution:
    """Learn; `matrix` is the gram of the sentences and is used up."""
    wanted = targets(labels, count, matrix.dtype.type)
    inverted = inverse(matrix, ridge)
    return Solution(labels, inverted, wanted, inverted @ wanted)
