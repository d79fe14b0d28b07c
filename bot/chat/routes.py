"""The HTTP edge of the web chat: reads and writes the session, streams live changes."""

from __future__ import annotations

import re

import msgspec
from sanic import Request
from sanic.response import HTTPResponse

from bot.accounts import Accounts
from bot.api import Api, json_answer
from bot.chat.carrying import KeptBy, carried, give_cookie, kept_by
from bot.chat.reader import locale_of
from bot.chat.service import Chat
from bot.chat.session import ChatSession, ChatSessions
from bot.chat.words import Accepted, CartShown, ChatHistory, ChatState, NewMessage
from bot.clock import Clock
from bot.errors import BadInput, NotAuthenticated
from bot.live import Live

_DEFAULT_LOCALE = "en"
_NUMBER = re.compile(r"[0-9]{1,18}")


def chat_api(*, accounts: Accounts, chat: Chat, sessions: ChatSessions, live: Live, clock: Clock, secure: bool) -> Api:
    """The routes under `/api/v1/chat`. `secure` sends the cookie over https only."""
    api = Api("chat", accounts)

    def session_of(request: Request) -> ChatSession:
        session = sessions.read(carried(request), clock.now())
        if session is None:
            raise NotAuthenticated("no_session", "This chat has no session yet; load the page again.")
        return session

    @api.post("/chat/session", answer=ChatState)
    async def open_session(request: Request) -> HTTPResponse:
        """Go on with the browser's session, or begin a new one when it has none that we signed."""
        now, by = clock.now(), kept_by(request)
        known = sessions.read(carried(request, by), now)
        session = known or sessions.issue(now)
        fresh = session if known is None else sessions.renew(session, now)
        token = sessions.write(fresh) if fresh is not None else None
        state = await chat.state(session.customer, locale_of(request))
        if by is KeptBy.PAGE:
            return json_answer(msgspec.structs.replace(state, known=known is not None, token=token))
        answer = json_answer(msgspec.structs.replace(state, known=known is not None))
        if token is not None:
            give_cookie(answer, token, framed=by is KeptBy.FRAME, secure=secure)
        return answer

    @api.get("/chat/history", answer=ChatHistory)
    async def read_history(request: Request) -> ChatHistory:
        """The newest 50 messages, oldest first; `?before=<message id>` for the 50 before that one."""
        return await chat.history(session_of(request).customer, _number(request, "before"))

    @api.post("/chat/messages", body=NewMessage, answer=Accepted)
    async def send_message(request: Request, body: NewMessage) -> Accepted:
        """Say something, or tap something that was offered; kept once for each client_id."""
        customer = session_of(request).customer
        source = request.remote_addr or request.ip
        return await chat.send(customer, body, locale=locale_of(request), source=source)

    @api.get("/chat/live", streams=True)
    async def stream_changes(request: Request) -> None:
        """Server-sent events of this conversation: message, typing, delivery, owner."""
        conversation_id = await chat.conversation(session_of(request).customer)
        since = _last_event_id(request)
        response = await request.respond(
            content_type="text/event-stream", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        )
        async for event in live.stream([f"chat:{conversation_id}"], since):
            await response.send(event)

    @api.get("/chat/cart", answer=CartShown)
    async def read_cart(request: Request) -> CartShown | None:
        """What is in the cart; no content before the first message."""
        return await chat.cart(session_of(request).customer, locale_of(request) or _DEFAULT_LOCALE)

    return api


def _last_event_id(request: Request) -> int | None:
    """Where the stream goes on: the browser's own header when it reconnects, else the query of a new stream."""
    header = request.headers.get("last-event-id", "")
    return int(header) if _NUMBER.fullmatch(header) else _number(request, "last_event_id")


def _number(request: Request, name: str) -> int | None:
    value = request.args.get(name)
    if value is None:
        return None
    if not _NUMBER.fullmatch(value):
        raise BadInput("not_a_number", f"{name} is a whole number.", name=name)
    return int(value)
