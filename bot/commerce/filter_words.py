"""How shoppers say a price or a size, in the shop's languages: English, French, Polish, Hindi in both scripts. Pure.

Each pattern takes its words out of a sentence whole ("à moins de 80 €", "500 रुपये से कम"). A bare "do 80" of Polish is
a price only with its currency or at the end: "plecak do 15 cali" is none.
"""

from __future__ import annotations

import re

_BEFORE = r"(?:usd|eur|pln|inr|rs\.?|us\$|[$€£₹])?\s*"
_CURRENCY = (
    r"(?:\$|€|£|₹|usd|eur|pln|inr|zł(?:ot(?:ych|e|y))?|zl(?:ot(?:ych|e|y))?|dollars?|euros?|bucks|rs\.?|"
    r"rupees?|rupaye|rupay|rupaiye|रुपये|रुपए|रुपया|रु\.?)"
)
_AMOUNT = r"(\d+(?:[.,]\d{1,2})?)"
_NUMBER = rf"{_BEFORE}{_AMOUNT}\s*{_CURRENCY}?"
_GENITIVE = r"(?:\s+(?:ka|ki|ke|का|की|के)(?![\w\u0900-\u097f]))?"
_START, _END = r"(?<!\S)", r"(?![\w\u0900-\u097f])"


def _pattern(*forms: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{form})" for form in forms), re.I)


BETWEEN = _pattern(
    rf"\b(?:between|from)\s+{_NUMBER}\s*(?:and|to|-)\s*{_NUMBER}{_END}",
    rf"\bentre\s+{_NUMBER}\s*(?:et|-)\s*{_NUMBER}{_END}",
    rf"\bde\s+{_NUMBER}\s*[àa]\s*{_BEFORE}{_AMOUNT}\s*{_CURRENCY}{_END}",
    rf"\b(?:po)?mi[eę]dzy\s+{_NUMBER}\s*(?:a|i|-)\s*{_NUMBER}{_END}",
    rf"\bod\s+{_NUMBER}\s*do\s*{_NUMBER}{_END}",
    rf"{_START}{_NUMBER}\s*(?:se|aur|से|और)\s*{_NUMBER}\s*(?:ke|के)\s+(?:beech|bich|बीच)(?:\s+(?:mein|me|में))?{_END}",
    rf"(?:(?<=\s)|^)[$€£₹]\s*{_AMOUNT}\s*-\s*[$€£₹]?\s*{_AMOUNT}{_END}",
)
MOST = _pattern(
    r"\b(?:under|below|less than|cheaper than|up to|at most|no more than|not more than|max(?:imum)?|within)\s+"
    rf"{_NUMBER}{_END}",
    rf"(?<!\w){_NUMBER}\s+(?:or less|or under|or cheaper|max(?:imum)?|tops){_END}",
    rf"(?:{_START}[àa]\s+)?\b(?:moins de|pas plus de|en dessous de|jusqu['’]?\s?[àa]|au maximum)\s+{_NUMBER}{_END}",
    rf"(?<!\w){_NUMBER}\s+(?:au maximum|ou moins){_END}",
    rf"\b(?:poni[zż]ej|(?:mniej|nie wi[eę]cej|ta[nń]sz[aey]) ni[zż]|maksymalnie|najwy[zż]ej)\s+{_NUMBER}{_END}",
    rf"\bdo\s+{_BEFORE}{_AMOUNT}\s*(?:{_CURRENCY}{_END}|(?=\s*[.,!?]*\s*$))",
    rf"{_START}{_NUMBER}\s*(?:se|से)\s+(?:kam|sast[aie]|neeche|niche|कम|सस्ता|सस्ती|सस्ते|नीचे){_END}{_GENITIVE}",
    rf"{_START}{_NUMBER}\s*(?:tak|तक){_END}{_GENITIVE}",
    rf"{_START}{_NUMBER}\s*(?:ke|के)\s+(?:andar|neeche|niche|bheetar|अंदर|नीचे|भीतर){_END}",
)
LEAST = _pattern(
    rf"\b(?:over|above|more than|at least|min(?:imum)?)\s+{_NUMBER}{_END}",
    rf"(?:{_START}[àa]\s+)?\b(?:plus de|au moins|[àa] partir de)\s+{_NUMBER}{_END}",
    rf"{_START}[àa] partir de\s+{_NUMBER}{_END}",
    rf"\b(?:powy[zż]ej|ponad|co najmniej|wi[eę]cej ni[zż]|dro[zż]sz[aey] ni[zż])\s+{_NUMBER}{_END}",
    rf"\bod\s+{_BEFORE}{_AMOUNT}\s*{_CURRENCY}{_END}",
    rf"{_START}{_NUMBER}\s*(?:se|से)\s+(?:z[iy]ada|zyaada|jy[ao]da|upar|adhik|ज़्यादा|ज्यादा|ज़्यादा|ऊपर|अधिक){_END}{_GENITIVE}",
)
_SIZE_NAMES = r"(?:size|sz|taille|pointure|rozmiar(?:ze|u)?|साइज़|साइज|साइज़|नंबर|nambar)"
_SIZE_VALUE = r"(\d{1,3}(?:\s?-\s?\d{1,3}|[.,]5)?|x{0,3}[sl]|m)"
SIZE = _pattern(
    rf"(?:\b(?:in|en|w)\s+)?(?:\b(?:a|la)\s+)?(?<![\w\u0900-\u097f]){_SIZE_NAMES}\s+{_SIZE_VALUE}{_END}",
    rf"(?<![\w\u0900-\u097f]){_SIZE_VALUE}\s+(?:नंबर|नम्बर|साइज़|साइज|साइज़|number|size){_END}{_GENITIVE}",
)
