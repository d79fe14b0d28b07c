"""Entities marked in a sentence, as the language model would find them: "[deux](quantity:2) en [bleu](colour:blue)"."""

from __future__ import annotations

import re
from typing import Any

_MARKED = re.compile(r"\[([^\]]+)\]\((\w+)(?::([^)]+))?\)")


def unmarked(text: str) -> tuple[str, list[dict[str, Any]]]:
    """The sentence without its marks, and the entities that they mark, as Rasa gives them."""
    plain, found, end = "", [], 0
    for mark in _MARKED.finditer(text):
        plain += text[end : mark.start()]
        words, entity, value = mark.groups()
        found.append({"entity": entity, "value": value or words, "start": len(plain), "end": len(plain) + len(words)})
        plain += words
        end = mark.end()
    return plain + text[end:], found
