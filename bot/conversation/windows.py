"""Whether a customer may be written to just now. Pure: a channel's manners, when they wrote, what time it is.

Meta's messaging windows: a free answer within 24 hours of the customer's last message (72 after an ad), a person's
answer within 7 days where the platform knows people (HUMAN_AGENT); later only an approved template.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from bot.conversation.traits import Manners


class Window(StrEnum):
    OPEN = "open"
    PERSON = "person"
    SHUT = "shut"


def window(manners: Manners, *, wrote_at: datetime | None, ad_at: datetime | None, now: datetime) -> Window:
    """`wrote_at`: the customer's last message by the platform's clock; None where they never wrote."""
    until = closes_at(manners, wrote_at=wrote_at, ad_at=ad_at)
    if manners.window is None or (until is not None and now < until):
        return Window.OPEN
    if manners.human_window is not None and wrote_at is not None and now < wrote_at + manners.human_window:
        return Window.PERSON
    return Window.SHUT


def closes_at(manners: Manners, *, wrote_at: datetime | None, ad_at: datetime | None) -> datetime | None:
    """When the free window closes; None where there is none, or where it was never opened."""
    ends = []
    if manners.window is not None and wrote_at is not None:
        ends.append(wrote_at + manners.window)
    if manners.ad_window is not None and ad_at is not None:
        ends.append(ad_at + manners.ad_window)
    return max(ends) if manners.window is not None and ends else None
