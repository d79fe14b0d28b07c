"""What WhatsApp tells that nobody said: how our messages fare, who is called otherwise, who wants no offers, what is
wrong with the account. Follows Meta's webhook reference for statuses, system messages and account fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from bot.channels.meta import problem_of
from bot.channels.reading import moment, number, record, records, words
from bot.channels.whatsapp_people import CHANNEL, Person, key_of
from bot.conversation.messages import Alarm, Delivery, Moved, Preference, Problem, Status

_STATES = {
    "sent": Delivery.SENT,
    "delivered": Delivery.DELIVERED,
    "read": Delivery.READ,
    "played": Delivery.READ,
    "failed": Delivery.FAILED,
}
"""`deleted` (the customer removed our message from their phone), calls' states and future ones change nothing."""
_FROM_TO = re.compile(r"from (\S+) to (\S+?)\.?$")
_WANTED = {"stop": False, "resume": True, "signup": True}
_WORDS_LIMIT = 300

_ACCOUNT_EVENTS = {
    "ACCOUNT_DELETED": "Meta deleted the WhatsApp business account.",
    "ACCOUNT_OFFBOARDED": "The number left the Cloud API.",
    "ACCOUNT_RESTRICTION": "Meta restricted the WhatsApp business account.",
    "ACCOUNT_VIOLATION": "Meta sees a violation of its policy in the WhatsApp business account.",
    "PARTNER_REMOVED": "The app lost its access to the WhatsApp business account.",
}
_BAN_STATES = {
    "DISABLE": "Meta disabled the WhatsApp business account.",
    "SCHEDULE_FOR_DISABLE": "Meta is going to disable the WhatsApp business account.",
}
_QUALITY_EVENTS = {
    "FLAGGED": "Customers complain: Meta flagged the number's quality.",
    "DOWNGRADE": "Meta lowered how many customers the number may write to first.",
}
_TEMPLATE_EVENTS = ("REJECTED", "DISABLED", "PAUSED", "FLAGGED", "PENDING_DELETION")


def status_of(account: str, status: dict[str, Any], now: datetime) -> Status | None:
    state = _STATES.get(words(status.get("status")))
    provider_id = words(status.get("id"))
    if state is None or not provider_id or words(status.get("recipient_type")) == "group":
        return None
    failed = state is Delivery.FAILED
    errors = records(status.get("errors")) if failed else []
    code = _code(errors[0]) if errors else None
    return Status(
        channel=CHANNEL,
        account=account,
        provider_id=provider_id,
        state=state,
        at=moment(status.get("timestamp"), now),
        outbox_ref=words(status.get("biz_opaque_callback_data")) or None,
        error_code=code,
        error_title=_described(errors[0]) if errors else "",
        problem=problem_of(code) if failed and code is not None else None,
    )


def errors_of(account: str, errors: Any) -> Iterator[Alarm | None]:
    """Errors that belong to no message. What passes by itself is nobody's task."""
    for error in records(errors):
        code = _code(error)
        passes = code is not None and problem_of(code) is Problem.PASSING
        said = _described(error) or "WhatsApp reported an error."
        yield None if passes else Alarm(CHANNEL, account, said[:_WORDS_LIMIT], code)


def _code(error: dict[str, Any]) -> int | None:
    code = number(error.get("code"))
    return int(code) if code is not None and abs(code) < 2**31 else None


def _described(error: dict[str, Any]) -> str:
    title = words(error.get("title")) or words(error.get("message"))
    details = words(record(error.get("error_data")).get("details"))
    return ": ".join(dict.fromkeys(part for part in (title, details) if part))


# -- people ------------------------------------------------------------------------------------------------------------


def system_of(account: str, message: dict[str, Any], person: Person) -> Iterator[Moved | None]:
    """Another number, another user id. A new number brings a new user id with it; either side may be missing."""
    system = record(message.get("system"))
    kind = words(system.get("type"))
    read = _FROM_TO.search(words(system.get("body")))
    before, after = read.groups() if read else ("", "")
    number_old = words(message.get("from")) or words(system.get("customer"))
    number_new = words(system.get("wa_id")) or words(system.get("new_wa_id"))
    user_old = words(system.get("previous_user_id")) or words(message.get("from_user_id"))
    user_new = words(system.get("user_id"))
    moves: list[tuple[str, str]] = []
    if kind in ("user_changed_number", "customer_changed_number"):
        moves = [(number_old or before, number_new or after), (user_old, user_new)]
    elif kind == "user_changed_user_id":
        moves = [(user_old or before or person.id, user_new or after)]
    moves.append((words(system.get("previous_parent_user_id")), words(system.get("parent_user_id"))))
    found = [move for old, new in moves if (move := _moved(account, old, new))]
    if not found:
        yield None
    yield from found


def moves_of(account: str, value: dict[str, Any]) -> Iterator[Moved | None]:
    for update in records(value.get("user_id_update")):
        for name in ("user_id", "parent_user_id"):
            ids = record(update.get(name))
            yield _moved(account, words(ids.get("previous")), words(ids.get("current")))


def _moved(account: str, old: str, new: str) -> Moved | None:
    old, new = old.lstrip("+"), new.lstrip("+")
    if old == new or key_of(account, old) is None or key_of(account, new) is None:
        return None
    return Moved(CHANNEL, account, old, new)


def preferences_of(account: str, value: dict[str, Any]) -> Iterator[Preference | None]:
    """Marketing off or on. Answers and news of an order may go on: that is not `everything`."""
    for told in records(value.get("user_preferences")):
        key = key_of(account, words(told.get("wa_id")) or words(told.get("user_id")))
        wanted = _WANTED.get(words(told.get("value")))
        ours = words(told.get("category")) == "marketing_messages"
        yield Preference(key, wanted) if key and wanted is not None and ours else None


# -- the account -------------------------------------------------------------------------------------------------------


def alarm_of(field: str, value: dict[str, Any], account: str) -> Alarm | None:
    """News of the account where somebody of the shop must act; None for all other news."""
    said = _account_trouble(field, value)
    return Alarm(CHANNEL, account, said[:_WORDS_LIMIT]) if said else None


def _account_trouble(field: str, value: dict[str, Any]) -> str:
    event = words(value.get("event"))
    if field == "account_update":
        ban = words(record(value.get("ban_info")).get("waba_ban_state"))
        return _ACCOUNT_EVENTS.get(event) or _BAN_STATES.get(ban, "")
    if field == "account_review_update" and words(value.get("decision")) == "REJECTED":
        return "Meta rejected the WhatsApp business account in its review."
    if field == "account_alerts" and words(value.get("alert_severity")) in ("CRITICAL", "WARNING"):
        return words(value.get("alert_description")) or words(value.get("alert_type"))
    if field == "phone_number_quality_update":
        return _of_number(value, _QUALITY_EVENTS.get(event, ""))
    if field == "phone_number_name_update" and words(value.get("decision")) == "REJECTED":
        return _of_number(value, "Meta rejected the number's display name.")
    return _template_trouble(field, value, event)


def _of_number(value: dict[str, Any], said: str) -> str:
    shown = words(value.get("display_phone_number"))
    return f"{said} (+{shown.lstrip('+')})" if said and shown else said


def _template_trouble(field: str, value: dict[str, Any], event: str) -> str:
    name = f"{words(value.get('message_template_name'))} ({words(value.get('message_template_language'))})"
    if field == "message_template_status_update" and event in _TEMPLATE_EVENTS:
        reason = words(value.get("reason"))
        because = f" because of {reason}" if reason not in ("", "NONE") else ""
        return f"The template {name} is {event.lower().replace('_', ' ')}{because}."
    if field == "message_template_quality_update" and words(value.get("new_quality_score")) == "RED":
        return f"Customers complain of the template {name}; Meta may pause it."
    if field == "template_category_update" and words(value.get("new_category")) == "MARKETING":
        return f"Meta counts the template {name} as marketing: it costs more, and who stopped offers does not get it."
    return ""
