"""Our replies as Instagram's messages: texts in bytes, titles in characters, no receipts, no documents."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.replies import Choices, File, Option, Shown, Text
from tests.channels.page_events import instagram
from tests.channels.page_limits import check_message
from tests.channels.test_messenger_out import RECEIPT, bills
from tests.conversation.shown import replies


def messages(reply: Shown) -> list[dict[str, Any]]:
    return instagram().pieces(reply)


@settings(max_examples=60, deadline=None)
@given(st.one_of(replies, bills))
def test_every_reply_fits_metas_limits(reply: Shown) -> None:
    shown = messages(reply)
    assert shown
    for message in shown:
        check_message(message, "instagram")


def test_text_is_measured_in_bytes() -> None:
    shown = messages(Text("नमस्ते दुनिया। " * 40))
    assert len(shown) > 1
    assert all(900 < len(message["text"].encode()) <= 1000 for message in shown[:-1])


def test_titles_are_measured_in_characters_so_hindi_keeps_its_buttons() -> None:
    (message,) = messages(Choices("कौन सा?", [Option("हाँ, यह वाला चाहिए", "/yes"), Option("नहीं, दूसरा दिखाओ", "/no")]))
    buttons = message["attachment"]["payload"]["buttons"]
    assert [button["title"] for button in buttons] == ["हाँ, यह वाला चाहिए", "नहीं, दूसरा दिखाओ"]


def test_a_receipt_is_words_with_all_its_lines() -> None:
    (message,) = messages(RECEIPT)
    assert "2 × Aero 2, 42  $138.00" in message["text"]
    assert "$144.00" in message["text"]


def test_a_document_is_its_address_and_a_video_is_a_video() -> None:
    (document,) = messages(File("document", "https://s.example/invoice.pdf", "Your invoice"))
    assert document == {"text": "Your invoice\nhttps://s.example/invoice.pdf"}
    (video,) = messages(File("video", "https://s.example/a.mp4"))
    assert video["attachment"]["type"] == "video"
