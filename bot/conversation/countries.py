"""Countries as people name them, in the shop's languages and a few more: "Poland", "Allemagne", "Niemczech", "भारत".

Names are Babel's (CLDR). Endings of cases are looked past, the names of everyday talk are added, and cities are known
where CLDR names a time zone after them (Berlin, Toronto); any other city is nobody's here. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache

from babel import Locale
from babel.core import get_global

from bot.conversation.phrases import LANGUAGES

_NAMED_IN = (*LANGUAGES, "de", "es", "it", "nl", "pt")
"""Whose names of countries are known: neighbours write theirs, whatever language they are understood in."""
_EVERYDAY = {
    "US": "usa us america united states of america etats-unis amerique ameryka stany ameryki अमेरिका यूएसए",
    "GB": "uk england britain great britain scotland wales angleterre grande-bretagne ecosse anglia szkocja "
    "इंग्लैंड ब्रिटेन यूके",
    "NL": "holland hollande the netherlands",
    "AE": "uae emirates dubai दुबई",
    "IN": "india bharat hindustan इंडिया हिंदुस्तान",
    "CZ": "czech republic czechy tchequie",
}
_TWO_WORDS = ("united states of america", "great britain", "the netherlands", "czech republic")
_LONGEST_NAME = 5
"""Words of a name that are looked for inside a sentence."""
_BENDING = "pl"
"""The one language of the shop whose names change their endings."""
_SHARED, _ENDING = 4, 4
"""How many letters a bent word shares with the name's at least, and how many it may add; the name has fewer."""
_WORD = re.compile(r"[\w'’\u0900-\u097f-]+")


def country_name(code: str, language: str) -> str:
    """ "France", in the language; the code where nobody named it."""
    return str(_locale(language).territories.get(code, code))


def country_of(place: str, language: str = "en") -> str | None:
    """The ISO 3166 code of the country that a place is, or lies in, as somebody who speaks `language` names it; None
    where that is not known here."""
    if len(place) == 2 and place.isupper() and place in _locale("en").territories:
        return place
    name = _fold(place)
    return _names().get(name) or (_bent(name) if language == _BENDING else None)


def country_in(sentence: str) -> str | None:
    """The first country that stands by its full name in a sentence."""
    words = [_fold(word) for word in _WORD.findall(sentence)]
    for start in range(len(words)):
        for length in range(_LONGEST_NAME, 0, -1):
            name = " ".join(words[start : start + length])
            if len(name) > _SHARED and name in _names():
                return _names()[name]
    return None


def _bent(name: str) -> str | None:
    """A name with other endings: "Francji" is "Francja", "Wielkiej Brytanii" is "Wielka Brytania"."""
    best, found = 0, None
    words = name.split()
    for code, known in _locale(_BENDING).territories.items():
        others = _fold(str(known)).split()
        if len(words) != len(others) or not code.isalpha():
            continue
        shared = [_shared(word, other) for word, other in zip(words, others, strict=True)]
        pairs = zip(shared, words, others, strict=True)
        fits = all(n >= _SHARED and len(word) <= n + _ENDING and len(other) < n + _ENDING for n, word, other in pairs)
        if fits and sum(shared) > best:
            best, found = sum(shared), code
    return found


def _shared(one: str, other: str) -> int:
    """How many letters two words begin with alike."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


@lru_cache(maxsize=1)
def _names() -> Mapping[str, str]:
    names: dict[str, str] = {}
    territories: Mapping[str, str] = get_global("zone_territories")
    for zone, code in territories.items():
        for city in _cities(zone):
            names[_fold(city)] = code
    for language in reversed(_NAMED_IN):
        names |= {_fold(name): code for code, name in _locale(language).territories.items() if code.isalpha()}
    for code, said in _EVERYDAY.items():
        names |= {_fold(name): code for name in _split(said)}
    return {name: code for name, code in names.items() if len(code) == 2}


def _cities(zone: str) -> set[str]:
    """What the city of a time zone is called; zones of countries and oceans name none."""
    if zone.count("/") != 1 or zone.startswith("Etc/"):
        return set()
    named = {str(_locale(language).time_zones.get(zone, {}).get("city", "")) for language in LANGUAGES}
    return {city for city in {zone.partition("/")[2].replace("_", " "), *named} if len(city) >= _SHARED}


def _split(said: str) -> Sequence[str]:
    longer = [name for name in _TWO_WORDS if name in said]
    for name in longer:
        said = said.replace(name, " ")
    return [*longer, *said.split()]


def _fold(name: str) -> str:
    """Lower case without accents and dots."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("ł", "l").replace("’", "'"))
    kept = "".join(letter for letter in plain if not "\u0300" <= letter <= "\u036f" and letter != "\u093c")
    return " ".join(kept.replace(".", "").split())


@lru_cache(maxsize=len(_NAMED_IN))
def _locale(language: str) -> Locale:
    return Locale.parse(language.replace("-", "_"))
