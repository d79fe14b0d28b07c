"""A BERT encoder as one ONNX graph of ONNX Runtime's fused operators, with weights of eight bits.

It knows shapes and numbers, not where they came from. Inputs `input_ids` and `attention_mask` (batch, tokens) int64;
outputs `sentence_embedding` (batch, size), the mean of the last layer over the tokens that count, not normalised, and
`layers` (batch, layers, size), that mean after every layer.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FUSED = "com.microsoft"
BLOCK = 32
"""Columns of the word table that share a scale, where it has four bits."""

Array = np.ndarray


@dataclass(frozen=True)
class Dense:
    """`y = x @ weight + bias`; weight (in, out)."""

    weight: Array
    bias: Array


@dataclass(frozen=True)
class Norm:
    scale: Array
    shift: Array


@dataclass(frozen=True)
class Layer:
    query: Dense
    key: Dense
    value: Dense
    out: Dense
    attention_norm: Norm
    up: Dense
    down: Dense
    output_norm: Norm


@dataclass(frozen=True)
class FourBitWords:
    """`values` (words, size) int8 from -8 to 7; `scales` (words, size / 32), one for every 32 columns."""

    values: Array
    scales: Array


@dataclass(frozen=True)
class EightBitWords:
    """`values` (words, size) int8; `scales` (words, 1)."""

    values: Array
    scales: Array


@dataclass(frozen=True)
class Bert:
    words: FourBitWords | EightBitWords
    places: Array  # (longest, size), the first token type's row already added
    norm: Norm
    layers: list[Layer]
    heads: int
    epsilon: float


class Graph:
    """Nodes and constants as they are added; every value gets a name of its own."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, value: Array) -> str:
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, operator: str, *inputs: str, outputs: int = 1, domain: str = "", **attributes: Any) -> Any:
        names = [f"{operator.lower()}_{len(self.nodes)}_{place}" for place in range(outputs)]
        self.nodes.append(helper.make_node(operator, list(inputs), names, domain=domain, **attributes))
        return names[0] if outputs == 1 else names

    def call(self, name: str, value: str) -> None:
        self.nodes.append(helper.make_node("Identity", [value], [name]))


def write(bert: Bert, path: Path) -> None:
    graph = Graph()
    size = bert.places.shape[1]
    mask = graph.add("Cast", "attention_mask", to=TensorProto.INT32)
    counts = graph.add("Unsqueeze", graph.add("Cast", "attention_mask", to=TensorProto.FLOAT), _axes(graph, 2))
    length = graph.add("ReduceSum", counts, _axes(graph, 1), keepdims=0)
    x = graph.add("Add", _words(graph, bert.words), _places(graph, bert.places))
    x = graph.add("LayerNormalization", x, *_norm(graph, bert.norm), axis=-1, epsilon=bert.epsilon)
    means = []
    for layer in bert.layers:
        x = _layer(graph, x, mask, layer, bert)
        total = graph.add("ReduceSum", graph.add("Mul", x, counts), _axes(graph, 1), keepdims=0)
        means.append(graph.add("Div", total, length))
    graph.call("sentence_embedding", means[-1])
    graph.call("layers", graph.add("Concat", *(graph.add("Unsqueeze", m, _axes(graph, 1)) for m in means), axis=1))
    _save(graph, path, size, len(bert.layers))


def _words(graph: Graph, words: FourBitWords | EightBitWords) -> Any:
    if isinstance(words, EightBitWords):
        rows = graph.add("Cast", graph.add("Gather", graph.constant(words.values), "input_ids"), to=TensorProto.FLOAT)
        scales = graph.constant(words.scales.astype(np.float32))
        return graph.add("Mul", rows, graph.add("Gather", scales, "input_ids"))
    pairs = (words.values.astype(np.int8) & 0xF).astype(np.uint8).reshape(len(words.values), -1, 2)
    packed = (pairs[..., 0] | (pairs[..., 1] << 4)).astype(np.uint8)
    table = onnx.TensorProto(name="words", data_type=TensorProto.INT4, raw_data=packed.tobytes())
    table.dims.extend(words.values.shape)
    graph.constants.append(table)
    scales = graph.constant(words.scales.astype(np.float16))
    how = {"block_size": BLOCK, "gather_axis": 0, "quantize_axis": 1}
    rows = graph.add("GatherBlockQuantized", "words", "input_ids", scales, domain=FUSED, **how)
    return graph.add("Cast", rows, to=TensorProto.FLOAT)


def _places(graph: Graph, places: Array) -> Any:
    """The first rows of the table, as many as there are tokens."""
    tokens = graph.add("Gather", graph.add("Shape", "input_ids"), _axes(graph, 1))
    return graph.add("Slice", graph.constant(places.astype(np.float32)), _axes(graph, 0), tokens, _axes(graph, 0))


def _layer(graph: Graph, x: Any, mask: Any, layer: Layer, bert: Bert) -> Any:
    size = bert.places.shape[1]
    three = [layer.query, layer.key, layer.value]
    joined = Dense(np.concatenate([d.weight for d in three], 1), np.concatenate([d.bias for d in three]))
    parts = graph.constant(np.array([size] * 3, np.int64))
    query, key, value = graph.add("Split", _dense(graph, x, joined), parts, outputs=3, axis=2)
    seen = graph.add("MultiHeadAttention", query, key, value, "", mask, domain=FUSED, num_heads=bert.heads)
    x = _skip(graph, x, _dense(graph, seen, layer.out), layer.attention_norm, bert.epsilon)
    wide = graph.add("Gelu", _dense(graph, x, layer.up), domain=FUSED)
    return _skip(graph, x, _dense(graph, wide, layer.down), layer.output_norm, bert.epsilon)


def _skip(graph: Graph, x: Any, y: Any, norm: Norm, epsilon: float) -> Any:
    return graph.add("SkipLayerNormalization", x, y, *_norm(graph, norm), domain=FUSED, epsilon=epsilon)


def _dense(graph: Graph, x: Any, dense: Dense) -> Any:
    """Eight bits a weight, a scale a column; the activations are quantised as they come."""
    scales = np.abs(dense.weight).max(0) / 127
    scales[scales == 0] = 1
    rounded = np.clip(np.rint(dense.weight / scales), -127, 127).astype(np.int8)
    zeros = np.zeros(len(scales), np.int8)
    numbers = (rounded, scales.astype(np.float32), zeros, dense.bias.astype(np.float32))
    return graph.add("DynamicQuantizeMatMul", x, *map(graph.constant, numbers), domain=FUSED)


def _norm(graph: Graph, norm: Norm) -> tuple[str, str]:
    return graph.constant(norm.scale.astype(np.float32)), graph.constant(norm.shift.astype(np.float32))


def _axes(graph: Graph, *axes: int) -> str:
    return graph.constant(np.array(axes, np.int64))


def _save(graph: Graph, path: Path, size: int, layers: int) -> None:
    def value(name: str, kind: int, *shape: Any) -> Any:
        return helper.make_tensor_value_info(name, kind, list(shape))

    made = helper.make_graph(
        graph.nodes,
        "encoder",
        [value(name, TensorProto.INT64, "batch", "tokens") for name in ("input_ids", "attention_mask")],
        [
            value("sentence_embedding", TensorProto.FLOAT, "batch", size),
            value("layers", TensorProto.FLOAT, "batch", layers, size),
        ],
        graph.constants,
    )
    versions = [helper.make_opsetid("", 21), helper.make_opsetid(FUSED, 1)]
    onnx.save(helper.make_model(made, opset_imports=versions, ir_version=10), str(path))
