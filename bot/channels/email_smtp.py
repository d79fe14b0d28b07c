"""Handing a mail to the shop's outgoing host, and what its answer means.

Codes as in RFC 5321 and 3463: 4yz passes, 5yz stays; the enhanced code's second place says whose fault it is (1 and 2:
the recipient's address or mailbox, 7: policy). What a host says in words is never read.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from urllib.parse import unquote, urlsplit

import aiosmtplib
import msgspec

from bot.channels.base import (
    ChannelError,
    ChannelRateLimited,
    ChannelUnavailable,
    CredentialsRefused,
    MessageRefused,
)

WITHIN_S = 15.0
"""Less than the sender waits before it takes a mail for lost."""
_PAUSE_S = 60.0
_ENHANCED = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})\b")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_UNREACHABLE = ("1", "2")


class Host(msgspec.Struct, frozen=True):
    """`smtps://user:password@host:465`, or `smtp://…:587`, which must offer STARTTLS unless it is this machine."""

    name: str
    port: int
    user: str | None
    password: str | None
    tls: bool

    @classmethod
    def of(cls, url: str) -> Host:
        parts = urlsplit(url)
        tls = parts.scheme == "smtps"
        name = parts.hostname or "localhost"
        user, password = parts.username, parts.password
        return cls(
            name=name,
            port=parts.port or (465 if tls else 25 if name in _LOOPBACK else 587),
            user=unquote(user) if user else None,
            password=unquote(password) if password is not None else None,
            tls=tls,
        )

    @property
    def starttls(self) -> bool | None:
        """True: it must; None: if it is offered."""
        if self.tls:
            return False
        return None if self.name in _LOOPBACK else True


async def deliver(url: str, *, sender: str, recipient: str, mail: bytes) -> None:
    """Raises the channel errors, nothing else."""
    host = Host.of(url)
    try:
        async with asyncio.timeout(WITHIN_S):
            await aiosmtplib.send(
                mail,
                sender=sender,
                recipients=[recipient],
                hostname=host.name,
                port=host.port,
                username=host.user,
                password=host.password,
                use_tls=host.tls,
                start_tls=host.starttls,
                timeout=WITHIN_S,
            )
    except aiosmtplib.SMTPNotSupported as error:
        words = "The outgoing mail host lacks what it needs: STARTTLS, a way to log in, or such addresses."
        raise CredentialsRefused("smtp_not_supported", words, channel="email") from error
    except aiosmtplib.SMTPRecipientsRefused as error:
        refused = error.recipients[0]
        raise error_of(refused.code, refused.message, by_recipient=True) from error
    except aiosmtplib.SMTPAuthenticationError as error:
        raise _log_in_error(error.code) from error
    except aiosmtplib.SMTPResponseException as error:
        raise error_of(error.code, error.message) from error
    except ssl.SSLCertVerificationError as error:
        words = "The outgoing mail host's certificate is not valid."
        raise CredentialsRefused("smtp_certificate", words, channel="email") from error
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        raise ChannelUnavailable("smtp_no_answer", "The outgoing mail host did not answer.", channel="email") from error
    except ValueError as error:
        words = "This mail cannot be written as one."
        raise MessageRefused("bad_mail", words, channel="email", ours=True) from error


def error_of(code: int, words: str, *, by_recipient: bool = False) -> ChannelError:
    """What a host's refusal means. `by_recipient`: it spoke of the address, not of the mail."""
    found = _ENHANCED.match(words)
    subject = found[2] if found else ""
    if code < 500 and subject == "7":
        return ChannelRateLimited(
            "The mail host wants it slower.", channel="email", retry_after=_PAUSE_S, scope="number", provider_code=code
        )
    if code < 500:
        return ChannelUnavailable(f"smtp_{code}", "The mail host failed.", channel="email", provider_code=code)
    if code in (530, 534, 535, 538):
        return _log_in_error(code)
    gone = by_recipient or subject in _UNREACHABLE
    said = "The customer's mail host does not take it." if gone else "The mail host refused this mail."
    return MessageRefused(f"smtp_{code}", said, channel="email", provider_code=code, ours=not gone)


def _log_in_error(code: int) -> ChannelError:
    if code < 500:
        return ChannelUnavailable(f"smtp_{code}", "The mail host failed.", channel="email", provider_code=code)
    return CredentialsRefused(f"smtp_{code}", "The mail host refused the log-in.", channel="email", provider_code=code)
