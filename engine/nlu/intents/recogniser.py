"""A trained recogniser of intents: from a text and its language to a ranking and a confidence. Knows no Rasa."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import scipy.sparse as sp

from engine.nlu.encoders import Encoder
from engine.nlu.intents import mixing
from engine.nlu.intents.confidence import SIGNS, Confidence, Line, sharpness, signs, softmax, threshold
from engine.nlu.intents.kernel import Mix, Products, Rows, Solution, gram, solve
from engine.nlu.intents.lexicon import Lexicon
from engine.nlu.intents.mixing import Plan
from engine.nlu.intents.roll import Roll
from engine.nlu.intents.vectors import layers_of
from engine.nlu.intents.views import NAMES, Eye, Layers, Sentences, calm, read, readers_of

logger = logging.getLogger(__name__)

MOST = 16_000
"""Sentences learnt from; of more, a part is drawn evenly. Their likeness to each other fills 1 GB of memory."""
FEWEST_INTENTS = 4
"""Below it, leaving one out leaves too little to tell what is foreign."""
STRIPE = 500
"""Sentences left out that are looked at at once."""


@dataclass(frozen=True)
class Answer:
    """`ranking`: (intent, confidence), the surest first. The first one's confidence is what a threshold is held to."""

    ranking: list[tuple[str, float]]

    @property
    def confidence(self) -> float:
        return self.ranking[0][1]


@dataclass
class Recogniser:
    intents: list[str]
    lexicon: Lexicon
    mix: Mix
    eyes: dict[str, Eye]
    rows: Rows
    labels: np.ndarray
    dual: np.ndarray
    sharp: float
    confidence: Confidence
    threshold: float

    def __post_init__(self) -> None:
        # Now, and not while the first message waits.
        _ = self.rows.transposed, self.rows.only_seen

    @classmethod
    def train(
        cls,
        texts: Sequence[str],
        intents: Sequence[str],
        languages: Sequence[str | None],
        encoders: Sequence[Encoder],
        layers: Layers = layers_of,
        foreign: frozenset[str] = frozenset(),
        seed: int = 0,
    ) -> Recogniser:
        """Learn from sentences, their intents and languages. Sentences of `foreign` intents are what nobody asked for.

        Raises: ValueError when no text has a letter or digit.
        """
        texts, intents, languages = zip(*dict.fromkeys(zip(texts, intents, languages, strict=True)), strict=True)
        if len(texts) > MOST:
            logger.warning("Learning from %d of the %d sentences, drawn evenly.", MOST, len(texts))
            drawn = np.sort(np.random.default_rng(seed).permutation(len(texts))[:MOST])
            texts, intents, languages = ([part[place] for place in drawn] for part in (texts, intents, languages))
        kinds = sorted(set(intents))
        named = [kind for kind in kinds if kind not in foreign]
        place = {kind: number for number, kind in enumerate(kinds)}
        labels = np.array([place[intent] for intent in [*intents, *named]])
        spoken = [*map(calm, texts), *map(spell, named)]
        lexicon, sparse = Lexicon.fit(spoken)
        readers = {encoder.name for language in set(languages) for encoder in readers_of(language, encoders)}
        used = [encoder for encoder in encoders if encoder.name in readers]
        sense = lexicon.words.sense(spoken, used, taught=True)
        sentences = read(spoken, [*languages, *[NAMES] * len(named)], sparse, sense, used, layers)
        layered = {encoder.name for encoder in used if sentences.layers[encoder.name].shape[1] > 1}
        plan = mixing.start(used, layered)
        if len(texts) >= mixing.ENOUGH and len(kinds) > 1:
            plan = mixing.choose(plan, mixing.Trial(sentences, labels, len(kinds), len(named), seed), layered)
        logger.debug("Chosen: %s", plan)
        count = len(labels) if plan.names else len(texts)
        sentences, labels = sentences.rows(np.arange(count)), labels[:count]
        nonsense = read_nonsense(spoken[: len(texts)], languages, lexicon, used, layers)
        return cls._learn(kinds, lexicon, plan, sentences, labels, len(texts), nonsense, foreign, seed)

    @classmethod
    def _learn(
        cls,
        kinds: list[str],
        lexicon: Lexicon,
        plan: Plan,
        sentences: Sentences,
        labels: np.ndarray,
        taught: int,
        nonsense: Sentences | None,
        foreign: frozenset[str],
        seed: int,
    ) -> Recogniser:
        eyes = {name: Eye.open(shares, sentences, name) for name, shares in plan.shares.items()}
        roll = Roll.call(labels, taught, [kind in foreign for kind in kinds], seed)
        sentences, labels = sentences.rows(roll.order), labels[roll.order]
        rows = Rows.of(sentences.sparse, {name: eye.look(sentences, name) for name, eye in eyes.items()})
        solution = solve(gram(rows, plan.mix), plan.mix.ridge, labels, len(kinds), len(roll.evenly))
        left_out, asked = solution.left_out(), labels[-len(roll.evenly) :]
        sharp = sharpness(left_out[roll.evenly], asked[roll.evenly])[0]
        seen, strange = _signs_left_out(solution, left_out, roll, sharp, sentences.sense[-len(asked) :])
        right = (left_out.argmax(axis=1) == asked).astype(float)
        dual = solution.dual.astype(np.float32)
        learnt = cls(kinds, lexicon, plan.mix, eyes, rows, labels, dual, sharp, Confidence.none(), 0.0)
        strangest = learnt.signs_of(nonsense)[1] if nonsense else np.empty((0, SIGNS))
        learnt.confidence = Confidence.fit(seen[roll.evenly], right[roll.evenly], strange, strangest)
        sure, ours = learnt.confidence(seen), roll.evenly & ~roll.foreign
        told = np.where(right > 0, 0, sure)[roll.foreign]
        strange, strangest = learnt.confidence(strange), learnt.confidence(strangest)
        learnt.threshold = threshold(sure[ours], right[ours], strange, told, strangest)
        return learnt

    def answer(
        self, texts: Sequence[str], languages: Sequence[str | None], encoders: Sequence[Encoder]
    ) -> list[Answer]:
        used = [encoder for encoder in encoders if encoder.name in self.eyes]
        calmed = [calm(text) for text in texts]
        return self.answer_read(read_new(calmed, languages, self.lexicon, used, layers_of))

    def answer_read(self, sentences: Sentences) -> list[Answer]:
        scores, found = self.signs_of(sentences)
        shares = softmax(scores * self.sharp)
        return [self._ranked(share, float(top)) for share, top in zip(shares, self.confidence(found), strict=True)]

    def signs_of(self, sentences: Sentences) -> tuple[np.ndarray, np.ndarray]:
        """The scores (n, intents) and signs (n, SIGNS) of sentences that were not taught."""
        rows = Rows.of(sentences.sparse, {name: eye.look(sentences, name) for name, eye in self.eyes.items()})
        near = Products.of(rows, self.rows).likeness(self.mix)
        scores = near @ self.dual
        return scores, signs(scores, self.sharp, near, self.labels, sentences.sense)

    def _ranked(self, shares: np.ndarray, sure: float) -> Answer:
        order = np.argsort(-shares, kind="stable")
        rest = max(1e-9, 1 - float(shares[order[0]]))
        others = [(self.intents[place], min(sure, (1 - sure) * float(shares[place]) / rest)) for place in order[1:]]
        return Answer([(self.intents[order[0]], sure), *others])

    def save(self, folder: Path) -> None:
        self.lexicon.save(folder)
        for name, eye in self.eyes.items():
            eye.save(folder / f"eye-{name}.npz")
        sp.save_npz(folder / "sparse.npz", self.rows.sparse.astype(np.float32), compressed=False)
        np.savez(folder / "dense.npz", **{name: rows.astype(np.float16) for name, rows in self.rows.dense.items()})
        lines = {"score": self.confidence.score, "share": self.confidence.share}
        flat = {f"{name} {key}": value for name, line in lines.items() for key, value in asdict(line).items()}
        np.savez(folder / "learnt.npz", labels=self.labels, dual=self.dual, **flat)
        facts = {"intents": self.intents, "mix": asdict(self.mix), "sharp": self.sharp, "threshold": self.threshold}
        (folder / "recogniser.json").write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Recogniser:
        facts = json.loads((folder / "recogniser.json").read_text(encoding="utf-8"))
        with np.load(folder / "dense.npz", allow_pickle=False) as arrays:
            dense = {name: arrays[name].astype(np.float32) for name in arrays.files}
        with np.load(folder / "learnt.npz", allow_pickle=False) as arrays:
            learnt = {name: arrays[name] for name in arrays.files}
        lines = {
            name: Line(learnt[f"{name} middle"], learnt[f"{name} slope"], float(learnt[f"{name} offset"]))
            for name in ("score", "share")
        }
        return cls(
            facts["intents"],
            Lexicon.load(folder),
            Mix(**facts["mix"]),
            {name: Eye.load(folder / f"eye-{name}.npz") for name in dense},
            Rows.of(sp.load_npz(folder / "sparse.npz"), dense),
            learnt["labels"],
            learnt["dual"],
            facts["sharp"],
            Confidence(**lines),
            facts["threshold"],
        )


def spell(intent: str) -> str:
    """An intent's name as words: `check_orderStatus` is "check order status"."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", intent)
    return " ".join(re.sub(r"[_/+.\-]+", " ", apart).split()).lower()


def read_new(
    texts: Sequence[str], languages: Sequence[str | None], lexicon: Lexicon, encoders: Sequence[Encoder], layers: Layers
) -> Sentences:
    return read(texts, languages, lexicon.vectors(texts), lexicon.words.sense(texts, encoders), encoders, layers)


def read_nonsense(
    texts: Sequence[str], languages: Sequence[str | None], lexicon: Lexicon, encoders: Sequence[Encoder], layers: Layers
) -> Sentences | None:
    """Messages that mean nothing, in the letters of the taught ones; None for few of these."""
    made = lexicon.words.nonsense(texts, languages)
    return read_new(*zip(*made, strict=True), lexicon, encoders, layers) if made else None


def _signs_left_out(
    solution: Solution, left_out: np.ndarray, roll: Roll, sharp: float, sense: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The signs of each asked sentence as if it were not taught; of strangers, as if their intent were not."""
    strange = np.full_like(left_out, np.nan)
    for intent in roll.strangers:
        places, scores = solution.intent_left_out(intent)
        strange[places] = scores
    asked = solution.labels[-len(left_out) :]
    strangers = roll.taught & np.isin(asked, roll.strangers)
    own, others = [np.empty((0, SIGNS))], [np.empty((0, SIGNS))]
    for start in range(0, len(left_out), STRIPE):
        part = slice(start, min(start + STRIPE, len(left_out)))
        near = solution.likeness(part.start, part.stop)
        own.append(signs(left_out[part], sharp, near, solution.labels, sense[part]))
        chosen = strangers[part]
        others.append(signs(strange[part][chosen], sharp, near[chosen], solution.labels, sense[part][chosen]))
    return np.vstack(own), np.vstack(others)
