"""What a WhatsApp message says, by its type (Meta's webhook reference for `messages`). It does not know who says it.

Prices in an order come from the customer's phone and are left there: ours rule.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec

from bot.channels.reading import number, record, records, words
from bot.conversation.messages import Attachment, OrderedItem, Referral

_MOST_PIECES = 10_000
_MOST_FIELDS = 200


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """`kind` is text, interactive, button, form, order, product, location, contacts, image, video, audio, document,
    sticker or, for everything that we cannot read, unsupported."""

    kind: str
    text: str = ""
    payload: str | None = None
    attachments: list[Attachment] = []
    items: list[OrderedItem] = []
    form: dict[str, str] | None = None
    product: str = ""


_UNREADABLE = Content(kind="unsupported")


def content_of(message: dict[str, Any]) -> Content:
    kind = words(message.get("type"))
    reader = _READERS.get(kind)
    body = message.get(kind)
    if reader is None or not isinstance(body, dict | list):
        return _UNREADABLE
    return reader(kind, body)


def referral_of(message: dict[str, Any]) -> Referral | None:
    """The ad or post with a button that led here. `ref` is Meta's id of it."""
    told = record(message.get("referral"))
    if not told:
        return None
    return Referral(
        source=words(told.get("source_type")),
        ref=words(told.get("source_id")),
        headline=words(told.get("headline")),
        url=words(told.get("source_url")),
    )


def _text(_kind: str, body: Any) -> Content:
    return Content(kind="text", text=words(record(body).get("body")))


def _interactive(_kind: str, body: Any) -> Content:
    shape = words(record(body).get("type"))
    answer = record(record(body).get(shape))
    if shape in ("button_reply", "list_reply") and answer:
        return Content(kind="interactive", text=words(answer.get("title")), payload=words(answer.get("id")) or None)
    if shape == "nfm_reply":
        return Content(kind="form", form=_form(answer.get("response_json")))
    if shape == "call_permission_reply":
        return Content(kind=shape)
    if words(answer.get("product_retailer_id")):
        return Content(kind="product", product=words(answer.get("product_retailer_id")))
    return _UNREADABLE


def _form(told: Any) -> dict[str, str]:
    """What was filled in, ready to be read. Phones send invalid JSON, other things than objects, and no token."""
    if isinstance(told, str):
        try:
            told = json.loads(told)
        except (ValueError, RecursionError):
            return {}
    fields = [(words(name), _filled(value)) for name, value in record(told).items() if name != "flow_token"]
    return {name: value for name, value in fields[:_MOST_FIELDS] if name and value}


def _filled(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(value)
    if isinstance(value, list):
        return ", ".join(filter(None, (_plain(each) for each in value)))
    return _plain(value)


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else words(value)


def _button(_kind: str, body: Any) -> Content:
    """A tap on a template's quick reply."""
    told = record(body)
    return Content(kind="button", text=words(told.get("text")), payload=words(told.get("payload")) or None)


def _order(_kind: str, body: Any) -> Content:
    told = record(body)
    items = [
        OrderedItem(words(item.get("product_retailer_id")), _pieces(item.get("quantity")))
        for item in records(told.get("product_items"))
    ]
    known = [item for item in items if item.sku and item.quantity]
    return Content(kind="order", text=words(told.get("text")), items=known)


def _pieces(told: Any) -> int:
    """0 for what is no quantity."""
    pieces = number(told)
    return int(pieces) if pieces is not None and 1 <= pieces <= _MOST_PIECES else 0


def _media(kind: str, body: Any) -> Content:
    told = record(body)
    caption = words(told.get("caption"))
    file = Attachment(
        kind=kind,
        reference=words(told.get("id")),
        mime_type=words(told.get("mime_type")),
        caption=caption,
        filename=words(told.get("filename")),
        sha256=words(told.get("sha256")),
    )
    return Content(kind=kind, text=caption, attachments=[file])


def _location(_kind: str, body: Any) -> Content:
    told = record(body)
    latitude, longitude = number(told.get("latitude")), number(told.get("longitude"))
    place = " ".join(filter(None, (words(told.get("name")), words(told.get("address")))))
    where = f"{latitude},{longitude}" if latitude is not None and longitude is not None else ""
    return Content(kind="location", text=place, attachments=[Attachment("location", where, caption=place)])


def _contacts(_kind: str, body: Any) -> Content:
    """Somebody's cards. Not the sender's words, so no text; a person reads them in the desk."""
    return Content(kind="contacts", attachments=[_card(contact) for contact in records(body)])


def _card(contact: dict[str, Any]) -> Attachment:
    name = record(contact.get("name"))
    called = words(name.get("formatted_name")) or " ".join(
        filter(None, (words(name.get("first_name")), words(name.get("last_name"))))
    )
    phones = [words(phone.get("phone")) or words(phone.get("wa_id")) for phone in records(contact.get("phones"))]
    known = [phone for phone in phones if phone]
    return Attachment("contact", known[0] if known else "", caption=", ".join(filter(None, (called, *known))))


_READERS: dict[str, Callable[[str, Any], Content]] = {
    "text": _text,
    "interactive": _interactive,
    "button": _button,
    "order": _order,
    "location": _location,
    "contacts": _contacts,
    **dict.fromkeys(("image", "video", "audio", "document", "sticker"), _media),
}
