"""How sure an answer is, as a number that can be believed, and below which number the bot had better ask.

Learnt from answers given without having seen the question: each sentence left out once, and each intent left out once,
whose sentences then are messages that no intent is for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize, minimize_scalar

SIGNS = 5
NEIGHBOURS = 3
FOREIGN_SHARE = 0.3
"""What the sentences of left-out intents weigh beside all others when the signs of a foreign message are learnt."""
EXPECTED_SHARE = 0.02
"""The same, when it is learnt what share of answers is right: few messages are foreign."""
NONSENSE_SHARE = 0.3
"""What nonsense weighs beside all messages of left-out intents."""
WORTH, WORTH_TOLD = 0.08, 0.3
"""What recognising all foreign messages is worth, beside answering all others rightly, when a threshold is chosen; and
when the training data has examples of foreign messages, so that some are sure to come..."""
COST = 0.02
"""... and the share of right answers that it may cost at most."""
FEW = 30
"""Examples of foreign messages that tell too little by themselves, and sentences too few to refuse anything by."""
UNSURE = 0.3
"""The threshold when the training data has too few intents to leave any out."""
HIGHEST = 0.9


def softmax(scores: np.ndarray) -> np.ndarray:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def sharpness(scores: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """The factor of scores that makes the right answers likeliest, and the mean loss (in nats) with it."""

    rows = np.arange(len(labels))
    scores = scores - scores[rows, labels][:, None]

    def loss(logarithm: float) -> float:
        return float(np.log(np.exp(np.minimum(scores * np.exp(logarithm), 60)).sum(axis=1)).mean())

    found = minimize_scalar(loss, bounds=(0.5, 4.5), method="bounded", options={"xatol": 0.02})
    return float(np.exp(found.x)), float(found.fun)


def signs(scores: np.ndarray, sharp: float, near: np.ndarray, labels: np.ndarray, sense: np.ndarray) -> np.ndarray:
    """What tells an answer to be trusted: its share against all others', its own score, its nearest kin, and that the
    message has words at all. (n, SIGNS)

    `near` (n, taught) is the likeness to each taught sentence (0 for itself), `labels` (taught,) are their intents,
    `sense` (n, 2) is how much of each message could be words, and is.
    """
    top = np.clip(softmax(scores * sharp).max(axis=1), 1e-6, 1 - 1e-6)
    kin = kinship(scores.argmax(axis=1), near, labels)
    return np.column_stack([np.log(top / (1 - top)), scores.max(axis=1), kin, sense])


def kinship(intents: np.ndarray, near: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """(n,): the mean likeness of each sentence to the nearest of its intent."""
    count = min(NEIGHBOURS, near.shape[1])
    found = np.zeros(len(near))
    for intent in np.unique(intents):
        places = np.flatnonzero(intents == intent)
        own = near[np.ix_(places, np.flatnonzero(labels == intent))]
        few = min(count, own.shape[1])
        if few:
            found[places] = np.partition(own, -few, axis=1)[:, -few:].sum(axis=1) / count
    return found


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
        """Logistic regression in which no sign speaks against; `stiff` holds slopes back, in sentences."""
        middle, spread = given.mean(axis=0), given.std(axis=0) + 1e-6
        inputs = (given - middle) / spread

        def loss(values: np.ndarray) -> tuple[float, np.ndarray]:
            logits = inputs @ values[:-1] + values[-1]
            losses = counts * (np.logaddexp(0, logits) - right * logits)
            slips = counts * (1 / (1 + np.exp(-np.clip(logits, -50, 50))) - right)
            gradient = np.append(inputs.T @ slips + stiff * values[:-1], slips.sum())
            return float(losses.sum() + stiff / 2 * (values[:-1] ** 2).sum()), gradient

        bounds = [(0, None)] * given.shape[1] + [(None, None)]
        found = minimize(loss, np.zeros(given.shape[1] + 1), jac=True, method="L-BFGS-B", bounds=bounds).x
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
    def none(cls) -> Confidence:
        """Before anything is learnt: always one half."""
        return cls(Line(np.zeros(SIGNS), np.zeros(SIGNS), 0.0), Line(np.zeros(1), np.zeros(1), 0.0))

    @classmethod
    def fit(cls, given: np.ndarray, right: np.ndarray, foreign: np.ndarray, nonsense: np.ndarray) -> Confidence:
        """From the signs of sentences left out, whether each was answered rightly, and those of foreign messages and of
        nonsense."""
        everything = np.vstack([given, foreign, nonsense])
        unmeant = np.append(_shared(1.0, len(foreign)), _shared(NONSENSE_SHARE, len(nonsense))) * len(given)
        # A wrong answer to a message of ours tells nothing about messages of nobody's: only the right ones are set
        # against those. Where there are none, right ones are set against wrong ones.
        count = right if len(foreign) else np.ones(len(given))
        counts = np.append(count, FOREIGN_SHARE * unmeant)
        score = Line.fit(everything, np.append(right, np.zeros(len(unmeant))), counts, 1.0)
        # Platt's targets: a few sentences all answered rightly do not make certainty.
        hits = right.sum()
        soft = np.where(right > 0, (hits + 1) / (hits + 2), 1 / (len(right) - hits + 2))
        counts = np.append(np.ones(len(given)), EXPECTED_SHARE * unmeant)
        share = Line.fit(score(everything)[:, None], np.append(soft, np.zeros(len(unmeant))), counts, 0.1)
        # What is surer by score stays surer by share, however little the sentences tell.
        return cls(score, Line(share.middle, np.maximum(share.slope, 1e-3), share.offset))


def _shared(weight: float, count: int) -> np.ndarray:
    return np.full(count, weight / max(1, count))


def threshold(
    sure: np.ndarray, right: np.ndarray, strange: np.ndarray, told: np.ndarray, nonsense: np.ndarray
) -> float:
    """Where most is gained of right answers kept, and of foreign messages and nonsense recognised, within `COST`.

    All are confidences: of sentences left out (n), of those of left-out intents, of examples of foreign messages, and
    of messages without a word.
    """
    if len(sure) < FEW:
        return 0.0
    foreign = told if len(told) >= FEW else np.concatenate([strange, told])
    if not len(foreign):
        return UNSURE
    worth = WORTH_TOLD if len(told) else WORTH
    places = np.unique(np.round(np.concatenate([[0.0], sure, foreign, nonsense]), 3))
    kept = np.array([(right * (sure >= place)).mean() for place in places])
    known = np.array([(foreign < place).mean() for place in places])
    if len(nonsense):
        known += WORTH / worth * np.array([(nonsense < place).mean() for place in places])
    gain = np.where((places <= HIGHEST) & (kept >= (1 - COST) * kept[0]), kept + worth * known, -1)
    best = int(gain.argmax())
    return float(places[max(0, best - 1) : best + 1].mean().round(3))
