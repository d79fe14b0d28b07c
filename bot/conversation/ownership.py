"""Who drives a conversation. Hand-off changes this and nothing else; who spoke is `Author`."""

from __future__ import annotations

from enum import StrEnum


class Owner(StrEnum):
    BOT = "bot"
    PERSON = "person"
