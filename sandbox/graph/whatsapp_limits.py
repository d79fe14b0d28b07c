"""What WhatsApp refuses in a message, by Meta's message reference; what is interactive has a file of its own.

Sizes are characters. Codes: 131008 for what is missing, 131009 for what does not fit, 131051 for an unknown type.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sandbox.graph.refusals import MISSING, Refused, Rules

RULES = Rules(131009, MISSING)
_TEXT, _CAPTION, _REFERENCE = 4096, 1024, 512
_USER_ID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[a-zA-Z0-9]{1,128}")
_TEMPLATE = re.compile(r"[a-z0-9_]{1,512}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?")
_BUTTON_KINDS = ("quick_reply", "url", "copy_code", "flow", "catalog")

need, length, part = RULES.need, RULES.length, RULES.part
Known = Callable[[str], bool]
"""Whether a media id was uploaded."""


def check_envelope(body: dict[str, Any]) -> None:
    """Raises `Refused`. What is the same for every message, and for the sign that one was read."""
    need(body.get("messaging_product") == "whatsapp", "messaging_product must be whatsapp")
    if body.get("status") == "read":
        need(isinstance(body.get("message_id"), str), "message_id is required")
        need(body.get("typing_indicator", {"type": "text"}) == {"type": "text"}, "typing_indicator.type must be text")
        return
    to, recipient = body.get("to"), body.get("recipient")
    need(bool(to or recipient), "to or recipient is required")
    need(to is None or bool(re.fullmatch(r"\+?\d{1,20}", str(to))), "to must be a phone number")
    need(bool(to) or bool(_USER_ID.fullmatch(str(recipient))), "recipient must be a business-scoped user id")
    need(body.get("recipient_type", "individual") == "individual", "recipient_type must be individual")
    need(len(str(body.get("biz_opaque_callback_data", ""))) <= _REFERENCE, "biz_opaque_callback_data is too long")
    if "context" in body:
        length(part(body, "context").get("message_id"), "context.message_id", 512)


def check_content(kind: str, content: Any, known: Known, interactive: Callable[[dict[str, Any], Known], None]) -> None:
    """Raises `Refused`. `content` is what stands under the message's type; `interactive` checks that type."""
    if kind == "contacts":
        for contact in RULES.count(content, "contacts", 257):
            length(part(contact, "name").get("formatted_name"), "contacts.name.formatted_name", 1024)
        return
    if kind not in _CHECKS and kind != "interactive":
        raise Refused(131051, f"Unsupported message type: {kind}")
    if not isinstance(content, dict):
        raise Refused(MISSING, f"Required parameter is missing: {kind}")
    if kind == "interactive":
        interactive(content, known)
    else:
        _CHECKS[kind](content, known)


def check_file(content: dict[str, Any], name: str, known: Known) -> None:
    """A file by `link`, or by the `id` of an upload."""
    link, media_id = content.get("link"), content.get("id")
    need((link is None) != (media_id is None), f"{name} needs a link or an id")
    if link is not None:
        RULES.address(link, f"{name}.link")
    else:
        need(isinstance(media_id, str) and known(media_id), f"{name}.id is not an uploaded file")


def _text(content: dict[str, Any], _known: Known) -> None:
    length(content.get("body"), "text.body", _TEXT)
    need(isinstance(content.get("preview_url", False), bool), "text.preview_url must be true or false")


def check_picture(content: dict[str, Any], known: Known) -> None:
    check_file(content, "image", known)
    need(not str(content.get("link")).endswith(".svg"), "images are JPEG or PNG")


def _image(content: dict[str, Any], known: Known) -> None:
    check_picture(content, known)
    length(content.get("caption", ""), "image.caption", _CAPTION, 0)


def _video(content: dict[str, Any], known: Known) -> None:
    check_file(content, "video", known)
    length(content.get("caption", ""), "video.caption", _CAPTION, 0)


def _document(content: dict[str, Any], known: Known) -> None:
    check_file(content, "document", known)
    length(content.get("caption", ""), "document.caption", _CAPTION, 0)
    length(content.get("filename", ""), "document.filename", 240, 0)


def _audio(content: dict[str, Any], known: Known) -> None:
    check_file(content, "audio", known)
    need("caption" not in content, "audio has no caption")


def _sticker(content: dict[str, Any], known: Known) -> None:
    check_file(content, "sticker", known)
    need("id" in content or str(content.get("link")).partition("?")[0].endswith(".webp"), "stickers are WebP")


def _location(content: dict[str, Any], _known: Known) -> None:
    for name, most in (("latitude", 90), ("longitude", 180)):
        try:
            fits = abs(float(content.get(name, "?"))) <= most
        except (TypeError, ValueError):
            fits = False
        need(fits, f"location.{name} must be a number of degrees")
    length(content.get("name", ""), "location.name", 1000, 0)
    length(content.get("address", ""), "location.address", 1000, 0)


def _reaction(content: dict[str, Any], _known: Known) -> None:
    length(content.get("message_id"), "reaction.message_id", 512)
    length(content.get("emoji"), "reaction.emoji", 16, 0)


def _template(content: dict[str, Any], known: Known) -> None:
    need(bool(_TEMPLATE.fullmatch(str(content.get("name")))), "template.name: a-z, 0-9 and _")
    need(bool(_LANGUAGE.fullmatch(str(part(content, "language").get("code")))), "template.language.code is unknown")
    for component in RULES.count(content.get("components", []), "template.components", 32, 0):
        kind = str(component.get("type")).lower()
        need(kind in ("header", "body", "button", "carousel", "limited_time_offer"), f"component {kind} is not known")
        if kind == "button":
            need(str(component.get("sub_type")).lower() in _BUTTON_KINDS, "button.sub_type is not known")
            need(str(component.get("index")) in [str(n) for n in range(10)], "button.index: 0 to 9")
        for parameter in RULES.count(component.get("parameters", []), "parameters", 100, 0):
            _parameter(parameter, known)


def _parameter(parameter: dict[str, Any], known: Known) -> None:
    kind = parameter.get("type")
    if kind == "text":
        length(parameter.get("text"), "parameter.text", 1024)
        need(not re.search(r"[\n\t]| {5,}", str(parameter["text"])), "a parameter has no new lines, tabs or wide gaps")
    elif kind == "payload":
        length(parameter.get("payload"), "parameter.payload", 128)
    elif kind in ("image", "video", "document"):
        check_file(part(parameter, kind), kind, known)
    else:
        need(kind in ("currency", "date_time", "location", "action", "coupon_code", "product"), f"parameter {kind}")


_CHECKS: dict[str, Callable[[dict[str, Any], Known], None]] = {
    "text": _text,
    "image": _image,
    "video": _video,
    "audio": _audio,
    "document": _document,
    "sticker": _sticker,
    "location": _location,
    "reaction": _reaction,
    "template": _template,
}
