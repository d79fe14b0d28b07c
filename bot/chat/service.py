"""The web chat of one customer: what was said, what comes next, what is in the cart.

A message goes the way of every channel (`bot.inbox`), so here it is only checked, named and handed over. Nothing is
stored before the customer's first message. It knows no cookie and no HTTP.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from bot.chat.cart import cart_shown
from bot.chat.words import Accepted, CartShown, ChatHistory, ChatMessage, ChatState, NewMessage, Welcome
from bot.clock import Clock
from bot.conversation.identity import ConversationKey, Profile
from bot.conversation.messages import TEXT_LIMIT, Author, Delivery, Inbound
from bot.conversation.ownership import Owner
from bot.conversation.phrases import Speaker, language_of, speaker
from bot.conversation.replies import shown_from
from bot.errors import BadInput, NotFound, TooMany
from bot.selling.answers import CartView
from bot.storage import chat as store
from bot.storage import messages
from bot.storage.live import last_event_id
from bot.storage.queue import Queue
from bot.storage.sql import Database, Row

ACCOUNT = "shop"
PAGE = 50
_MESSAGES_PER_SECOND, _MESSAGES_BURST = 1.0, 15
# Many customers may share one address: an office, a mobile network.
_FROM_ONE_ADDRESS_PER_SECOND, _FROM_ONE_ADDRESS_BURST = 10.0, 150
_STARTS_PER_SECOND, _STARTS_BURST = 0.5, 60

Store = Callable[[Sequence[Inbound]], Awaitable[int]]
CartOf = Callable[[int], Awaitable[CartView]]


class Chat:
    """`keep` commits a message and wakes who answers it (`Inbox.store`); `cart` is the cart of a conversation's
    contact (`Shop.cart`); `welcomes` are by language, beside the shop's own."""

    def __init__(
        self,
        *,
        db: Database,
        queue: Queue,
        clock: Clock,
        keep: Store,
        cart: CartOf,
        welcome: Welcome,
        welcomes: Mapping[str, Welcome] | None = None,
    ) -> None:
        self._db = db
        self._queue = queue
        self._clock = clock
        self._keep = keep
        self._cart = cart
        self._welcome = welcome
        self._welcomes = welcomes or {}

    async def state(self, customer: str, locale: str | None = None) -> ChatState:
        """`locale` is the browser's: an empty chat greets in its language."""
        async with self._db.read() as tx:
            row = await store.conversation_of(tx, key_of(customer))
        welcome = self._welcomes.get(language_of(locale), self._welcome)
        return ChatState(welcome, started=row is not None)

    async def history(self, customer: str, before: int | None) -> ChatHistory:
        """The newest PAGE messages (older than message `before`)."""
        async with self._db.read() as tx:
            live_from = await last_event_id(tx)
            row = await store.conversation_of(tx, key_of(customer))
            if row is None:
                return ChatHistory([], more=False, live_from=live_from)
            rows = await store.page_of_messages(tx, row.id, before=before, limit=PAGE + 1)
        return ChatHistory(
            [_message(row) for row in rows[-PAGE:]],
            more=len(rows) > PAGE,
            live_from=live_from,
            owner=Owner(row.owner),
            agent=row.agent,
            language=language_of(row.locale) if row.locale else None,
        )

    async def conversation(self, customer: str) -> int:
        """The conversation's id. Raises NotFound before the first message."""
        async with self._db.read() as tx:
            row = await store.conversation_of(tx, key_of(customer))
        if row is None:
            raise NotFound("not_started", "Nothing has been said here yet.")
        return int(row.id)

    async def send(self, customer: str, new: NewMessage, *, locale: str | None, source: str) -> Accepted:
        """Keep a message, once for each client_id.

        Raises BadInput when it is empty, too long or a choice that was never offered here, and TooMany."""
        key, say = key_of(customer), speaker(language_of(locale))
        event_key = f"web:{customer}:{new.client_id}"
        async with self._db.read() as tx:
            row = await store.conversation_of(tx, key)
            kept = await store.message_of_event(tx, key, event_key)
            title = await messages.offered(tx, row.id, new.payload) if row is not None and new.payload else None
        if kept is None:
            text = _checked_text(new, title, say)
            await self._slow_down(customer, source, say, starts=row is None)
            inbound = Inbound(
                key=key,
                event_key=event_key,
                sent_at=self._clock.now(),
                text=text,
                payload=new.payload,
                profile=Profile(locale=locale),
                kind="text" if new.payload is None else "choice",
            )
            await self._keep([inbound])
            async with self._db.read() as tx:
                kept = await store.message_of_event(tx, key, event_key)
        assert kept is not None
        return Accepted(kept.id, kept.text)

    async def _slow_down(self, customer: str, source: str, say: Speaker, *, starts: bool) -> None:
        """One bucket for the session, one for everybody at its address, and one for new sessions there."""
        now = self._clock.now().timestamp()
        buckets = [
            (f"chat:{customer}", _MESSAGES_PER_SECOND, _MESSAGES_BURST),
            (f"chat-from:{source}", _FROM_ONE_ADDRESS_PER_SECOND, _FROM_ONE_ADDRESS_BURST),
        ]
        if starts:
            buckets.append((f"chat-start:{source}", _STARTS_PER_SECOND, _STARTS_BURST))
        for name, per_second, burst in buckets:
            wait = await self._queue.take(name, per_second=per_second, burst=burst, now=now)
            if wait:
                said = say("That was a lot at once; it will be sent in a moment.")
                raise TooMany("too_fast", said, retry_after=wait)

    async def cart(self, customer: str, locale: str) -> CartShown | None:
        """None before the first message: there is nobody yet who could have a cart."""
        async with self._db.read() as tx:
            row = await store.conversation_of(tx, key_of(customer))
        return None if row is None else cart_shown(await self._cart(row.id), locale)


def key_of(customer: str) -> ConversationKey:
    return ConversationKey("web", ACCOUNT, customer)


def _checked_text(new: NewMessage, title: str | None, say: Speaker) -> str:
    """What the message says to a reader: what was typed, or the title of what was tapped."""
    if (new.text is None) == (new.payload is None):
        raise BadInput("text_or_payload", "A message has either a text or a payload.")
    if new.payload is not None:
        if title is None:
            raise BadInput("not_offered", say("That choice is no longer open. Please pick another, or write it."))
        return title
    assert new.text is not None
    text = new.text.strip()
    if not text:
        raise BadInput("empty", say("There is nothing to send yet: write a few words."))
    if len(text) > TEXT_LIMIT:
        told = say("That is too long: {limit} characters fit in a message.", limit=TEXT_LIMIT)
        raise BadInput("too_long", told, limit=TEXT_LIMIT)
    return text


def _message(row: Row[Any]) -> ChatMessage:
    return ChatMessage(
        id=row.id,
        author=Author(row.author),
        body=shown_from(row.body),
        created_at=row.created_at,
        name=row.name,
        delivery=Delivery(row.delivery) if row.delivery else None,
        client_id=row.event_key.rpartition(":")[2] if row.event_key else None,
    )
