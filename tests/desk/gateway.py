"""A gateway with the desk and the customers' chat in this process; a person's conversation is left to the person.

Real are the desk, the log-ins, the chat, the inbox, live push and the outbox. The bot's words are scripted: that is the
engine's and the worker's part, which other tests hold.
"""

from __future__ import annotations

import asyncio
import contextlib
import unicodedata
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sanic import Sanic

from bot.accounts import Role, User
from bot.aftercare import Aftercare
from bot.channel_accounts import Account
from bot.channels import email, messenger, sms, whatsapp
from bot.clock import SystemClock
from bot.conversation.identity import ConversationKey, Profile
from bot.conversation.messages import Author, Inbound, News
from bot.conversation.ownership import Owner
from bot.conversation.phrases import speaker
from bot.conversation.replies import Shown, Text
from bot.desk.after_sale import after_sale_api
from bot.desk.after_sale_service import AfterSaleDesk
from bot.desk.counter import DeskCounter
from bot.desk.ends import Ends, Way
from bot.desk.routes import desk_api
from bot.desk.service import Desk
from bot.desk.session import session_api
from bot.handoff import policy
from bot.handoff.policy import Reason
from bot.handoff.queue import open_ticket
from bot.handoff.takeover import Takeover
from bot.media import Media
from bot.payments.base import Payments
from bot.payments.off import PaymentsOff
from bot.search.fts5 import Fts5Index
from bot.selling.answers import CartChanged, CartView
from bot.selling.cancelling import Cancelling
from bot.selling.catalog_import import import_catalog, rebuild_index
from bot.selling.disputes import Disputes
from bot.selling.invoices import Invoices
from bot.selling.policy import ShopPolicy
from bot.selling.refunding import Refunding
from bot.selling.return_decisions import ReturnDecisions
from bot.selling.returning import Returning
from bot.selling.shop import Shop
from bot.selling.shop_file import read_promotions, read_shop_file
from bot.storage import accounts as accounts_store
from bot.storage import conversations, deliveries, inbox, messages, orders, outbox
from bot.storage.media_files import MediaFiles
from bot.storage.queue import Queue
from bot.storage.sql import Database, Transaction, migrate
from tests.support.counter import Counter, free_socket, serving

PASSWORD = "correct horse battery staple"

CATALOG = Path(__file__).resolve().parents[2] / "catalog"

_desks = count(1)
_names = count(1)


class DeskGateway(Counter):
    """`heard` are the words that reached the bot; with "human" in them the turn ends with a hand-off.

    `shop` sells the demo catalogue; nothing can be paid where `payments` are off."""

    def __init__(self, db: Database, queue: Queue, folder: Path, payments: Payments, url: str) -> None:
        super().__init__(db, queue)
        self.url = url
        self.policy = replace(_policy(), picture_url=f"{url}/media/catalog/")
        self.payments = payments
        self.shop = Shop(
            db=db, index=Fts5Index(folder / "search.db"), payments=payments, clock=self.clock, policy=self.policy
        )
        self.refunding = Refunding(db, payments, self.clock, self.policy)
        self.aftercare = Aftercare(
            db=db,
            live=self.live,
            outbox=self.outbox,
            clock=self.clock,
            refunding=self.refunding,
            returning=Returning(db, self.clock, self.policy, self.refunding),
            disputes=Disputes(db, payments, self.clock),
        )
        self.takeover = Takeover(db, self.live, self.outbox, self.clock)
        self.files = MediaFiles(folder / "media")
        self.ends = Ends(
            {
                "whatsapp": Way(whatsapp.MANNERS, whatsapp.TRAITS),
                "messenger": Way(messenger.MANNERS, messenger.TRAITS),
                "sms": Way(sms.MANNERS, sms.TRAITS),
                "email": Way(email.MANNERS, email.TRAITS),
            },
            [
                Account(channel="whatsapp", id="shop", brand="Souk Sport", templates={"notice": "shop_notice"}),
                Account(channel="whatsapp", id="bazaar", brand="Souk Bazaar"),
                Account(channel="messenger", id="shop"),
                Account(channel="sms", id="shop"),
                Account(channel="email", id="shop"),
            ],
        )
        self.heard: list[str] = []
        # Tries to log in are counted by e-mail in the queue, which the tests of a session share.
        self.domain = f"desk{next(_desks)}.test"

    async def cart_of(self, conversation_id: int) -> CartView:
        return await self.shop.cart(conversation_id)

    async def in_cart(self, conversation: int, product: str, quantity: int = 1, **options: str) -> None:
        """The customer puts something into the cart."""
        put = await self.shop.add(conversation, f"in-cart-{next(_names)}", product, options, quantity)
        assert isinstance(put, CartChanged), put

    def app(self) -> Sanic[Any, Any]:
        app = super().app()
        desk = Desk(
            db=self.db,
            live=self.live,
            clock=self.clock,
            cart=self.shop.cart,
            orders=self.shop.orders_for_people,
            ends=self.ends,
        )
        counter = DeskCounter(
            db=self.db,
            shop=self.shop,
            takeover=self.takeover,
            live=self.live,
            clock=self.clock,
            ends=self.ends,
            shipping=self.policy.rules.shipping,
        )
        media = Media(db=self.db, live=self.live, clock=self.clock, channels={}, files=self.files)
        app.blueprint(session_api(accounts=self.accounts, secure=False).blueprint)
        app.blueprint(after_sale_api(accounts=self.accounts, desk=self._after_sale()).blueprint)
        invoices = Invoices(db=self.db, clock=self.clock, policy=self.policy, secret_key="s", public_url=self.url)
        api = desk_api(
            accounts=self.accounts,
            desk=desk,
            counter=counter,
            invoice=invoices.pdf,
            takeover=self.takeover,
            live=self.live,
            media=media,
        )
        app.blueprint(api.blueprint)
        return app

    def _after_sale(self) -> AfterSaleDesk:
        return AfterSaleDesk(
            db=self.db,
            live=self.live,
            refunding=self.refunding,
            cancelling=Cancelling(self.db, self.payments, self.clock, self.refunding),
            decisions=ReturnDecisions(self.db, self.clock, self.policy, self.refunding),
            told=self.aftercare.told,
        )

    async def session_of(self, number: int) -> str:
        """The provider's session of an order."""
        async with self.db.read() as tx:
            order = await orders.order_by_number(tx, number)
        assert order is not None
        return str(order.session_id)

    async def person(self, name: str, role: Role = Role.AGENT) -> User:
        """Somebody with a log-in; the password is that of all tests."""
        plain = unicodedata.normalize("NFKD", name.split()[0].lower()).encode("ascii", "ignore").decode()
        email = f"{plain}@{self.domain}"
        await self.accounts.create(email, name, role, PASSWORD)
        async with self.db.read() as tx:
            row = await accounts_store.user_by_email(tx, email)
        assert row is not None
        return User(row.id, row.email, row.name, role)

    async def customer_writes(
        self, text: str, customer: str = "ada", channel: str = "whatsapp", account: str = "shop", **more: Any
    ) -> int:
        """The id of the customer's conversation; `more` goes into the message (`Inbound`)."""
        key = ConversationKey(channel, account, customer)
        named = {
            "event_key": f"{customer}-{len(self.heard)}-{self.clock.now().timestamp()}",
            "sent_at": self.clock.now(),
            "profile": Profile(name=customer.title()),
        }
        await self.inbox.store([Inbound(key=key, text=text, **{**named, **more})])
        async with self.db.read() as tx:
            row = await conversations.by_key(tx, key)
        assert row is not None
        return int(row.id)

    async def happens(self, *news: News) -> None:
        """What platforms tell that is not a turn."""
        await self.inbox.store(news)

    async def taken(self, conversation: int, provider_id: str) -> None:
        """The platform takes the oldest message that waits to go out there, and calls it so."""
        now = self.clock.now()
        async with self.db.write() as tx:
            row = await outbox.next_unsent(tx, conversation)
            assert row is not None
            ref = await outbox.begin(tx, row, now)
            await deliveries.accepted(tx, ref, provider_id, now)
            await outbox.go_on(tx, row.message_id, row.piece, now)
            sent = await outbox.next_unsent(tx, conversation)
            assert sent is not None
            await outbox.finish(tx, sent)

    async def hand_off(self, conversation: int, reason: Reason = Reason.ASKED_FOR_PERSON, *, paid: bool = False) -> int:
        """What the worker does at the end of a turn that needs a person; the ticket's id."""
        async with self.db.write() as tx:
            ticket = await self._open(tx, conversation, reason, paid)
        await self.live.wake()
        assert ticket is not None
        return ticket

    async def _open(self, tx: Transaction, conversation: int, reason: Reason, paid: bool) -> int | None:
        said = await messages.transcript(tx, conversation)
        return await open_ticket(
            tx,
            self.live,
            conversation=conversation,
            reason=reason,
            summary=policy.summary(reason, messages=[(Author(one.author), one.text) for one in said]),
            priority=policy.priority(reason, paid=paid),
            now=self.clock.now(),
        )

    async def waiting(
        self,
        customer: str = "ada",
        words: str = "I want a human",
        reason: Reason = Reason.ASKED_FOR_PERSON,
        *,
        paid: bool = False,
        **more: Any,
    ) -> int:
        """A conversation whose customer waits for a person; its id. `more` goes into the message."""
        conversation = await self.customer_writes(words, customer, **more)
        await self.settled()
        if "human" not in words:
            await self.hand_off(conversation, reason, paid=paid)
        return conversation

    async def settled(self) -> None:
        """Wait until everything that came in is worked off."""
        while True:
            async with self.db.read() as tx:
                if not await inbox.waiting(tx, self.clock.now()):
                    return
            await asyncio.sleep(0.01)

    async def _answer_next(self, conversation_id: int) -> None:
        async with self.db.write() as tx:
            row = await inbox.next_new(tx, conversation_id)
            if row is None:
                return
            conversation = await conversations.get(tx, conversation_id)
            if conversation.owner == Owner.BOT:
                await self._turn(tx, conversation, row)
            await inbox.finish(tx, row.id, "done", self.clock.now())
        await self.outbox.wake(conversation_id)

    async def _turn(self, tx: Transaction, conversation: Any, row: Any) -> None:
        text, payload = row.body["text"], row.body.get("payload")
        self.heard.append(text)
        replies: Sequence[Shown] = self.answer(text, payload)
        turn = conversations.TurnRow(
            id=f"t{row.id}",
            conversation_id=conversation.id,
            inbox_id=row.id,
            text=text,
            model="test",
            intent="ask_fit",
            confidence=0.42,
            understood=bool(replies),
            trace={
                "intent_ranking": [
                    {"name": "ask_fit", "confidence": 0.42},
                    {"name": "ask_size", "confidence": 0.31},
                    {"name": "track_order", "confidence": 0.12},
                ],
                "steps": [{"action": "action_search"}, {"action": "action_listen"}],
            },
            review=None,
        )
        await conversations.add_turn(tx, turn, self.clock.now())
        for part, reply in enumerate(replies):
            await self.outbox.say(
                tx, conversation=conversation, author=Author.BOT, reply=reply, turn_id=f"t{row.id}", part=part
            )
        if "human" in text:
            words = Text(policy.words(Reason.ASKED_FOR_PERSON, speaker("en")))
            await self.outbox.say(tx, conversation=conversation, author=Author.BOT, reply=words, turn_id=f"h{row.id}")
            await self._open(tx, conversation.id, Reason.ASKED_FOR_PERSON, paid=False)
        await self.live.announce(tx, f"chat:{conversation.id}", "typing", {"on": False})


@cache
def _policy() -> ShopPolicy:
    """The demo shop's own rules."""
    file = read_shop_file(CATALOG / "shop.yml")
    return ShopPolicy(
        name=file.name,
        currency=file.currency,
        locale=file.locale,
        country=file.country,
        rules=file.rules(),
        promotions=read_promotions(CATALOG / "promotions.yml"),
        after_sale=file.after_sale(),
        success_url="https://shop.example/?paid={CHECKOUT_SESSION_ID}",
        cancel_url="https://shop.example/",
        picture_url="https://shop.example/pictures/",
        livemode=False,
    )


@cache
def _filled() -> tuple[bytes, bytes]:
    """A migrated database with the demo catalogue and its index, as files' bytes: making them takes longer than most
    tests."""
    with TemporaryDirectory() as folder:
        database, index = Path(folder, "filled.db"), Path(folder, "search.db")
        migrate(f"sqlite:///{database}")
        asyncio.run(_fill(f"sqlite:///{database}", index))
        return database.read_bytes(), index.read_bytes()


async def _fill(database_url: str, index: Path) -> None:
    db = Database(database_url)
    report = await import_catalog(db, CATALOG, SystemClock())
    assert report.ok, report.problems
    await rebuild_index(db, Fts5Index(index), SystemClock())
    await db.close()


@asynccontextmanager
async def open_gateway(folder: Path, queue_url: str, payments: Payments | None = None) -> AsyncIterator[DeskGateway]:
    """A gateway at `gateway.url` with the demo catalogue and no customers, in `folder`."""
    database, index = await asyncio.to_thread(_filled)
    (folder / "desk.db").write_bytes(database)
    (folder / "search.db").write_bytes(index)
    database_url = f"sqlite:///{folder / 'desk.db'}"
    listening, url = free_socket()
    gateway = DeskGateway(Database(database_url), Queue(queue_url), folder, payments or PaymentsOff(), url)
    async with serving(gateway.app(), listening):
        tasks = [asyncio.create_task(gateway.live.run()), asyncio.create_task(gateway.answer_all())]
        try:
            yield gateway
        finally:
            # Who is cut off in the middle of a write leaves the database waiting for its end.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(10):
                    await gateway.settled()
            for task in tasks:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
    await gateway.queue.close()
    await gateway.db.close()
