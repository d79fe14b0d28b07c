"""Log-ins of the people at work: agents, operators, owners. Passwords are argon2 hashes, sessions are hashed tokens.

Knows nothing of HTTP (`bot.api` reads the cookie) and nothing of customers, who have no log-in.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Iterable, Sequence
from datetime import timedelta
from enum import StrEnum

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from bot.clock import Clock
from bot.errors import NotAllowed, NotAuthenticated, TooMany
from bot.storage import accounts as store
from bot.storage.queue import Queue
from bot.storage.sql import Database

SESSION_LIFE = timedelta(days=14)
_TRIES_BURST = 10
_TRIES_PER_SECOND = 1 / 30


class Role(StrEnum):
    AGENT = "agent"
    OPERATOR = "operator"
    OWNER = "owner"


class User(msgspec.Struct, frozen=True):
    id: int
    email: str
    name: str
    role: Role


def _hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class Accounts:
    def __init__(self, db: Database, queue: Queue, clock: Clock) -> None:
        self._db = db
        self._queue = queue
        self._clock = clock
        self._hasher = PasswordHasher()
        # Checked against when the e-mail is unknown, so that both answers take as long.
        self._nobody = self._hasher.hash(secrets.token_hex(16))

    async def create(self, email: str, name: str, role: Role, password: str) -> None:
        """Create a log-in, or give an existing one a new password."""
        digest = await asyncio.to_thread(self._hasher.hash, password)
        async with self._db.write() as tx:
            await store.put_user(tx, email.lower(), name, role.value, digest, self._clock.now())

    async def log_in(self, email: str, password: str, *, source: str) -> tuple[User, str]:
        """The user and a new session token.

        Raises NotAuthenticated, or TooMany after 10 wrong tries from one source or at one address."""
        buckets = (f"login:{source}", f"login:{email.lower()}")
        await self._slow_down(buckets)
        async with self._db.read() as tx:
            row = await store.user_by_email(tx, email.lower())
        digest = row.password_hash if row is not None else self._nobody
        try:
            await asyncio.to_thread(self._hasher.verify, digest, password)
        except VerificationError:
            row = None
        if row is None or not row.active:
            raise NotAuthenticated("wrong_log_in", "That e-mail and password do not belong together.")
        for bucket in buckets:
            await self._queue.give_back(bucket)
        token = secrets.token_urlsafe(32)
        now = self._clock.now()
        async with self._db.write() as tx:
            await store.add_session(tx, _hash_token(token), row.id, now, now + SESSION_LIFE)
        return User(row.id, row.email, row.name, Role(row.role)), token

    async def _slow_down(self, buckets: Sequence[str]) -> None:
        now = self._clock.now().timestamp()
        for bucket in buckets:
            wait = await self._queue.take(bucket, per_second=_TRIES_PER_SECOND, burst=_TRIES_BURST, now=now)
            if wait:
                raise TooMany("too_many_tries", "Too many tries; wait a little.", retry_after=wait)

    async def log_out(self, token: str | None) -> None:
        if token:
            async with self._db.write() as tx:
                await store.drop_session(tx, _hash_token(token))

    async def who(self, token: str | None) -> User | None:
        if not token:
            return None
        async with self._db.read() as tx:
            row = await store.user_by_session(tx, _hash_token(token), self._clock.now())
        return None if row is None else User(row.id, row.email, row.name, Role(row.role))

    async def require(self, token: str | None, roles: Iterable[Role]) -> User:
        """The user of a session who has one of these roles (an owner has all). Raises NotAuthenticated, NotAllowed."""
        user = await self.who(token)
        if user is None:
            raise NotAuthenticated("log_in", "Please log in.")
        if user.role is not Role.OWNER and user.role not in set(roles):
            raise NotAllowed("wrong_role", "Your log-in is not for this page.", role=user.role.value)
        return user
