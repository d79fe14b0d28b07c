"""Known names of things and what they mean, found with typing errors and with accents left out.

Names come from the training data's annotations and tables, from the catalogue, and for places and languages from
Unicode's. Ordinary words are never taken for a typing error: those of the training data, and a list beside.
"""

from __future__ import annotations

import functools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import regex
from babel import Locale
from rapidfuzz import process
from rapidfuzz.distance import OSA

from engine.nlu.catalogue import Catalogue
from engine.nlu.entities.vocabulary import classes, content_of_file, meanings
from engine.nlu.folders import CODES
from engine.nlu.tokens import pieces

LONGEST = 6  # pieces of a name
SHORTEST_MISSPELT, LONG = 4, 7  # letters of a word; a long one may have two slips
SPELT = ("product", "colour", "brand", "place")  # people's names and addresses have no right spelling
SOUNDS = ("aeiouy", "ckq", "sz", "mn", "vw", "dt", "bp", "gj", "ािीुूेैोौ", "नण", "सश", "दड", "तट")
ENDING = regex.compile(r"(?:ing|ed|er|ers|es|s|d)$")
# Words one slip away from a thing or a colour, which are meant as they stand.
NEAR_NAMES = """
show shows shop ship shot short shut hat has had that what cat can car cup cut put pants plants want wants warm work
works like look book cook love life live line fine wine give gift left light right sight night might price prices
phone photo phones case cash care cost coast boat boots both book books buy bus bug big bad back black block lack pack
park part past post white write while where there here then than them they this these those thanks think thing things
king ring sing sink drink pink pick sick sock rock lock luck lamb lame camp damp land sand send bend hand band bread
read red ready road load sad tea team tear teal tell tall ball bell belt best rest test west green great gray grey
grow brown crown blown blue glue clue flue true tree free fleece fresh flesh jean mean gene sale sage page wage wave
save base face case race candy handle capable able table tables label cable cape caps shirt skirt start store stone
story sorry soon scan plan plane plate late later latte water winter written mint mine mind mail main made make makes
maker mug mud must much muse mouse house horse nose note notes noted vote cover never fever ever even event over oven
open pen pens pan pin pint paint point print olive alive tan ten tin ton oak order orders older border
"""
ORDINARY = frozenset(NEAR_NAMES.split())


def key_of(text: str) -> str:
    """A name's plain words with one blank between them."""
    return " ".join(piece.key for piece in pieces(text))


@dataclass
class Gazetteer:
    """`names[key][label]` counts the sentences that taught a name; one from a table or catalogue counts as many.

    `values[label][key]` counts what a name was said to mean; `taught[key]` counts the languages it was said in, of
    names that have a spelling. `ordinary` counts the sentences that have a word outside of any name.
    """

    names: dict[str, dict[str, int]] = field(default_factory=dict)
    values: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)
    taught: dict[str, dict[str, int]] = field(default_factory=dict)
    ordinary: dict[str, int] = field(default_factory=dict)

    TABLED = 1_000

    def add(self, label: str, text: str, value: str | None = None, count: int = 1, language: str = "") -> None:
        key = key_of(text)
        if not key or key.count(" ") >= LONGEST:
            return
        labels = self.names.setdefault(key, {})
        labels[label] = labels.get(label, 0) + count
        if label in SPELT:
            languages = self.taught.setdefault(key, {})
            languages[language] = languages.get(language, 0) + count
        if value is not None:
            values = self.values.setdefault(label, {}).setdefault(key, {})
            values[value] = values.get(value, 0) + (1 if count == self.TABLED else 2)

    def add_catalogue(self, catalogue: Catalogue, labels: set[str]) -> None:
        """The shop's own names, for those labels that the training data knows."""
        kinds = {key_of(name) for kind in catalogue.kinds for name in (kind, plural(kind))}
        titles = {title for title in catalogue.titles if key_of(title) not in kinds}
        given = [("product", titles), ("product", catalogue.kinds), ("brand", catalogue.brands)]
        given += [("colour", catalogue.colours), ("size", catalogue.sizes), ("sku", catalogue.skus)]
        for label, names in given:
            for name in sorted(names) if label in labels else ():
                self.add(label, name, name, self.TABLED)
                if name in catalogue.kinds:
                    self.add(label, plural(name), name, self.TABLED)

    def add_places_and_languages(self, labels: set[str]) -> None:
        if "place" in labels:
            for name in [*sorted(countries()), *content_of_file()["place"]]:
                self.add("place", name, None, self.TABLED)
        if "language" in labels:
            for name, code in [*languages().items(), *meanings()["language"].items()]:
                self.add("language", name, code, self.TABLED)

    def add_synonyms(self, synonyms: Mapping[str, str]) -> None:
        """Tables of words that mean a value. It tells the label: the one that names of that value were given."""
        labels: dict[str, Counter[str]] = defaultdict(Counter)
        for label, names in self.values.items():
            for values in names.values():
                for value, count in values.items():
                    labels[value][label] += count
        for text, value in sorted(synonyms.items()):
            if labels[value]:
                label = min(labels[value], key=lambda each: (-labels[value][each], each))
                self.add(label, text, value, self.TABLED)

    def matches(
        self, keys: Sequence[str], own: Counter[tuple[str, str]] | None = None
    ) -> Iterator[tuple[int, int, str]]:
        """Names among the pieces' keys, longest first at each place: (start, end, label).

        `own` counts the names that this very sentence taught, which are not held for known while it is learnt from.
        """
        for start, first in enumerate(keys):
            for end in range(min(len(keys), start + self.longest.get(first, 0)), start, -1):
                key = " ".join(keys[start:end])
                labels = [
                    label
                    for label, count in self.names.get(key, {}).items()
                    if count > (own[label, key] if own is not None else 0)
                ]
                if labels:
                    yield from ((start, end, label) for label in labels)
                    break

    def is_tabled(self, keys: Sequence[str], label: str) -> bool:
        """Whether a table or the catalogue, not only a sentence, has the name under this label and no other."""
        labels = self.names.get(" ".join(keys), {})
        return len(labels) == 1 and labels.get(label, 0) >= self.TABLED

    def spelt(self, key: str, language: str, unless: Counter[str] | None = None) -> str:
        """The word of a name that an unknown word is a slip of the finger for; else the word itself.

        `unless` counts the words that this very sentence taught, as `own` does in `matches`.
        """
        if len(key) < SHORTEST_MISSPELT or not key.isalpha() or self.is_known(key, unless):
            return key
        slips = 1 if len(key) < LONG else 2
        lengths = range(max(SHORTEST_MISSPELT, len(key) - slips), len(key) + slips + 1)
        words = [word for length in lengths for word in self.by_form.get((language, key[0], length), ())]
        words += [word for length in lengths for word in self.by_form.get(("", key[0], length), ())]
        found = process.extract(key, words, scorer=OSA.distance, score_cutoff=slips, limit=3)
        return next((word for word, *_ in found if word != key and is_slip(key, word)), key)

    def is_known(self, key: str, unless: Counter[str] | None) -> bool:
        if key in ORDINARY or key in classes() or stem(key) in ORDINARY:
            return True
        told = self.ordinary.get(key, 0) + sum(self.words.get(key, {}).values())
        return told > (unless[key] if unless is not None else 0) or self.ordinary.get(stem(key), 0) > 1

    @functools.cached_property
    def longest(self) -> dict[str, int]:
        """How many pieces the longest name has that begins with a word."""
        found: dict[str, int] = {}
        for key in self.names:
            words = key.split()
            found[words[0]] = max(found.get(words[0], 0), len(words))
        return found

    @functools.cached_property
    def words(self) -> dict[str, dict[str, int]]:
        """Every word of the names that may be misspelt, and how often each language taught it ("" for tables)."""
        found: dict[str, dict[str, int]] = {}
        for key, languages in self.taught.items():
            for word in key.split():
                if word.isalpha():
                    counts = found.setdefault(word, {})
                    for language, count in languages.items():
                        counts[language] = counts.get(language, 0) + count
        return found

    @functools.cached_property
    def by_form(self) -> dict[tuple[str, str, int], list[str]]:
        """Words to be meant by a slip: those that a table has, or two sentences of the language."""
        forms: dict[tuple[str, str, int], list[str]] = defaultdict(list)
        for word, languages in sorted(self.words.items()):
            for language, count in languages.items():
                if count > 1 and len(word) >= SHORTEST_MISSPELT:
                    forms[language, word[0], len(word)].append(word)
        return forms

    def as_dict(self) -> dict[str, Any]:
        return {"names": self.names, "values": self.values, "taught": self.taught, "ordinary": self.ordinary}

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> Gazetteer:
        return cls(kept["names"], kept["values"], kept["taught"], kept["ordinary"])


def stem(word: str) -> str:
    """An English word without its commonest endings, so that "shipped" is as ordinary as "ship"."""
    bare = ENDING.sub("", word)
    return bare[:-1] if len(bare) > 3 and bare[-1] == bare[-2] else bare


def is_slip(typed: str, meant: str) -> bool:
    """Whether a short word can have been meant by another: letters swapped, doubled or left out, or ones of one sound.

    Any other letter makes another word ("shops" is not "shoes"), unless the word is long.
    """
    if len(typed) >= LONG or len(typed) != len(meant):
        return len(typed) > SHORTEST_MISSPELT or len(typed) < len(meant)
    pairs = [(one, other) for one, other in zip(typed, meant, strict=True) if one != other]
    return len(pairs) == 2 or any(one in sound and other in sound for one, other in pairs for sound in SOUNDS)


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


@functools.lru_cache(maxsize=1)
def languages() -> dict[str, str]:
    """Languages by their names in the shop's languages, from Unicode's tables, and their codes."""
    return {
        name: code
        for language in ("en", "fr", "pl", "hi")
        for code, name in sorted(Locale(language).languages.items())
        if code in CODES and " " not in name
    }


def ordinary_words(sentences: Iterable[Sequence[str]]) -> dict[str, int]:
    """How many sentences have a word outside of any name."""
    return dict(Counter(word for sentence in sentences for word in set(sentence) if word.isalpha()))
