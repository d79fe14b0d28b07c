"""Our replies as WhatsApp bodies: always within Meta's limits, degraded where a shape lacks."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.whatsapp_out import bodies_of, split
from bot.conversation.replies import (
    Card,
    Cards,
    Choices,
    Line,
    Link,
    Listing,
    Option,
    Picture,
    Receipt,
    Row,
    Shown,
    Text,
)

words = st.text(max_size=200)
long = st.text(min_size=0, max_size=5000)
payloads = st.text(min_size=1, max_size=200)
options = st.lists(st.builds(Option, words, payloads), max_size=12)
replies: st.SearchStrategy[Shown] = st.one_of(
    st.builds(Text, long),
    st.builds(Choices, long, options),
    st.builds(Listing, long, words, st.lists(st.builds(Row, words, payloads, words), min_size=1, max_size=20)),
    st.builds(
        Cards,
        long,
        words,
        st.lists(
            st.builds(
                Card,
                words,
                st.lists(st.builds(Option, words, payloads), min_size=1, max_size=2),
                words,
                words,
                st.none() | st.just("https://shop.example/a.svg"),
            ),
            min_size=1,
            max_size=15,
        ),
        st.lists(st.builds(Option, words, payloads), max_size=3),
    ),
    st.builds(Link, long, words, st.just("https://pay.example/x")),
    st.builds(Picture, st.just("https://shop.example/a.svg"), long),
    st.builds(Receipt, words, st.lists(st.builds(Line, words, st.integers(1, 9), words), max_size=60), words, long),
)


@settings(max_examples=150, deadline=None)
@given(replies)
def test_every_reply_fits_metas_limits(reply: Shown) -> None:
    bodies = bodies_of(reply)
    assert bodies
    for body in bodies:
        check(body)


def check(body: dict[str, Any]) -> None:
    if body["type"] == "text":
        assert 0 < len(body["text"]["body"]) <= 4096
        return
    if body["type"] == "image":
        assert len(body["image"].get("caption", "")) <= 1024
        assert body["image"]["link"].endswith(".png")
        return
    interactive = body["interactive"]
    assert 0 < len(interactive["body"]["text"]) <= 1024
    action = interactive["action"]
    if interactive["type"] == "button":
        titles = [button["reply"]["title"] for button in action["buttons"]]
        assert 1 <= len(titles) <= 3
        assert len(set(titles)) == len(titles)
        assert all(0 < len(title) <= 20 for title in titles)
        assert all(len(button["reply"]["id"]) <= 256 for button in action["buttons"])
    elif interactive["type"] == "list":
        rows = [row for section in action["sections"] for row in section["rows"]]
        assert 0 < len(action["button"]) <= 20
        assert 1 <= len(rows) <= 10
        assert len({row["id"] for row in rows}) == len(rows)
        for row in rows:
            assert 0 < len(row["title"]) <= 24
            assert len(row.get("description", "")) <= 72
            assert len(row["id"]) <= 200
    else:
        assert interactive["type"] == "cta_url"
        assert 0 < len(action["parameters"]["display_text"]) <= 20


def test_three_short_options_are_buttons_and_more_are_a_list() -> None:
    three = Choices("Size?", [Option(size, f"/size{size}") for size in ("41", "42", "43")])
    assert bodies_of(three)[0]["interactive"]["type"] == "button"
    five = Choices("Size?", [Option(size, f"/size{size}") for size in ("41", "42", "43", "44", "45")])
    assert bodies_of(five)[0]["interactive"]["type"] == "list"


def test_more_options_than_a_list_holds_are_numbered() -> None:
    many = Choices("Size?", [Option(str(n), f"/{n}") for n in range(30, 42)])
    assert "12. 41" in bodies_of(many)[0]["text"]["body"]


def test_long_text_loses_nothing_but_white_space() -> None:
    text = " ".join(f"Sentence number {n} is here." for n in range(500))
    pieces = split(text, 4096)
    assert "".join(" ".join(pieces).split()) == "".join(text.split())
