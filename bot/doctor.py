"""`souk doctor`: looks at every part of a running shop and says in a line each what it found. It repairs nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import httpx

from bot.composition import Parts
from bot.errors import SoukError
from bot.selling.drift import drift_beside, drift_inside
from bot.settings import CHANNEL_VARIABLES, Settings
from bot.storage import alarms
from bot.storage.spool import Spool
from bot.storage.studio import live_model


@dataclass(frozen=True, slots=True)
class Finding:
    what: str
    well: bool
    words: str


async def examine(settings: Settings) -> list[Finding]:
    parts = Parts(settings)
    engine = f"{settings.engine_url}/webhooks/turn/health"
    actions = settings.actions_url.removesuffix("/webhook") + "/health"
    looks: list[tuple[str, Callable[[], Awaitable[str]]]] = [
        ("database", lambda: _database(parts)),
        ("queue", lambda: _queue(parts)),
        ("model", lambda: _model(parts)),
        ("engine", lambda: _answers(parts, engine)),
        ("actions", lambda: _answers(parts, actions)),
        ("gateway", lambda: _answers(parts, f"http://127.0.0.1:{settings.port}/readyz")),
        ("alarms", lambda: _alarms(parts)),
        ("intake", lambda: _intake(settings.home / "intake.db")),
        ("orders and stock", lambda: _agreeing(drift_inside(parts.db, parts.clock.now()))),
    ]
    if settings.payments_on:
        beside = ("orders and payments", lambda: _agreeing(drift_beside(parts.db, parts.payments, parts.clock.now())))
        looks.append(beside)
    try:
        found = [await _look(what, look) for what, look in looks]
    finally:
        await parts.close()
    channels = [
        Finding(channel, True, _ends(settings, channel) or f"off: {variables} are not all set")
        for channel, variables in CHANNEL_VARIABLES.items()
    ]
    payments = "on" if settings.payments_on else "off: STRIPE_API_KEY and STRIPE_WEBHOOK_SECRET are not both set"
    ways = (("webhook", settings.fulfilment_secret, "FULFILMENT_SECRET"),
            ("API", settings.orders_api_token, "ORDERS_API_TOKEN"))  # fmt: skip
    parcels = ", ".join(f"{way} {'on' if secret else f'off: {name} is not set'}" for way, secret, name in ways)
    return [*found, *channels, Finding("payments", True, payments), Finding("parcels", True, parcels)]


def _ends(settings: Settings, channel: str) -> str:
    return ", ".join(account.brand or account.id for account in settings.accounts_of(channel).all)


async def _look(what: str, look: Callable[[], Awaitable[str]]) -> Finding:
    try:
        return Finding(what, True, await look())
    except (SoukError, OSError, httpx.HTTPError, LookupError) as error:
        return Finding(what, False, str(error) or type(error).__name__)


async def _database(parts: Parts) -> str:
    await parts.db.ping()
    return "answers"


async def _queue(parts: Parts) -> str:
    await parts.queue.ping()
    return "answers"


async def _model(parts: Parts) -> str:
    async with parts.db.read() as tx:
        file = await live_model(tx)
    if file is None or not (parts.settings.models / file).exists():
        raise LookupError("no live model; `souk train` makes one")
    return file


async def _alarms(parts: Parts) -> str:
    async with parts.db.read() as tx:
        ringing = await alarms.open_ones(tx)
    if ringing:
        raise LookupError("; ".join(f"{each.channel} {each.account}: {each.words} ({each.code})" for each in ringing))
    return "none"


def _spooled(path: Path) -> tuple[int, int]:
    return Spool(path).count() if path.exists() else (0, 0)


async def _intake(path: Path) -> str:
    waiting, given_up = await asyncio.to_thread(_spooled, path)
    if given_up:
        raise LookupError(f"{given_up} webhooks could not be stored and are kept in {path}; the gateway's log says why")
    return f"{waiting} webhooks are on their way into the database"


async def _agreeing(look: Awaitable[list[str]]) -> str:
    drift = await look
    if drift:
        raise LookupError("; ".join(drift))
    return "agree"


async def _answers(parts: Parts, address: str) -> str:
    (await parts.http.get(address)).raise_for_status()
    return "answers"
