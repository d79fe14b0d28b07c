"""Which views to trust, learnt from the training sentences alone.

Every choice starts from what held on several public sets and is changed when another value makes the answers to
sentences left out likelier. Small sets keep the start: with few sentences the difference is chance.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from engine.nlu.intents.confidence import sharpness
from engine.nlu.intents.kernel import Mix, Rows, gram, solve
from engine.nlu.intents.views import Eye, Sentences

ENOUGH = 60
"""Sentences below which nothing is chosen."""
SAMPLE = 900
"""Sentences that choices are made on: each try costs their number cubed."""
WORTHWHILE = 0.004
"""Nats that a change must win, relative to the loss before it."""

LAYERED = ((1.0, 0.5, 0.5), (1.0,), (0.0, 1.0), (0.5, 0.5))
"""Shares of an encoder's last layer, the one before, and the one before that."""
LEXICON = (0.05, 0.2, 0.4, 0.8)
BESIDE = (0.3, 1.0)
WIDTHS = (1.0, 2.2)
RIDGES = (0.01, 0.1)


@dataclass(frozen=True)
class Plan:
    """What was chosen. `shares` by encoder; `names`: whether intents' names are taught as sentences."""

    mix: Mix
    shares: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    names: bool = True


def start(encoders: Mapping[str, bool]) -> Plan:
    """The plan for data that cannot choose; `encoders` tells of each whether it shows its layers.

    An encoder of few languages knows them better than one of all: the first one given weighs most.
    """
    weigh = {name: 1.0 if place == 0 else 0.6 for place, name in enumerate(encoders)}
    layered = {name: (1.0, 0.5, 0.5) if place == 0 else (0.0, 1.0) for place, name in enumerate(encoders)}
    return Plan(Mix(encoders=weigh), {name: layered[name] if shows else (1.0,) for name, shows in encoders.items()})


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
        self._dense: dict[tuple[str, tuple[float, ...]], np.ndarray] = {}

    def loss(self, plan: Plan) -> float:
        count = len(self._labels) if plan.names else self._taught
        rows = Rows(self._sentences.sparse, {name: self._seen(name, shares) for name, shares in plan.shares.items()})
        rows = rows.part(slice(0, count))
        labels = self._labels[:count]
        left_out = solve(gram(rows, plan.mix), plan.mix.ridge, labels, self._intents).left_out()
        return sharpness(left_out[: self._taught], labels[: self._taught])[1]

    def _seen(self, name: str, shares: tuple[float, ...]) -> np.ndarray:
        if (name, shares) not in self._dense:
            self._dense[name, shares] = Eye.open(shares, self._sentences, name).look(self._sentences, name)
        return self._dense[name, shares]


def choose(plan: Plan, trial: Trial, layered: Mapping[str, bool]) -> Plan:
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


def rounds(plan: Plan, layered: Mapping[str, bool]) -> Iterator[list[Change]]:
    for name, shows in layered.items():
        if shows:
            yield [("shares", name, shares) for shares in LAYERED if shares != plan.shares[name]]
    yield [("mix", "lexicon", value) for value in LEXICON]
    for name in list(layered)[1:]:
        yield [("encoder", name, value) for value in BESIDE]
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
