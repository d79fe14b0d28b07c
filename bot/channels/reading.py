"""Reading other people's JSON: whatever comes out has the type that was asked for, and nothing raises.

Platforms send ids as numbers, times in three forms, halves of characters, and `null` where an object belongs. What is
not there, or not what it should be, is empty. It knows no platform.
"""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime
from typing import Any

import msgspec

from bot.channels.base import BodyUnreadable

_UNFIT = re.compile(r"[\x00\ud800-\udfff]")
_LONGEST_ID_BITS = 256
_MILLISECONDS_FROM = 100_000_000_000
"""As seconds this would be the year 5138; platforms that count milliseconds passed it in 1973."""


def decoded(body: bytes, channel: str) -> Any:
    """A body's JSON. Halves of emoji, which other readers refuse, are left to `words`. Raises `BodyUnreadable`."""
    try:
        return msgspec.json.decode(body)
    except (ValueError, RecursionError):
        pass
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BodyUnreadable("bad_json", "The body is not JSON.", channel=channel) from error


def record(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def records(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def words(value: Any) -> str:
    """Text, or a whole number as text. Without what no database keeps: NUL and lone surrogates."""
    if isinstance(value, str):
        return _UNFIT.sub("", value)
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() <= _LONGEST_ID_BITS:
        return str(value)
    return ""


def number(value: Any) -> float | None:
    """A finite number, from a number or from text."""
    try:
        found = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else math.nan
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def moment(value: Any, now: datetime) -> datetime:
    """Seconds or milliseconds since 1970 as number or text, or ISO 8601; what cannot be a time is now."""
    seconds = number(value)
    try:
        if seconds is not None:
            return datetime.fromtimestamp(seconds / 1000 if seconds >= _MILLISECONDS_FROM else seconds, UTC)
        told = datetime.fromisoformat(words(value))
        return told.astimezone(UTC) if told.tzinfo else told.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return now
