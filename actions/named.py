"""What a message names: pieces, a place in a list, sizes and colours, a thing of the shop.

The entities say it in any language, in the shop's own words. In English the sentence itself is read besides
(`actions.reading`), for what no entity marks. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from actions import reading
from actions.counter import Asked

OPTIONS = ("size", "colour")


@dataclass(frozen=True, slots=True)
class Wanted:
    """So many pieces of one choice; both may be open still."""

    quantity: int | None
    options: Mapping[str, str]


def english(asked: Asked) -> str:
    """The sentence where it can be read as English, else nothing."""
    return asked.text if asked.language == "en" else ""


def quantity_of(asked: Asked) -> int | None:
    """How many pieces."""
    counts = [int(said.value) for said in asked.named("quantity") if said.value.isdecimal()]
    return counts[0] if counts else reading.quantity_in(english(asked))


def place_of(asked: Asked, length: int) -> int | None:
    """Which of `length` things shown, from 0."""
    places = places_of(asked, length)
    return places[0] if places else reading.place_in(english(asked), length)


def places_of(asked: Asked, length: int) -> list[int]:
    """All the places that are marked: "the first and the last" of five are 0 and 4."""
    found = []
    for said in asked.named("position"):
        if said.value.lstrip("-").isdecimal():
            place = int(said.value)
            found.append(length + place if place < 0 else place - 1)
    return [place for place in found if 0 <= place < length]


def options_of(asked: Asked) -> dict[str, str]:
    """The size and the colour in this very message, tapped or written; the first where there are several."""
    colour, size = asked.entities.get("colour"), asked.entities.get("size")
    if asked.text:
        size = reading.size_value(size) if size else reading.size_in(english(asked))
        colour = colour.casefold() if colour else None
    return {name: value for name, value in (("size", size), ("colour", colour)) if value}


def several_of(asked: Asked) -> list[Wanted]:
    """ "2 blue and 1 red, in 42": two choices, the size shared. One choice or none is one item, perhaps an open one.

    A number, a colour or a size begins a new choice when the one before has its like already. Numbers are only those
    that are marked, for a bare one may be a size."""
    counted = next((int(said.value) for said in asked.named("quantity") if said.value.isdecimal()), None)
    if not asked.text:
        return [Wanted(counted, options_of(asked))]
    choices: list[dict[str, str]] = [{}]
    for said in asked.mentions:
        if said.entity in ("quantity", *OPTIONS):
            if said.entity in choices[-1]:
                choices.append({})
            value = reading.size_value(said.value) if said.entity == "size" else said.value.casefold()
            choices[-1][said.entity] = value
    if len(choices) == 1:
        return [Wanted(counted, options_of(asked))]
    for name in OPTIONS:
        values = [choice[name] for choice in choices if name in choice]
        if len(values) == 1:
            choices = [{**choice, name: values[0]} for choice in choices]
    return [
        Wanted(
            int(choice["quantity"]) if choice.get("quantity", "").isdecimal() else None,
            {name: choice[name] for name in OPTIONS if name in choice},
        )
        for choice in choices
    ]


def words_of(asked: Asked) -> frozenset[str]:
    """The words that name something, in the catalogue's language: of the entities, and of an English sentence."""
    said = [mention.value for mention in asked.mentions if mention.entity in ("product", "brand", "colour", "size")]
    return reading.words_in(" ".join([*said, english(asked)]))


def pointed_at(asked: Asked) -> str | None:
    """The product that the message points at among those shown last: by its place, else by its name, which is the
    same in every language, else as "the cheap one"."""
    shown = shown_last(asked)
    place = place_of(asked, len(shown))
    if place is None:
        said = words_of(asked) | reading.words_in(asked.text)
        found = reading.best_of(said, [product["title"] for product in shown])
        place = found[0] if len(found) == 1 else None
    if place is None and shown and reading.wants_cheapest(english(asked)):
        place = min(range(len(shown)), key=lambda each: float(shown[each]["price"]))
    return None if place is None else str(shown[place]["id"])


def the_other(asked: Asked) -> str | None:
    """Of two things shown the one that is not in view, for "no, the other one"."""
    ids = [str(product["id"]) for product in shown_last(asked)]
    in_view = asked.slots.get("product_id")
    bare = not asked.named("product") and (asked.language != "en" or reading.wants_other(asked.text))
    return ids[1 - ids.index(in_view)] if asked.text and bare and len(ids) == 2 and in_view in ids else None


def shown_last(asked: Asked) -> list[dict[str, Any]]:
    """What the last list showed: `id`, `title` and `price` of each."""
    return asked.slots.get("shown") or []


def product_in_view(asked: Asked) -> str | None:
    """The product that is talked about: pointed at in this message, in front of the customer, just put into the cart,
    or the only one shown."""
    shown = shown_last(asked)
    added = asked.slots.get("added") or {}
    only = shown[0]["id"] if len(shown) == 1 else None
    found = asked.entities.get("product_id") or pointed_at(asked) or asked.slots.get("product_id")
    return found or added.get("product_id") or only


def is_question(asked: Asked) -> bool:
    """Whether it asks rather than tells: "do they come in teal" wants an answer, "teal" wants teal."""
    return reading.is_question(asked.text, asked.language)
