"""A mailbox at an IMAP server, read without changing anything in it. Blocking: called in a thread.

`imaps://user:password@host:993/INBOX`, or `imap://…`, which must offer STARTTLS unless it is this machine.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from imaplib import IMAP4
from urllib.parse import unquote, urlsplit

from imap_tools import AND, BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxLoginError

from bot.channels.base import ChannelUnavailable, CredentialsRefused

LARGEST = 30 * 1024 * 1024
"""Of a larger mail the rest is left where it is: words come first, what is cut off is the end of the last file."""
_TIMEOUT_S = 30.0
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class ImapBox:
    """One connection to one folder. Every method raises `ChannelUnavailable` when the server does not answer."""

    def __init__(self, url: str) -> None:
        """Raises `CredentialsRefused` where the log-in is refused."""
        parts = urlsplit(url)
        with _translated():
            self._box = _connected(parts.scheme, parts.hostname or "localhost", parts.port)
            folder = unquote(parts.path.lstrip("/")) or "INBOX"
            self._box.login(unquote(parts.username or ""), unquote(parts.password or ""), initial_folder=folder)
            self.can_wait = "IDLE" in self._box.client.capabilities

    def place(self) -> tuple[int, int]:
        """UIDVALIDITY, and the UID below which every mail lies that is here now."""
        with _translated():
            told = self._box.folder.status(options=["UIDVALIDITY", "UIDNEXT"])
            return told["UIDVALIDITY"], told["UIDNEXT"]

    def after(self, uid: int) -> list[int]:
        """The UIDs of newer mails, oldest first."""
        with _translated():
            self._box.client.noop()
            # "5:*" always names the last mail, whatever its number.
            return sorted(found for found in map(int, self._box.uids(f"UID {uid + 1}:*")) if found > uid)

    def since(self, day: date) -> list[int]:
        """The UIDs of mails that came on this day or later, oldest first."""
        with _translated():
            return sorted(map(int, self._box.uids(AND(date_gte=day))))

    def mail(self, uid: int) -> bytes | None:
        """The mail as it is, unread as it was; None where it is gone."""
        with _translated():
            _, answer = self._box.client.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{LARGEST}>)")
            return next((part[1] for part in answer if isinstance(part, tuple)), None)

    def begin_waiting(self) -> None:
        with _translated():
            self._box.idle.start()  # type: ignore[no-untyped-call]

    def has_news(self, within_s: float) -> bool:
        """Between `begin_waiting` and `end_waiting`: whether the server told of anything."""
        with _translated():
            return bool(self._box.idle.poll(timeout=within_s))

    def end_waiting(self) -> None:
        with _translated():
            self._box.idle.stop()  # type: ignore[no-untyped-call]

    def close(self) -> None:
        with suppress(OSError, IMAP4.error, ImapToolsError):
            self._box.client.shutdown()


def _connected(scheme: str, host: str, port: int | None) -> BaseMailBox:
    tls = ssl.create_default_context()
    if scheme == "imaps":
        return MailBox(host, port or 993, timeout=_TIMEOUT_S, ssl_context=tls)
    if host in _LOOPBACK:
        return MailBoxUnencrypted(host, port or 143, timeout=_TIMEOUT_S)
    return MailBoxStartTls(host, port or 143, timeout=_TIMEOUT_S, ssl_context=tls)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except MailboxLoginError as error:
        words = "The mail server refused the log-in to the mailbox."
        raise CredentialsRefused("imap_log_in", words, channel="email") from error
    except (OSError, IMAP4.error, ImapToolsError, ValueError) as error:
        words = "The mail server does not answer as one."
        raise ChannelUnavailable("imap_no_answer", words, channel="email") from error
