"""Stripe's way of putting a tree into a form: `line_items[0][price_data][currency]=usd`, `expand[]=line_items`.

Knows nothing of which parameters exist; lists stay tables with the keys "0", "1", ... because only the call
knows whether `metadata[0]` is a word or a place (see `params`).
"""

from __future__ import annotations

import re
from typing import TypeAlias
from urllib.parse import parse_qsl

from sandbox.stripe.errors import InvalidParams

Tree: TypeAlias = "dict[str, str | Tree]"

_KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_PART = re.compile(r"\[([^\[\]]*)\]")
_DEEPEST = 8
_MOST_FIELDS = 10_000


def decode(text: str) -> Tree:
    """The tree in an urlencoded body or query. Raises `InvalidParams` for keys that make none."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
    except ValueError:
        raise InvalidParams("The request could not be read as a form.") from None
    tree: Tree = {}
    for key, value in pairs:
        _plant(tree, key, value)
    return tree


def _plant(tree: Tree, key: str, value: str) -> None:
    *branches, leaf = _parts(key)
    for branch in branches:
        step = tree.setdefault(_place(tree, branch), {})
        if not isinstance(step, dict):
            raise InvalidParams(f"Invalid request: {key} is both a value and a table.", param=key)
        tree = step
    place = _place(tree, leaf)
    if isinstance(tree.get(place), dict):
        raise InvalidParams(f"Invalid request: {key} is both a value and a table.", param=key)
    tree[place] = value


def _parts(key: str) -> list[str]:
    match = _KEY.fullmatch(key)
    if match is None:
        raise InvalidParams(f"Invalid request: {key} is no parameter name.", param=key)
    parts = [match[1], *_PART.findall(match[2])]
    if len(parts) > _DEEPEST:
        raise InvalidParams(f"Invalid request: {match[1]} is nested too deeply.", param=match[1])
    return parts


def _place(tree: Tree, part: str) -> str:
    return part or str(len(tree))
