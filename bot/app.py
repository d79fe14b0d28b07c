"""The gateway: one Sanic application of webhooks, the JSON API, live push and the pages. Composition and edges only."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import structlog
from sanic import Blueprint, Request, Sanic
from sanic.response import HTTPResponse, json, text

from bot.api import PREFIX, Api, install_errors, json_answer, openapi
from bot.chat.embed import embed_api
from bot.chat.pages import Pages, pages_blueprint
from bot.chat.portrait import portrait_blueprint
from bot.chat.routes import chat_api
from bot.chat.service import Chat
from bot.chat.session import ChatSessions
from bot.chat.words import Welcome
from bot.composition import CATALOG, Parts
from bot.desk.after_sale import after_sale_api
from bot.desk.routes import desk_api
from bot.desk.session import session_api
from bot.errors import SoukError
from bot.protocols import acp, ucp
from bot.protocols.acp import Acp
from bot.protocols.paying import paying
from bot.protocols.purchases import Purchases
from bot.protocols.requests import Doorkeeper
from bot.protocols.ucp import Ucp
from bot.settings import ROOT
from bot.simulator import simulator_api
from bot.studio.routes import studio_api
from bot.telemetry import exposition
from bot.webhooks.email import email_webhook
from bot.webhooks.fulfilment import fulfilment_webhook
from bot.webhooks.meta import meta_webhooks
from bot.webhooks.orders_api import invoice_files, orders_api
from bot.webhooks.stripe import stripe_webhook
from bot.webhooks.twilio import sms_webhooks, status_webhooks, voice_webhooks

LARGEST_BODY = 3 * 1024 * 1024
"""Meta sends at most 3 MB; anything larger is answered 413 before it is read."""

log = structlog.get_logger()


def surfaces(parts: Parts) -> list[Api]:
    """The JSON API, surface by surface; what the OpenAPI file is made of."""
    settings = parts.settings
    secure = settings.public_url.startswith("https")
    shop = parts.shop_file
    chat = Chat(
        db=parts.db,
        queue=parts.queue,
        clock=parts.clock,
        keep=parts.inbox.store,
        cart=parts.shop.cart,
        welcome=Welcome(shop.name, shop.greeting, shop.suggestions),
        welcomes={
            language: Welcome(shop.name, said.greeting, said.suggestions) for language, said in shop.greetings.items()
        },
    )
    return [
        session_api(accounts=parts.accounts, secure=secure),
        chat_api(
            accounts=parts.accounts,
            chat=chat,
            sessions=ChatSessions(settings.secret_key),
            live=parts.live,
            clock=parts.clock,
            secure=secure,
        ),
        embed_api(accounts=parts.accounts, shop=shop.name, origins=settings.embed_origins),
        desk_api(
            accounts=parts.accounts,
            desk=parts.desk,
            counter=parts.desk_counter,
            invoice=parts.invoices.pdf,
            takeover=parts.takeover,
            live=parts.live,
            media=parts.media,
        ),
        after_sale_api(accounts=parts.accounts, desk=parts.after_sale_desk),
        studio_api(accounts=parts.accounts, studio=parts.studio, live=parts.live),
        orders_api(
            accounts=parts.accounts,
            token=settings.orders_api_token,
            news=parts.shipping_news,
            invoices=parts.invoices,
        ),
        simulator_api(accounts=parts.accounts, settings=settings),
    ]


def create_app(parts: Parts) -> Sanic[Any, Any]:
    app: Sanic[Any, Any] = Sanic("souk", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = LARGEST_BODY
    app.config.RESPONSE_TIMEOUT = 3600
    app.config.KEEP_ALIVE_TIMEOUT = 75
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = 3.0
    app.ctx.public_origin = parts.settings.public_url
    install_errors(app)
    apis = surfaces(parts)
    for api in apis:
        app.blueprint(api.blueprint)
    app.blueprint(_described(openapi(apis)))
    app.blueprint(_health(parts))
    app.blueprint(pages_blueprint(_pages(parts)))
    app.blueprint(portrait_blueprint())
    for name in ("whatsapp", "messenger", "instagram"):
        if channel := parts.channels.get(name):
            token = parts.settings.meta_verify_token
            app.blueprint(meta_webhooks(intake=parts.intake, channel=channel, verify_token=token))
    for blueprint in _twilio(parts):
        app.blueprint(blueprint)
    if parts.email is not None:
        app.blueprint(email_webhook(letters=parts.letters(parts.email)))
    app.blueprint(invoice_files(parts.invoices))
    secret = parts.settings.fulfilment_secret
    app.blueprint(fulfilment_webhook(secret=secret, news=parts.shipping_news, clock=parts.clock))
    if parts.settings.payments_on:
        app.blueprint(stripe_webhook(db=parts.db, queue=parts.queue, payments=parts.payments, clock=parts.clock))
    for blueprint in _shopping_agents(parts):
        app.blueprint(blueprint)

    @app.before_server_start
    async def start(app: Sanic[Any, Any]) -> None:
        await parts.studio.trainer.recover()
        app.ctx.tasks = [asyncio.create_task(parts.live.run()), asyncio.create_task(parts.intake.run())]

    @app.after_server_stop
    async def stop(app: Sanic[Any, Any]) -> None:
        for task in app.ctx.tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await parts.studio.trainer.stop()
        await parts.close()

    return app


def _twilio(parts: Parts) -> Iterator[Blueprint]:
    sms, voice, public_url = parts.channels.get("sms"), parts.voice, parts.settings.public_url
    if sms is not None:
        yield sms_webhooks(intake=parts.intake, channel=sms, public_url=public_url)
    if voice is not None:
        yield voice_webhooks(calls=parts.calls, voice=voice, public_url=public_url)
    if sms is not None or voice is not None:
        yield status_webhooks(intake=parts.intake, sms=sms, voice=voice, calls=parts.calls, public_url=public_url)


def _shopping_agents(parts: Parts) -> Iterator[Blueprint]:
    """The protocols that have a key; none of them without."""
    settings = parts.settings
    opened: list[Purchases] = []

    def counter(protocol: str) -> Purchases:
        opened.append(
            Purchases(
                db=parts.db, shop=parts.shop, clock=parts.clock, protocol=protocol, public_url=settings.public_url
            )
        )
        return opened[-1]

    if settings.ucp_api_key:
        door = Doorkeeper(parts.db, parts.clock, ucp.PROTOCOL, settings.ucp_api_key)
        speaks = Ucp(shop=parts.shop, purchases=counter(ucp.PROTOCOL), door=door, public_url=settings.public_url)
        yield speaks.blueprint()
    if settings.acp_api_key:
        door = Doorkeeper(parts.db, parts.clock, acp.PROTOCOL, settings.acp_api_key)
        currencies = parts.shop_file.rules().shipping.currencies
        counted = counter(acp.PROTOCOL)
        yield Acp(purchases=counted, door=door, public_url=settings.public_url, currencies=currencies).blueprint()
    if opened:
        yield paying(opened, settings.public_url)


def _pages(parts: Parts) -> Pages:
    settings = parts.settings
    stand_in = urlsplit(settings.meta_graph_url)
    return Pages(
        static=ROOT / "bot" / "static",
        pictures=CATALOG / "images",
        simulator=settings.stand_in_graph,
        connect=[f"{stand_in.scheme}://{stand_in.netloc}"] if settings.stand_in_graph else [],
        images=[settings.public_url],
        frames=settings.embed_origins,
    )


def _described(document: dict[str, Any]) -> Blueprint:
    blueprint = Blueprint("openapi")

    @blueprint.get(f"{PREFIX}/openapi.json")
    async def read(_request: Request) -> HTTPResponse:
        return json_answer(document)

    return blueprint


def _health(parts: Parts) -> Blueprint:
    blueprint = Blueprint("health")

    @blueprint.get("/healthz")
    async def alive(_request: Request) -> HTTPResponse:
        return text("ok")

    @blueprint.get("/readyz")
    async def ready(_request: Request) -> HTTPResponse:
        """Whether the database and the queue answer."""
        wrong = {}
        for name, part in (("database", parts.db), ("queue", parts.queue)):
            try:
                await part.ping()
            except (SoukError, OSError) as error:
                wrong[name] = str(error)
        return json({"ready": not wrong, **wrong}, status=503 if wrong else 200)

    @blueprint.get("/metrics")
    async def metrics(_request: Request) -> HTTPResponse:
        return text(exposition(), content_type="text/plain; version=0.0.4")

    return blueprint
