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
from scipy.linalg.lapack import dpotrf, dpotri, dpotrs, spotrf, spotri, spotrs

PRECISE = 4_000
"""Up to so many rows in double precision, which is slower and takes twice the memory."""
STRIPE = 1_000
COMMON, COMMONEST = 50, 1_000
"""A feature is common when one sentence in so many has it; so many features at most are."""


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
    """What `likeness` is made of: the inner products of some sentences with others, view by view.

    `lexicon` is (some, others); that of an encoder has only the rows and columns of sentences that it sees.
    """

    lexicon: np.ndarray
    encoders: dict[str, np.ndarray]
    some_seen: dict[str, np.ndarray]
    others_seen: dict[str, np.ndarray]

    @classmethod
    def of(cls, some: Rows, others: Rows) -> Products:
        return cls.beside((some.sparse @ others.transposed).toarray(), some, others)

    @classmethod
    def beside(cls, lexicon: np.ndarray, some: Rows, others: Rows) -> Products:
        """With the product of the sparse rows at hand."""
        encoders = {name: rows @ others.only_seen[name].T for name, rows in some.only_seen.items()}
        return cls(lexicon, encoders, some.seen, others.seen)

    def likeness(self, mix: Mix) -> np.ndarray:
        """(some, others) float32 in [0, 1]; a view counts where it sees both sentences."""
        found = self.lexicon * np.float32(mix.lexicon)
        for name, weight in mix.encoders.items():
            near = self.encoders[name] - np.float32(1)
            near *= np.float32(mix.width)
            np.exp(near, out=near)
            near *= np.float32(weight)
            if near.shape == found.shape:
                found += near
            elif near.size:
                found[np.ix_(self.some_seen[name], self.others_seen[name])] += near
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
    common, rare = _by_commonness(rows.sparse)
    for start in range(0, len(rows), STRIPE):
        stop = min(start + STRIPE, len(rows))
        some, until = rows.part(slice(start, stop)), rows.part(slice(0, stop))
        lexicon = (rare[start:stop] @ rare[:stop].T).toarray()
        lexicon += common[start:stop] @ common[:stop].T
        found[start:stop, :stop] = Products.beside(lexicon, some, until).likeness(mix)
        found[:start, start:stop] = found[start:stop, :start].T
    return found


def _by_commonness(sparse: sp.csr_matrix) -> tuple[np.ndarray, sp.csr_matrix]:
    """The features that many sentences have as a dense matrix, and the others.

    A sparse product costs the square of a feature's sentences, which a dense one does many times faster.
    """
    counts = np.bincount(sparse.indices, minlength=sparse.shape[1])
    chosen = np.argsort(-counts, kind="stable")[:COMMONEST]
    many = np.zeros(sparse.shape[1], bool)
    many[chosen[counts[chosen] * COMMON > sparse.shape[0]]] = True
    return sparse[:, many].toarray(), sparse[:, ~many]


def factor(matrix: np.ndarray, ridge: float) -> np.ndarray:
    """Cholesky's lower factor (in Fortran's order) of the symmetric `matrix` + ridge · 1.

    It lies in `matrix` itself, on and above the diagonal; what is below stays as it was.

    Raises:
        numpy.linalg.LinAlgError: the sum is not positive definite.
    """
    matrix[np.diag_indices(len(matrix))] += ridge
    lower, failed = (dpotrf if matrix.dtype == np.float64 else spotrf)(matrix.T, lower=1, clean=0, overwrite_a=1)
    if failed:
        raise np.linalg.LinAlgError("the likeness of the sentences is not positive definite")
    return lower


def inverse_of_last(lower: np.ndarray, count: int) -> np.ndarray:
    """The last `count` rows and columns of the inverse of what was factored: the last of the factor tell them alone."""
    corner = np.array(lower[-count:, -count:], order="F")
    inverted, failed = (dpotri if corner.dtype == np.float64 else spotri)(corner, lower=1, overwrite_c=1)
    if failed:
        raise np.linalg.LinAlgError("the likeness of the sentences cannot be inverted")
    found = inverted.T  # its upper half is told; the other half a stripe at a time
    for start in range(0, count, STRIPE):
        stop = min(start + STRIPE, count)
        found[stop:, start:stop] = found[start:stop, stop:].T
        block = found[start:stop, start:stop]
        found[start:stop, start:stop] = np.triu(block) + np.triu(block, 1).T
    return found


def targets(labels: np.ndarray, count: int, dtype: type = np.float64) -> np.ndarray:
    """(n, count): one for a sentence's intent, less what guessing would give."""
    wanted = np.full((len(labels), count), -1.0 / count, dtype)
    wanted[np.arange(len(labels)), labels] += 1
    return wanted


@dataclass(frozen=True)
class Solution:
    """`dual` (n, intents) makes scores of likenesses; `inverse` (asked, asked) what leaving out would change.

    Only the last `asked` sentences can be left out: for so many the inverse costs little. `used` is what the gram has
    become, the likenesses below the diagonal.
    """

    labels: np.ndarray
    inverse: np.ndarray
    wanted: np.ndarray
    dual: np.ndarray
    used: np.ndarray

    @property
    def asked(self) -> int:
        return len(self.inverse)

    def left_out(self) -> np.ndarray:
        """(asked, intents): each sentence's scores by all others."""
        first = len(self.labels) - self.asked
        return self.wanted[first:] - self.dual[first:] / np.diag(self.inverse)[:, None]

    def intent_left_out(self, intent: int) -> tuple[np.ndarray, np.ndarray]:
        """Places among the asked of an intent's sentences, and their scores by all sentences of the other intents.

        All sentences of the intent must be among the asked.
        """
        first = len(self.labels) - self.asked
        places = np.flatnonzero(self.labels[first:] == intent)
        block = self.inverse[np.ix_(places, places)].astype(np.float64)
        scores = self.wanted[first + places] - np.linalg.solve(block, self.dual[first + places].astype(np.float64))
        scores[:, intent] = -np.inf
        return places, scores

    def likeness(self, start: int, stop: int) -> np.ndarray:
        """Of the asked sentences from `start` to `stop` with all taught ones, 0 with itself: (stop - start, n)."""
        first = len(self.labels) - self.asked
        start, stop = first + start, first + stop
        found = np.empty((stop - start, len(self.labels)), np.float32)
        found[:, :start] = self.used[start:stop, :start]
        found[:, stop:] = self.used[stop:, start:stop].T
        block = np.tril(self.used[start:stop, start:stop], -1)
        found[:, start:stop] = block + block.T
        return found


def solve(matrix: np.ndarray, ridge: float, labels: np.ndarray, count: int, asked: int | None = None) -> Solution:
    """Learn; `matrix` is the gram of the sentences and is used up. The last `asked` (None: all) can be left out."""
    wanted = targets(labels, count, matrix.dtype.type)
    lower = factor(matrix, ridge)
    dual, _ = (dpotrs if matrix.dtype == np.float64 else spotrs)(lower, wanted, lower=1)
    return Solution(labels, inverse_of_last(lower, asked or len(labels)), wanted, np.ascontiguousarray(dual), matrix)
