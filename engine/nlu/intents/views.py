"""How sentences look to each view: TF-IDF, and every encoder that knows the sentence's language.

A view of an encoder is made of its last layers, each less the mean of the sentence's language: what all sentences of a
language share tells nothing about what they want, and hides that two languages say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.sparse as sp

from engine.nlu.encoders import Encoder, speaking

Layers = Callable[[Encoder, Sequence[str]], np.ndarray]
"""(encoder, texts) -> (texts, layers, dimensions)."""

NAMES = "the names of intents"
"""The language of rows that are intents' names. Encoders read them as English."""
SHY = 30.0
"""A language's own mean counts as much as that of all once it has so many sentences."""
WIDEST = 512
"""Numbers a sentence has in a view of `MANY` sentences or more: the message is compared with each of them."""
MANY = 2_000


@dataclass(frozen=True)
class Sentences:
    """What is known of some sentences before anything is learnt: (n, …) each, zeros where an encoder cannot tell."""

    languages: list[str | None]
    sparse: sp.csr_matrix
    sense: np.ndarray
    layers: dict[str, np.ndarray]
    known: dict[str, np.ndarray]

    def rows(self, places: np.ndarray) -> Sentences:
        return Sentences(
            [self.languages[place] for place in places],
            self.sparse[places],
            self.sense[places],
            {name: layers[places] for name, layers in self.layers.items()},
            {name: known[places] for name, known in self.known.items()},
        )


def read(
    texts: Sequence[str],
    languages: Sequence[str | None],
    sparse: sp.csr_matrix,
    sense: np.ndarray,
    encoders: Sequence[Encoder],
    layers_of: Layers,
) -> Sentences:
    """Ask each encoder once, about the texts that are its own to read. `texts` are `calm`; `sparse` and `sense` (how
    much of each is words) are theirs."""
    layers, known = {}, {}
    readers = [readers_of("en" if language == NAMES else language, encoders) for language in languages]
    for encoder in encoders:
        knows = [encoder in chosen for chosen in readers]
        known[encoder.name] = np.array(knows, bool)
        asked = [text for text, yes in zip(texts, knows, strict=True) if yes]
        if asked:
            made = layers_of(encoder, asked)
            made = made / np.maximum(np.linalg.norm(made, axis=2, keepdims=True), 1e-9)
            every = np.zeros((len(texts), *made.shape[1:]), np.float32)
            every[known[encoder.name]] = made
            layers[encoder.name] = every
        else:
            layers[encoder.name] = np.zeros((len(texts), 1, encoder.dimensions), np.float32)
    return Sentences(list(languages), sparse, sense, layers, known)


def readers_of(language: str | None, encoders: Sequence[Encoder]) -> list[Encoder]:
    """Who reads a language: the encoders of all languages, and of the others the one that knows fewest beside it.

    More readers cost each message milliseconds and hardly change an answer.
    """
    able = speaking(encoders, language)
    special = [encoder for encoder in able if encoder.languages is not None]
    closest = min(special, key=lambda encoder: len(encoder.languages or ()), default=None)
    return [encoder for encoder in able if encoder.languages is None or encoder is closest]


def calm(text: str) -> str:
    """A text as it is compared: no runs of space, and not shouted."""
    text = " ".join(text.split())
    return text.lower() if text.isupper() and len(text) > 3 else text


@dataclass(frozen=True)
class Eye:
    """One encoder's view: a share for each layer, each language's mean, and the directions that are kept."""

    shares: tuple[float, ...]
    means: dict[str, np.ndarray]
    directions: np.ndarray | None = None

    @classmethod
    def open(cls, shares: tuple[float, ...], sentences: Sentences, name: str) -> Eye:
        known = sentences.known[name]
        layers = sentences.layers[name]
        languages = np.array([language or "" for language in sentences.languages])
        plain = known & (languages != NAMES)
        means = {"": layers[plain].mean(0) if plain.any() else np.zeros(layers.shape[1:], np.float32)}
        for language in sorted(set(languages[known]) - {""}):
            own = layers[known & (languages == language)]
            shy = len(own) if language == NAMES else SHY
            means[language] = (own.sum(0) + shy * means[""]) / (len(own) + shy)
        eye = cls(shares, means)
        if known.sum() < MANY or layers.shape[2] * np.count_nonzero(shares) <= WIDEST:
            return eye
        wide = eye.look(sentences, name)[known]
        _, directions = np.linalg.eigh(wide.T @ wide)
        return cls(shares, means, np.ascontiguousarray(directions[:, -WIDEST:]).astype(np.float32))

    def look(self, sentences: Sentences, name: str) -> np.ndarray:
        """(n, dimensions) float32, each of length one, or of zero where the encoder cannot tell."""
        mean = np.stack([self.means.get(language or "", self.means[""]) for language in sentences.languages])
        # Of an encoder that was asked nothing it is not known how many layers it shows.
        layers = sentences.layers[name] if sentences.known[name].any() else np.zeros_like(mean)
        parts = [
            np.float32(share**0.5) * unit(layers[:, -1 - back] - mean[:, -1 - back])
            for back, share in enumerate(self.shares)
            if share
        ]
        seen = np.hstack(parts)
        if self.directions is not None:
            seen = seen @ self.directions
        return unit(seen) * sentences.known[name][:, None].astype(np.float32)

    def save(self, path: Path) -> None:
        arrays = {f"mean {language}": mean for language, mean in self.means.items()}
        if self.directions is not None:
            arrays["directions"] = self.directions
        np.savez(path, shares=np.array(self.shares), **arrays)

    @classmethod
    def load(cls, path: Path) -> Eye:
        with np.load(path, allow_pickle=False) as arrays:
            means = {key[5:]: arrays[key] for key in arrays.files if key.startswith("mean ")}
            directions = arrays["directions"] if "directions" in arrays.files else None
            return cls(tuple(arrays["shares"].tolist()), means, directions)


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)
