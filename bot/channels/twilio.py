"""What Twilio's SMS and voice share: its signature, its way to answer a request, its error codes.

Sources: Twilio's pages on webhook security, on the Messages resource and its error dictionary. Decisions are by `code`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from bot.channel_accounts import Account
from bot.channels.base import BodyUnreadable, ChannelError, Received, SignatureRefused
from bot.channels.refusals import answer_of, refusal, without_code
from bot.conversation.messages import Problem
from bot.conversation.phone_numbers import e164

OPTED_OUT = 21610
_WITHHELD = {"266696687", "7378742833", "2562533", "8656696", "86282452253"}
"""ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN and UNAVAILABLE, as they are typed on a keypad: Twilio's callers without a
number."""
_THROTTLE = {20429: "number", 14107: "number", 21611: "number", 30001: "number", 30022: "number", 63018: "number"}
_WINDOW = {63016}
_MEDIA = {11200, 11205, 11751, 12300, 21620, 30019, 63019, 63021}
_ACCOUNT = {10001, 20003, 20005, 20006, 20403, 20404, 21212, 21606, 21659, 21660, 21703, 30002, 30034, 63007}
_PASSING = {20500, 20503, 30008, 63013}
_UNREACHABLE = {21211, 21214, 21408, 21610, 21612, 21614, 21635, 30003, 30004, 30005, 30006, 30011, 63003, 63024}
_PAUSE = {14107: timedelta(seconds=30), 21611: timedelta(seconds=60), 30001: timedelta(seconds=60)}


class Posted(dict[str, list[str]]):
    """A posted form: every name with all its values, blank ones too, as the signature counts them."""

    def getlist(self, name: str) -> list[str]:
        return self[name]

    def one(self, name: str) -> str:
        """The first value, as it can be kept: databases refuse NUL."""
        return self[name][0].replace("\0", "").strip() if name in self else ""


# -- in ----------------------------------------------------------------------------------------------------------------


def verify(secrets: Sequence[str], received: Received, channel: str) -> None:
    """`X-Twilio-Signature` over the public address and every posted name and value, or, for JSON, over the address
    with the body's digest in it. Twilio signs with and without the default port; both are tried.

    `secrets`: the auth tokens of the accounts whose numbers are ours."""
    signature = received.headers.get("x-twilio-signature", "")
    signed = _signed(received)
    for secret in secrets if signature and signed is not None else ():
        if RequestValidator(secret).validate(received.url, signed, signature):
            return
    raise SignatureRefused("bad_signature", "The signature is missing or wrong.", channel=channel)


def _signed(received: Received) -> Posted | str | None:
    """What was signed beside the address; None where Twilio cannot have signed this."""
    try:
        if "json" not in received.headers.get("content-type", ""):
            return posted(received)
        digest = "bodySHA256" in parse_qs(urlsplit(received.url).query)
        return received.body.decode() if digest else None
    except (UnicodeDecodeError, ValueError):
        return None


def posted(received: Received) -> Posted:
    """The form in the body. Frameworks drop blank fields, which Twilio signs: so it is read here."""
    form = Posted()
    for name, value in parse_qsl(received.body.decode("utf-8", "replace"), keep_blank_values=True):
        form.setdefault(name, []).append(value)
    return form


def asked(received: Received) -> Mapping[str, str]:
    """What stands in the query of the address that was posted to; we wrote it, and Twilio signed it."""
    return dict(parse_qsl(urlsplit(received.url).query))


def readable(received: Received, channel: str) -> Posted:
    """Raises `BodyUnreadable` where there is no form."""
    form = posted(received)
    if not form:
        raise BodyUnreadable("no_form", "The body is not a form.", channel=channel)
    return form


def phone_of(address: str) -> str | None:
    """The number in E.164 behind an address (`+15551234567`, `whatsapp:+15551234567`); None where it is withheld or
    none at all."""
    number = address.rpartition(":")[2].strip()
    return None if number.lstrip("+") in _WITHHELD else e164(number)


# -- out ---------------------------------------------------------------------------------------------------------------


async def ask(
    client: httpx.AsyncClient, method: str, url: str, account: Account, fields: Mapping[str, str], channel: str
) -> dict[str, Any]:
    """Ask Twilio's API (a form for POST, a query for GET) and read its answer. Raises the channel errors; a 2xx without
    JSON counts as unavailable."""
    place = {"data": fields} if method == "POST" else {"params": fields}
    request = client.build_request(method, url, **place)  # type: ignore[arg-type]
    response, answer = await answer_of(client, request, channel, (account.user, account.token))
    if response.is_success and isinstance(answer, dict):
        return answer
    raise _error(response.status_code, answer, channel)


def problem_of(code: int) -> Problem:
    """What can be done about one of Twilio's error codes, whether it answered a request or came in a status."""
    if code in _THROTTLE:
        return Problem.THROTTLED
    if code in _MEDIA:
        return Problem.MEDIA
    if code in _WINDOW:
        return Problem.WINDOW
    if code in _ACCOUNT:
        return Problem.ACCOUNT
    if code in _PASSING:
        return Problem.PASSING
    return Problem.UNREACHABLE if code in _UNREACHABLE else Problem.REFUSED


def _error(status: int, answer: Any, channel: str) -> ChannelError:
    code = answer.get("code") if isinstance(answer, dict) else None
    if status == 401 and not isinstance(code, int):
        code = 20003
    if not isinstance(code, int):
        return without_code(status, channel)
    return refusal(
        problem_of(code),
        channel=channel,
        platform="twilio",
        code=code,
        status=status,
        pause_s=_PAUSE.get(code, timedelta(seconds=2)).total_seconds(),
        scope=_THROTTLE.get(code, "number"),
        opted_out=code == OPTED_OUT,
    )
