"""Fetching customers' files from a platform: from its own hosts alone, within a size, compared with what was announced.

Addresses come from webhooks and answers; nothing else may be reached through them, and no token goes elsewhere.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

import httpx

from bot.channels.base import ChannelError, ChannelUnavailable, CredentialsRefused, MediaGone, MediaNotTaken

MOST_BYTES = 100 * 1024 * 1024
"""Meta's largest file, a document. Also ours."""
_MOST_HOPS = 3
_GONE = (404, 410)


async def download(
    client: httpx.AsyncClient,
    url: str,
    *,
    channel: str,
    hosts: Iterable[str],
    base_url: str,
    headers: Mapping[str, str] | None = None,
    most: int = MOST_BYTES,
) -> bytes:
    """The bytes at `url`, which must be on one of `hosts` or under it, by https, or on the very origin of `base_url`.

    Follows redirects within these; `headers` (the token) go to the first origin only. Raises `ChannelUnavailable`,
    `CredentialsRefused`, `MediaGone`, `MediaNotTaken`."""
    known, origin = tuple(hosts), _origin(url)
    for _ in range(_MOST_HOPS + 1):
        if not is_allowed(url, known, base_url):
            raise MediaNotTaken("other_host", "The file is not on the platform's own hosts.", channel=channel)
        mine = dict(headers or {}) if _origin(url) == origin else {}
        try:
            async with client.stream("GET", url, headers=mine, follow_redirects=False) as response:
                if response.next_request is not None:
                    url = str(response.next_request.url)
                    continue
                if not response.is_success:
                    raise _refusal(response.status_code, channel)
                return await _content(response, most, channel)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ChannelUnavailable("no_answer", "The file's host did not answer.", channel=channel) from error
    raise MediaNotTaken("redirects", "The file's address leads on and on.", channel=channel)


def is_allowed(url: str, hosts: Iterable[str], base_url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    if parts.username is not None or parts.password is not None or not parts.hostname:
        return False
    if _origin(url) == _origin(base_url):
        return True
    return (
        parts.scheme == "https"
        and port in (None, 443)
        and any(parts.hostname == host or parts.hostname.endswith(f".{host}") for host in hosts)
    )


def check_digest(content: bytes, told: str, channel: str) -> None:
    """`told` is SHA-256 as hex (Meta's answers) or base64 (its webhooks); anything else says nothing and is let pass.
    Raises `MediaNotTaken`."""
    digest = _digest(told)
    if digest is not None and digest != hashlib.sha256(content).digest():
        raise MediaNotTaken("other_digest", "The file is not the one that was announced.", channel=channel)


def _digest(told: str) -> bytes | None:
    if re.fullmatch(r"[0-9a-fA-F]{64}", told):
        return bytes.fromhex(told)
    if not re.fullmatch(r"[A-Za-z0-9+/_-]{43}=?", told):
        return None
    try:
        return base64.b64decode(told.rstrip("=").replace("-", "+").replace("_", "/") + "=", validate=True)
    except binascii.Error:
        return None


def _origin(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.scheme, parts.netloc.rpartition("@")[2].lower()


def _refusal(status: int, channel: str) -> ChannelError:
    if status in _GONE:
        return MediaGone("media_gone", "The platform has the file no more.", channel=channel)
    if status in (401, 403):
        return CredentialsRefused(f"media_{status}", "The file was refused to us.", channel=channel)
    return ChannelUnavailable(f"media_{status}", f"The file's host answered {status}.", channel=channel)


async def _content(response: httpx.Response, most: int, channel: str) -> bytes:
    taken = bytearray()
    async for chunk in response.aiter_bytes():
        taken += chunk
        if len(taken) > most:
            raise MediaNotTaken("too_big", f"The file has more than {most} bytes.", channel=channel)
    return bytes(taken)
