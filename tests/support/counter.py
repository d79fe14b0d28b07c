"""The customers' side of a gateway, in this process, with a database of its own; a function of the test answers.

Real are the pages, the chat's API, the inbox, live push and the outbox. Who answers is scripted: that is the engine's
and the worker's part, which other tests hold.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

from sanic import Sanic

from bot.accounts import Accounts
from bot.api import install_errors
from bot.chat.embed import embed_api
from bot.chat.pages import Pages, pages_blueprint
from bot.chat.routes import chat_api
from bot.chat.service import Chat
from bot.chat.session import ChatSessions
from bot.chat.words import Welcome
from bot.clock import SystemClock
from bot.commerce.money import Money
from bot.conversation.messages import Author
from bot.conversation.replies import Shown
from bot.handoff.queue import give_to_bot, give_to_person
from bot.inbox import Inbox
from bot.live import Live
from bot.news import Newsroom
from bot.outbox import Outbox
from bot.selling.answers import CartView
from bot.storage import accounts as accounts_store
from bot.storage import conversations, inbox
from bot.storage.queue import Queue
from bot.storage.sql import Database
from bot.undelivered import Undelivered
from tests.support.databases import empty_database

ROOT = Path(__file__).resolve().parents[2]
SECRET = "a secret of the tests"
WELCOME = Welcome(
    shop="Souk",
    greeting="Hello! What are you looking for?",
    suggestions=["Running shoes under 80", "Where is my order?", "Do you ship to Lyon?"],
)

WELCOMES = {"fr": Welcome(shop="Souk", greeting="Bonjour ! Que cherchez-vous ?", suggestions=["Où est ma commande ?"])}

Answer = Callable[[str, str | None], Sequence[Shown]]

_names = count(1)


def empty_cart() -> CartView:
    zero = Money.zero("USD")
    return CartView(
        lines=[],
        count=0,
        subtotal=zero,
        shipping=zero,
        total=zero,
        free_shipping_from=Money(7500, "USD"),
        flat_shipping=Money(600, "USD"),
        checkout=None,
        discount=zero,
        code=None,
        code_refused=None,
        tax=zero,
        tax_included=zero,
        tax_name="",
        country="US",
        country_known=False,
        deliveries=[],
    )


class Counter:
    """`answer(text, payload)` gives the replies to a message; `cart` is what the customer has in the cart."""

    def __init__(self, db: Database, queue: Queue, embed_origins: Sequence[str] = ()) -> None:
        self.db = db
        self.embed_origins = embed_origins
        self.queue = queue
        self.clock = SystemClock()
        self.live = Live(db, queue, self.clock)
        self.inbox = Inbox(
            db, queue, self.live, Newsroom(self.live, Undelivered(self.live, self.clock), self.clock), self.clock
        )
        self.outbox = Outbox(self.live, queue, self.clock)
        self.sessions = ChatSessions(SECRET)
        self.accounts = Accounts(db, queue, self.clock)
        self.cart = empty_cart()
        self.answer: Answer = lambda text, payload: []
        self.thinking_s = 0.0
        self.url = ""
        self.drop_connections: Callable[[], None] = lambda: None

    async def cart_of(self, conversation_id: int) -> CartView:
        return self.cart

    def app(self) -> Sanic[Any, Any]:
        app: Sanic[Any, Any] = Sanic(f"counter-{next(_names)}", configure_logging=False)
        app.config.FALLBACK_ERROR_FORMAT = "json"
        app.ctx.public_origin = self.url
        install_errors(app)
        chat = Chat(
            db=self.db,
            queue=self.queue,
            clock=self.clock,
            keep=self.inbox.store,
            cart=self.cart_of,
            welcome=WELCOME,
            welcomes=WELCOMES,
        )
        api = chat_api(
            accounts=self.accounts,
            chat=chat,
            sessions=self.sessions,
            live=self.live,
            clock=self.clock,
            secure=False,
        )
        app.blueprint(api.blueprint)
        embedding = embed_api(accounts=self.accounts, shop=WELCOME.shop, origins=self.embed_origins)
        app.blueprint(embedding.blueprint)
        shown = Pages(
            static=ROOT / "bot" / "static",
            pictures=ROOT / "catalog" / "images",
            simulator=True,
            frames=self.embed_origins,
        )
        app.blueprint(pages_blueprint(shown))
        return app

    async def only_conversation(self) -> Any:
        async with self.db.read() as tx:
            return await conversations.get(tx, 1)

    async def say(
        self,
        *replies: Shown,
        conversation: int = 1,
        author: Author = Author.BOT,
        user_id: int | None = None,
        name: str = "",
    ) -> None:
        async with self.db.write() as tx:
            row = await conversations.get(tx, conversation)
            for reply in replies:
                await self.outbox.say(tx, conversation=row, author=author, reply=reply, user_id=user_id, name=name)
        await self.outbox.wake(conversation)

    async def take_over(self, name: str, conversation: int = 1) -> int:
        """A person called `name` takes the conversation; returns the user's id."""
        async with self.db.write() as tx:
            await accounts_store.put_user(tx, f"{name}@souk.test".lower(), name, "agent", "no log-in", self.clock.now())
            user = await accounts_store.user_by_email(tx, f"{name}@souk.test".lower())
            assert user is not None
            await give_to_person(tx, conversation, user_id=user.id)
            await self.live.announce(tx, f"chat:{conversation}", "owner", {"owner": "person", "agent": name})
        await self.live.wake()
        return int(user.id)

    async def give_back(self, conversation: int = 1) -> None:
        async with self.db.write() as tx:
            await give_to_bot(tx, conversation)
            await self.live.announce(tx, f"chat:{conversation}", "owner", {"owner": "bot", "agent": None})
        await self.live.wake()

    async def answer_all(self) -> None:
        """Answer what comes in, for ever."""
        while True:
            async with self.db.read() as tx:
                waiting = await inbox.waiting(tx, self.clock.now())
            for conversation in waiting:
                await self._answer_next(conversation)
            await asyncio.sleep(0.02)

    async def _answer_next(self, conversation_id: int) -> None:
        async with self.db.read() as tx:
            row = await inbox.next_new(tx, conversation_id)
        if row is None:
            return
        await asyncio.sleep(self.thinking_s)
        replies = self.answer(row.body["text"], row.body["payload"])
        async with self.db.write() as tx:
            conversation = await conversations.get(tx, conversation_id)
            for part, reply in enumerate(replies):
                await self.outbox.say(
                    tx, conversation=conversation, author=Author.BOT, reply=reply, turn_id=f"t{row.id}", part=part
                )
            await self.live.announce(tx, f"chat:{conversation_id}", "typing", {"on": False})
            await inbox.finish(tx, row.id, "done", self.clock.now())
        await self.outbox.wake(conversation_id)


@asynccontextmanager
async def serving(app: Sanic[Any, Any], listening: socket.socket) -> AsyncIterator[Callable[[], None]]:
    """The app answers on a bound socket, in this event loop. Gives the way to cut every open connection."""
    app.config.TOUCHUP = (
        False  # Sanic rewrites its own code for the first app of a process; a second one trips over it.
    )
    server = await app.create_server(sock=listening, return_asyncio_server=True, access_log=False)
    assert server is not None
    await server.startup()

    def drop_connections() -> None:
        for connection in list(server.connections):
            connection.abort()

    try:
        yield drop_connections
    finally:
        server.close()
        drop_connections()
        await server.wait_closed()


def free_socket() -> tuple[socket.socket, str]:
    """A socket on a free port, and the address that it will have."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    return listening, f"http://127.0.0.1:{listening.getsockname()[1]}"


@asynccontextmanager
async def open_counter(folder: Path, queue_url: str, embed_origins: Sequence[str] = ()) -> AsyncIterator[Counter]:
    """A counter at `counter.url` with an empty database in `folder`; `embed_origins` may show its chat in a frame."""
    db, queue = Database(empty_database(folder)), Queue(queue_url)
    counter = Counter(db, queue, embed_origins)
    listening, counter.url = free_socket()
    async with serving(counter.app(), listening) as counter.drop_connections:
        tasks = [asyncio.create_task(counter.live.run()), asyncio.create_task(counter.answer_all())]
        try:
            yield counter
        finally:
            for task in tasks:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
    await queue.close()
    await db.close()
