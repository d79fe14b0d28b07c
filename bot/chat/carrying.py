"""How a session travels between browser and shop: in a cookie of the shop's own page, in a cookie that a framed page
has for each site around it, or, where a browser keeps no cookie, in a header that the page holds in memory.

The header is only ever given to a session that was made for it: the one in a cookie stays closed to scripts. It knows
nothing of what is said.
"""

from __future__ import annotations

from enum import StrEnum

from sanic import Request
from sanic.response import HTTPResponse

from bot.chat.session import LIFE
from bot.errors import BadInput

COOKIE = "souk_chat"
COOKIE_PATH = "/api/v1/chat"
HEADER = "souk-session"


class KeptBy(StrEnum):
    """What the page asks for with `?kept_by=`. The default is the page that stands on its own."""

    COOKIE = "cookie"
    FRAME = "frame"
    PAGE = "page"


def kept_by(request: Request) -> KeptBy:
    """Raises BadInput for anything but the three."""
    try:
        return KeptBy(request.args.get("kept_by") or KeptBy.COOKIE)
    except ValueError as error:
        raise BadInput("bad_kept_by", f"kept_by is one of {', '.join(KeptBy)}.") from error


def carried(request: Request, by: KeptBy | None = None) -> str | None:
    """The signed session that came with a request. A page that holds its own has no other: a header beats a cookie."""
    header: str | None = request.headers.get(HEADER)
    if header is not None or by is KeptBy.PAGE:
        return header
    cookie: str | None = request.cookies.get(COOKIE)
    return cookie


def give_cookie(response: HTTPResponse, token: str, *, framed: bool, secure: bool) -> None:
    """In a frame a cookie is sent only when it says SameSite=None, which browsers take only with Secure (and https, or
    this machine); Partitioned gives every site around the frame a jar of its own, and lets it pass where third-party
    cookies are blocked. https://developer.mozilla.org/docs/Web/Privacy/Guides/Privacy_sandbox/Partitioned_cookies"""
    max_age = int(LIFE.total_seconds())
    if framed:
        response.add_cookie(
            COOKIE,
            token,
            path="/",
            httponly=True,
            samesite="None",
            secure=True,
            partitioned=True,
            host_prefix=True,
            max_age=max_age,
        )
    else:
        response.add_cookie(
            COOKIE, token, path=COOKIE_PATH, httponly=True, samesite="Lax", secure=secure, max_age=max_age
        )
