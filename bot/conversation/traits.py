"""What a channel can show and how long it may be: the numbers that replies are degraded by. Pure.

Every number comes from the platform's own reference; the channel's module says which. 0 means "has no such thing".
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

import msgspec


class Measure(StrEnum):
    """What a platform counts when it limits a text; titles are counted in characters everywhere."""

    CHARACTERS = "characters"
    BYTES = "bytes"


class Traits(msgspec.Struct, frozen=True, kw_only=True):
    """One channel's shapes.

    `text`: longest plain message. `buttons`: how many taps under a text of at most `button_text`, each title at most
    `button_title`. `rows`: a list to open, with `row_title`, `row_description`, `opener`, where buttons are too few.
    `cards`: a row of pictured cards with `card_title`, `card_text` (subtitle) and `card_buttons` taps each. `links`: a
    button that opens an address. `pictures`, `files`: media by address with a caption of at most `caption`; `receipt`:
    a receipt of its own with at most so many lines. `reactions`: an emoji put on a customer's message. `bold`: the mark
    around bold words. `speaks`: read aloud, so no addresses and no symbols."""

    text: int
    measure: Measure = Measure.CHARACTERS
    buttons: int = 0
    button_title: int = 20
    button_text: int = 1024
    rows: int = 0
    row_title: int = 24
    row_description: int = 72
    opener: int = 20
    cards: int = 0
    card_title: int = 80
    card_text: int = 80
    card_buttons: int = 3
    links: bool = False
    link_text: int = 1024
    pictures: bool = False
    files: bool = False
    caption: int = 1024
    receipt: int = 0
    templates: bool = False
    reactions: bool = False
    bold: str = ""
    speaks: bool = False


class Manners(msgspec.Struct, frozen=True, kw_only=True):
    """How a channel behaves in time.

    `window`: how long after a customer's message a free answer is allowed (None: always). `ad_window`: the same after
    an ad led them here. `human_window`: how long a person may still answer. `settle`: how long messages are waited for
    so that those sent together are read in their order; `album`: the same after a picture. `confirms`: statuses come
    for every message, so the next part can wait for the last one's. `pulled`: nothing is sent, the customer's side
    fetches. `gathers`: the parts of a turn go out as one message. `answers_an_hour`: so many of the bot's answers one
    customer gets in an hour, then a person looks (None: no end): two machines must not answer each other for ever.
    `per_second` and `burst`: of one account; `pair_every` and `pair_burst`: of one customer."""

    window: timedelta | None = None
    ad_window: timedelta | None = None
    human_window: timedelta | None = None
    settle: timedelta = timedelta(0)
    album: timedelta = timedelta(0)
    confirms: bool = False
    pulled: bool = False
    gathers: bool = False
    answers_an_hour: int | None = None
    per_second: float = 50.0
    burst: float = 50.0
    pair_every: timedelta = timedelta(seconds=1)
    pair_burst: int = 20
