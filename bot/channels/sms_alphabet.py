"""What an SMS costs: in GSM-7 a segment holds 160 characters, with one character outside of it only 70. Pure.

Typographic quotes, dashes and spaces are written plainly where that alone lets a text stay in GSM-7 (3GPP TS 23.038),
as Twilio's "smart encoding" does; any other text is left as it is.
"""

from __future__ import annotations

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2008\u2009\u200a\u202f\t", " "),
        **dict.fromkeys("\u00b7\u2022", "-"),
        "\u00d7": "x",
        "\u2026": "...",
    }
)


def is_gsm7(text: str) -> bool:
    return all(character in _BASIC or character in _EXTENDED for character in text)


def economical(text: str, limit: int) -> str:
    """The text in GSM-7 where plain punctuation makes it so within `limit` characters; else unchanged."""
    plain = text.translate(_PLAIN)
    return plain if is_gsm7(plain) and len(plain) <= limit else text


def segments(text: str) -> int:
    """How many SMS the network makes of it: 160 septets in one, 153 in each of several; else 70 and 67 units."""
    if is_gsm7(text):
        length, alone, each = sum(2 if character in _EXTENDED else 1 for character in text), 160, 153
    else:
        length, alone, each = len(text.encode("utf-16-le", "surrogatepass")) // 2, 70, 67
    return 1 if length <= alone else -(-length // each)
