"""YAML read with the line of every mapping, which plain YAML forgets, and without keys that stand twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from typing import Any

import yaml


class LinedMapping(dict[str, Any]):
    """A mapping of a file, with the line it begins on."""

    line = 0


class Loader(yaml.CSafeLoader):
    """Keeps lines, and refuses a key that stands twice where plain YAML would keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = Counter(self.construct_object(key, deep=deep) for key, _ in node.value)
        twice = next((key for key, times in keys.items() if times > 1), None)
        if twice is not None:
            raise yaml.constructor.ConstructorError(None, None, f"{twice} stands twice", node.start_mark)
        return super().construct_mapping(node, deep=deep)


def _construct(loader: Loader, node: yaml.MappingNode) -> LinedMapping:
    mapping = LinedMapping(loader.construct_mapping(node, deep=True))  # type: ignore[arg-type]
    mapping.line = node.start_mark.line + 1
    return mapping


Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _construct)
