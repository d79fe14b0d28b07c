"""What can be chosen, as buttons, as a list to open, or as numbered lines: whichever a channel has room for. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.conversation.lengths import BLANK, cut
from bot.conversation.phrases import Speaker
from bot.conversation.pieces import above, joined, length, prose, texts, title_length, word
from bot.conversation.replies import PAYLOAD_BYTES, Card, Cards, Choices, Listing, Option, Row, Shown, Text
from bot.conversation.traits import Traits


def rows_of(reply: Shown, traits: Traits) -> list[Row]:
    """Everything the customer can choose, in the order in which it is numbered: each payload once, no empty title.

    A card's first option bears the card's own title, as in `replies.title_of`."""
    return _distinct(Row(word(row.title, traits) or BLANK, row.payload, word(row.description, traits))
                     for row in _raw(reply))  # fmt: skip


def _raw(reply: Shown) -> Iterable[Row]:
    if isinstance(reply, Choices):
        yield from rows_from(reply.options)
    elif isinstance(reply, Listing):
        yield from reply.rows
    elif isinstance(reply, Cards):
        for card in reply.cards:
            yield from _of_card(card)
        yield from rows_from(reply.options)


def _of_card(card: Card) -> Iterable[Row]:
    for place, option in enumerate(card.options):
        if place == 0:
            yield Row(card.title, option.payload, joined(card.subtitle, card.text, by=" · "))
        else:
            yield Row(f"{card.title}: {option.title}", option.payload)


def rows_from(options: Iterable[Option]) -> Iterable[Row]:
    return (Row(option.title, option.payload) for option in options)


def _distinct(rows: Iterable[Row]) -> list[Row]:
    by_payload: dict[str, Row] = {}
    for row in rows:
        if row.payload:
            by_payload.setdefault(row.payload, row)
    return list(by_payload.values())


def options_fit(rows: Sequence[Row], traits: Traits, most: int | None = None) -> bool:
    """Whether they can be buttons as they are: few, short, told apart by their titles."""
    titles = [row.title for row in rows]
    few = 0 < len(rows) <= (traits.buttons if most is None else most)
    short = all(title_length(title) <= traits.button_title for title in titles)
    return few and short and len(set(titles)) == len(titles) and _tappable(rows)


def _tappable(rows: Sequence[Row]) -> bool:
    return all(len(row.payload.encode("utf-8", "surrogatepass")) <= PAYLOAD_BYTES for row in rows)


def options_from(rows: Iterable[Row]) -> list[Option]:
    return [Option(row.title, row.payload) for row in rows]


def buttons_first(text: str, rows: Sequence[Row], traits: Traits, say: Speaker) -> list[Shown]:
    if not rows:
        return [*(texts(text, traits) or [Text(BLANK)])]
    return _buttons(text, rows, traits) or _listing(text, "", rows, traits) or _numbered(text, rows, traits, say)


def list_first(text: str, opener: str, rows: Sequence[Row], traits: Traits, say: Speaker) -> list[Shown]:
    if not rows:
        return [*(texts(text, traits) or [Text(BLANK)])]
    return _listing(text, opener, rows, traits) or _buttons(text, rows, traits) or _numbered(text, rows, traits, say)


def _buttons(text: str, rows: Sequence[Row], traits: Traits) -> list[Shown]:
    """Descriptions, for which a button has no place, stand in the text."""
    if not options_fit(rows, traits):
        return []
    told = [f"{row.title}: {row.description}" for row in rows if row.description]
    before, last = above(joined(prose(text, traits), *told), traits.button_text, traits)
    return [*before, Choices(last or BLANK, options_from(rows))]


def _listing(text: str, opener: str, rows: Sequence[Row], traits: Traits) -> list[Shown]:
    if not 0 < len(rows) <= traits.rows or not _tappable(rows):
        return []
    fitted = [_fitted(row, row.title, traits) for row in rows]
    if len({row.title for row in fitted}) < len(fitted):
        fitted = [_fitted(row, f"{n}. {row.title}", traits) for n, row in enumerate(rows, 1)]
    before, last = above(text, traits.button_text, traits)
    # A channel does not know the customer's language; numbers are read in every one.
    button = word(opener, traits, traits.opener) or f"☰ 1–{len(rows)}"
    return [*before, Listing(last or BLANK, button, fitted)]


def _fitted(row: Row, shown: str, traits: Traits) -> Row:
    """A title that is too long is told in whole by the description."""
    title = word(shown, traits, traits.row_title)
    description = row.description if title == shown else joined(row.title, row.description, by=". ")
    return Row(title, row.payload, word(description, traits, traits.row_description))


def _numbered(text: str, rows: Sequence[Row], traits: Traits, say: Speaker) -> list[Shown]:
    """All of them, a line each and never a line in two messages."""
    pieces = [piece.text for piece in texts(text, traits)]
    for number, row in enumerate(rows, 1):
        line = _line(number, row, traits, say)
        longer = joined(pieces[-1], line) if pieces else line
        if pieces and length(longer, traits) <= traits.text:
            pieces[-1] = longer
        else:
            pieces.append(line)
    return [Text(piece) for piece in pieces]


def _line(number: int, row: Row, traits: Traits, say: Speaker) -> str:
    """Within a message of its own, with its number: what is cut is the title and description."""
    if not traits.speaks:
        line = word(f"{number}. {joined(row.title, row.description, by=': ')}", traits)
        return cut(line, traits.text, traits.measure)

    def sentence(title: str) -> str:
        return say("For {title}, press or say {number}.", title=title, number=number)

    room = traits.text - length(sentence(""), traits)
    return sentence(word(joined(row.title, row.description, by=", "), traits, room))
