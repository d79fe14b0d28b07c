"""What a written text sounds like when it is read aloud: no addresses, no emoji, no marks of formatting. Pure.

It knows no channels; the words themselves stay as they are, in whatever language.
"""

from __future__ import annotations

import regex  # type: ignore[import-untyped]

from bot.conversation.lengths import cleaned, graphemes, without_addresses

_EMOJI = regex.compile(r"[\p{Extended_Pictographic}\p{Emoji_Presentation}]")
_KEYCAP = regex.compile(r"[\uFE0F\u20E3]")
_LINKED = regex.compile(r"!?\[([^\[\]\n]*)\]\([^()\n]*\)")
_MARKS = regex.compile(r"[*_~`#|<>{}\[\]•☰×→←]")
_DOT = regex.compile(r" *· *")
_GONE = "\0"
"""Stands where something was taken out; cleaned texts have none of their own."""
_GAP_BEFORE_PAUSE = regex.compile(r"[^\S\n]*\0[\0 ]*(?=[,.\n]|$)")
_SPACES = regex.compile(r"[^\S\n]+")
_EDGES = regex.compile(r" (?=\n|$)|(?<=\n) ")
_EMPTY_LINES = regex.compile(r"\n\n+")


def spoken(text: str) -> str:
    """The cleaned text as it is read aloud; may be empty. What is spoken already stays the same."""
    before, after = "", cleaned(text)
    while after != before:
        before, after = after, _once(after)
    return after


def _once(text: str) -> str:
    words = _MARKS.sub(_GONE, without_addresses(_LINKED.sub(r"\1", text), _GONE))
    heard = "".join(_heard(cluster) for cluster in graphemes(words))
    flowing = _GAP_BEFORE_PAUSE.sub("", heard).replace(_GONE, " ")
    return cleaned(_EMPTY_LINES.sub("\n", _EDGES.sub("", _SPACES.sub(" ", _DOT.sub(", ", flowing)))))


def _heard(cluster: str) -> str:
    if _EMOJI.search(cluster):
        return _GONE
    said: str = _KEYCAP.sub("", cluster)
    return said
