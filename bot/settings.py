"""Every setting, read once from the environment (and an optional `.env` beside the project) into one frozen value.

The only reader of `os.environ`. A bad value raises `BadSetting`, which names the variable and says what was expected.
Secrets that a demonstration needs are made at the first start under `SOUK_HOME` and never stand in code.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from email.utils import parseaddr
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from dotenv import dotenv_values

from bot.channel_accounts import Account, Accounts, BadAccounts, read_accounts

ROOT = Path(__file__).resolve().parent.parent
GRAPH_URL = "https://graph.facebook.com/v25.0"
STRIPE_URL = "https://api.stripe.com"
TWILIO_URL = "https://api.twilio.com"

CHANNEL_VARIABLES = {
    "whatsapp": "META_APP_SECRET, META_VERIFY_TOKEN, WHATSAPP_TOKEN, WHATSAPP_PHONE_NUMBER_ID",
    "messenger": "META_APP_SECRET, META_VERIFY_TOKEN, MESSENGER_PAGE_TOKEN, MESSENGER_PAGE_ID",
    "instagram": "META_APP_SECRET, META_VERIFY_TOKEN, INSTAGRAM_TOKEN, INSTAGRAM_ACCOUNT_ID",
    "sms": "TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_FROM",
    "voice": "TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_FROM",
    "email": "MAIL_FROM, SMTP_URL, and IMAP_URL or MAIL_WEBHOOK_SECRET",
}
"""What each channel needs to be on, for saying so where it is off."""

META_TOKENS = ("WHATSAPP_TOKEN", "MESSENGER_PAGE_TOKEN", "INSTAGRAM_TOKEN")

# A demonstration's neighbours of the gateway's port.
ENGINE_PORT, ACTIONS_PORT, GRAPH_PORT, STRIPE_PORT, QUEUE_PORT, TWILIO_PORT = 1, 2, 3, 4, 5, 6


class BadSetting(Exception):
    """A variable of the environment cannot be used. `name` is the variable."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")
        self.name = name


@dataclass(frozen=True, slots=True)
class Settings:
    home: Path
    port: int
    public_url: str
    embed_origins: tuple[str, ...]
    secret_key: str
    database_url: str
    redis_url: str
    engine_url: str
    actions_url: str
    meta_graph_url: str
    meta_app_secret: str
    meta_verify_token: str
    whatsapp_token: str
    whatsapp_phone_number_id: str
    messenger_page_token: str
    messenger_page_id: str
    instagram_token: str
    instagram_account_id: str
    twilio_account_sid: str
    twilio_auth_token: str
    twilio_api_url: str
    twilio_from: str
    smtp_url: str
    imap_url: str
    mail_from: str
    mail_webhook_secret: str
    mail_authserv: str
    stripe_api_key: str
    stripe_webhook_secret: str
    stripe_api_url: str
    fulfilment_secret: str
    orders_api_token: str
    ucp_api_key: str
    acp_api_key: str
    own_queue: bool
    stand_in_graph: bool
    stand_in_stripe: bool
    stand_in_twilio: bool
    accounts: tuple[Account, ...]

    def accounts_of(self, channel: str) -> Accounts:
        """Empty where the channel is off."""
        return Accounts(account for account in self.accounts if account.channel == channel)

    @property
    def payments_on(self) -> bool:
        return bool(self.stripe_api_key and self.stripe_webhook_secret)

    @property
    def models(self) -> Path:
        return ROOT / "models" if self.home == ROOT / "var" else self.home / "models"

    @property
    def media(self) -> Path:
        """Where customers' files are kept."""
        return self.home / "media"

    @property
    def project(self) -> Path:
        """Where `data/`, `domain.yml` and `config.yml` are: a home may bring a `project` folder of its own."""
        own = self.home / "project"
        return own if own.is_dir() else ROOT

    def environment(self) -> dict[str, str]:
        """The same settings as variables, for a child process."""
        return {
            "SOUK_HOME": str(self.home),
            "PORT": str(self.port),
            "PUBLIC_URL": self.public_url,
            "EMBED_ORIGINS": ",".join(self.embed_origins),
            "SECRET_KEY": self.secret_key,
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "ENGINE_URL": self.engine_url,
            "ACTIONS_URL": self.actions_url,
            "META_GRAPH_URL": self.meta_graph_url,
            "META_APP_SECRET": self.meta_app_secret,
            "META_VERIFY_TOKEN": self.meta_verify_token,
            "WHATSAPP_TOKEN": self.whatsapp_token,
            "WHATSAPP_PHONE_NUMBER_ID": self.whatsapp_phone_number_id,
            "MESSENGER_PAGE_TOKEN": self.messenger_page_token,
            "MESSENGER_PAGE_ID": self.messenger_page_id,
            "INSTAGRAM_TOKEN": self.instagram_token,
            "INSTAGRAM_ACCOUNT_ID": self.instagram_account_id,
            "TWILIO_ACCOUNT_SID": self.twilio_account_sid,
            "TWILIO_AUTH_TOKEN": self.twilio_auth_token,
            "TWILIO_API_URL": self.twilio_api_url,
            "TWILIO_FROM": self.twilio_from,
            "SMTP_URL": self.smtp_url,
            "IMAP_URL": self.imap_url,
            "MAIL_FROM": self.mail_from,
            "MAIL_WEBHOOK_SECRET": self.mail_webhook_secret,
            "MAIL_AUTHSERV": self.mail_authserv,
            "STRIPE_API_KEY": self.stripe_api_key,
            "STRIPE_WEBHOOK_SECRET": self.stripe_webhook_secret,
            "STRIPE_API_URL": self.stripe_api_url,
            "FULFILMENT_SECRET": self.fulfilment_secret,
            "ORDERS_API_TOKEN": self.orders_api_token,
            "UCP_API_KEY": self.ucp_api_key,
            "ACP_API_KEY": self.acp_api_key,
        }


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process. Raises `BadSetting`."""
    values = dict(environ) if environ is not None else {**dotenv_values(ROOT / ".env"), **os.environ}
    read = _Reader(values)
    home = Path(read.text("SOUK_HOME", str(ROOT / "var"))).resolve()
    port = read.number("PORT", 8080, 1, 65_000)
    public_url = read.url("PUBLIC_URL", f"http://127.0.0.1:{port}")
    made = _Secrets(home)
    demonstration = is_loopback(public_url)
    graph_url, stand_in_graph = _played(
        read, "META_GRAPH_URL", f"http://127.0.0.1:{port + GRAPH_PORT}/v25.0", META_TOKENS, demonstration
    )
    stripe_url, stand_in_stripe = _played(
        read, "STRIPE_API_URL", f"http://127.0.0.1:{port + STRIPE_PORT}", ("STRIPE_API_KEY",), demonstration
    )
    twilio_url, stand_in_twilio = _played(
        read, "TWILIO_API_URL", f"http://127.0.0.1:{port + TWILIO_PORT}", ("TWILIO_AUTH_TOKEN",), demonstration
    )
    settings = Settings(
        home=home,
        port=port,
        public_url=public_url.rstrip("/"),
        embed_origins=_origins("EMBED_ORIGINS", read.text("EMBED_ORIGINS", "")),
        secret_key=read.text("SECRET_KEY", "") or made.get("secret_key"),
        database_url=read.text("DATABASE_URL", f"sqlite:///{home / 'souk.db'}"),
        redis_url=read.text("REDIS_URL", f"redis://127.0.0.1:{port + QUEUE_PORT}/0"),
        engine_url=read.url("ENGINE_URL", f"http://127.0.0.1:{port + ENGINE_PORT}"),
        actions_url=read.url("ACTIONS_URL", f"http://127.0.0.1:{port + ACTIONS_PORT}/webhook"),
        meta_graph_url=(graph_url or GRAPH_URL).rstrip("/"),
        meta_app_secret=read.or_made("META_APP_SECRET", made, stand_in_graph),
        meta_verify_token=read.or_made("META_VERIFY_TOKEN", made, stand_in_graph),
        whatsapp_token=read.or_made("WHATSAPP_TOKEN", made, stand_in_graph),
        whatsapp_phone_number_id=read.text("WHATSAPP_PHONE_NUMBER_ID", "106540352242922" if stand_in_graph else ""),
        messenger_page_token=read.or_made("MESSENGER_PAGE_TOKEN", made, stand_in_graph),
        messenger_page_id=read.text("MESSENGER_PAGE_ID", "111222333444555" if stand_in_graph else ""),
        instagram_token=read.or_made("INSTAGRAM_TOKEN", made, stand_in_graph),
        instagram_account_id=read.text("INSTAGRAM_ACCOUNT_ID", "17841400000000001" if stand_in_graph else ""),
        twilio_account_sid=read.text("TWILIO_ACCOUNT_SID", f"AC{0:032x}" if stand_in_twilio else ""),
        twilio_auth_token=read.or_made("TWILIO_AUTH_TOKEN", made, stand_in_twilio),
        twilio_api_url=(twilio_url or TWILIO_URL).rstrip("/"),
        twilio_from=read.text("TWILIO_FROM", "+15550100001" if stand_in_twilio else ""),
        smtp_url=read.text("SMTP_URL", ""),
        imap_url=read.text("IMAP_URL", ""),
        mail_from=read.text("MAIL_FROM", ""),
        mail_webhook_secret=read.text("MAIL_WEBHOOK_SECRET", ""),
        mail_authserv=read.text("MAIL_AUTHSERV", ""),
        stripe_api_key=read.or_made("STRIPE_API_KEY", made, stand_in_stripe, prefix="sk_test_"),
        stripe_webhook_secret=read.or_made("STRIPE_WEBHOOK_SECRET", made, stand_in_stripe, prefix="whsec_"),
        stripe_api_url=(stripe_url or STRIPE_URL).rstrip("/"),
        fulfilment_secret=read.text("FULFILMENT_SECRET", ""),
        orders_api_token=read.text("ORDERS_API_TOKEN", ""),
        ucp_api_key=read.text("UCP_API_KEY", ""),
        acp_api_key=read.text("ACP_API_KEY", ""),
        own_queue=not read.text("REDIS_URL", ""),
        stand_in_graph=stand_in_graph,
        stand_in_stripe=stand_in_stripe,
        stand_in_twilio=stand_in_twilio,
        accounts=(),
    )
    try:
        settings = replace(settings, accounts=read_accounts(home / "accounts.yml", _named(settings), values))
    except BadAccounts as error:
        raise BadSetting("SOUK_HOME", str(error)) from error
    _refuse_stand_ins_in_public(settings)
    return settings


def _played(read: _Reader, name: str, own: str, secrets: Sequence[str], demonstration: bool) -> tuple[str, bool]:
    """The base URL, empty for the real service's own, and whether a stand-in at `own` plays its part: in a
    demonstration where none of the `secrets` of an account is set.

    Processes that `souk up` starts are handed the stand-in's address and secrets: they have a stand-in all the same."""
    asked = read.text(name, "")
    stands_in = demonstration and asked in ("", own) and (bool(asked) or not any(read.text(key, "") for key in secrets))
    return (own if stands_in else asked), stands_in


def _named(settings: Settings) -> Iterator[Account]:
    """The account of each channel whose variables are all set."""
    if settings.meta_app_secret and settings.meta_verify_token:
        for channel, account, token in (
            ("whatsapp", settings.whatsapp_phone_number_id, settings.whatsapp_token),
            ("messenger", settings.messenger_page_id, settings.messenger_page_token),
            ("instagram", settings.instagram_account_id, settings.instagram_token),
        ):
            if account and token:
                yield Account(channel=channel, id=account, token=token, secret=settings.meta_app_secret)
    token = settings.twilio_auth_token
    if settings.twilio_account_sid and token and settings.twilio_from:
        for channel in ("sms", "voice"):
            yield Account(
                channel=channel, id=settings.twilio_from, token=token, secret=token, user=settings.twilio_account_sid
            )
    if settings.mail_from and settings.smtp_url and (settings.imap_url or settings.mail_webhook_secret):
        name, address = parseaddr(settings.mail_from)
        if not re.fullmatch(r"[^\s@]+@[^\s@]+", address):
            raise BadSetting("MAIL_FROM", f"{settings.mail_from!r} is not like Souk <hello@shop.example.com>")
        yield Account(
            channel="email",
            id=address.lower(),
            brand=name,
            secret=settings.mail_webhook_secret,
            smtp_url=settings.smtp_url,
            imap_url=settings.imap_url,
            authserv=settings.mail_authserv,
        )


def is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _origins(name: str, listed: str) -> tuple[str, ...]:
    """Comma-separated origins as browsers write them, each once: https alone, but for pages of this machine."""
    origins = dict.fromkeys(origin.strip().lower() for origin in listed.split(",") if origin.strip())
    for origin in origins:
        whole = re.fullmatch(r"https?://([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?", origin)
        if not whole or (origin.startswith("http:") and not is_loopback(origin)):
            raise BadSetting(name, f"{origin!r} is not an https origin such as https://www.example.com")
    return tuple(origins)


def _refuse_stand_ins_in_public(settings: Settings) -> None:
    if is_loopback(settings.public_url):
        if settings.stripe_api_key.startswith(("sk_live_", "rk_live_")) and is_loopback(settings.stripe_api_url):
            raise BadSetting("STRIPE_API_URL", "a live key is not sent to a sandbox; leave it empty for Stripe itself")
        return
    for name, url in (
        ("META_GRAPH_URL", settings.meta_graph_url),
        ("STRIPE_API_URL", settings.stripe_api_url),
        ("TWILIO_API_URL", settings.twilio_api_url),
    ):
        if is_loopback(url):
            raise BadSetting(name, "points at a stand-in on this machine, but PUBLIC_URL is public; leave it empty")


class _Reader:
    def __init__(self, values: Mapping[str, str | None]) -> None:
        self._values = values

    def text(self, name: str, default: str) -> str:
        return (self._values.get(name) or "").strip() or default

    def number(self, name: str, default: int, low: int, high: int) -> int:
        value = self.text(name, str(default))
        if not value.isdigit() or not low <= int(value) <= high:
            raise BadSetting(name, f"{value!r} is not a number from {low} to {high}")
        return int(value)

    def url(self, name: str, default: str) -> str:
        value = self.text(name, default)
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise BadSetting(name, f"{value!r} is not an http or https address")
        return value

    def or_made(self, name: str, made: _Secrets, stand_in: bool, prefix: str = "") -> str:
        value = self.text(name, "")
        return value or (made.get(name.lower(), prefix) if stand_in else "")


class _Secrets:
    """Random values made once and kept in `secrets.json` under the home, readable by its owner alone."""

    def __init__(self, home: Path) -> None:
        self._path = home / "secrets.json"

    def get(self, name: str, prefix: str = "") -> str:
        values = self._read()
        if name not in values:
            values[name] = prefix + secrets.token_urlsafe(32).replace("-", "x").replace("_", "y")
            self._write(values)
        return values[name]

    def _read(self) -> dict[str, str]:
        if not self._path.exists():
            return {}
        return msgspec.json.decode(self._path.read_bytes(), type=dict[str, str])

    def _write(self, values: dict[str, str]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(values), indent=1))
        fresh.replace(self._path)
