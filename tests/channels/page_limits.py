"""Meta's limits for messages of Messenger and Instagram, written down here a second time to hold ours against.

Send API reference: texts 2,000 characters (Instagram 1,000 bytes), 13 quick replies with payloads of 1,000 characters,
templates of 10 elements with titles and subtitles of 80 and 3 buttons with titles of 20, button templates of 640
characters, receipts with amounts as numbers.
"""

from __future__ import annotations

from typing import Any

IMAGES = (".png", ".jpg", ".jpeg", ".gif")


def units(text: str) -> int:
    """UTF-16 units: as long as a platform could count it."""
    return len(text.encode("utf-16-le")) // 2


def visible(text: str, most: int) -> None:
    assert text.strip()
    assert units(text) <= most
    assert "\x00" not in text


def check_message(message: dict[str, Any], platform: str) -> None:
    """Fails where Meta would answer 100."""
    assert len({"text", "attachment"} & set(message)) == 1
    assert set(message) <= {"text", "attachment", "quick_replies"}
    if "text" in message:
        visible(message["text"], 2000)
        assert platform == "messenger" or len(message["text"].encode()) <= 1000
    else:
        _check_attachment(message["attachment"], platform)
    if "quick_replies" in message:
        _check_quick_replies(message["quick_replies"])


def _check_quick_replies(replies: list[dict[str, Any]]) -> None:
    assert 1 <= len(replies) <= 13
    assert len({reply["title"] for reply in replies}) == len(replies)
    for reply in replies:
        assert reply["content_type"] == "text"
        visible(reply["title"], 20)
        assert 1 <= len(reply["payload"]) <= 1000


def _check_attachment(attachment: dict[str, Any], platform: str) -> None:
    payload = attachment["payload"]
    if attachment["type"] != "template":
        kinds = {"image", "audio", "video"} | ({"file"} if platform == "messenger" else set())
        assert attachment["type"] in kinds
        assert payload["url"].startswith("https://")
        assert attachment["type"] != "image" or not payload["url"].endswith(".svg")
        return
    {"generic": _check_generic, "button": _check_button, "receipt": _check_receipt}[payload["template_type"]](payload)
    assert platform == "messenger" or payload["template_type"] != "receipt"


def _check_generic(payload: dict[str, Any]) -> None:
    assert 1 <= len(payload["elements"]) <= 10
    for element in payload["elements"]:
        assert len(element) > 1
        visible(element["title"], 80)
        assert units(element.get("subtitle", "")) <= 80
        assert not element.get("image_url", "").endswith(".svg")
        if "buttons" in element:
            _check_buttons(element["buttons"])


def _check_button(payload: dict[str, Any]) -> None:
    visible(payload["text"], 640)
    _check_buttons(payload["buttons"])


def _check_buttons(buttons: list[dict[str, Any]]) -> None:
    assert 1 <= len(buttons) <= 3
    for button in buttons:
        visible(button["title"], 20)
        if button["type"] == "postback":
            assert 1 <= len(button["payload"]) <= 1000
        else:
            assert button["type"] == "web_url"
            assert button["url"].startswith("https://")


def _check_receipt(payload: dict[str, Any]) -> None:
    for name in ("recipient_name", "order_number", "payment_method"):
        visible(payload[name], 200)
    assert len(payload["currency"]) == 3
    assert isinstance(payload["summary"]["total_cost"], int | float)
    assert 1 <= len(payload["elements"]) <= 100
    for element in payload["elements"]:
        visible(element["title"], 10_000)
        assert isinstance(element["price"], int | float)
        assert isinstance(element["quantity"], int)
