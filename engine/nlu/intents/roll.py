"""Who is left out to learn how much to trust an answer: all sentences of small data, an even part of large.

Leaving a sentence out costs the inverse of everybody's likeness, three times the learning itself. Of a thousand
sentences more, confidence and threshold learn hardly anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

ALL = 5_000
"""Sentences of which all are left out once..."""
EVENLY = 3_000
"""... of more than those, so many of all intents alike, ..."""
STRANGERS = 3_000
"""... and about so many of whole intents, each left out with all its sentences."""
FEWEST_INTENTS = 4
"""Below it, leaving one out leaves too little to tell what is foreign."""


@dataclass(frozen=True)
class Roll:
    """`order` puts those that are asked last. The others tell of each asked one: is it drawn evenly, ..."""

    order: np.ndarray
    evenly: np.ndarray
    taught: np.ndarray
    """... is it a sentence, and not the name of an intent, ..."""
    foreign: np.ndarray
    """... and is it an example of what the bot is not for."""
    strangers: np.ndarray
    """Intents of which all sentences are asked."""

    @classmethod
    def call(cls, labels: np.ndarray, taught: int, foreign: Sequence[bool], seed: int) -> Roll:
        """`labels` are the intents of sentences, of which those after `taught` are names; `foreign` is by intent."""
        chance = np.random.default_rng(seed)
        abroad = np.array(foreign, bool)
        own = np.flatnonzero(~abroad)
        evenly, whole = np.arange(len(labels)) < taught, own
        if len(labels) > ALL:
            evenly = np.isin(np.arange(len(labels)), chance.permutation(taught)[:EVENLY])
            whole = chance.permutation(own)
            sizes = np.bincount(labels, minlength=len(abroad))[whole]
            whole = np.sort(whole[: max(1, int((np.cumsum(sizes) <= STRANGERS).sum()))])
        if len(abroad) < FEWEST_INTENTS:
            whole = whole[:0]
        asked = evenly | np.isin(labels, whole) | (abroad[labels] & (np.arange(len(labels)) < taught))
        order = np.concatenate([np.flatnonzero(~asked), np.flatnonzero(asked)])
        last = np.flatnonzero(asked)
        return cls(order, evenly[last], last < taught, abroad[labels[last]], whole)
