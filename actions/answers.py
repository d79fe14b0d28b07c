"""Words that answer a form's question, in every language of the shop: a reason, a fault, a remedy, a way to be reached.

Pure. It reads only what a form asks for; what a message wants is Rasa's to say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

LONGEST = 300
"""Letters kept of an answer in free words: what an agent reads in one look."""

REASONS = {
    "too_small": (
        r"too small|too tight|\btight\b|trop petit|trop serr|za mał|za mal|za ciasn|chhot|chota|छोट|तंग"
        r"|tight"
    ),
    "too_big": r"too big|too large|too loose|trop grand|trop large|za duż|za duz|za luźn|bada|badi|bade|बड़|ढील",
    "damaged": (
        r"broken|damag|torn|defect|cass|abîm|abim|déchir|uszkodz|zepsut|podart|toot|kharab|टूट|ख़राब|खराब"
        r"|फट"
    ),
    "not_as_expected": (
        r"don'?t like|not as|different from|plaît pas|plait pas|pas comme|nie podoba|inacz|pasand nahi"
        r"|पसंद नहीं"
    ),
}
PROBLEMS = {
    "missing": r"missing|incomplete|manqu|brak|niekompletn|gayab|गायब|nahi tha|नहीं था|नहीं मिला",
    "wrong_item": (
        r"wrong|another (?:one|product|size|colour)|instead of|mauvais|pas le bon|au lieu|nie ten|zamiast"
        r"|inny produkt|zła|zły|galat|गलत|ग़लत"
    ),
    "stopped": (
        r"stopped|does ?n[o']?t (?:work|charge|turn)|not work|marche p|fonctionne p|nie działa|nie dziala"
        r"|przestał|chal nahi|kaam nahi|band ho|काम नहीं|चल नहीं|बंद हो"
    ),
    "damaged": (
        r"broke|crack|damag|torn|tear|hole|scratch|stain|cass|abîm|abim|fissur|déchir|trou\b|tach|uszkodz"
        r"|zepsut|pękn|rozdart|podart|dziur|plam|toot|tut|kharab|phat|टूट|ख़राब|खराब|फट"
    ),
}
PAYMENTS = {
    "twice": (
        r"twice|double|two times|deux fois|double|dwa razy|dwukrotnie|podwójn|podwojn|do baar|2 baar"
        r"|दो बार|2 बार|two payments"
    ),
    "declined": (
        r"declin|refus|reject|rejet|odrzuc|odmow|fail|échou|echou|nie przesz|nie powiod|decline|अस्वीकार"
        r"|फ़ेल|फेल|fail ho|did ?n[o']?t go through|not go(?:ing)? through|error|erreur|błąd|blad"
    ),
    "page": r"page|link|load|open|lien|ouvre|charge pas|strona|otwier|ładuje|laduje|khul|खुल|पेज|लिंक",
}
REMEDIES = {
    "refund": r"money|refund|rembours|argent|zwrot|pieni|paisa|paise|पैसे|पैसा|रिफंड|रिफ़ंड",
    "replacement": (
        r"replac|new one|another|exchange|remplac|nouve|échang|echang|now[yaąe]|wymian|naya|nayi|badal"
        r"|नया|नई|बदल"
    ),
}
CONTACT_FIELDS = {
    "email": r"e-?mail|mail\b|courriel|adres e|ईमेल|मेल",
    "phone": (
        r"phone|number|mobile|cell|téléphone|telephone|portable|numéro|numero|telefon|komórk|komork|numer"
        r"|फ़ोन|फोन|नंबर|मोबाइल"
    ),
    "name": r"\bname\b|\bnom\b|prénom|nazwisk|imię|imie|naam|नाम",
}
_ALL = re.compile(
    r"\b(?:all|everything|both|whole|tout|toute|tous|toutes|wszystko|wszystkie|całe|cale|obie|oba|sab|saara|dono)\b"
    r"|सब|सारा|पूरा|दोनों",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]{2,}")
_PHONE = re.compile(r"\+?\d[\d\s().-]{5,}\d")
_ORDER = re.compile(r"(?<![\d.,])\d{4,8}(?![\d.,]*\d)")
_HOUSE = re.compile(r"\d")
SHORTEST_ADDRESS = 8


def meant(table: Mapping[str, str], text: str) -> str | None:
    """The one key whose words stand in the text; the first in the table's order where several do."""
    plain = text.casefold()
    return next((key for key, words in table.items() if re.search(words, plain)), None)


def means_all(text: str) -> bool:
    return bool(_ALL.search(text))


def order_number(text: str) -> str | None:
    found = _ORDER.search(text)
    return found.group() if found else None


def email(text: str) -> str | None:
    found = _EMAIL.search(text)
    return found.group().rstrip(".,;") if found else None


def phone(text: str) -> str | None:
    found = _PHONE.search(text)
    return found.group() if found else None


def could_be_address(text: str) -> bool:
    """A street has a number; a place alone is no address to deliver to."""
    return len(text.strip()) >= SHORTEST_ADDRESS and bool(_HOUSE.search(text))


def kept(text: str) -> str:
    """Free words as they are noted: one line, not too long."""
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST else f"{flat[: LONGEST - 1].rstrip()}…"
