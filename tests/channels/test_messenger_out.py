"""Our replies as Messenger's messages: always within Meta's limits, and nothing that can be chosen is lost."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.replies import Bill, Card, Cards, Choices, File, Line, Link, Option, Picture, Receipt, Shown, Text
from tests.channels.page_events import messenger
from tests.channels.page_limits import check_message
from tests.conversation.shown import lines, mixed, replies

amounts = st.decimals(min_value=0, max_value=99_999, places=2).map(str)
bills = lines.flatmap(
    lambda bought: st.builds(
        Receipt,
        st.integers(1, 99_999).map(str),
        st.just(bought),
        amounts,
        mixed,
        bill=st.builds(
            Bill,
            st.just("Maya Lind"),
            st.just("Stripe"),
            st.sampled_from(["USD", "EUR"]),
            st.lists(amounts, min_size=len(bought), max_size=len(bought)),
            amounts,
        ),
    )
)


def messages(reply: Shown) -> list[dict[str, Any]]:
    return messenger().pieces(reply)


def template(message: dict[str, Any]) -> dict[str, Any]:
    payload: dict[str, Any] = message["attachment"]["payload"]
    return payload


@settings(max_examples=60, deadline=None)
@given(st.one_of(replies, bills))
def test_every_reply_fits_metas_limits(reply: Shown) -> None:
    shown = messages(reply)
    assert shown
    for message in shown:
        check_message(message, "messenger")
    assert shown == messages(reply)


def test_up_to_three_choices_are_buttons_that_stay() -> None:
    (message,) = messages(Choices("Which size?", [Option(size, f"/size{size}") for size in ("41", "42", "43")]))
    assert template(message)["template_type"] == "button"
    assert [button["title"] for button in template(message)["buttons"]] == ["41", "42", "43"]
    assert template(message)["buttons"][1]["payload"] == "/size42"


def test_more_choices_are_quick_replies_under_the_last_words() -> None:
    words = "A sentence that says something. " * 100
    *before, last = messages(Choices(words, [Option(str(n), f"/{n}") for n in range(13)]))
    assert before
    assert all("quick_replies" not in message for message in before)
    assert len(last["quick_replies"]) == 13


def test_three_choices_under_many_words_are_quick_replies() -> None:
    (message,) = messages(Choices("Word " * 200, [Option("Yes", "/yes"), Option("No", "/no")]))
    assert [reply["title"] for reply in message["quick_replies"]] == ["Yes", "No"]


def test_more_choices_than_quick_replies_are_numbered() -> None:
    (message,) = messages(Choices("Size?", [Option(str(n), f"/{n}") for n in range(30, 50)]))
    assert "20. 49" in message["text"]


def test_products_are_a_carousel_with_their_pictures_as_png() -> None:
    card = Card(
        "Aero 2", [Option("Choose", "/choose"), Option("More", "/more")], "$69", image="https://s.example/a.svg"
    )
    words, carousel = messages(Cards("Two shoes:", "See", [card, card], [Option("Something else", "/other")]))
    assert words == {"text": "Two shoes:"}
    first = template(carousel)["elements"][0]
    assert (first["title"], first["subtitle"], first["image_url"]) == ("Aero 2", "$69", "https://s.example/a.png")
    assert [button["payload"] for button in first["buttons"]] == ["/choose", "/more"]
    assert [reply["payload"] for reply in carousel["quick_replies"]] == ["/other"]


def test_an_element_that_is_only_a_title_gets_something_more_as_meta_asks() -> None:
    (carousel,) = messages(Cards("", "See", [Card("Aero 2", [])]))
    assert template(carousel)["elements"] == [{"title": "Aero 2", "subtitle": "…"}]


def test_a_link_is_a_button() -> None:
    (message,) = messages(Link("Here you pay.", "Pay $69.00", "https://pay.example/x"))
    assert template(message)["buttons"] == [{"type": "web_url", "title": "Pay $69.00", "url": "https://pay.example/x"}]


def test_a_picture_has_no_caption_so_its_words_go_before() -> None:
    said, picture = messages(Picture("https://s.example/a.png?x=1", "The blue one"))
    assert said == {"text": "The blue one"}
    assert picture == {"attachment": {"type": "image", "payload": {"url": "https://s.example/a.png?x=1"}}}


def test_a_document_is_a_file() -> None:
    *_, file = messages(File("document", "https://s.example/invoice.pdf", "Your invoice"))
    assert file["attachment"]["type"] == "file"


RECEIPT = Receipt(
    "1042",
    [Line("Aero 2, 42", 2, "$138.00"), Line("Delivery", 1, "$6.00")],
    "$144.00",
    "Paid, thank you!",
    bill=Bill("Maya Lind", "Stripe", "USD", ["69.00", "6.00"], "144.00"),
)


def test_a_receipt_with_plain_amounts_is_messengers_own() -> None:
    words, receipt = messages(RECEIPT)
    assert words == {"text": "Paid, thank you!"}
    shown = template(receipt)
    assert (shown["order_number"], shown["currency"], shown["summary"]) == ("1042", "USD", {"total_cost": 144.0})
    assert [(one["title"], one["quantity"], one["price"]) for one in shown["elements"]] == [
        ("Aero 2, 42", 2, 69.0),
        ("Delivery", 1, 6.0),
    ]


def test_a_receipt_without_plain_amounts_is_words() -> None:
    shown = messages(Receipt("1042", RECEIPT.lines, "$144.00", "Paid, thank you!"))
    assert all("attachment" not in message for message in shown)
    assert "1042" in shown[0]["text"]


def test_long_text_is_several_messages() -> None:
    assert len(messages(Text("A sentence. " * 450))) == 3
