"""The shop's own pages (`data/faq/<page>.<language>.md`) and the passage of them that answers a question.

A page is Markdown: `# Title`, then `## Heading` and a paragraph for each thing it tells. An HTML comment under a
heading holds words that people also use for it; they are found and never shown. Files are read again when they change.

Sections are ranked by BM25 (Robertson and Zaragoza, 2009) over folded, shortened words; what is called so counts more
than what is mentioned. `Passage.share` says how much of the question a section meets, by weight of its words, so that
a caller can tell an answer from the least bad guess. Nothing is learned, and nothing is translated.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.search.page_words import STOP_WORDS

FALLBACK = "en"
NAMED = 3
"""How often a word of a heading, a title or a comment counts beside one of the text."""
TITLED = 1.5
"""How much more a word of the page's title weighs: a warranty on shoes is about the warranty."""
_K1, _B = 1.2, 0.5
_QUOTED = 420
"""Letters of a quotation; longer sections are cut at the end of a sentence."""
_LATIN_STEM, _DEVANAGARI_STEM = 5, 4
_ENDINGS = ("ing", "ed", "es", "er", "ez", "s", "e")
_WORD = re.compile(r"[^\W_]+(?:[\u0900-\u0963\u0966-\u097f]+[^\W_]*)*")
_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_SENTENCE_END = re.compile(r"(?<=[.!?।])\s+")


@dataclass(frozen=True, slots=True)
class Section:
    page: str
    language: str
    title: str
    heading: str
    text: str
    words: Counter[str]
    named: frozenset[str]
    titled: frozenset[str]

    @property
    def length(self) -> int:
        return self.words.total()


@dataclass(frozen=True, slots=True)
class Passage:
    """What to quote. `share` is 0 to 1; `named` says whether a word of the question names what the section is about,
    `met` counts the question's words that it has."""

    page: str
    language: str
    title: str
    heading: str
    text: str
    share: float = 0.0
    named: bool = False
    met: int = 0


class Pages:
    """The pages in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._seen: tuple[tuple[str, int], ...] = ()
        self._sections: dict[str, list[Section]] = {}

    def find(self, question: str, language: str, page: str | None = None) -> Passage | None:
        """The best passage in the language, else in English; of one page only where `page` names it. None when no
        word of the question is met."""
        self._read_changes()
        for spoken in dict.fromkeys((language, FALLBACK)):
            sections = self._sections.get(spoken, [])
            found = best(words_of(question), sections, page)
            if found is not None:
                return found
        return None

    def opening(self, page: str, language: str) -> Passage | None:
        """How a page begins, in the language or else in English; None where there is no such page."""
        self._read_changes()
        for spoken in dict.fromkeys((language, FALLBACK)):
            for section in self._sections.get(spoken, []):
                if section.page == page:
                    return _passage(section)
        return None

    def _read_changes(self) -> None:
        files = sorted(self.folder.glob("*.md"))
        seen = tuple((file.name, file.stat().st_mtime_ns) for file in files)
        if seen == self._seen:
            return
        sections: dict[str, list[Section]] = {}
        for file in files:
            page, _, language = file.stem.partition(".")
            sections.setdefault(language or FALLBACK, []).extend(
                read_page(file.read_text(encoding="utf-8"), page, language or FALLBACK)
            )
        self._seen, self._sections = seen, sections


def read_page(markdown: str, page: str, language: str) -> list[Section]:
    """The sections of a page, in order. Text before the first heading is a section under the title."""
    title = next((line[2:].strip() for line in markdown.splitlines() if line.startswith("# ")), page)
    sections: list[Section] = []
    heading, lines = title, list[str]()
    for line in [*markdown.splitlines(), "## "]:
        if line.startswith("## "):
            sections += _section(page, language, title, heading, "\n".join(lines))
            heading, lines = line[3:].strip(), []
        elif not line.startswith("# "):
            lines.append(line)
    return sections


def _section(page: str, language: str, title: str, heading: str, body: str) -> list[Section]:
    also = " ".join(_COMMENT.findall(body))
    text = " ".join(_COMMENT.sub(" ", body).split())
    if not text:
        return []
    named = words_of(f"{title} {heading} {also}")
    words = Counter(words_of(text))
    words.update(named * NAMED)
    return [Section(page, language, title, heading, text, words, frozenset(named), frozenset(words_of(title)))]


def best(question: Sequence[str], sections: Sequence[Section], page: str | None = None) -> Passage | None:
    """The section that meets the question best; word weights come from all `sections`, also those of other pages."""
    if not sections or not question:
        return None
    asked = list(dict.fromkeys(question))
    weights = {word: _weight(word, sections) for word in asked}
    mean = sum(section.length for section in sections) / len(sections)
    ranked = [
        (score, section)
        for section in sections
        if (page is None or section.page == page) and (score := _score(asked, weights, section, mean)) > 0
    ]
    if not ranked:
        return None
    _, section = max(ranked, key=lambda pair: pair[0])
    met = [word for word in asked if word in section.words]
    share = sum(weights[word] for word in met) / sum(weights.values())
    return _passage(section, share, named=any(word in section.named for word in met), met=len(met))


def _weight(word: str, sections: Sequence[Section]) -> float:
    """Robertson's inverse document frequency, never negative; a word that no section has weighs most."""
    having = sum(word in section.words for section in sections)
    return math.log(1 + (len(sections) - having + 0.5) / (having + 0.5))


def _score(asked: Iterable[str], weights: dict[str, float], section: Section, mean: float) -> float:
    dampening = _K1 * (1 - _B + _B * section.length / mean)
    total = 0.0
    for word in asked:
        count = section.words[word]
        total += weights[word] * count * (_K1 + 1) / (count + dampening) * (TITLED if word in section.titled else 1)
    return total


def _passage(section: Section, share: float = 0.0, *, named: bool = False, met: int = 0) -> Passage:
    text = quotation(section.text)
    return Passage(section.page, section.language, section.title, section.heading, text, share, named, met)


def quotation(text: str) -> str:
    """As many whole sentences as fit, at least one."""
    kept = ""
    for sentence in _SENTENCE_END.split(text):
        if kept and len(kept) + len(sentence) >= _QUOTED:
            break
        kept = f"{kept} {sentence}".strip()
    return kept


def words_of(text: str) -> list[str]:
    """The words that carry meaning, folded and shortened to their beginnings, which is where languages bend least."""
    found = (word for word in _WORD.findall(fold(text)) if word not in STOP_WORDS and not word.isdecimal())
    return [_stem(word) for word in found]


def fold(text: str) -> str:
    """Lower case without accents; in Devanagari without the dots that many leave out."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l"))
    kept = "".join(letter for letter in plain if not "\u0300" <= letter <= "\u036f" and letter != "\u093c")
    return kept.replace("\u0901", "\u0902")


def _stem(word: str) -> str:
    if "\u0900" <= word[0] <= "\u097f":
        return word[:_DEVANAGARI_STEM]
    ending = next((end for end in _ENDINGS if word.endswith(end) and len(word) - len(end) >= _LATIN_STEM - 1), "")
    stem = word[: len(word) - len(ending)]
    if ending and stem[-1] == stem[-2]:
        stem = stem[:-1]
    return stem[:_LATIN_STEM]
