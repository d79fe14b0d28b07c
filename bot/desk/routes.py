"""The desk's HTTP API and its live stream. Agents and owners only; every move carries the version that was seen."""

from __future__ import annotations

from sanic import Request
from sanic.response import HTTPResponse

from bot.accounts import Accounts, Role
from bot.api import Api, if_match, user_of
from bot.desk.asked import NUMBER, number
from bot.desk.counter import DeskCounter
from bot.desk.counter_routes import InvoiceOf, add_counter
from bot.desk.files import answer_with
from bot.desk.said import DeskMessage, Transcript, WholeMessage
from bot.desk.service import Desk, place_from
from bot.desk.words import (
    AgentTyping,
    ConversationList,
    ConversationView,
    GiveBack,
    NewNote,
    QueueView,
    Reacted,
    Written,
)
from bot.handoff.queue import QUEUE
from bot.handoff.takeover import Takeover
from bot.live import Live
from bot.media import Media

_ROLES = {Role.AGENT}
_ONE = "/desk/conversations/<conversation:int>"
_SEARCH_LIMIT = 200
_LIST, _LIST_MOST = 50, 200


def desk_api(
    *,
    accounts: Accounts,
    desk: Desk,
    counter: DeskCounter,
    invoice: InvoiceOf,
    takeover: Takeover,
    live: Live,
    media: Media,
) -> Api:
    """The routes under `/api/v1/desk`."""
    api = Api("desk", accounts)
    _add_reading(api, desk, live)
    _add_files(api, media)
    _add_alarms(api, desk)
    _add_moves(api, desk, takeover)
    _add_words(api, desk, takeover)
    add_counter(api, desk, counter, invoice)
    return api


def _add_reading(api: Api, desk: Desk, live: Live) -> None:
    @api.get("/desk/queue", answer=QueueView, roles=_ROLES)
    async def read_queue(request: Request) -> QueueView:
        """Who waits, who is with whom, and since when the longest waits"""
        return await desk.queue(user_of(request))

    @api.get("/desk/conversations", answer=ConversationList, roles=_ROLES)
    async def list_conversations(request: Request) -> ConversationList:
        """Conversations by their last message; `?q=` words and names, `?channel=` one or more, `?before=` `?limit=`"""
        search = (request.args.get("q") or "")[:_SEARCH_LIMIT]
        limit = min(number(request, "limit") or _LIST, _LIST_MOST)
        told = request.args.get("before")
        return await desk.conversations(
            user_of(request),
            search=search,
            channels=request.args.getlist("channel") or [],
            before=place_from(told) if told else None,
            limit=limit,
        )

    @api.get(_ONE, answer=ConversationView, roles=_ROLES)
    async def read_conversation(request: Request, conversation: int) -> ConversationView:
        """One conversation with its newest messages, customer, cart, orders, notes and what the bot understood"""
        return await desk.conversation(conversation, user_of(request))

    @api.get(f"{_ONE}/messages", answer=Transcript, roles=_ROLES)
    async def read_messages(request: Request, conversation: int) -> Transcript:
        """The newest 50 messages; `?before=<message id>` for the 50 before that one"""
        return await desk.messages(conversation, number(request, "before"))

    @api.get("/desk/messages/<message:int>/original", answer=WholeMessage, roles=_ROLES)
    async def read_original(request: Request, message: int) -> WholeMessage:
        """A message with all that it quotes, as it came"""
        return await desk.whole(message)

    @api.get("/desk/live", streams=True, roles=_ROLES)
    async def stream_desk(request: Request) -> None:
        """Server-sent events of the queue and of the conversation in `?conversation=`"""
        conversation = number(request, "conversation")
        topics = [QUEUE] if conversation is None else [QUEUE, f"conversation:{conversation}"]
        header = request.headers.get("last-event-id", "")
        since = int(header) if NUMBER.fullmatch(header) else number(request, "last_event_id")
        response = await request.respond(
            content_type="text/event-stream", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        )
        async for event in live.stream(topics, since):
            await response.send(event)


def _add_files(api: Api, media: Media) -> None:
    @api.get("/desk/media/<message:int>/<place:int>", file=True, roles=_ROLES)
    async def read_file(request: Request, message: int, place: int) -> HTTPResponse:
        """A file that a customer sent; 404 `media_waiting` while it is still on its way"""
        return await answer_with(await media.of(message, place), request)


def _add_moves(api: Api, desk: Desk, takeover: Takeover) -> None:
    @api.post(f"{_ONE}/claim", answer=ConversationView, roles=_ROLES, needs_version=True)
    async def claim_conversation(request: Request, conversation: int) -> ConversationView:
        """Make a waiting conversation yours; 409 `ticket_taken` says who was faster"""
        user, version = user_of(request), if_match(request)
        await takeover.claim(await desk.open_ticket(conversation), user, version)
        return await desk.conversation(conversation, user)

    @api.post(f"{_ONE}/take", answer=ConversationView, roles=_ROLES, needs_version=True)
    async def take_conversation(request: Request, conversation: int) -> ConversationView:
        """Step into a conversation that the bot owns; If-Match is its `owner_version`"""
        user = user_of(request)
        await takeover.take(conversation, user, if_match(request))
        return await desk.conversation(conversation, user)

    @api.post(f"{_ONE}/release", answer=ConversationView, roles=_ROLES, needs_version=True)
    async def release_conversation(request: Request, conversation: int) -> ConversationView:
        """Put your conversation back in the queue, where it keeps its place"""
        user, version = user_of(request), if_match(request)
        await takeover.release(await desk.open_ticket(conversation), user, version)
        return await desk.conversation(conversation, user)

    @api.post(f"{_ONE}/give-back", body=GiveBack, answer=ConversationView, roles=_ROLES, needs_version=True)
    async def give_back_conversation(request: Request, conversation: int, body: GiveBack) -> ConversationView:
        """Let the bot go on, knowing what was said; the note is for colleagues"""
        user, version = user_of(request), if_match(request)
        await takeover.give_back(await desk.open_ticket(conversation), user, version, body.note)
        return await desk.conversation(conversation, user)


def _add_alarms(api: Api, desk: Desk) -> None:
    @api.post("/desk/alarms/<alarm:int>/seen", answer=QueueView, roles=_ROLES)
    async def see_to_alarm(request: Request, alarm: int) -> QueueView:
        """Somebody has seen to trouble that stops nothing; what stops an account ends by itself"""
        user = user_of(request)
        await desk.alarm_seen(alarm, user)
        return await desk.queue(user)


def _add_words(api: Api, desk: Desk, takeover: Takeover) -> None:
    @api.post(f"{_ONE}/messages", body=Written, answer=DeskMessage, roles=_ROLES)
    async def write_message(request: Request, conversation: int, body: Written) -> DeskMessage:
        """Write to the customer; the same `client_id` again says nothing twice"""
        ticket = await desk.open_ticket(conversation)
        message_id = await takeover.write(ticket, user_of(request), body.text, client_id=body.client_id)
        return await desk.message(message_id)

    @api.post(f"{_ONE}/reactions", body=Reacted, answer=ConversationView, roles=_ROLES)
    async def react(request: Request, conversation: int, body: Reacted) -> ConversationView:
        """Put an emoji on a message of the customer's"""
        user = user_of(request)
        await takeover.react(await desk.open_ticket(conversation), user, body.message, body.emoji)
        return await desk.conversation(conversation, user)

    @api.post(f"{_ONE}/typing", body=AgentTyping, roles=_ROLES)
    async def show_typing(request: Request, conversation: int, body: AgentTyping) -> None:
        """Show the customer that you are writing"""
        await takeover.typing(await desk.open_ticket(conversation), user_of(request), on=body.on)

    @api.post(f"{_ONE}/notes", body=NewNote, answer=ConversationView, roles=_ROLES)
    async def add_note(request: Request, conversation: int, body: NewNote) -> ConversationView:
        """Leave a note for colleagues; the customer never sees it"""
        user = user_of(request)
        await takeover.note(conversation, user, body.text)
        return await desk.conversation(conversation, user)
