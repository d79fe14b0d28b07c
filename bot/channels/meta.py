"""What WhatsApp, Messenger and Instagram share: Meta's signature, Meta's way to answer a send, Meta's error codes.

Sources: Meta's webhook and error-code pages for the Cloud API and the Messenger Platform; decisions are by `code` and
`error_subcode`, never by title.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import Any

import httpx

from bot.channels.base import ChannelError, Received, SignatureRefused
from bot.channels.refusals import answer_of, refusal, without_code
from bot.conversation.messages import Problem

_RETRY = {1, 2, 1200, 131000, 131016, 131057, 133004}
_MEDIA = {131052, 131053}
_UNREACHABLE = {131021, 131026, 131030, 131049, 131050, 130472, 551}
_THROTTLE = {
    4: "number",
    32: "number",
    613: "number",
    80006: "number",
    80007: "number",
    130429: "number",
    131048: "number",
    131056: "pair",
    133016: "number",
}
_WINDOW = {131047, 1545041}
_ACCOUNT = {0, 3, 10, 190, 368, 131031, 130497, 131042, 131045, *range(200, 300)}
_PAUSE_S = {131048: 3600.0, 131056: 6.0}
_BY_SUBCODE = {
    # Messenger and Instagram say with the subcode what "permission", "parameter" and "try later" really mean.
    2018278: Problem.WINDOW,
    2018065: Problem.WINDOW,
    2534022: Problem.WINDOW,
    2018001: Problem.UNREACHABLE,  # no such person for this page
    2534014: Problem.UNREACHABLE,
    2018108: Problem.UNREACHABLE,  # the person receives no messages from the page
    1545041: Problem.UNREACHABLE,
    2018300: Problem.UNREACHABLE,  # another app holds the thread, and somebody there answers
    2018008: Problem.MEDIA,  # the file could not be fetched
    2018047: Problem.MEDIA,
    2018109: Problem.MEDIA,  # too big
    2018294: Problem.MEDIA,
    1893063: Problem.ACCOUNT,  # the page is restricted
    2018344: Problem.ACCOUNT,  # the page's owner has terms to accept
}
_NO_SUCH_OBJECT = (100, 33)
"""The page or number of our own address is not there for this token. For a customer's id it is 2018001."""


def verify(secrets: Sequence[str], received: Received, channel: str) -> None:
    """`X-Hub-Signature-256: sha256=<hex>` over the raw bytes, compared in constant time. SHA-1 alone is refused.

    `secrets`: of every app whose accounts are ours."""
    given = received.headers.get("x-hub-signature-256", "").encode()
    for secret in secrets:
        expected = "sha256=" + hmac.new(secret.encode(), received.body, hashlib.sha256).hexdigest()
        if hmac.compare_digest(given, expected.encode()):
            return
    raise SignatureRefused("bad_signature", "The signature is missing or wrong.", channel=channel)


async def post(client: httpx.AsyncClient, url: str, token: str, body: dict[str, Any], channel: str) -> dict[str, Any]:
    """Send and read Meta's answer. Raises the channel errors; a 2xx without JSON counts as unavailable."""
    return await _asked(client, client.build_request("POST", url, json=body, headers=bearer(token)), channel)


async def get(client: httpx.AsyncClient, url: str, token: str, channel: str) -> dict[str, Any]:
    """Look something up; raises like `post`."""
    return await _asked(client, client.build_request("GET", url, headers=bearer(token)), channel)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def _asked(client: httpx.AsyncClient, request: httpx.Request, channel: str) -> dict[str, Any]:
    response, answer = await answer_of(client, request, channel)
    if response.is_success and isinstance(answer, dict):
        return answer
    raise _error(response.status_code, answer, channel)


def problem_of(code: int, subcode: int | None = None) -> Problem:
    """What can be done about one of Meta's error codes, whether it answered a send or came in a status."""
    if subcode in _BY_SUBCODE:
        return _BY_SUBCODE[subcode]
    if (code, subcode) == _NO_SUCH_OBJECT:
        return Problem.ACCOUNT
    if code in _THROTTLE:
        return Problem.THROTTLED
    if code in _MEDIA:
        return Problem.MEDIA
    if code in _RETRY:
        return Problem.PASSING
    if code in _WINDOW:
        return Problem.WINDOW
    if code in _ACCOUNT:
        return Problem.ACCOUNT
    return Problem.UNREACHABLE if code in _UNREACHABLE else Problem.REFUSED


def _error(status: int, answer: Any, channel: str) -> ChannelError:
    error = answer.get("error") if isinstance(answer, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    if not isinstance(code, int):
        return without_code(status, channel)
    subcode = error.get("error_subcode") if isinstance(error, dict) else None
    return refusal(
        problem_of(code, subcode if isinstance(subcode, int) else None),
        channel=channel,
        platform="meta",
        code=code,
        status=status,
        pause_s=_PAUSE_S.get(code, 5.0),
        scope=_THROTTLE.get(code, "number"),
    )
