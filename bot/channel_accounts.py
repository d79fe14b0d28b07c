"""The shop's own ends of its channels: numbers, pages, addresses. Each is data; one installation may have many.

The environment names one account a channel; `accounts.yml` in the home adds more, for other numbers and brands. It
knows no channel: what a token is for is the channel's business.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

CHANNELS = ("whatsapp", "messenger", "instagram", "sms", "voice", "email")
_VARIABLE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")


class BadAccounts(Exception):
    """Why `accounts.yml` cannot be used, in one sentence."""


class Account(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One end of one channel.

    `id`: WhatsApp's phone number id, the page's or Instagram account's id, a number in E.164, a mail address. `token`:
    what we send with (access token; Twilio's auth token). `secret`: what webhooks are signed with. `user`: Twilio's
    account sid. `brand`: the name customers see. `locale`: the language before the customer spoke. `catalogue`: id of
    Meta's product catalogue. `templates`: names of approved templates by use (`notice`: one place, for any text).
    `queue`: name of Twilio's queue for calls that a person takes. `authserv`: the name by which the host that receives
    our mail signs its `Authentication-Results`."""

    channel: str
    id: str
    token: str = ""
    secret: str = ""
    user: str = ""
    brand: str = ""
    locale: str | None = None
    catalogue: str = ""
    templates: dict[str, str] = {}
    queue: str = ""
    smtp_url: str = ""
    imap_url: str = ""
    authserv: str = ""


class Accounts:
    """The accounts of one channel, at least one."""

    def __init__(self, accounts: Iterable[Account]) -> None:
        self.all = tuple(accounts)
        self._by_id = {account.id: account for account in self.all}

    def __bool__(self) -> bool:
        return bool(self.all)

    def of(self, account_id: str) -> Account:
        """The account, or the first: a business token speaks for numbers that nobody wrote down too."""
        return self._by_id.get(account_id) or self.all[0]

    def secrets(self) -> tuple[str, ...]:
        """What webhooks may be signed with; several accounts usually share one app."""
        return tuple(dict.fromkeys(account.secret for account in self.all if account.secret))


class _File(msgspec.Struct, forbid_unknown_fields=True):
    accounts: list[Account] = []


def read_accounts(path: Path, named: Iterable[Account], environ: Mapping[str, str | None]) -> tuple[Account, ...]:
    """`named` (from the environment) and those of the file. What an account of the file leaves empty is taken from the
    named one of its channel; `${NAME}` stands for a variable of the environment. Raises `BadAccounts`."""
    first = {account.channel: account for account in named}
    accounts = {(account.channel, account.id): account for account in first.values()}
    if not path.exists():
        return tuple(accounts.values())
    try:
        file = msgspec.yaml.decode(_filled(path.read_text(), environ), type=_File)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise BadAccounts(f"{path.name}: {error}") from error
    for account in file.accounts:
        if account.channel not in CHANNELS:
            raise BadAccounts(f"{path.name}: {account.channel!r} is not one of {', '.join(CHANNELS)}")
        accounts[account.channel, account.id] = _completed(account, first.get(account.channel))
    return tuple(accounts.values())


def _filled(text: str, environ: Mapping[str, str | None]) -> str:
    def value(match: re.Match[str]) -> str:
        found = environ.get(match.group(1))
        if not found:
            raise BadAccounts(f"accounts.yml: the variable {match.group(1)} is not set")
        return found

    return _VARIABLE.sub(value, text)


def _completed(account: Account, first: Account | None) -> Account:
    if first is None:
        return account
    shared = ("token", "secret", "user", "smtp_url", "imap_url", "authserv")
    lacking = {name: getattr(first, name) for name in shared if not getattr(account, name)}
    return msgspec.structs.replace(account, **lacking)
