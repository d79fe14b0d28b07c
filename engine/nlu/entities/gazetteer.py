"""Known names of things and what they mean, found with typing errors and with accents left out.

Names come from the training data's annotations and tables, from the catalogue, and for places and languages from
Unicode's. Ordinary words are never taken for a typing error: those of the training data, and a list beside.
"""

from __future__ import annotations

import functools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from babel import Locale
from rapidfuzz import process
from rapidfuzz.distance import OSA

from engine.nlu.catalogue import Catalogue
from engine.nlu.entities.vocabulary import classes, content_of_file, meanings
from engine.nlu.tokens import pieces, plain

LONGEST = 6  # pieces of a name
SHORTEST_MISSPELT = 4
# Words one slip away from a thing or a colour, which are meant as they stand.
ORDINARY = frozenset(
    """show shows shop ship shot short shut hat has had that what cat can car cup cut put pants plants want wants
    warm work works like look book cook love life live line fine wine give gift left light right sight night might
    price prices phone photo phones case cash care cost coast boat boots both book books buy bus bug big bad back black
    block lack pack park part past post white write while where there here then than them they this these those thanks
    think thing things king ring sing sink drink pink pick sick sock rock lock luck lamb lame camp damp land sand send
    bend hand band bread read red ready road load sad tea team tear teal tell tall ball bell belt best rest test west
    green great gray grey grow brown crown blown blue glue clue flue true tree free fleece fresh flesh jean mean gene
    sale sage page wage wave save base face case race candy handle capable able table tables label cable cape caps
    shirt skirt start store stone story sorry soon scan plan plane plate late later latte water winter written mint mine mind
    mail main made make makes maker mug mud must much muse mouse house horse nose note notes noted vote cover never
    fever ever even event over oven open pen pens pan pin pint paint point print olive alive tan ten tin ton oak
    order orders older border""".split()
)


def key_of(text: str) -> str:
    """A name's plain words with one blank between them."""
    return " ".join(piece.key for piece in pieces(text))


@dataclass
class Gazetteer:
    """`names[key][label]` counts the sentences that taught a name; one from a table or catalogue counts as many.

    `values[label][key]` counts what a name was said to mean. `ordinary` words are spelt right as they stand.
    """

    names: dict[str, dict[str, int]] = field(default_factory=dict)
    values: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)
    ordinary: set[str] = field(default_factory=set)

    TABLED = 1_000

    def add(self, label: str, text: str, value: str | None = None, count: int = 1) -> None:
        key = key_of(text)
        if not key or key.count(" ") >= LONGEST:
            return
        labels = self.names.setdefault(key, {})
        labels[label] = labels.get(label, 0) + count
        if value is not None:
            values = self.values.setdefault(label, {}).setdefault(key, {})
            values[value] = values.get(value, 0) + count

    def add_catalogue(self, catalogue: Catalogue, labels: set[str]) -> None:
        """The shop's own names, for those labels that the training data knows."""
        given = [("product", catalogue.titles), ("product", catalogue.kinds), ("brand", catalogue.brands)]
        given += [("colour", catalogue.colours), ("size", catalogue.sizes), ("sku", catalogue.skus)]
        for label, names in given:
            for name in names if label in labels else ():
                self.add(label, name, name, self.TABLED)
                if label == "product" and name in catalogue.kinds:
                    self.add(label, plural(name), name, self.TABLED)

    def add_places_and_languages(self, labels: set[str]) -> None:
        if "place" in labels:
            for name in [*countries(), *content_of_file()["place"]]:
                self.add("place", name, None, self.TABLED)
        if "language" in labels:
            for key, code in meanings()["language"].items():
                self.add("language", key, code, self.TABLED)

    def matches(
        self, keys: Sequence[str], own: Counter[tuple[str, str]] | None = None
    ) -> Iterator[tuple[int, int, str]]:
        """Names among the pieces' keys, longest first at each place: (start, end, label).

        `own` counts the names that this very sentence taught, which are not held for known while it is learnt from.
        """
        for start in range(len(keys)):
            for end in range(min(len(keys), start + LONGEST), start, -1):
                key = " ".join(keys[start:end])
                labels = [
                    label
                    for label, count in self.names.get(key, {}).items()
                    if count > (own[label, key] if own is not None else 0)
                ]
                if labels:
                    yield from ((start, end, label) for label in labels)
                    break

    def spelt(self, key: str) -> str:
        """The word of a name that an unknown word is a slip of the finger for; else the word itself."""
        if len(key) < SHORTEST_MISSPELT or key in self.ordinary or key in ORDINARY or not key.isalpha():
            return key
        if key in self.words or key in classes():
            return key
        slips = 1 if len(key) < 7 else 2
        near = [
            word for length in range(len(key) - slips, len(key) + slips + 1) for word in self.by_form[key[0], length]
        ]
        found = process.extractOne(key, near, scorer=OSA.distance, score_cutoff=slips)
        return str(found[0]) if found else key

    @functools.cached_property
    def words(self) -> set[str]:
        """Every word of the names that may be misspelt: not of addresses or people's names, which have no spelling."""
        spelled = ("product", "colour", "brand", "place")
        return {
            word
            for key, labels in self.names.items()
            if any(label in labels for label in spelled)
            for word in key.split()
            if word.isalpha()
        }

    @functools.cached_property
    def by_form(self) -> dict[tuple[str, int], list[str]]:
        forms: dict[tuple[str, int], list[str]] = defaultdict(list)
        for word in sorted(self.words):
            if len(word) >= SHORTEST_MISSPELT:
                forms[word[0], len(word)].append(word)
        return forms

    def as_dict(self) -> dict[str, Any]:
        return {"names": self.names, "values": self.values, "ordinary": sorted(self.ordinary)}

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> Gazetteer:
        return cls(kept["names"], kept["values"], set(kept["ordinary"]))


def plural(name: str) -> str:
    """An English kind's plural: "running shoe" is "running shoes". A plural stays as it is."""
    if name.endswith("s"):
        return name
    if name.endswith(("ch", "sh", "x")):
        return name + "es"
    if name.endswith("y") and name[-2] not in "aeiou":
        return name[:-1] + "ies"
    return name + "s"


@functools.lru_cache(maxsize=1)
def countries() -> frozenset[str]:
    """Countries by their names in the shop's languages, from Unicode's tables."""
    names: set[str] = set()
    for language in ("en", "fr", "pl", "hi"):
        territories = Locale(language).territories
        names.update(name for code, name in territories.items() if len(code) == 2 and code.isalpha())
    return frozenset(name for name in names if "(" not in name)


def ordinary_words(sentences: Iterable[Sequence[str]]) -> set[str]:
    """Words that at least two sentences have outside of any name: they are meant as they are written."""
    counts = Counter(word for sentence in sentences for word in set(sentence))
    return {word for word, count in counts.items() if count > 1 and word.isalpha()}


__all__ = ["Gazetteer", "key_of", "ordinary_words", "plain"]
