"""Reading a one-time code, and asking for one before an order is shown that is not the customer's own. Pure.

The form that asks is `code_form` of domain.yml; what it does is `actions.order_code`'s.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from rasa_sdk.events import FollowupAction

CODE_FORM = "code_form"
_CODE = re.compile(r"(?<!\d)\d(?:[ .\-]?\d){5}(?!\d)")


def code_in(text: str) -> str | None:
    """The six digits of a message, in the digits of any script, however they are grouped; None where there are none."""
    plain = "".join(str(unicodedata.digit(letter, letter)) for letter in text)
    found = _CODE.search(plain)
    return re.sub(r"\D", "", found.group()) if found else None


def code_slots(number: str, waiting_form: str | None = None) -> dict[str, Any]:
    """What is to be kept in mind when `ask_for_code` follows: the order, and the form that goes on afterwards."""
    return {"code_for": number, "waiting_form": waiting_form, "order_code": None, "ended_by": None}


def ask_for_code() -> tuple[dict[str, Any], ...]:
    return (FollowupAction(CODE_FORM),)
