"""What Messenger and Instagram refuse in a send, by Meta's Send API reference. All of it is error 100.

Sizes are characters, except Instagram's text, which is 1,000 bytes of UTF-8. A quick reply's title may be longer than
20: it is cut on the phone. Templates have a file of their own.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sandbox.graph.accounts import INSTAGRAM, MESSENGER
from sandbox.graph.refusals import INVALID, Refused, Rules

RULES = Rules(INVALID, INVALID)
NO_SUCH_PERSON = 2018001
_TEXT, _TEXT_BYTES, _METADATA, _PAYLOAD = 2000, 1000, 1000, 1000
_QUICK_REPLIES = 13
_QUICK_KINDS = ("text", "user_phone_number", "user_email")
_FILES = {MESSENGER: ("image", "audio", "video", "file"), INSTAGRAM: ("image", "audio", "video")}
ACTIONS = ("typing_on", "typing_off", "mark_seen", "react", "unreact")

need, length, part = RULES.need, RULES.length, RULES.part


def check_recipient(body: dict[str, Any]) -> str:
    """The customer's id. Raises `Refused`."""
    customer = part(body, "recipient").get("id")
    if not isinstance(customer, str) or not customer.isdigit():
        raise Refused(INVALID, "No matching user found", subcode=NO_SUCH_PERSON)
    return customer


def check_action(body: dict[str, Any]) -> None:
    """A sender action stands alone. Raises `Refused`."""
    need(body["sender_action"] in ACTIONS, "sender_action is not known")
    allowed = {"recipient", "sender_action", "payload", "persona_id"}
    need(not set(body) - allowed, "sender_action must be the only content of a request")
    if body["sender_action"] in ("react", "unreact"):
        payload = part(body, "payload")
        length(payload.get("message_id"), "payload.message_id", 512)
        if body["sender_action"] == "react":
            length(payload.get("reaction"), "payload.reaction", 16)


def check_send(body: dict[str, Any], platform: str, personas: Collection[str]) -> dict[str, Any]:
    """The message in a send, without its templates' insides. Raises `Refused`."""
    kind = body.get("messaging_type")
    need(kind is not None or platform == INSTAGRAM, "messaging_type is required")
    need(kind in (None, "RESPONSE", "UPDATE", "MESSAGE_TAG"), "messaging_type is not known")
    if kind == "MESSAGE_TAG" or "tag" in body:
        need(kind in (None, "MESSAGE_TAG"), "a tag needs messaging_type MESSAGE_TAG")
        need(body.get("tag") == "HUMAN_AGENT", "tag is missing or not allowed any more")
    if "persona_id" in body:
        need(platform == MESSENGER, "persona_id is not supported here")
        need(str(body["persona_id"]) in personas, "persona_id is not known")
    message = part(body, "message")
    need(("text" in message) != ("attachment" in message), "a message is either text or an attachment")
    length(message.get("metadata", ""), "metadata", _METADATA, 0)
    if "text" in message:
        _text(message["text"], platform)
    else:
        _attachment(part(message, "attachment"), platform)
    _quick_replies(message)
    return message


def _text(text: Any, platform: str) -> None:
    if platform == MESSENGER:
        length(text, "message.text", _TEXT)
        return
    length(text, "message.text", _TEXT_BYTES)
    need(len(text.encode()) <= _TEXT_BYTES, f"message.text: at most {_TEXT_BYTES} bytes")


def _quick_replies(message: dict[str, Any]) -> None:
    if "quick_replies" not in message:
        return
    for reply in RULES.count(message["quick_replies"], "quick_replies", _QUICK_REPLIES):
        need(reply.get("content_type") in _QUICK_KINDS, "quick_replies.content_type is not known")
        if reply["content_type"] == "text":
            length(reply.get("title"), "quick_replies.title", 1000)
            length(reply.get("payload"), "quick_replies.payload", _PAYLOAD)
        if "image_url" in reply:
            RULES.address(reply["image_url"], "quick_replies.image_url")


def _attachment(attachment: dict[str, Any], platform: str) -> None:
    kind = attachment.get("type")
    if kind == "like_heart" and platform == INSTAGRAM:
        return
    need(kind == "template" or kind in _FILES[platform], f"attachment.type {kind} is not known")
    payload = part(attachment, "payload")
    if kind != "template":
        RULES.address(payload.get("url"), "attachment.payload.url")
        need(not str(payload["url"]).endswith(".svg"), "images are JPEG, PNG or GIF")
