"""What a customer can do in Messenger and Instagram, as the event of Meta's webhook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.graph.phones import PhoneOf
from sandbox.graph.refusals import NotOffered
from sandbox.graph.stand import Stand

_QUICK_TITLE = 20
_KINDS = {"document": "file"}


def event_of(stand: Stand, phone: PhoneOf, asked: dict[str, Any], mid: str, origin: str) -> dict[str, Any]:
    """The event, still without sender and time. Raises `NotOffered`. Files are at `origin`.

    `asked` is one of {text}, {quick_reply: {payload}, of}, {postback: {payload}, of?}, {media: {id, kind}}, {location},
    {attachments}, {reaction: {emoji}, of}, {referral}, {edit, of}, {unsend, of}; a text may have `of` (it answers
    that message), `story` (to a story) or `referral` (it came from an advert).
    """
    if "quick_reply" in asked:
        reply = _quick_reply(phone, asked["of"], asked["quick_reply"].get("payload"))
        tapped = {"text": reply["title"][:_QUICK_TITLE], "quick_reply": {"payload": reply["payload"]}}
        return {"message": {"mid": mid, **tapped}}
    if "postback" in asked:
        return {"postback": {"mid": mid, **_postback(stand, phone, asked)}}
    if "reaction" in asked:
        return {"reaction": _reaction(asked["of"], asked["reaction"].get("emoji", ""))}
    if "unsend" in asked:
        return {"message": {"mid": _own(phone, asked["of"]), "is_deleted": True}}
    if "edit" in asked:
        return {"message_edit": {"mid": _own(phone, asked["of"]), "text": str(asked["edit"]), "num_edit": 1}}
    if "text" in asked:
        return {"message": {"mid": mid, "text": str(asked["text"]), **_about(asked)}}
    if "referral" in asked:
        return {"referral": asked["referral"]}
    return {"message": {"mid": mid, "attachments": _attachments(stand, asked, origin)}}


def _about(asked: dict[str, Any]) -> dict[str, Any]:
    """What a text answers, and the advert that led to it."""
    about: dict[str, Any] = {"referral": asked["referral"]} if "referral" in asked else {}
    if "of" in asked:
        about["reply_to"] = {"mid": asked["of"]}
    elif "story" in asked:
        about["reply_to"] = {"story": asked["story"]}
    return about


def _quick_reply(phone: PhoneOf, of: str, wanted: Any) -> dict[str, Any]:
    """Quick replies vanish with the next message: only the last message's can be tapped."""
    shown = phone.bubbles[-1] if phone.bubbles else None
    if shown is None or shown.mine or shown.id != of:
        raise NotOffered("its quick replies are gone")
    found = (reply for reply in shown.body.get("quick_replies", []) if reply.get("payload") == wanted)
    reply = next(found, None)
    if reply is None:
        raise NotOffered("nothing like that was offered in this message")
    return dict(reply)


def _postback(stand: Stand, phone: PhoneOf, asked: dict[str, Any]) -> dict[str, Any]:
    """A button of the message `of`; without one, of the page itself: get started, ice breaker, menu."""
    if "of" in asked:
        bubble = phone.bubble(asked["of"])
        offers = list(_buttons(bubble.body)) if bubble else []
    else:
        offers = list(_entries(stand.phones.pages[phone.platform].profile))
    for title, payload in offers:
        if payload == asked["postback"].get("payload"):
            return {"title": title, "payload": payload}
    raise NotOffered("nothing like that was offered")


def _buttons(body: dict[str, Any]) -> Iterator[tuple[str, str]]:
    payload = body.get("attachment", {}).get("payload", {})
    for holder in (payload, *payload.get("elements", [])):
        for button in holder.get("buttons", []):
            if button["type"] == "postback":
                yield button["title"], button["payload"]


def _entries(profile: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if "get_started" in profile:
        yield "Get Started", profile["get_started"]["payload"]
    for group in profile.get("ice_breakers", []):
        for breaker in group.get("call_to_actions", [group]):
            yield breaker["question"], breaker["payload"]
    for menu in profile.get("persistent_menu", []):
        for entry in menu["call_to_actions"]:
            if entry["type"] == "postback":
                yield entry["title"], entry["payload"]


def _reaction(of: str, emoji: str) -> dict[str, Any]:
    if not emoji:
        return {"mid": of, "action": "unreact"}
    named = "love" if emoji == "❤️" else "other"
    return {"mid": of, "action": "react", "reaction": named, "emoji": emoji}


def _own(phone: PhoneOf, of: str) -> str:
    bubble = phone.bubble(of)
    if bubble is None or not bubble.mine:
        raise NotOffered("that is no message of this customer's")
    return bubble.id


def _attachments(stand: Stand, asked: dict[str, Any], origin: str) -> list[dict[str, Any]]:
    if "attachments" in asked:
        return list(asked["attachments"])
    if "location" in asked:
        place = asked["location"]
        coordinates = {"lat": place["latitude"], "long": place["longitude"]}
        title = place.get("name", "Pinned location")
        return [{"type": "location", "title": title, "payload": {"coordinates": coordinates}}]
    file = stand.media.find(str(asked.get("media", {}).get("id")))
    if file is None:
        raise NotOffered("nothing that a customer could do")
    kind = str(asked["media"]["kind"])
    return [{"type": _KINDS.get(kind, kind), "payload": {"url": f"{origin}/cdn/{file.id}"}}]
