"""What is attached to a message on Messenger and Instagram, as our attachments. Pure, and total on any JSON.

Addresses are Meta's own and end after some days. Stickers came as pictures with a `sticker_id` until August 2026, and
come as a kind of their own since.
"""

from __future__ import annotations

from typing import Any

from bot.channels.reading import number, record, records, words
from bot.conversation.messages import Attachment

_KINDS = {
    "image": "image",
    "video": "video",
    "audio": "audio",
    "file": "document",
    "sticker": "sticker",
    "like_heart": "sticker",
    "story_mention": "story",
    "ig_story": "story",
    "share": "share",
    "post": "share",
    "ig_post": "share",
    "reel": "share",
    "ig_reel": "share",
    "template": "share",
    "fallback": "share",
}
_LIKES = ("369239263222822", "369239343222814", "369239383222810")
"""The thumb beside Messenger's text field, small, middle and large."""


def files_of(message: dict[str, Any]) -> list[Attachment]:
    found = [_file(told) for told in records(message.get("attachments"))]
    story = record(record(message.get("reply_to")).get("story"))
    found.append(_made("story", words(story.get("url"))) if story else None)
    return [file for file in found if file is not None]


def is_like(message: dict[str, Any]) -> bool:
    """A thumb or a heart alone, which says yes."""
    told = records(message.get("attachments"))
    return len(told) == 1 and (words(told[0].get("type")) == "like_heart" or _sticker(told[0]) in _LIKES)


def _file(told: dict[str, Any]) -> Attachment | None:
    kind, payload = words(told.get("type")), record(told.get("payload"))
    caption = words(payload.get("title")) or words(told.get("title"))
    if kind == "location":
        return _place(record(payload.get("coordinates")), caption)
    if _sticker(told):
        kind = "sticker"
    return _made(_KINDS.get(kind, "file"), words(payload.get("url")) or words(told.get("url")), caption)


def _sticker(told: dict[str, Any]) -> str:
    return words(record(told.get("payload")).get("sticker_id"))


def _made(kind: str, url: str, caption: str = "") -> Attachment | None:
    """Without an address there is nothing to look at, but for a sticker, which is its own words."""
    return Attachment(kind, url, caption=caption) if url or kind == "sticker" else None


def _place(coordinates: dict[str, Any], caption: str) -> Attachment | None:
    latitude, longitude = number(coordinates.get("lat")), number(coordinates.get("long"))
    if latitude is None or longitude is None:
        return None
    return Attachment("location", f"{latitude},{longitude}", caption=caption)
