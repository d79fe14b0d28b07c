"""Who a browser is in the web chat: an identity that we made and signed. How it travels is `bot.chat.carrying`.

Nothing is stored for it: the signature is the proof. A browser can lose its identity, never choose one.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta

import msgspec

LIFE = timedelta(days=180)
_RENEWED_AFTER = timedelta(days=1)
_PURPOSE = b"souk web chat session"


class ChatSession(msgspec.Struct, frozen=True):
    """`customer` is the identity on channel `web`; `issued_at` when it was last written."""

    customer: str
    issued_at: datetime


class ChatSessions:
    def __init__(self, secret_key: str) -> None:
        self._key = hmac.new(secret_key.encode(), _PURPOSE, hashlib.sha256).digest()

    def issue(self, now: datetime) -> ChatSession:
        return ChatSession(secrets.token_urlsafe(18), now.replace(microsecond=0))

    def write(self, session: ChatSession) -> str:
        """The token: `customer.seconds.signature`."""
        said = f"{session.customer}.{int(session.issued_at.timestamp())}"
        return f"{said}.{self._sign(said)}"

    def read(self, token: str | None, now: datetime) -> ChatSession | None:
        """The session of a token; None when it is missing, forged, older than LIFE or from the future."""
        said, _, signature = (token or "").rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._sign(said).encode()):
            return None
        customer, _, seconds = said.rpartition(".")
        issued_at = datetime.fromtimestamp(int(seconds), UTC)
        if not timedelta(minutes=-5) <= now - issued_at <= LIFE:
            return None
        return ChatSession(customer, issued_at)

    def renew(self, session: ChatSession, now: datetime) -> ChatSession | None:
        """The same customer with a fresh date, once the token is a day old; None while it is young enough."""
        if now - session.issued_at < _RENEWED_AFTER:
            return None
        return msgspec.structs.replace(session, issued_at=now.replace(microsecond=0))

    def _sign(self, said: str) -> str:
        return hmac.new(self._key, said.encode(), hashlib.sha256).hexdigest()
