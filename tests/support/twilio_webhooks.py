"""Webhooks as Twilio signs them, and the accounts that they are for."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import urlencode

from bot.channel_accounts import Account, Accounts
from bot.channels.base import Received

TOKEN = "auth-token-of-the-tests"
SID = "AC00000000000000000000000000000001"
NUMBER = "+15550100001"
PUBLIC = "https://shop.example.com"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def accounts(channel: str, *ids: str, token: str = TOKEN) -> Accounts:
    return Accounts(Account(channel=channel, id=each, token=token, secret=token, user=SID) for each in ids or (NUMBER,))


def signature(url: str, pairs: Iterable[tuple[str, str]], token: str = TOKEN) -> str:
    """Names sorted; the values of one name sorted and each once."""
    values: dict[str, set[str]] = {}
    for name, value in pairs:
        values.setdefault(name, set()).add(value)
    text = url + "".join(name + value for name in sorted(values) for value in sorted(values[name]))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def webhook(path: str, pairs: Iterable[tuple[str, str]] | dict[str, str], token: str = TOKEN) -> Received:
    """A signed form posted to `path` (with its query) of the shop."""
    listed = list(pairs.items()) if isinstance(pairs, dict) else list(pairs)
    headers = {
        "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
        "x-twilio-signature": signature(PUBLIC + path, listed, token),
    }
    return Received(PUBLIC + path, headers, urlencode(listed).encode())
