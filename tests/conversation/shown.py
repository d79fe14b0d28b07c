"""Arbitrary replies and the traits of several kinds of channel, for properties that hold for all of them."""

from __future__ import annotations

from hypothesis import strategies as st

from bot.conversation.replies import (
    Card,
    Cards,
    Choices,
    File,
    Line,
    Link,
    Listing,
    Option,
    Order,
    Picture,
    React,
    Receipt,
    Row,
    Shown,
    Template,
    Text,
)
from bot.conversation.traits import Measure, Traits

BUTTONS_AND_LIST = Traits(
    text=4096, buttons=3, rows=10, links=True, pictures=True, files=True, templates=True, reactions=True, bold="*"
)
CAROUSEL = Traits(text=2000, buttons=13, button_text=2000, cards=10, links=True, link_text=640, pictures=True,
                  files=True, caption=0, receipt=100)  # fmt: skip
IN_BYTES = Traits(text=1000, measure=Measure.BYTES, buttons=13, button_text=1000, cards=10, links=True, link_text=640,
                  pictures=True, caption=0)  # fmt: skip
PLAIN = Traits(text=1600)
SMALL = Traits(text=160, pictures=True, caption=160)
SPOKEN = Traits(text=3000, speaks=True)
ALL = {
    "buttons and a list": BUTTONS_AND_LIST,
    "a carousel": CAROUSEL,
    "bytes": IN_BYTES,
    "plain text": PLAIN,
    "a short text": SMALL,
    "a voice": SPOKEN,
}

PIECES = [
    "👨‍👩‍👧‍👦", "🇫🇷", "🇮🇳", "👋🏽", "🏳️‍🌈", "2️⃣", "e\u0301", "नमस्ते", "क्षि", "।", "مرحبا", "؟",
    "\u200d", "\u200f", "\u200b", "שלום",
    " ", "  ", "\n", "\n\n", ".", "! ", "? ", "…", "*", "_", "#", "1.", "2", "a", "Size 42", "Aero",
    "https://shop.example/a?b=1", "www.shop.example",
    "\x00", "\x1b", "\r\n", "\t", "\ud800", "\u0301", "\u0600", "™", " · ", "[a](http://x)", "،", "word ",
]  # fmt: skip
mixed = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=14).map("".join)
long = st.one_of(
    mixed,
    st.tuples(mixed, st.integers(1, 400)).map(lambda pair: (pair[0] * pair[1])[:10_000]),
    st.tuples(mixed, st.integers(1, 300)).map(lambda pair: " ".join([pair[0]] * pair[1])[:10_000]),
)
payloads = st.one_of(
    st.integers(0, 60).map(lambda n: f'/choose{{"id":"{n}"}}'), st.sampled_from(["", "/" + "x" * 300, "/é" * 90])
)
options = st.builds(Option, mixed, payloads)
many = st.lists(options, max_size=40)
few = st.lists(options, max_size=3)
addresses = st.sampled_from(["https://shop.example/a.png", "", " ", "https://shop.example/b.svg?x=1"])
lines = st.lists(st.builds(Line, mixed, st.integers(1, 9), mixed), max_size=120)
cards = st.builds(Card, mixed, st.lists(options, max_size=4), mixed, mixed, st.none() | addresses)
wordy_cards = st.builds(Card, long, st.lists(options, max_size=2), mixed, long, st.none() | addresses)
offers: st.SearchStrategy[Shown] = st.one_of(
    st.builds(Choices, long, few),
    st.builds(Choices, long, many),
    st.builds(Listing, long, mixed, st.lists(st.builds(Row, mixed, payloads, mixed), max_size=40)),
    st.builds(Cards, long, mixed, st.lists(wordy_cards, max_size=2), few),
    st.builds(Cards, mixed, mixed, st.lists(cards, max_size=50), many),
)
replies: st.SearchStrategy[Shown] = st.one_of(
    offers,
    st.builds(Text, long),
    st.builds(Link, long, mixed, addresses),
    st.builds(Picture, addresses, long),
    st.builds(File, st.sampled_from(["audio", "video", "document"]), addresses, long, mixed),
    st.builds(Receipt, mixed, lines, mixed, long, st.none() | addresses),
    st.builds(Order, mixed, mixed, lines, mixed, long, st.none() | addresses),
    st.builds(React, st.sampled_from(["👍", "❤️", "👨‍👩‍👧‍👦"]), st.sampled_from(["wamid.1", "", " "])),
    st.builds(Template, st.just("order_sent"), st.just("en"), st.lists(mixed, max_size=4), long),
)
traits = st.sampled_from(list(ALL.values()))
