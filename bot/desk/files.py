"""Customers' files for people's browsers: shown where that is safe, else handed over to be saved.

The bytes are a stranger's: the browser may not guess their type, and whatever they are they run nothing, see no cookie
and load nothing (`sandbox`, which makes the file's page one of no origin).
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from sanic import Request
from sanic.compat import stat_async
from sanic.handlers import ContentRangeHandler
from sanic.response import HTTPResponse, file

from bot.media import Kept

_SHOWN = frozenset(
    {
        *("image/jpeg", "image/png", "image/gif", "image/webp"),
        *("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg", "audio/wav", "audio/webm"),
        *("video/mp4", "video/3gpp", "video/webm", "video/quicktime"),
    }
)
"""SVG and HTML are programs, and PDF readers have been too: these are saved, not shown."""


async def answer_with(kept: Kept, request: Request) -> HTTPResponse:
    """The file, or the part of it that a player asks for by `Range`."""
    part = None
    if request.headers.getone("range", None) is not None:
        part = _within(ContentRangeHandler(request, await stat_async(kept.path)))
    answer = await file(kept.path, mime_type=_mime_type(kept), headers={}, _range=part)
    answer.headers.update(headers_of(kept))
    return answer


def _within(part: ContentRangeHandler) -> ContentRangeHandler | None:
    """What is asked for beyond the file's ends is left out; None where nothing is left."""
    part.start, part.end = max(part.start or 0, 0), min(part.end or 0, (part.total or 0) - 1)
    part.size = part.end - part.start + 1
    return part if part.size > 0 else None


def _mime_type(kept: Kept) -> str:
    plain = kept.mime_type.partition(";")[0].strip().lower()
    return plain if plain in _SHOWN else "application/octet-stream"


def headers_of(kept: Kept) -> Mapping[str, str]:
    shown = _mime_type(kept) in _SHOWN
    name = quote(kept.filename.replace("/", "_") or "file", safe="")
    return {
        "Content-Disposition": f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{name}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
        "Accept-Ranges": "bytes",
    }
