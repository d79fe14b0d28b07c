"""Sentence vectors by an encoder, kept on disk: a sentence that was seen in an earlier training costs nothing."""

from __future__ import annotations

import hashlib
import logging
import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from engine.nlu.encoders import BrokenEncoder, Encoder

logger = logging.getLogger(__name__)

LAYERS = 3
"""How many of an encoder's last layers are kept; those before tell little about the sense of a sentence."""
MOST = 60_000
"""Sentences kept for an encoder, about 140 MB. Those that were added longest ago go first."""
AT_ONCE = 500


def layers_of(encoder: Encoder, texts: Sequence[str]) -> np.ndarray:
    """(texts, layers, dimensions) float32: the last layers of an encoder that shows them, else its one vector."""
    try:
        return encoder.encode_layers(texts)[:, -LAYERS:]
    except (AttributeError, BrokenEncoder):
        return encoder.encode(texts)[:, None, :]


def cache_folder() -> Path:
    """Beside Rasa's own cache of trained components, and moved by the same variable."""
    return Path(os.environ.get("RASA_CACHE_DIRECTORY", Path(".rasa", "cache"))) / "sentences"


def cached_layers(encoder: Encoder, texts: Sequence[str], folder: Path) -> np.ndarray:
    """As `layers_of`, asking the encoder only for texts that no earlier training saw. Half precision in both cases."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(folder / f"{encoder.fingerprint[:32]}.db", timeout=30)) as kept:
            return _through(kept, texts, lambda unknown: layers_of(encoder, unknown))
    except (OSError, sqlite3.Error) as error:
        logger.info("Sentence vectors are not kept in %s: %s", folder, error)
        return layers_of(encoder, texts).astype(np.float16).astype(np.float32)


def _through(kept: sqlite3.Connection, texts: Sequence[str], encode: Callable[[list[str]], np.ndarray]) -> np.ndarray:
    kept.execute("CREATE TABLE IF NOT EXISTS sentence (digest BLOB PRIMARY KEY, layers INTEGER, vector BLOB)")
    digests = [hashlib.blake2b(text.encode(), digest_size=16).digest() for text in texts]
    found: dict[bytes, np.ndarray] = {}
    for start in range(0, len(digests), AT_ONCE):
        part = digests[start : start + AT_ONCE]
        marks = ",".join("?" * len(part))
        rows = kept.execute(f"SELECT digest, layers, vector FROM sentence WHERE digest IN ({marks})", part)  # noqa: S608
        for digest, layers, vector in rows:
            found[digest] = np.frombuffer(vector, np.float16).reshape(layers, -1)
    unknown = {digest: text for digest, text in zip(digests, texts, strict=True) if digest not in found}
    if unknown:
        made = encode(list(unknown.values())).astype(np.float16)
        found.update(zip(unknown, made, strict=True))
        with kept:
            kept.executemany(
                "INSERT OR REPLACE INTO sentence VALUES (?, ?, ?)",
                [(digest, len(rows), rows.tobytes()) for digest, rows in zip(unknown, made, strict=True)],
            )
            kept.execute(
                "DELETE FROM sentence WHERE rowid <= (SELECT rowid FROM sentence ORDER BY rowid DESC LIMIT 1 OFFSET ?)",
                (MOST,),
            )
    return np.stack([found[digest] for digest in digests]).astype(np.float32)
