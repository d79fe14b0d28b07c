"""Whether a mail comes from whom it says: only our own receiving host's word counts.

Anybody can write any sender. The host that takes our mail checks SPF, DKIM and DMARC and writes what it found into an
`Authentication-Results` header (RFC 8601) on top of the others; a mail may bring such headers of its own, so only the
topmost one that bears our host's name is believed, and none before the shop named its host.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec

from bot.channels.email_mail import Mail, addresses_in


class Result(msgspec.Struct, frozen=True):
    """What one check found: `dkim`, `pass`, and what it looked at (`header.d`, `smtp.mailfrom`), all lower case."""

    method: str
    result: str
    facts: Mapping[str, str]


def is_proven(mail: Mail, authserv: str) -> bool:
    """Whether our host (or the provider that posted the mail) found that the sender's own domain sent it."""
    told = mail.all("from")
    senders = addresses_in(told[0]) if len(told) == 1 else []
    if len(senders) != 1:
        return False
    domain = senders[0].rpartition("@")[2]
    if any(_covers(passed, domain) for passed in mail.passed):
        return True
    results = _ours(mail, authserv) if authserv else None
    return results is not None and _proves(results, domain)


def _ours(mail: Mail, authserv: str) -> list[Result] | None:
    for header in mail.all("authentication-results"):
        host, results = read_results(header)
        if host == authserv.lower():
            return results
    return None


def _proves(results: list[Result], domain: str) -> bool:
    dmarc = [result for result in results if result.method == "dmarc"]
    if dmarc:
        return any(result.result == "pass" and result.facts.get("header.from", domain) == domain for result in dmarc)
    return any(result.result == "pass" and _covers(_checked(result), domain) for result in results)


def _checked(result: Result) -> str:
    """The domain that a check spoke of."""
    if result.method == "dkim":
        return result.facts.get("header.d") or result.facts.get("header.i", "").rpartition("@")[2]
    if result.method == "spf":
        return result.facts.get("smtp.mailfrom", "").rpartition("@")[2]
    return ""


def _covers(checked: str, domain: str) -> bool:
    """The sender's domain itself, or one that it lies under. Stricter than DMARC's relaxed rule, which needs a list of
    the world's public suffixes."""
    return "." in checked and (domain == checked or domain.endswith(f".{checked}"))


# -- RFC 8601 ----------------------------------------------------------------------------------------------------------

_HOST = re.compile(r"\s*([^\s;=]+)(?:\s+\d+)?\s*")
_FOUND = re.compile(r"\s*([a-z][a-z0-9.-]*)(?:\s*/\s*\d+)?\s*=\s*([a-z]+)\b", re.IGNORECASE)
_FACT = re.compile(r"([a-z]+\.[a-z0-9_-]+)\s*=\s*(\S+)", re.IGNORECASE)
_LONGEST = 10_000


def read_results(header: str) -> tuple[str, list[Result]]:
    """The host that wrote it, and what it found. ("", []) for a header that names no host."""
    host, *found = _plain(header[:_LONGEST]).split(";")
    named = _HOST.fullmatch(host)
    if named is None:
        return "", []
    return named[1].lower(), list(_results(found))


def _results(found: list[str]) -> Iterator[Result]:
    for one in found:
        told = _FOUND.match(one)
        if told:
            facts = {name.lower(): value.lower().strip("<>") for name, value in _FACT.findall(one[told.end() :])}
            yield Result(told[1].lower(), told[2].lower(), facts)


def _plain(header: str) -> str:
    """Without comments; what stands in quotes cannot end a result, whatever the sender made our host quote."""
    kept, depth, quoted, escaped = [], 0, False, False
    for sign in header:
        if escaped:
            escaped = False
            kept.append("" if depth else "_")
        elif sign == "\\" and (quoted or depth):
            escaped = True
        elif quoted:
            quoted = sign != '"'
            kept.append("" if sign == '"' else sign if sign.isalnum() or sign in "@.-_" else "_")
        elif sign == '"' and not depth:
            quoted = True
        elif sign in "()":
            depth = max(0, depth + (1 if sign == "(" else -1))
        elif not depth:
            kept.append(sign)
    return "".join(kept)
