"""What a platform's refusal of a request means for the sender: the same kinds of error, whichever platform refused.

Which of its codes is which `Problem` each platform's own module says.
"""

from __future__ import annotations

from typing import Any

import httpx
import msgspec

from bot.channels.base import (
    ChannelError,
    ChannelRateLimited,
    ChannelUnavailable,
    CredentialsRefused,
    MediaRefused,
    MessageRefused,
    WindowClosed,
)
from bot.conversation.messages import Problem


async def answer_of(
    client: httpx.AsyncClient, request: httpx.Request, channel: str, auth: tuple[str, str] | None = None
) -> tuple[httpx.Response, Any]:
    """The response with its JSON, None where it is none. `auth`: user and password, where the request needs them.

    Raises `ChannelUnavailable` when no response came."""
    try:
        response = await client.send(request, auth=auth)
    except httpx.HTTPError as error:
        raise ChannelUnavailable("no_answer", "The platform did not answer.", channel=channel) from error
    try:
        return response, msgspec.json.decode(response.content)
    except (ValueError, RecursionError):
        return response, None


def refusal(
    problem: Problem,
    *,
    channel: str,
    platform: str,
    code: int,
    status: int,
    pause_s: float = 5.0,
    scope: str = "number",
    opted_out: bool = False,
) -> ChannelError:
    """The error to raise for an answer with this HTTP status and this code of the platform's."""
    name = f"{platform}_{code}"
    if status == 429 or problem is Problem.THROTTLED:
        return ChannelRateLimited("Too fast.", channel=channel, retry_after=pause_s, scope=scope, provider_code=code)
    if problem is Problem.MEDIA:
        return MediaRefused(f"media_{code}", "A picture could not be fetched.", channel=channel, provider_code=code)
    if problem is Problem.PASSING or (status >= 500 and problem is Problem.REFUSED):
        return ChannelUnavailable(name, "The platform failed.", channel=channel, provider_code=code)
    if problem is Problem.WINDOW:
        words = "The customer was silent too long for this answer."
        return WindowClosed("window_closed", words, channel=channel, provider_code=code)
    if problem is Problem.ACCOUNT:
        return CredentialsRefused(name, "The account was refused.", channel=channel, provider_code=code)
    ours = problem is Problem.REFUSED
    words = "The platform refused this message." if ours else "The customer cannot be reached."
    return MessageRefused(name, words, channel=channel, provider_code=code, ours=ours, opted_out=opted_out)


def without_code(status: int, channel: str) -> ChannelError:
    """HTML and empty bodies come from what stands before the platform; then the status is all there is."""
    if status == 429:
        words = "Too fast."
        return ChannelRateLimited(words, channel=channel, retry_after=5.0, scope="number", provider_code=status)
    return ChannelUnavailable("no_usable_answer", f"The platform answered {status}.", channel=channel)
