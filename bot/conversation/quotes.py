"""What somebody wrote just now, out of a mail that also quotes the older ones and ends with a signature. Pure.

It goes line by line and only drops what is surely not theirs: when in doubt, or when nothing would be left, everything
stays. It reads the marks that mail programs set in English, French, Polish, Hindi and Hinglish (and German, Spanish,
Italian and Dutch, whose customers write too), not the words between them.
"""

from __future__ import annotations

import regex  # type: ignore[import-untyped]

LONGEST = 100_000
"""Characters that are read at all; nobody types more."""
_LINES_OF_AN_OPENER = 4
_LONGEST_OPENER = 400
_LINES_AFTER_A_CLOSING = 6
_LONGEST_LINE_AFTER_A_CLOSING = 60

_WROTE = regex.compile(
    r"(?:on\b.{4,}\bwrote"
    r"|le\b.{4,}\ba [ée]crit"
    r"|(?:w dniu|dnia|pon|wt|śr|czw|pt|sob|ndz?|niedz)\b.{4,}\b(?:napisał(?:\(a\)|a)?|pisze)"
    r"|.{4,}(?:ने लिखा(?: है)?|\bne likha(?: hai)?)"
    r"|am\b.{4,}\bschrieb\b.{0,80}"
    r"|el\b.{4,}\bescribi[óo]"
    r"|il\b.{4,}\bha scritto"
    r"|op\b.{4,}\bschreef\b.{0,80})\s*[:：]",
    regex.IGNORECASE,
)
"""The line over a quotation, in whole."""
_BEGINS = regex.compile(
    r"on\b|le\b|w dniu\b|dnia\b|(?:pon|wt|śr|czw|pt|sob|ndz?|niedz)\b|\d|[\p{Devanagari}]+\b|am\b|el\b|il\b|op\b"
    r"|(?:mon|tues?|wed|thu(?:rs)?|fri|sat|sun|som|mangal|budh|guru|shukra|shani|ravi)\b",
    regex.IGNORECASE,
)
_ORIGINAL = regex.compile(
    r"[-_*\s]{2,}(?:original message|reply message|message d.origine|message original|oryginalna wiadomość"
    r"|wiadomość oryginalna|mool sandesh|मूल संदेश|ursprüngliche nachricht|mensaje original)[-_*\s]{2,}",
    regex.IGNORECASE,
)
_FIELD = regex.compile(
    r"[*\s]*(from|de|od|von|प्रेषक|sent|envoyé|wysłano|date|data|gesendet|भेजा गया|दिनांक"
    r"|to|à|do|an|प्रति|subject|objet|temat|betreff|विषय|cc|dw|kopia)\s*[*\s]*:[*\s]*\S.*",
    regex.IGNORECASE,
)
_FROM = ("from", "de", "od", "von", "प्रेषक")
_RULE = regex.compile(r"[_\-=]{10,}")
_PLACEHOLDER = regex.compile(r"\[(?:image|inline image|cid|obraz|illustration)\s*:[^\[\]\n]{0,200}\]", regex.IGNORECASE)
"""What stands in plain text for a picture, which is attached as well."""
_MOBILE = regex.compile(
    r"(?:sent from (?:my |an? )?\S.*|sent via \S.*|get outlook for \S.*|sent with \S.*"
    r"|envoyé (?:de|depuis|à partir de) \S.*|(?:obtenez|télécharge[zr]) outlook \S.*"
    r"|wysłan[eoay] (?:z|ze|za pomocą|przy użyciu) \S.*|pobierz (?:aplikację )?outlook \S.*"
    r"|(?:मेरे|मेरी) \S+(?: \S+)? से भेजा गया.*|.{2,30} से भेजा गया|mere \S+(?: \S+)? se bheja(?: gaya)?.*"
    r"|von meinem \S+ gesendet.*|enviado desde \S.*|yahoo mail: search, organi[sz]e, conquer.*)",
    regex.IGNORECASE,
)
_CLOSING = regex.compile(
    r"(?:(?:with )?(?:best|kind|warm|many)?(?:est)? ?(?:regards|wishes|thanks)|best|cheers|thanks(?: a lot| so much)?"
    r"|thank you(?: so much| very much)?|(?:yours )?(?:sincerely|truly|faithfully)|all the best|take care"
    r"|(?:(?:bien|très) )?cordialement|bien à vous|salutations(?: distinguées)?|merci(?: beaucoup| d.avance)?"
    r"|bonne journée|à bientôt|amicalement"
    r"|pozdrawiam(?: serdecznie)?|(?:serdeczne )?pozdrowienia|z (?:poważaniem|wyrazami szacunku)|dziękuję|dzięki"
    r"|miłego dnia"
    r"|धन्यवाद|शुक्रिया|सादर|आपका|आपकी|dhanyavaad|dhanyawad|shukriya|saadar|aapka|aapki"
    r"|mit freundlichen grüßen|viele grüße|saludos|cordiali saluti|met vriendelijke groet)",
    regex.IGNORECASE,
)


def newest(text: str) -> str:
    """What was written now: without quoted mails, signature, closing formula and a telephone's own advertisement.

    Answers between the quoted lines are kept. A mail that holds nothing else (it was only forwarded) stays whole."""
    whole = text.replace("\r\n", "\n").replace("\r", "\n")[:LONGEST].strip()
    lines = [line.rstrip() for line in _PLACEHOLDER.sub("", whole).split("\n")]
    written = _without_signature(_without_quotes(lines))
    return "\n".join(_tidied(written)) or whole


def _without_quotes(lines: list[str]) -> list[str]:
    kept: list[str] = []
    at = 0
    while at < len(lines):
        if lines[at].lstrip().startswith(">"):
            at += 1
        elif (after := _after_opener(lines, at)) is not None:
            following = next((line for line in lines[after:] if line.strip()), "")
            if not following.lstrip().startswith(">"):
                break
            at = after
        elif _begins_headers(lines, at):
            break
        else:
            kept.append(lines[at])
            at += 1
    return kept


def _after_opener(lines: list[str], at: int) -> int | None:
    """The place behind "On … Maya wrote:", which programs break over several lines; None where there is none."""
    first = lines[at].strip()
    if _ORIGINAL.fullmatch(first):
        return at + 1
    if not first or not _BEGINS.match(first):
        return None
    joined = ""
    for place in range(at, min(at + _LINES_OF_AN_OPENER, len(lines))):
        line = lines[place].strip()
        joined = f"{joined} {line}".strip()
        if not line or len(joined) > _LONGEST_OPENER:
            return None
        if line.endswith((":", "：")):
            return place + 1 if _WROTE.fullmatch(joined) else None
    return None


def _begins_headers(lines: list[str], at: int) -> bool:
    """Outlook's way to quote: the older mail's headers, often under a rule."""
    start = at
    if _RULE.fullmatch(lines[at].strip()):
        start += 1
        while start < len(lines) and not lines[start].strip():
            start += 1
    fields = []
    for line in lines[start : start + 5]:
        found = _FIELD.fullmatch(line.strip())
        if found is None:
            break
        fields.append(found[1].casefold())
    return len(fields) >= 3 and fields[0] in _FROM


def _without_signature(lines: list[str]) -> list[str]:
    for place, line in enumerate(lines):
        bare = line.strip()
        if bare in ("--", "—", "––") or _MOBILE.fullmatch(bare) or _closes(lines, place):
            if any(earlier.strip() for earlier in lines[:place]):
                return lines[:place]
            return lines
    return lines


def _closes(lines: list[str], place: int) -> bool:
    """Whether a line is a closing formula, and what follows can be a name and an address."""
    bare = lines[place].strip().rstrip(" ,.!;:-–—🙏🙂😊")
    if not bare or not _CLOSING.fullmatch(bare):
        return False
    rest = [line.strip() for line in lines[place + 1 :] if line.strip()]
    short = all(len(line) <= _LONGEST_LINE_AFTER_A_CLOSING and "?" not in line for line in rest)
    return short and len(rest) <= _LINES_AFTER_A_CLOSING


def _tidied(lines: list[str]) -> list[str]:
    """Without empty lines at the ends, and with one at most between others."""
    kept: list[str] = []
    for line in lines:
        if line.strip() or (kept and kept[-1]):
            kept.append(line if line.strip() else "")
    while kept and not kept[-1]:
        kept.pop()
    return kept
