"""`souk up`: from whatever state a shop's home is in to a running shop, saying what it does while it does it.

First the database, the log-ins, the catalogue and a model, each only when it is missing or older than its source;
then the processes, in waves. It knows which parts a shop has and nothing of what they do.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from bot import commands
from bot.accounts import Role
from bot.composition import CATALOG, Parts
from bot.processes import Command, NotStarted, Supervisor, port_taken, until_told_to_stop
from bot.selling.catalog_import import import_catalog, rebuild_index
from bot.settings import CHANNEL_VARIABLES, ROOT, Settings
from bot.storage import accounts as account_rows
from bot.storage.sql import migrate
from bot.storage.studio import live_model

DEMO_USERS = (
    ("agent@souk.example", "Léa", Role.AGENT),
    ("agent2@souk.example", "Noor", Role.AGENT),
    ("operator@souk.example", "Olek", Role.OPERATOR),
    ("owner@souk.example", "Ana", Role.OWNER),
)


class CannotStart(Exception):
    """Why a shop cannot start, in one sentence."""


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def up(settings: Settings, *, new_passwords: bool = False) -> None:
    """Prepare and run a shop until it is told to stop. Raises `CannotStart`."""
    began = time.monotonic()
    everything = processes(settings)
    _check_ports(command for wave in everything for command in wave)
    passwords = await prepare(settings, new_passwords=new_passwords)
    supervisor = Supervisor({**os.environ, **settings.environment()}, settings.home / "log", say)

    async def run() -> None:
        for wave in everything:
            say(f"souk: starting {', '.join(command.name for command in wave)} …")
            await supervisor.start(wave)
        _introduce(settings, passwords, time.monotonic() - began)
        await supervisor.watch()

    try:
        await until_told_to_stop(run())
    except NotStarted as error:
        raise CannotStart(str(error)) from error
    finally:
        say("souk: stopping …")
        await supervisor.stop()


def processes(settings: Settings) -> list[list[Command]]:
    """What to start, wave after wave."""
    first = []
    if settings.own_queue:
        first.append(commands.queue_server(settings))
    if settings.stand_in_graph:
        first.append(commands.graph_stand_in(settings))
    if settings.stand_in_twilio:
        first.append(commands.twilio_stand_in(settings))
    if settings.stand_in_stripe:
        first.append(commands.stripe_sandbox(settings))
    second = [commands.engine(settings), commands.actions(settings), commands.gateway(settings)]
    return [wave for wave in (first, second, [commands.worker(settings)]) if wave]


def _check_ports(everything: Iterable[Command]) -> None:
    for command in everything:
        if command.port and port_taken(command.port):
            raise CannotStart(
                f"port {command.port} ({command.name}) is in use: another shop may be running here. "
                "Stop it, or start this one with PORT=9080."
            )


async def prepare(settings: Settings, *, new_passwords: bool = False) -> dict[str, str]:
    """Database, log-ins, catalogue and model; the passwords that were made now, by e-mail."""
    settings.home.mkdir(parents=True, exist_ok=True)
    say("souk: database …")
    await asyncio.to_thread(migrate, settings.database_url)
    parts = Parts(settings)
    try:
        passwords = await _log_ins(parts, new_passwords)
        await load_catalog(parts)
        await ensure_model(parts)
    finally:
        await parts.close()
    return passwords


async def _log_ins(parts: Parts, new_passwords: bool) -> dict[str, str]:
    async with parts.db.read() as tx:
        known = await account_rows.count_users(tx)
    if known and not new_passwords:
        return {}
    made = {}
    for email, name, role in DEMO_USERS:
        made[email] = secrets.token_urlsafe(9)
        await parts.accounts.create(email, name, role, made[email])
    return made


async def load_catalog(parts: Parts, *, again: bool = False) -> None:
    """Import the catalogue when its files changed since the last time."""
    digest = _digest(sorted(p for p in CATALOG.rglob("*") if p.suffix in (".yml", ".yaml")))
    stamp = parts.settings.home / "catalog.sha256"
    if not again and stamp.exists() and stamp.read_text() == digest and await parts.index.is_built():
        return
    say("souk: catalogue …")
    report = await import_catalog(parts.db, CATALOG, parts.clock)
    lines = "".join(f"\n  {problem}" for problem in report.problems[:20])
    if not report.done:
        raise CannotStart(f"the catalogue has {len(report.problems)} bad rows and no good one:{lines}")
    await rebuild_index(parts.db, parts.index, parts.clock)
    if report.problems:
        say(f"souk: the catalogue has {len(report.problems)} bad rows, the rest is on sale:{lines}")
        return
    stamp.write_text(digest)


async def ensure_model(parts: Parts) -> None:
    """Train the first model; later ones are the studio's, or `souk train`."""
    async with parts.db.read() as tx:
        live = await live_model(tx)
    if live is not None and (parts.settings.models / live).exists():
        return
    say("souk: training the first model, up to two minutes …")
    await train(parts, f"first-{time.strftime('%Y%m%d-%H%M%S')}")


async def train(parts: Parts, name: str) -> None:
    """Train the project's data and make the model live when none is. Raises `CannotStart`."""
    out = parts.settings.models
    out.mkdir(parents=True, exist_ok=True)
    log = parts.settings.home / "log" / "train.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as words:
        done = await asyncio.to_thread(
            subprocess.run,
            commands.train(parts.settings.project, out, name),
            cwd=ROOT,
            stdout=words,
            stderr=words,
            check=False,
        )
    if done.returncode or not (out / f"{name}.tar.gz").exists():
        raise CannotStart(f"training failed; {log} says why.")
    await parts.registry.adopt(f"{name}.tar.gz")


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _introduce(settings: Settings, passwords: dict[str, str], took_s: float) -> None:
    say("")
    say(f"  chat       {settings.public_url}/")
    say(f"  desk       {settings.public_url}/desk")
    say(f"  studio     {settings.public_url}/studio")
    if settings.stand_in_graph:
        say(f"  simulator  {settings.public_url}/simulator   (WhatsApp, Messenger, Instagram, by a stand-in)")
    if settings.stand_in_twilio:
        say(f"  phone      {settings.twilio_api_url}/   (texts and calls, played by a stand-in on this machine)")
    for channel, variables in CHANNEL_VARIABLES.items():
        accounts = settings.accounts_of(channel).all
        if not accounts:
            say(f"  {channel:10} off: {variables} are not all set")
        elif not settings.stand_in_graph:
            say(f"  {channel:10} {', '.join(account.brand or account.id for account in accounts)}")
    if settings.stand_in_stripe:
        say("  payments   a sandbox of Stripe on this machine; card 4242 4242 4242 4242, no money moves")
    elif not settings.payments_on:
        say("  Payments are off: STRIPE_API_KEY and STRIPE_WEBHOOK_SECRET are not both set.")
    say("")
    if passwords:
        say("  log-ins (shown this once, kept only as hashes):")
        for email, _name, role in DEMO_USERS:
            say(f"    {email:24} {passwords[email]:14} {role.value}")
    else:
        emails = ", ".join(email for email, _name, _role in DEMO_USERS)
        say(f"  log-ins: {emails}")
        say("  (passwords were shown at the first start; `souk up --new-passwords` makes new ones)")
    say("")
    say(f"  started in {took_s:.1f} s; logs in {settings.home / 'log'}; stop with Ctrl-C")
    say("souk: ready")
