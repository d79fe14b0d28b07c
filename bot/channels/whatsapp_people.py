"""Who a WhatsApp message is from: a phone number, a business-scoped user id, or both, and the name they chose.

Since April 2026 the number may be missing where a customer has a username (Meta's page on business-scoped user ids).
A customer is called by the number where it is given, for it can be sent to for certain, else by the user id.
"""

from __future__ import annotations

from typing import Any

import msgspec

from bot.channels.reading import record, records, words
from bot.conversation.identity import ConversationKey, Profile

CHANNEL = "whatsapp"
_LONGEST_ID, _LONGEST_ACCOUNT = 200, 80


class Person(msgspec.Struct, frozen=True):
    """`id` is empty where a message says nothing of its sender; `also` are the other ids of the same person."""

    id: str
    also: list[str]
    profile: Profile


def key_of(account: str, customer: str) -> ConversationKey | None:
    """None where either is missing or too long to be an id."""
    if not 0 < len(account) <= _LONGEST_ACCOUNT or not 0 < len(customer) <= _LONGEST_ID:
        return None
    return ConversationKey(CHANNEL, account, customer)


def person_of(message: dict[str, Any], value: dict[str, Any]) -> Person:
    """The sender, from the message and from its entry among the body's contacts."""
    number, user = _number(message.get("from")), words(message.get("from_user_id"))
    contact = _contact(number, user, records(value.get("contacts")))
    same = not number or _number(contact.get("wa_id")) in ("", number)
    ids = [user, words(message.get("from_parent_user_id"))]
    if same:
        number = number or _number(contact.get("wa_id"))
        ids += [words(contact.get("user_id")), words(contact.get("parent_user_id"))]
    known = [each for each in dict.fromkeys([number, *ids]) if 0 < len(each) <= _LONGEST_ID]
    name = words(record(contact.get("profile")).get("name")).strip()
    profile = Profile(name=name, phone=f"+{number}" if is_number(number) else None)
    return Person(known[0] if known else "", known[1:], profile)


def is_number(customer: str) -> bool:
    return customer.isascii() and customer.isdigit()


def _number(value: Any) -> str:
    return words(value).strip().lstrip("+")


def _contact(number: str, user: str, contacts: list[dict[str, Any]]) -> dict[str, Any]:
    """The one with an id of the sender; where a body has a single contact, that one."""
    for contact in contacts:
        if (number and _number(contact.get("wa_id")) == number) or (user and words(contact.get("user_id")) == user):
            return contact
    return contacts[0] if len(contacts) == 1 else {}
