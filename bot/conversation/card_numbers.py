"""Card numbers that somebody says or types where they must not: found and taken out before anything is kept. Pure.

A card number is 13 to 19 digits whose last one checks the others (ISO/IEC 7812, Luhn); speech recognition and people
put spaces, dashes, dots and commas between them. PCI DSS forbids to keep one from a call.
"""

from __future__ import annotations

import re
import unicodedata

MASK = "••••"
_RUN = re.compile(r"\d(?:[\s.,\-]*\d){12,}")
_SHORTEST, _LONGEST = 13, 19


def without_card_numbers(text: str) -> tuple[str, bool]:
    """The text with every card number masked, and whether there was one."""
    masked = _RUN.sub(_masked, text)
    return masked, masked != text


def _masked(run: re.Match[str]) -> str:
    """A longer run, such as a number with its expiry date after it, is masked whole if a card number is in it."""
    digits = "".join(str(unicodedata.digit(each)) for each in run[0] if each.isdigit())
    return MASK if _holds_card(digits) else run[0]


def _holds_card(digits: str) -> bool:
    if len(digits) <= _LONGEST:
        return _is_card(digits)
    lengths = range(_SHORTEST, _LONGEST + 1)
    return any(_is_card(digits[at : at + length]) for length in lengths for at in range(len(digits) - length + 1))


def _is_card(digits: str) -> bool:
    doubled = (int(each) * (1 + place % 2) for place, each in enumerate(reversed(digits)))
    return len(set(digits)) > 1 and sum(value - 9 * (value > 9) for value in doubled) % 10 == 0
