"""Cutting texts to a platform's limits: at what a reader takes for one character, never inside a link. Pure.

What a reader takes for one character is a grapheme cluster (Unicode Standard Annex 29): a family of emoji, a flag, a
letter with its marks. It knows no channels and no replies.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate

import regex  # type: ignore[import-untyped]

from bot.conversation.traits import Measure

BLANK = "…"
"""Said where a platform refuses an empty text; also marks what is cut."""
_CLUSTER = regex.compile(r"\X")
_INVISIBLE = regex.compile(r"[\s\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]*")
_FORBIDDEN = regex.compile(r"[\p{Cs}\p{Cc}--[\n]]", flags=regex.V1)
_LINE_END = regex.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
_ADDRESS = regex.compile(r"(?:https?://|www\.)[!-~]*", flags=regex.IGNORECASE)
_PARAGRAPH = regex.compile(r"\n\s*\n")
_LINE = regex.compile(r"\n")
_SENTENCE = regex.compile(r"(?:[.!?…؟۔][\"'”’»)\]]*)(?=\s)|[।॥。！？][”’」』)]*")
_WORD = regex.compile(r"\s+")


def measured(text: str, measure: Measure) -> int:
    """The length as the platform counts. CHARACTERS are UTF-16 units, in which most emoji count two: Meta and Twilio
    do not say whether they count these or code points, and a text that fits in units fits in both."""
    if measure is Measure.BYTES:
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def graphemes(text: str) -> list[str]:
    found: list[str] = _CLUSTER.findall(text)
    return found


def is_blank(text: str) -> bool:
    """Whether nothing is to be seen: spaces, joiners and marks of direction alone."""
    return _INVISIBLE.fullmatch(text) is not None


def cleaned(text: str) -> str:
    """Without control characters (NUL is refused by every platform) and halves of characters, which JSON cannot
    carry; lines end with a line feed; nothing invisible at the ends."""
    ended = _LINE_END.sub("\n", text).replace("\t", " ")
    return _trimmed(_FORBIDDEN.sub("", ended))


def one_line(text: str) -> str:
    """Cleaned, and every run of white space is one space: for titles."""
    return _trimmed(_WORD.sub(" ", cleaned(text)))


def addresses_in(text: str) -> list[tuple[int, int]]:
    """Where web addresses begin and end."""
    return [match.span() for match in _ADDRESS.finditer(text)]


def without_addresses(text: str, instead: str) -> str:
    removed: str = _ADDRESS.sub(instead, text)
    return removed


def cut(text: str, limit: int, measure: Measure = Measure.CHARACTERS) -> str:
    """The cleaned text in at most `limit`; one that is longer ends with an ellipsis, after a word where one is near."""
    text = cleaned(text)
    if measured(text, measure) <= limit:
        return text
    room = limit - measured(BLANK, measure)
    ruler = _Ruler(text, measured(text, measure), measure)
    end = ruler.farthest(0, room) or 0
    words = [place for place in _begins(_WORD, text) if 0.6 * end < place <= end]
    inside = [begin for begin, finish in addresses_in(text) if begin < end < finish]
    end = inside[0] if inside else max(words, default=end)
    return _trimmed(text[:end]) + BLANK if limit >= measured(BLANK, measure) else ""


def split(text: str, limit: int, measure: Measure = Measure.CHARACTERS, last: int | None = None) -> list[str]:
    """The cleaned text in pieces of at most `limit`, the last of at most `last`; none where there is nothing to see.

    Cut after a paragraph, a line, a sentence or a word, whichever is first found in the window's latter part; else
    between graphemes. An address or a grapheme is cut only if it is longer than a whole piece."""
    text = cleaned(text)
    spans = list(_spans(text, limit, measure))
    if spans and last is not None:
        begin, end = spans[-1]
        tail = list(_spans(text[begin:end], last, measure))[-1][0] if end > begin else 0
        spans[-1:] = [(begin, begin + tail), (begin + tail, end)]
    pieces = [_trimmed(text[begin:end]) for begin, end in spans]
    return [piece for piece in pieces if piece]


def _spans(text: str, limit: int, measure: Measure) -> Iterator[tuple[int, int]]:
    ruler = _Ruler(text, limit, measure)
    breaks = [(_begins(_PARAGRAPH, text), 0.5), (_begins(_LINE, text), 0.5), (_ends(_SENTENCE, text), 0.5),
              (_begins(_WORD, text), 0.3)]  # fmt: skip
    addresses = addresses_in(text)
    at = 0
    while at < len(text):
        end = ruler.farthest(at, limit) or ruler.step(at)
        if end < len(text):
            end = _best(breaks, at, end) or _outside(addresses, at, end)
        yield at, end
        at = ruler.next_visible(end)


def _best(breaks: list[tuple[list[int], float]], at: int, end: int) -> int | None:
    for places, filled in breaks:
        found = bisect_right(places, end)
        if found and places[found - 1] > at + filled * (end - at):
            return places[found - 1]
    return None


def _outside(addresses: list[tuple[int, int]], at: int, end: int) -> int:
    return next((begin for begin, finish in addresses if at < begin < end < finish), end)


def _begins(pattern: regex.Pattern[str], text: str) -> list[int]:
    return [match.start() for match in pattern.finditer(text)]


def _ends(pattern: regex.Pattern[str], text: str) -> list[int]:
    return [match.end() for match in pattern.finditer(text)]


def _trimmed(text: str) -> str:
    """Without invisible graphemes at the ends. By graphemes: a space that carries a mark stays with it."""
    if text and not is_blank(text[0]) and not is_blank(text[-1]):
        return text
    clusters = graphemes(text)
    begin, end = 0, len(clusters)
    while begin < end and is_blank(clusters[begin]):
        begin += 1
    while begin < end and is_blank(clusters[end - 1]):
        end -= 1
    return "".join(clusters[begin:end])


class _Ruler:
    """Where a text may be cut: `places` between its graphemes, and what stands before each as the platform counts."""

    def __init__(self, text: str, limit: int, measure: Measure) -> None:
        units = [unit for cluster in graphemes(text) for unit in _parts(cluster, limit, measure)]
        self.places = [0, *accumulate(len(unit) for unit in units)]
        self._before = [0, *accumulate(measured(unit, measure) for unit in units)]
        self._units = units

    def farthest(self, at: int, room: int) -> int | None:
        """The last place within `room` after the place `at`; None where not even one grapheme fits."""
        here = bisect_right(self.places, at) - 1
        there = bisect_right(self._before, self._before[here] + room) - 1
        return self.places[there] if there > here else None

    def step(self, at: int) -> int:
        return self.places[bisect_right(self.places, at)]

    def next_visible(self, at: int) -> int:
        here = bisect_right(self.places, at) - 1
        while here < len(self._units) and is_blank(self._units[here]):
            here += 1
        return self.places[here]


def _parts(cluster: str, limit: int, measure: Measure) -> list[str]:
    return [cluster] if measured(cluster, measure) <= limit else list(cluster)
