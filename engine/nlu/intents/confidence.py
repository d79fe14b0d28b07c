"""How sure an answer is, as a number that can be believed, and below which number the bot had better ask.

Learnt from answers given without having seen the question: each sentence left out once, and each intent left out once,
whose sentences then are messages that no intent is for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

NEIGHBOURS = 3
FOREIGN_SHARE = 0.3
"""What the sentences of left-out intents weigh beside all others when the signs of a foreign message are learnt."""
EXPECTED_SHARE = 0.02
"""The same, when it is learnt what share of answers is right: few messages are foreign."""
WORTH = 0.3
"""What recognising all foreign messages is worth, beside answering all others rightly, when a threshold is chosen..."""
COST = 0.03
"""... and the share of right answers that it may cost at most."""
UNSURE = 0.3
"""The threshold when the training data has too few intents to leave any out."""
HIGHEST = 0.9


def softmax(scores: np.ndarray) -> np.ndarray:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def sharpness(scores: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """The factor of scores that makes the right answers likeliest, and the mean loss (in nats) with it."""

    def loss(logarithm: float) -> float:
        shares = softmax(scores * np.exp(logarithm))
        return float(-np.log(shares[np.arange(len(labels)), labels] + 1e-9).mean())

    ladder = np.linspace(0.5, 4.5, 17)
    best = min(ladder, key=loss)
    fine = np.linspace(best - 0.2, best + 0.2, 9)
    best = min(fine, key=loss)
    return float(np.exp(best)), loss(best)


def signs(scores: np.ndarray, sharp: float, near: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """What tells right answers: (n, 5).

    `near` (n, taught) is the likeness to each taught sentence (0 for itself), `labels` (taught,) are their intents.
    """
    shares = softmax(scores * sharp)
    first = scores.argmax(axis=1)
    top = np.clip(shares.max(axis=1), 1e-6, 1 - 1e-6)
    own = np.where(labels[None, :] == first[:, None], near, 0)
    count = min(NEIGHBOURS, near.shape[1])
    kin = np.partition(own, -count, axis=1)[:, -count:].mean(axis=1)
    second = np.partition(scores, -2, axis=1)[:, -2] if scores.shape[1] > 1 else np.zeros(len(scores))
    return np.column_stack(
        [
            np.log(top / (1 - top)),
            scores.max(axis=1),
            scores.max(axis=1) - np.maximum(second, -1),
            near.max(axis=1),
            kin,
        ]
    )


@dataclass(frozen=True)
class Line:
    """A weighted sum of signs; of none it is a constant."""

    middle: np.ndarray
    slope: np.ndarray
    offset: float

    def __call__(self, given: np.ndarray) -> np.ndarray:
        return (given - self.middle) @ self.slope + self.offset

    @classmethod
    def fit(cls, given: np.ndarray, right: np.ndarray, counts: np.ndarray, stiff: float) -> Line:
        """Logistic regression; `stiff` holds slopes back, in sentences."""
        middle, spread = given.mean(axis=0), given.std(axis=0) + 1e-6
        inputs = (given - middle) / spread

        def loss(values: np.ndarray) -> tuple[float, np.ndarray]:
            logits = inputs @ values[:-1] + values[-1]
            losses = counts * (np.logaddexp(0, logits) - right * logits)
            slips = counts * (1 / (1 + np.exp(-np.clip(logits, -50, 50))) - right)
            gradient = np.append(inputs.T @ slips + stiff * values[:-1], slips.sum())
            return float(losses.sum() + stiff / 2 * (values[:-1] ** 2).sum()), gradient

        found = minimize(loss, np.zeros(given.shape[1] + 1), jac=True, method="L-BFGS-B").x
        return cls(middle, found[:-1] / spread, float(found[-1]))


@dataclass(frozen=True)
class Confidence:
    """Signs to a score, and the score to the share of right answers that it stands for."""

    score: Line
    share: Line

    def __call__(self, given: np.ndarray) -> np.ndarray:
        """(n,) in (0, 1)."""
        return 1 / (1 + np.exp(-np.clip(self.share(self.score(given)[:, None]), -30, 30)))

    @classmethod
    def fit(cls, given: np.ndarray, right: np.ndarray, foreign: np.ndarray) -> Confidence:
        """From the signs of sentences left out, whether each was answered rightly, and the signs of foreign ones."""
        weigh = np.ones(len(given) + len(foreign))
        if len(foreign):
            weigh[len(given) :] = FOREIGN_SHARE * len(given) / len(foreign)
        everything = np.vstack([given, foreign])
        score = Line.fit(everything, np.append(right, np.zeros(len(foreign))), weigh, 1.0)
        # Platt's targets: a few sentences all answered rightly do not make certainty.
        hits = right.sum()
        soft = np.where(right > 0, (hits + 1) / (hits + 2), 1 / (len(right) - hits + 2))
        weigh[len(given) :] *= EXPECTED_SHARE / FOREIGN_SHARE
        share = Line.fit(score(everything)[:, None], np.append(soft, np.zeros(len(foreign))), weigh, 0.1)
        if share.slope[0] <= 0:
            share = Line(share.middle, np.array([1e-3]), share.offset)
        return cls(score, share)


def threshold(sure: np.ndarray, right: np.ndarray, foreign: np.ndarray) -> float:
    """Where most is gained of right answers kept and `WORTH` times foreign messages recognised, within `COST`."""
    if not len(foreign):
        return UNSURE
    places = np.unique(np.round(np.concatenate([[0.0], sure, foreign]), 3))
    kept = np.array([(right * (sure >= place)).mean() for place in places])
    known = np.array([(foreign < place).mean() for place in places])
    gain = np.where((places <= HIGHEST) & (kept >= (1 - COST) * kept[0]), kept + WORTH * known, -1)
    return float(places[gain >= gain.max() - 1e-9].mean().round(3))
