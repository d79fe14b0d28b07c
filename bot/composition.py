"""How the parts are put together, for each process. Only `bot.app`, `bot.cli` and `actions` call it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import httpx

from bot.accounts import Accounts
from bot.aftercare import Aftercare
from bot.calls import Calls
from bot.channels.base import Channel
from bot.channels.email import Email
from bot.channels.instagram import Instagram
from bot.channels.messenger import Messenger
from bot.channels.sms import Sms
from bot.channels.voice import Voice
from bot.channels.whatsapp import WhatsApp
from bot.chat.portrait import PORTRAIT
from bot.clock import SystemClock
from bot.commands import ENGINE_PYTHON
from bot.consent import Consent
from bot.courtesies import Courtesies
from bot.desk.after_sale_service import AfterSaleDesk
from bot.desk.counter import DeskCounter
from bot.desk.ends import Ends, Way
from bot.desk.service import Desk
from bot.dialogue.engine_http import EngineHttp
from bot.handoff.takeover import Takeover
from bot.hearing import Hearing
from bot.inbox import Inbox
from bot.intake import Intake
from bot.live import Live
from bot.mailbox import Letters, Mailboxes
from bot.media import Media
from bot.news import Newsroom
from bot.outbox import Outbox
from bot.payments.base import Payments
from bot.payments.off import PaymentsOff
from bot.payments.stripe import StripePayments
from bot.search.base import ProductIndex
from bot.search.finding import ProductSearch
from bot.search.fts5 import Fts5Index
from bot.search.pages import Pages
from bot.selling.cancelling import Cancelling
from bot.selling.disputes import Disputes
from bot.selling.invoices import Invoices
from bot.selling.order_codes import OrderCodes
from bot.selling.policy import ShopPolicy
from bot.selling.reaching import Reach
from bot.selling.refunding import Refunding
from bot.selling.reminders import Reminders
from bot.selling.return_decisions import ReturnDecisions
from bot.selling.returning import Returning
from bot.selling.shipping_news import ShippingNews
from bot.selling.shop import Shop
from bot.selling.shop_file import ShopFile, read_promotions, read_shop_file
from bot.selling.synonyms import Synonyms
from bot.selling.wishes import Wishes
from bot.sender import Sender
from bot.settings import ROOT, Settings
from bot.settlement import Settlement
from bot.storage import catalogue
from bot.storage.media_files import MediaFiles
from bot.storage.product_shelf import PostgresStore
from bot.storage.queue import Queue
from bot.storage.spool import Spool
from bot.storage.sql import Database
from bot.storage.studio import live_model
from bot.studio.lessons import Lessons
from bot.studio.models import EngineModels
from bot.studio.registry import Registry
from bot.studio.service import Studio
from bot.studio.trainer import Trainer
from bot.studio.training_data import TrainingData
from bot.studio.trial import Trials
from bot.texting import Texting
from bot.timers import Timers
from bot.turns import Story, Turns
from bot.undelivered import Undelivered
from bot.worker import Worker

CATALOG = ROOT / "catalog"
HTTP_TIMEOUT_S = 15.0
_KEPT_ALIVE = 64


class Parts:
    """Each part is made when it is first asked for and is one in its process."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = SystemClock()

    @cached_property
    def db(self) -> Database:
        return Database(self.settings.database_url)

    @cached_property
    def queue(self) -> Queue:
        return Queue(self.settings.redis_url)

    @cached_property
    def http(self) -> httpx.AsyncClient:
        limits = httpx.Limits(max_connections=200, max_keepalive_connections=_KEPT_ALIVE)
        return httpx.AsyncClient(timeout=HTTP_TIMEOUT_S, limits=limits)

    @cached_property
    def live(self) -> Live:
        return Live(self.db, self.queue, self.clock)

    @cached_property
    def accounts(self) -> Accounts:
        return Accounts(self.db, self.queue, self.clock)

    @cached_property
    def inbox(self) -> Inbox:
        newsroom = Newsroom(self.live, self.undelivered, self.clock)
        locales = {(each.channel, each.id): each.locale for each in self.settings.accounts if each.locale}
        return Inbox(self.db, self.queue, self.live, newsroom, self.clock, locales)

    @cached_property
    def intake(self) -> Intake:
        spool = Spool(self.settings.home / "intake.db") if self.db.is_sqlite else None
        return Intake(self.inbox, spool, self.channels)

    @cached_property
    def undelivered(self) -> Undelivered:
        return Undelivered(self.live, self.clock)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self.live, self.queue, self.clock, Texting(self.settings.accounts_of("sms")))

    @cached_property
    def payments(self) -> Payments:
        if not self.settings.payments_on:
            return PaymentsOff()
        return StripePayments(
            api_key=self.settings.stripe_api_key,
            webhook_secrets=[self.settings.stripe_webhook_secret],
            api_url=self.settings.stripe_api_url,
            clock=self.clock,
        )

    @cached_property
    def index(self) -> ProductIndex:
        if self.db.is_sqlite:
            return Fts5Index(self.settings.home / "search.db", self.synonyms.current)
        return ProductSearch(PostgresStore(self.db), self.synonyms.current)

    @cached_property
    def synonyms(self) -> Synonyms:
        return Synonyms(self.db, self.clock)

    @cached_property
    def shop_file(self) -> ShopFile:
        return read_shop_file(CATALOG / "shop.yml")

    @cached_property
    def policy(self) -> ShopPolicy:
        public = self.settings.public_url
        return ShopPolicy(
            name=self.shop_file.name,
            currency=self.shop_file.currency,
            locale=self.shop_file.locale,
            country=self.shop_file.country,
            rules=self.shop_file.rules(),
            promotions=read_promotions(CATALOG / "promotions.yml"),
            provider_codes=self.shop_file.provider_codes,
            after_sale=self.shop_file.after_sale(),
            seller=self.shop_file.invoiced_by(),
            success_url=f"{public}/?paid={{CHECKOUT_SESSION_ID}}",
            cancel_url=f"{public}/",
            picture_url=f"{public}/media/catalog/",
            livemode=self.settings.stripe_api_key.startswith(("sk_live_", "rk_live_")),
        )

    @cached_property
    def shop(self) -> Shop:
        return Shop(db=self.db, index=self.index, payments=self.payments, clock=self.clock, policy=self.policy)

    @cached_property
    def refunding(self) -> Refunding:
        return Refunding(self.db, self.payments, self.clock, self.policy)

    @cached_property
    def aftercare(self) -> Aftercare:
        return Aftercare(
            db=self.db,
            live=self.live,
            outbox=self.outbox,
            clock=self.clock,
            refunding=self.refunding,
            returning=Returning(self.db, self.clock, self.policy, self.refunding),
            disputes=Disputes(self.db, self.payments, self.clock),
        )

    @cached_property
    def after_sale_desk(self) -> AfterSaleDesk:
        return AfterSaleDesk(
            db=self.db,
            live=self.live,
            refunding=self.refunding,
            cancelling=Cancelling(self.db, self.payments, self.clock, self.refunding),
            decisions=ReturnDecisions(self.db, self.clock, self.policy, self.refunding),
            told=self.aftercare.told,
        )

    @cached_property
    def shipping_news(self) -> ShippingNews:
        return ShippingNews(db=self.db, outbox=self.outbox, live=self.live, clock=self.clock)

    @cached_property
    def invoices(self) -> Invoices:
        return Invoices(
            db=self.db,
            clock=self.clock,
            policy=self.policy,
            secret_key=self.settings.secret_key,
            public_url=self.settings.public_url,
        )

    @cached_property
    def reach(self) -> Reach:
        return Reach(self.channels, self.settings.accounts)

    @cached_property
    def wishes(self) -> Wishes:
        return Wishes(db=self.db, outbox=self.outbox, reach=self.reach, clock=self.clock, policy=self.policy)

    @cached_property
    def reminders(self) -> Reminders:
        return Reminders(
            db=self.db,
            outbox=self.outbox,
            reach=self.reach,
            clock=self.clock,
            policy=self.policy,
            cart_of=self.shop.cart,
        )

    @cached_property
    def order_codes(self) -> OrderCodes:
        return OrderCodes(
            db=self.db,
            outbox=self.outbox,
            clock=self.clock,
            secret_key=self.settings.secret_key,
            mail=self.settings.accounts_of("email"),
            sms=self.settings.accounts_of("sms"),
        )

    @cached_property
    def pages(self) -> Pages:
        return Pages(self.settings.project / "data" / "faq")

    @cached_property
    def consent(self) -> Consent:
        return Consent(self.db, self.clock)

    @cached_property
    def channels(self) -> Mapping[str, Channel]:
        """Every channel that has an account; the others are off."""
        settings = self.settings
        channels: dict[str, Channel] = {}
        if whatsapp := settings.accounts_of("whatsapp"):
            channels["whatsapp"] = WhatsApp(
                accounts=whatsapp, graph_url=settings.meta_graph_url, client=self.http, clock=self.clock
            )
        if messenger := settings.accounts_of("messenger"):
            channels["messenger"] = Messenger(
                accounts=messenger,
                graph_url=settings.meta_graph_url,
                client=self.http,
                clock=self.clock,
                portrait=f"{settings.public_url}{PORTRAIT}",
            )
        if instagram := settings.accounts_of("instagram"):
            channels["instagram"] = Instagram(
                accounts=instagram, graph_url=settings.meta_graph_url, client=self.http, clock=self.clock
            )
        if sms := settings.accounts_of("sms"):
            channels["sms"] = Sms(
                accounts=sms,
                api_url=settings.twilio_api_url,
                public_url=settings.public_url,
                client=self.http,
                clock=self.clock,
            )
        if self.voice is not None:
            channels["voice"] = self.voice
        if self.email is not None:
            channels["email"] = self.email
        return channels

    @cached_property
    def email(self) -> Email | None:
        """None while it is off."""
        accounts = self.settings.accounts_of("email")
        if not accounts:
            return None
        return Email(accounts=accounts, key=self.settings.secret_key, clock=self.clock, kept=self.media_files.path)

    def letters(self, channel: Email) -> Letters:
        return Letters(channel=channel, inbox=self.inbox, db=self.db, clock=self.clock, keep_file=self.media_files.put)

    def _mailboxes(self) -> Mailboxes | None:
        if self.email is None:
            return None
        return Mailboxes(
            accounts=self.settings.accounts_of("email").all,
            channel=self.email,
            letters=self.letters(self.email),
            inbox=self.inbox,
            db=self.db,
            queue=self.queue,
            clock=self.clock,
        )

    @cached_property
    def voice(self) -> Voice | None:
        """None while it is off."""
        accounts = self.settings.accounts_of("voice")
        return Voice(accounts=accounts, clock=self.clock) if accounts else None

    @cached_property
    def calls(self) -> Calls:
        return Calls(
            db=self.db,
            live=self.live,
            outbox=self.outbox,
            clock=self.clock,
            keep=self.inbox.store,
            accounts=self.settings.accounts_of("voice"),
            shop=self.shop_file.name,
        )

    @cached_property
    def settlement(self) -> Settlement:
        return Settlement(
            db=self.db,
            queue=self.queue,
            live=self.live,
            outbox=self.outbox,
            shop=self.shop,
            aftercare=self.aftercare,
            read_event=self.payments.read_event,
            clock=self.clock,
        )

    @cached_property
    def media_files(self) -> MediaFiles:
        return MediaFiles(self.settings.media)

    @cached_property
    def media(self) -> Media:
        return Media(db=self.db, live=self.live, clock=self.clock, channels=self.channels, files=self.media_files)

    def worker(self, name: str) -> Worker:
        turns = Turns(
            db=self.db,
            engine=EngineHttp(self.settings.engine_url, self.http),
            outbox=self.outbox,
            live=self.live,
            clock=self.clock,
            courtesies=Courtesies(self.db, self.channels),
            hearing=Hearing(channels=self.channels, take_order=self.shop.take_order, product_of=catalogue.product_of),
            live_model=live_model,
            story=self.story,
        )
        sender = Sender(
            db=self.db,
            queue=self.queue,
            live=self.live,
            clock=self.clock,
            channels=self.channels,
            account={(account.channel, account.id): account for account in self.settings.accounts},
            undelivered=self.undelivered,
            name=name,
        )
        timers = Timers(
            db=self.db,
            queue=self.queue,
            live=self.live,
            shop=self.shop,
            aftercare=self.aftercare,
            settlement=self.settlement,
            wishes=self.wishes,
            reminders=self.reminders,
            clock=self.clock,
        )
        return Worker(
            db=self.db,
            queue=self.queue,
            turns=turns,
            sender=sender,
            settlement=self.settlement,
            timers=timers,
            media=self.media,
            mailboxes=self._mailboxes(),
            name=name,
        )

    @cached_property
    def ends(self) -> Ends:
        ways = {name: Way(channel.manners, channel.traits) for name, channel in self.channels.items()}
        return Ends(ways, self.settings.accounts)

    @cached_property
    def desk(self) -> Desk:
        return Desk(
            db=self.db,
            live=self.live,
            clock=self.clock,
            cart=self.shop.cart,
            orders=self.shop.orders_for_people,
            ends=self.ends,
        )

    @cached_property
    def desk_counter(self) -> DeskCounter:
        return DeskCounter(
            db=self.db,
            shop=self.shop,
            takeover=self.takeover,
            live=self.live,
            clock=self.clock,
            ends=self.ends,
            shipping=self.shop_file.rules().shipping,
        )

    @cached_property
    def takeover(self) -> Takeover:
        return Takeover(self.db, self.live, self.outbox, self.clock)

    @cached_property
    def registry(self) -> Registry:
        return Registry(
            db=self.db, live=self.live, clock=self.clock, engines=self.engine_models, folder=self.settings.models
        )

    @cached_property
    def engine_models(self) -> EngineModels:
        return EngineModels([self.settings.engine_url], self.http)

    @cached_property
    def studio(self) -> Studio:
        data = TrainingData(self.settings.project)
        return Studio(
            db=self.db,
            synonyms=self.synonyms,
            lessons=Lessons(db=self.db, live=self.live, clock=self.clock, data=data),
            trainer=Trainer(
                db=self.db,
                live=self.live,
                clock=self.clock,
                data=data,
                registry=self.registry,
                command=[str(ENGINE_PYTHON), "-m", "engine", "train"],
                cwd=ROOT,
                scratch=self.settings.home / "training",
            ),
            registry=self.registry,
            trials=Trials(db=self.db, engines=self.engine_models, registry=self.registry),
        )

    async def story(self, conversation_id: int) -> Story:
        """Cart and orders of a conversation's contact, as ready lines for a person."""
        cart = await self.shop.cart(conversation_id)
        orders = await self.shop.orders_for_people(conversation_id)
        return Story(
            cart=[f"{line.quantity} × {line.label}, {line.amount.format('en')}" for line in cart.lines],
            orders=[f"{order.number}, {order.state}, {order.total.format('en')}" for order in orders[:3]],
            paid=any(order.state in ("paid", "shipped", "delivered", "needs_attention") for order in orders),
        )

    async def close(self) -> None:
        if "intake" in self.__dict__:
            self.intake.close()
        for made in ("http", "payments", "queue", "db"):
            part = self.__dict__.get(made)
            if isinstance(part, httpx.AsyncClient):
                await part.aclose()
            elif part is not None:
                await part.close()


def open_shop(settings: Settings) -> Shop:
    """The shop alone, for the action server."""
    return Parts(settings).shop
