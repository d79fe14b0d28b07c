"""What WhatsApp, Messenger and Instagram share: Meta's signature, Meta's way to answer a send, Meta's error codes.

Sources: Meta's webhook and error-code pages for the Cloud API; decisions are by `code`, never by title.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import httpx
import msgspec

from bot.channels.base import (
    ChannelError,
    ChannelRateLimited,
    ChannelUnavailable,
    CredentialsRefused,
    MessageRefused,
    SignatureRefused,
    WindowClosed,
)

_RETRY = {1, 2, 131000, 131016, 131052, 131053, 131057, 133004}
_THROTTLE = {4: "number", 80007: "number", 130429: "number", 131048: "number", 131056: "pair", 133016: "number"}
_WINDOW = {131047}
_ACCOUNT = {0, 3, 10, 190, 368, 131031, 130497, 131042, 131045, *range(200, 300)}
_PAUSE_S = {131048: 3600.0, 131056: 6.0}


def verify(secret: str, headers: Mapping[str, str], body: bytes, channel: str) -> None:
    """`X-Hub-Signature-256: sha256=<hex>` over the raw bytes, compared in constant time. SHA-1 alone is refused."""
    given = headers.get("x-hub-signature-256", "")
    expected = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    if not secret or not hmac.compare_digest(given.encode(), expected.encode()):
        raise SignatureRefused("bad_signature", "The signature is missing or wrong.", channel=channel)


async def post(client: httpx.AsyncClient, url: str, token: str, body: dict[str, Any], channel: str) -> dict[str, Any]:
    """Send and read Meta's answer. Raises the channel errors; a 2xx without JSON counts as unavailable."""
    try:
        response = await client.post(url, json=body, headers={"Authorization": f"Bearer {token}"})
    except httpx.HTTPError as error:
        raise ChannelUnavailable("no_answer", "The platform did not answer.", channel=channel) from error
    try:
        answer = msgspec.json.decode(response.content)
    except msgspec.DecodeError:
        answer = None
    if response.is_success and isinstance(answer, dict):
        return answer
    raise _error(response.status_code, answer, channel)


def _error(status: int, answer: Any, channel: str) -> ChannelError:
    error = answer.get("error") if isinstance(answer, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    if not isinstance(code, int):
        return ChannelUnavailable("no_usable_answer", f"The platform answered {status}.", channel=channel)
    if code in _THROTTLE or status == 429:
        pause = _PAUSE_S.get(code, 5.0)
        scope = _THROTTLE.get(code, "number")
        return ChannelRateLimited("Too fast.", channel=channel, retry_after=pause, scope=scope, provider_code=code)
    if code in _RETRY or (status >= 500 and code not in _ACCOUNT):
        return ChannelUnavailable(f"meta_{code}", "The platform failed.", channel=channel, provider_code=code)
    if code in _WINDOW:
        return WindowClosed("window_closed", "24 hours have passed.", channel=channel, provider_code=code)
    if code in _ACCOUNT:
        return CredentialsRefused(f"meta_{code}", "The account was refused.", channel=channel, provider_code=code)
    return MessageRefused(f"meta_{code}", "The platform refused this.", channel=channel, provider_code=code)
