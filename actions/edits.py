"""What becomes of each thing that a sentence names: "two of the socks and take the mug out". Read in every language.
Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from actions.counter import Asked, Mention

_AND = re.compile(
    r"[,;&+]|\b(?:and|but|plus|et|mais|puis|i|oraz|a|ale|aur|lekin)\b|(?<!\w)(?:और|लेकिन)(?!\w)", re.IGNORECASE
)
_OUT = re.compile(
    r"\b(?:remove|delete|drop|without|cancel)\b|\b(?:take|kick|leave|throw)\b.*\b(?:out|off|away)\b|\bget rid of\b"
    r"|\b(?:enl[eè]ve|retire|supprime|[oô]te|sans\b)|\b(?:usu[nń]|wyjmij|wyrzu[cć]|zabierz|skasuj|bez\b|zdejmij)"
    r"|\b(?:hata|nikal|bina\b)|हटा|निकाल|बिना",
    re.IGNORECASE,
)
_KEPT = re.compile(r"\b(?:keep|leave|garde|laisse|zostaw|zostan|rakh|rehne|only want|just want)|रख|रहने", re.IGNORECASE)
_INSTEAD = re.compile(
    r"\b(?:instead|rather|actually|change|swap|switch|make|plut[oô]t|à la place|changez?|mettez|en fait"
    r"|zamiast|jednak|zmie[nń]|zamie[nń]|jagah|badal|kar do)\b|जगह|बदल|कर दो",
    re.IGNORECASE,
)
_VERB_LAST = ("hi", "hi-Latn")


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing that is named; `out` takes it out (`quantity` of it, or all), otherwise it shall be `quantity`."""

    thing: Mention
    out: bool
    quantity: int | None


def takes_out(text: str) -> bool:
    """Whether the words say that something shall go."""
    return bool(_OUT.search(text))


def exchanges(text: str) -> bool:
    """Whether the words put one thing in the place of another: "the blue one instead"."""
    return bool(_INSTEAD.search(text))


def edits_of(asked: Asked) -> list[Edit]:
    """The edits of a sentence that names things of the cart, in its order; what is only to be kept is none. Where a
    part says nothing of its own, the verb before it holds, in Hindi the one behind it."""
    found: list[tuple[list[Mention], bool | None, int | None]] = []
    for start, end in _clauses(asked):
        words = asked.text[start:end]
        things = [said for said in asked.named("product") if start <= said.start < end]
        counts = [said for said in asked.named("quantity") if start <= said.start < end and said.value.isdecimal()]
        quantity = int(counts[0].value) if counts else None
        out = True if takes_out(words) else False if quantity is not None or _KEPT.search(words) else None
        found.append((things, out, quantity))
    if asked.language in _VERB_LAST:
        found.reverse()
    edits: list[Edit] = []
    holds: bool | None = None
    for things, out, quantity in found:
        holds = holds if out is None else out
        told = holds or (out is False and quantity is not None)
        edits += [Edit(thing, bool(holds), quantity) for thing in things if told]
    return sorted(edits, key=lambda edit: edit.thing.start)


def _clauses(asked: Asked) -> list[tuple[int, int]]:
    """Where the parts of the sentence begin and end; a name is never cut."""
    inside = [range(said.start, said.start + len(said.words)) for said in asked.mentions]
    cuts = [found.span() for found in _AND.finditer(asked.text) if not any(found.start() in each for each in inside)]
    starts = [0, *(end for _, end in cuts)]
    return list(zip(starts, [*(start for start, _ in cuts), len(asked.text)], strict=True))
