"""What else a shop asks of a page: personas, its profile, and who holds a thread."""

from __future__ import annotations

import uuid
from typing import Any

from sandbox.graph.accounts import MESSENGER, OUR_APP, Account
from sandbox.graph.page_limits import RULES, check_recipient
from sandbox.graph.refusals import Refused
from sandbox.graph.stand import Stand

_PROFILE = ("get_started", "persistent_menu", "ice_breakers", "greeting", "whitelisted_domains", "platform")

need, length, part = RULES.need, RULES.length, RULES.part


def add_persona(stand: Stand, account: Account, body: dict[str, Any]) -> dict[str, Any]:
    """Raises `Refused`: Instagram has none."""
    need(account.platform == MESSENGER, "personas are not supported here")
    length(body.get("name"), "name", 100)
    RULES.address(body.get("profile_picture_url"), "profile_picture_url")
    persona_id = str(uuid.uuid4().int)[:16]
    personas = stand.phones.pages[account.platform].personas
    personas[persona_id] = {"name": body["name"], "picture": body["profile_picture_url"]}
    stand.phones.save()
    return {"id": persona_id}


def list_personas(stand: Stand, account: Account) -> dict[str, Any]:
    """Raises `Refused`: Instagram has none."""
    need(account.platform == MESSENGER, "personas are not supported here")
    made = stand.phones.pages[account.platform].personas
    shown = [{"id": key, "name": one["name"], "profile_picture_url": one["picture"]} for key, one in made.items()]
    return {"data": shown}


def set_profile(stand: Stand, account: Account, body: dict[str, Any]) -> dict[str, Any]:
    """`get_started`, `ice_breakers`, `persistent_menu`, `greeting`, by Meta's limits. Raises `Refused`."""
    need(bool(body) and all(name in _PROFILE for name in body), "a field of the profile is not known")
    if "get_started" in body:
        length(part(body, "get_started").get("payload"), "get_started.payload", 1000)
    for group in RULES.count(body.get("ice_breakers", []), "ice_breakers", 10, 0):
        for breaker in RULES.count(group.get("call_to_actions", [group]), "call_to_actions", 4):
            length(breaker.get("question"), "question", 80)
            length(breaker.get("payload"), "payload", 1000)
    for menu in RULES.count(body.get("persistent_menu", []), "persistent_menu", 100, 0):
        for entry in RULES.count(menu.get("call_to_actions"), "call_to_actions", 20):
            length(entry.get("title"), "title", 30)
            need(entry.get("type") in ("postback", "web_url"), "type is postback or web_url")
    if "persistent_menu" in body and account.platform == MESSENGER:
        profile = stand.phones.pages[account.platform].profile | body
        need("get_started" in profile, "the persistent menu needs a get_started button")
    stand.phones.pages[account.platform].profile |= {name: value for name, value in body.items() if name != "platform"}
    stand.phones.save()
    return {"result": "success"}


def hand_over(stand: Stand, account: Account, call: str, body: dict[str, Any]) -> dict[str, Any]:
    """`pass_thread_control` gives the thread to another app, `take_thread_control` takes it back. Raises `Refused`."""
    phone = stand.phones.get(account.platform, check_recipient(body))
    length(body.get("metadata", ""), "metadata", 1000, 0)
    if call == "pass_thread_control":
        target = str(body.get("target_app_id", ""))
        need(target.isdigit(), "target_app_id is required")
        if phone.owner != OUR_APP:
            raise Refused(10, "Only the owner of the thread can pass it", subcode=2018300, status=403)
        phone.owner = int(target)
    else:
        phone.owner = OUR_APP
    stand.phones.save()
    return {"success": True}
