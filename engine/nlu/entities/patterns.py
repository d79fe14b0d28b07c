"""Spans that their form tells: e-mails, phones, SKUs, order numbers, amounts with a bound, ranges, codes, ordinals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import phonenumbers
import regex

from engine.nlu.entities.vocabulary import classes_of
from engine.nlu.tokens import Piece

EMAIL = regex.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
SKU = regex.compile(r"(?=.*[A-Z])[A-Z0-9]{3,}(?:-[A-Z0-9]{2,}){1,3}", regex.IGNORECASE)
CODE = regex.compile(r"(?=.*\d)(?=.*\p{Lu})[\p{Lu}\d]{4,14}")
NUMBER = regex.compile(r"\d+(?:[.,]\d+)*")
DIALLED = regex.compile(r"\+?[\d(][\d\s().-]{5,}\d")
SIGNS = frozenset("$€£₹")
REGIONS = {"en": "US", "fr": "FR", "pl": "PL", "hi": "IN", "hi-Latn": "IN"}
FEWEST_DIGITS = 9  # shorter ones are order numbers; with a plus, eight


@dataclass(frozen=True)
class Span:
    """Pieces `start` to before `end`. One that is `certain` can be nothing else, whatever stands around it."""

    start: int
    end: int
    label: str
    certain: bool = False


def find(text: str, cut: Sequence[Piece], language: str, skus: frozenset[str]) -> list[Span]:
    """Every span of a cut text that its form tells. `skus` are the shop's own, in plain form."""
    spans = [*phones(text, cut, language)]
    for at, piece in enumerate(cut):
        if EMAIL.fullmatch(piece.text):
            spans.append(Span(at, at + 1, "email", certain=True))
        elif SKU.fullmatch(piece.text) and (piece.key in skus or piece.text.isupper() or has_digit(piece)):
            spans.append(Span(at, at + 1, "sku", certain=piece.key in skus or has_digit(piece)))
        elif CODE.fullmatch(piece.text):
            spans.append(Span(at, at + 1, "promo_code"))
        elif is_order_number(cut, at):
            spans.append(Span(at, at + 1, "order_number"))
    taken = {at for span in spans for at in range(span.start, span.end)}
    return [*spans, *(span for span in amounts(cut) if taken.isdisjoint(range(span.start, span.end)))]


def has_digit(piece: Piece) -> bool:
    return any(each.isdigit() for each in piece.text)


def is_order_number(cut: Sequence[Piece], at: int) -> bool:
    key = cut[at].key
    shortest = 4 if at > 0 and cut[at - 1].text == "#" else 5
    return key.isdecimal() and shortest <= len(key) <= 8


def phones(text: str, cut: Sequence[Piece], language: str) -> Iterator[Span]:
    """Numbers to dial, whole with their blanks; possible ones of the language's country, or with a country code."""
    if sum(map(str.isdigit, text)) < FEWEST_DIGITS - 1:
        return
    for found in DIALLED.finditer(text):
        digits = sum(each.isdigit() for each in found[0])
        if digits < FEWEST_DIGITS - found[0].startswith("+") or digits > 15:
            continue
        if number_is_possible(found[0], REGIONS.get(language, "US")):
            inside = [at for at, piece in enumerate(cut) if found.start() <= piece.start and piece.end <= found.end()]
            if inside:
                yield Span(inside[0], inside[-1] + 1, "phone", certain=True)


def number_is_possible(digits: str, region: str) -> bool:
    try:
        return bool(phonenumbers.is_possible_number(phonenumbers.parse(digits, region)))
    except phonenumbers.NumberParseException:
        return False


def amounts(cut: Sequence[Piece]) -> Iterator[Span]:
    """Amounts of money with their sign or word; of a range the first is the least."""
    spans = [span for span in (amount(cut, at) for at in range(len(cut))) if span is not None]
    at = 0
    while at < len(spans):
        start, end, money = spans[at]
        after = spans[at + 1] if at + 1 < len(spans) else None
        if after and joined(cut, end, after[0]) and (money or after[2] or announced(cut, start, "between")):
            yield Span(start, end, "price_min")
            yield Span(after[0], after[1], "price_max")
            at += 2
            continue
        bound = bound_behind(cut, end)
        most, least = announced(cut, start, "at_most") or followed(cut, end, "at_most"), least_around(cut, start, end)
        if bound is not None:
            yield Span(start, end, bound, certain=True)
        elif money or most or least:
            yield Span(start, end, "price_min" if least and not most else "price_max")
        at += 1


def amount(cut: Sequence[Piece], at: int) -> tuple[int, int, bool] | None:
    """(start, end, whether a currency stands beside it) of the number that begins at `at`, its sign included."""
    if not NUMBER.fullmatch(cut[at].key):
        return None
    end = at + 1
    while end < len(cut) and len(cut[at].key) < 4 and len(cut[end].key) == 3 and cut[end].key.isdecimal():
        end += 1  # 1 200
    before = at > 0 and is_currency(cut[at - 1])
    after = end < len(cut) and is_currency(cut[end])
    return at - before, end + after, before or after


def is_currency(piece: Piece) -> bool:
    return piece.text in SIGNS or "currency" in classes_of(piece.key)


def joined(cut: Sequence[Piece], end: int, start: int) -> bool:
    return 1 <= start - end <= 2 and all(
        cut[at].key in "-–" or "range" in classes_of(cut[at].key) for at in range(end, start)
    )


def bound_behind(cut: Sequence[Piece], end: int) -> str | None:
    """The label of "80 se kam", "80 से ज़्यादा": Hindi says the bound behind the amount, and of amounts only."""
    if end + 1 >= len(cut) or cut[end].key not in ("se", "से"):
        return None
    classes = classes_of(cut[end + 1].key)
    return "price_max" if "at_most" in classes else "price_min" if "at_least" in classes else None


def announced(cut: Sequence[Piece], start: int, name: str) -> bool:
    return any(name in classes_of(cut[at].key) for at in range(max(0, start - 3), start))


def followed(cut: Sequence[Piece], end: int, name: str) -> bool:
    return any(name in classes_of(cut[at].key) for at in range(end, min(len(cut), end + 3)))


def least_around(cut: Sequence[Piece], start: int, end: int) -> bool:
    return announced(cut, start, "at_least") or followed(cut, end, "at_least")
