"""What the shop says, in the customer's language: an English sentence goes in and comes out in theirs.

Plain gettext: the English sentence is its own key, and `languages/<language>/*.po` beside this file hold the others, a
file a skill. A sentence that a catalogue lacks is said in English. It knows no customers and no channels.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).resolve().parent / "languages"
LANGUAGES = ("en", "fr", "pl", "hi", "hi-Latn")
"""`hi-Latn` is Hindi in Latin letters, as it is typed on many phones."""
ENGLISH = LANGUAGES[0]


@dataclass(frozen=True, slots=True)
class Speaker:
    """Says things in one language: `say("Order {number}", number=7)`."""

    language: str
    _known: NullTranslations

    def __call__(self, phrase: str, /, **fields: object) -> str:
        """The phrase with its {fields}. It stands here as a literal, so that a test finds it; see also `phrase`."""
        return self._known.gettext(phrase).format(**fields)

    def n(self, one: str, many: str, count: int, /, **fields: object) -> str:
        """`say.n("1 thing", "{count} things", count)`, in as many plural forms as the language has."""
        return self._known.ngettext(one, many, count).format(count=count, **fields)

    def word(self, kind: str, word: str) -> str:
        """A word of the catalogue, such as `say.word("option", "blue")`; one that has no translation stays as it is.
        `kind` is the word's `msgctxt`: an orange colour is no orange."""
        return self._known.pgettext(kind, word)


def label_in(say: Speaker, label: str) -> str:
    """A variant's name (`bot.commerce.catalog.label`) with its options in the speaker's language: the title stays."""
    title, *options = label.split(", ")
    return ", ".join([title, *(say.word("option", option) for option in options)])


def phrase(text: str) -> str:
    """Marks a phrase that is kept in a table and said later. Nothing is done to it."""
    return text


@lru_cache(maxsize=len(LANGUAGES))
def speaker(language: str) -> Speaker:
    """Raises `ValueError` for a language that is none of LANGUAGES."""
    if language not in LANGUAGES:
        raise ValueError(f"nobody speaks {language!r} here")
    if language == ENGLISH:
        return Speaker(language, NullTranslations())
    merged = Catalog(locale=language.replace("-", "_"))
    for path in sorted((FOLDER / language).glob("*.po")):
        for message in catalogue(path):
            if message.id:
                merged[message.id] = message
    written = BytesIO()
    write_mo(written, merged)
    written.seek(0)
    return Speaker(language, GNUTranslations(written))


def catalogue(path: Path) -> Catalog:
    """One file as Babel reads it. Raises `PoFileError` where it is malformed."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.name.replace("-", "_"), abort_invalid=True)


def language_of(locale: str | None) -> str:
    """The language to speak with somebody of this locale, such as `fr_CA` or `hi-Latn`: English if we lack theirs."""
    first, *rest = (locale or "").replace("_", "-").split("-")
    if first.lower() == "hi" and "latn" in (part.lower() for part in rest):
        return "hi-Latn"
    return first.lower() if first.lower() in LANGUAGES else ENGLISH


def locale_for(language: str, locale: str | None) -> str:
    """How amounts and dates are written for somebody who speaks `language`: as in their own country where that
    speaks it, else as the language's most speakers do. Babel's name, such as `fr_CA`."""
    same = locale is not None and language_of(locale) == language and locale.lower().startswith(language[:2])
    return locale.replace("-", "_") if locale and same else _USUAL[language]


_USUAL = {"en": "en", "fr": "fr_FR", "pl": "pl_PL", "hi": "hi_IN", "hi-Latn": "hi_Latn"}
