"""Log-in of the people at work, for desk and studio: a cookie that no script can read and no other site can send."""

from __future__ import annotations

import msgspec
from sanic import Request
from sanic.response import HTTPResponse

from bot.accounts import SESSION_LIFE, Accounts, Role, User
from bot.api import COOKIE, Api, json_answer


class LogIn(msgspec.Struct, frozen=True):
    email: str
    password: str


class SessionUser(msgspec.Struct, frozen=True):
    id: int
    email: str
    name: str
    role: Role


class Session(msgspec.Struct, frozen=True):
    """`user` is null when nobody is logged in."""

    user: SessionUser | None


def session_api(*, accounts: Accounts, secure: bool) -> Api:
    """`/api/v1/session`. `secure` says that the shop is reached by https, so the cookie must be too."""
    api = Api("session", accounts)

    @api.post("/session", body=LogIn, answer=Session)
    async def log_in(request: Request, body: LogIn) -> HTTPResponse:
        """Log in; sets the session's cookie"""
        source = request.remote_addr or request.ip
        user, token = await accounts.log_in(body.email.strip(), body.password, source=source)
        answer = json_answer(Session(_shown(user)))
        return _with_cookie(answer, token, int(SESSION_LIFE.total_seconds()), secure)

    @api.get("/session", answer=Session)
    async def who_am_i(request: Request) -> Session:
        """Who is logged in"""
        user = await accounts.who(request.cookies.get(COOKIE))
        return Session(None if user is None else _shown(user))

    @api.delete("/session")
    async def log_out(request: Request) -> HTTPResponse:
        """Log out; the session's token is worth nothing from then on"""
        await accounts.log_out(request.cookies.get(COOKIE))
        return _with_cookie(json_answer(None), "", 0, secure)

    return api


def _with_cookie(response: HTTPResponse, token: str, max_age: int, secure: bool) -> HTTPResponse:
    response.add_cookie(COOKIE, token, path="/", httponly=True, samesite="Strict", secure=secure, max_age=max_age)
    return response


def _shown(user: User) -> SessionUser:
    return SessionUser(user.id, user.email, user.name, user.role)
