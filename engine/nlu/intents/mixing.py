"""Which views to trust, learnt from the training sentences alone.

Every choice starts from what held on several public sets and is changed when another value makes the answers to
sentences left out likelier. Small sets keep the start: with few sentences the difference is chance.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from engine.nlu.encoders import Encoder
from engine.nlu.intents.confidence import sharpness
from engine.nlu.intents.kernel import Mix, Products, solve
from engine.nlu.intents.views import Eye, Sentences

ENOUGH = 60
"""Sentences below which nothing is chosen."""
SAMPLE = 700
"""Sentences that choices are made on: each try costs their number cubed."""
WORTHWHILE = 0.004
"""Nats that a change must win, relative to the loss before it."""

LAYERED = ((1.0, 0.5, 0.5), (1.0,), (0.0, 1.0), (0.5, 0.5))
"""Shares of an encoder's last layer, the one before, and the one before that."""
LEXICON = (0.05, 0.2, 0.4, 0.8)
BESIDE = (0.5, 1.7)
"""Factors of an encoder's weight."""
WIDTHS = (1.0, 2.2)
RIDGES = (0.01, 0.1)


@dataclass(frozen=True)
class Plan:
    """What was chosen. `shares` by encoder; `names`: whether intents' names are taught as sentences."""

    mix: Mix
    shares: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    names: bool = True


def start(encoders: Sequence[Encoder], layered: Collection[str]) -> Plan:
    """The plan for data that cannot choose; `layered` are the encoders that show their layers.

    An encoder of one language knows it better than one of many, and the last layer of one of all languages is bent
    towards matching pages to questions, not intents: the layer before it serves better.
    """
    weigh, shares = {}, {}
    for encoder in encoders:
        one, every = len(encoder.languages or ()) == 1, encoder.languages is None
        weigh[encoder.name] = 1.0 if one else 0.6 if every else 0.5
        shares[encoder.name] = (1.0,) if encoder.name not in layered else (0.0, 1.0) if every else (1.0, 0.5, 0.5)
    return Plan(Mix(encoders=weigh), shares)


class Trial:
    """Tries plans on a sample of the sentences. The last `names` rows are intents' names."""

    def __init__(self, sentences: Sentences, labels: np.ndarray, intents: int, names: int, seed: int) -> None:
        taught = len(labels) - names
        chosen = np.sort(np.random.default_rng(seed).permutation(taught)[:SAMPLE])
        places = np.concatenate([chosen, np.arange(taught, taught + names)])
        self._sentences = sentences.rows(places)
        self._labels = labels[places]
        self._taught = len(chosen)
        self._intents = intents
        self._lexicon = (self._sentences.sparse @ self._sentences.sparse.T).toarray()
        self._seen: dict[tuple[str, tuple[float, ...]], np.ndarray] = {}

    def loss(self, plan: Plan) -> float:
        """Mean loss, in nats, of the answers to the sample's sentences left out."""
        count = len(self._labels) if plan.names else self._taught
        known = {name: self._sentences.known[name][:count] for name in plan.shares}
        views = {name: self._products(name, shares, int(known[name].sum())) for name, shares in plan.shares.items()}
        matrix = Products(self._lexicon[:count, :count], views, known, known).likeness(plan.mix)
        labels = self._labels[:count]
        left_out = solve(matrix, plan.mix.ridge, labels, self._intents).left_out()
        return sharpness(left_out[: self._taught], labels[: self._taught])[1]

    def _products(self, name: str, shares: tuple[float, ...], count: int) -> np.ndarray:
        """Of the first `count` sentences that the encoder sees."""
        if (name, shares) not in self._seen:
            known = self._sentences.known[name]
            seen = Eye.open(shares, self._sentences, name).look(self._sentences, name)[known]
            self._seen[name, shares] = seen @ seen.T
        return self._seen[name, shares][:count, :count]


def choose(plan: Plan, trial: Trial, layered: Collection[str]) -> Plan:
    """One round through all choices, each kept when it wins."""
    best = trial.loss(plan)
    for options in rounds(plan, layered):
        for change in options:
            other = apply(plan, change)
            loss = trial.loss(other)
            if loss < best * (1 - WORTHWHILE):
                best, plan = loss, other
    return plan


Change = tuple[str, str, object]


def rounds(plan: Plan, layered: Collection[str]) -> Iterator[list[Change]]:
    for name in plan.shares:
        if name in layered:
            yield [("shares", name, shares) for shares in LAYERED if shares != plan.shares[name]]
    yield [("mix", "lexicon", value) for value in LEXICON]
    for name, weight in list(plan.mix.encoders.items())[1:]:
        yield [("encoder", name, weight * factor) for factor in BESIDE]
    yield [("names", "", False)]
    yield [("mix", "width", value) for value in WIDTHS]
    yield [("mix", "ridge", value) for value in RIDGES]


def apply(plan: Plan, change: Change) -> Plan:
    kind, name, value = change
    if kind == "shares":
        return replace(plan, shares={**plan.shares, name: value})
    if kind == "names":
        return replace(plan, names=value)
    if kind == "encoder":
        return replace(plan, mix=replace(plan.mix, encoders={**plan.mix.encoders, name: value}))
    return replace(plan, mix=replace(plan.mix, **{name: value}))
