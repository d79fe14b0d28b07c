"""Two wishes in one message: "remove the mug and checkout". It asks a classifier, and knows none itself."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import regex

MOST = 3  # wishes of one message
TRIED = 4  # places to cut that are tried
SURE = 0.6  # confidence of each part
PERSON = "ask_human"
# Said beside a wish, they are none.
COMPANIONS = frozenset(("greet", "deny", "complain", "out_of_scope", "nlu_fallback", None))
# Beside a wish they are one only when a conjunction joins them: "thanks, and where is my order".
POLITE = frozenset(("affirm", "thank", "goodbye"))
# One case, told in two sentences.
FAMILIES = (
    frozenset(("report_item_problem", "return_item", "exchange_item", "ask_refund", "ask_return_policy")),
    frozenset(("order_status", "parcel_missing", "ask_shipping", "give_details")),
    frozenset(("search_products", "choose_product", "choose_option", "ask_details", "ask_size_advice", "ask_cheaper")),
    frozenset(("update_contact", "change_address", "account_trouble", "give_details")),
    frozenset(("cancel_order", "change_order", "give_details")),
    frozenset(("ask_human", "give_details")),
    frozenset(("payment_failed", "report_fraud", "give_details")),
)
CONJUNCTIONS = {
    "en": "and then|and also|and|then|also|plus|but",
    "fr": "et puis|et aussi|et|puis|ensuite|aussi|mais",
    "pl": "a potem|a także|oraz|potem|też|ale|i",
    "hi": "और फिर|और साथ में|और|फिर|लेकिन|and",
    "hi-Latn": "aur phir|aur fir|aur haan|aur|phir|fir|lekin|and",
}
# Words that hold a list of things together and wish nothing.
HOLDING = """
a an the some my your one please in of with un une des du de la le les mon ma mes en avec w z ze na do po का की के में
वाला वाली वाले एक और ka ki ke mein wala wali wale ek size taille rozmiar साइज pair pairs
"""
FILLERS = frozenset(HOLDING.split())
WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")

Classify = Callable[[str], tuple[Any, float]]
Entity = dict[str, Any]


@dataclass(frozen=True)
class Cut:
    """Where a text may be cut: what joins the parts stands from `start` to `end`."""

    start: int
    end: int
    conjunction: bool


def split(text: str, language: str, classify: Classify, entities: Iterable[Entity] = ()) -> list[str]:
    """The wishes of a message, in the order to fulfil them; a person is asked for last. One wish is the whole text.

    `classify` gives a text's intent and its confidence (0 to 1); `entities` are those of `text`. A cut is kept when
    the parts on both sides surely are different wishes, and never inside a list of things.
    """
    known = functools.cache(classify)
    things = list(entities)
    spans = [(0, len(text))]
    while len(spans) < MOST:
        found = [(best_cut(text, span, language, known, things), span) for span in spans]
        kept = [(cut, span) for cut, span in found if cut is not None]
        if not kept:
            break
        cut, (start, end) = kept[0]
        at = spans.index((start, end))
        spans[at : at + 1] = [(start, cut.start), (cut.end, end)]
    parts = [text[start:end].strip(" ,;.\n") for start, end in spans] if len(spans) > 1 else [text]
    return sorted(parts, key=lambda part: len(parts) > 1 and known(part)[0] == PERSON)


def may_hold_two(text: str) -> bool:
    """Whether there is any place to cut; asked first, because it costs nothing."""
    return any(cuts(text, (0, len(text)), language) for language in CONJUNCTIONS)


def best_cut(text: str, span: tuple[int, int], language: str, classify: Classify, things: list[Entity]) -> Cut | None:
    """The cut whose less sure part is surest."""
    sure: list[tuple[float, Cut]] = []
    for cut in cuts(text, span, language)[:TRIED]:
        left, right = text[span[0] : cut.start], text[cut.end : span[1]]
        if is_list(text, span, cut, things):
            continue
        (one, one_sure), (other, other_sure) = classify(left.strip(" ,;.\n")), classify(right.strip(" ,;.\n"))
        if min(one_sure, other_sure) >= SURE and are_two(one, other, cut.conjunction):
            sure.append((min(one_sure, other_sure), cut))
    return max(sure, key=lambda each: (each[0], -each[1].start))[1] if sure else None


def cuts(text: str, span: tuple[int, int], language: str) -> list[Cut]:
    """Conjunctions and the ends of sentences, between words."""
    pattern = joints(language if language in CONJUNCTIONS else "en")
    return [
        Cut(found.start(), found.end(), found["word"] is not None)
        for found in pattern.finditer(text, span[0], span[1])
        if WORD.search(text, span[0], found.start()) and WORD.search(text, found.end(), span[1])
    ]


@functools.cache
def joints(language: str) -> Any:
    words = CONJUNCTIONS[language]
    return regex.compile(rf"(?:[,;.!?।\n]+\s*|\s+)(?P<word>{words})(?=\s)|[,;.!?।\n]+(?=\s)", regex.IGNORECASE)


def are_two(one: Any, other: Any, conjunction: bool) -> bool:
    if one == other or one in COMPANIONS or other in COMPANIONS:
        return False
    if not conjunction and (one in POLITE or other in POLITE):
        return False
    return not any(one in family and other in family for family in FAMILIES)


def is_list(text: str, span: tuple[int, int], cut: Cut, things: Sequence[Entity]) -> bool:
    """Whether things of one sort stand on both sides of a cut, or nothing but things on one."""
    before = [each for each in things if span[0] <= each["start"] and each["end"] <= cut.start]
    after = [each for each in things if cut.end <= each["start"] and each["end"] <= span[1]]
    if before and after:
        last, first = max(before, key=lambda each: each["end"]), min(after, key=lambda each: each["start"])
        near = (
            words_between(text, last["end"], cut.start, []) < 2 and words_between(text, cut.end, first["start"], []) < 2
        )
        if near and last["entity"] == first["entity"]:
            return True
    return (bool(before) and words_between(text, span[0], cut.start, before) == 0) or (
        bool(after) and words_between(text, cut.end, span[1], after) == 0
    )


def words_between(text: str, start: int, end: int, things: Sequence[Entity]) -> int:
    """How many words stand there that are neither part of a thing nor hold things together."""
    return sum(
        found[0].casefold() not in FILLERS and not any(each["start"] <= found.start() < each["end"] for each in things)
        for found in WORD.finditer(text, start, end)
    )
