"""How a request of a shopping agent is let in: by its key, and answered once by its idempotency key.

The rules are those of ACP 2026-04-17, section 6, for both protocols: the key is required where something changes (400),
the same key with another body is refused (422), while the first is being answered the second hears 409 and when to come
back, and what failed on our side is never kept. An answer is kept as long as every idempotency key (`bot.timers`).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import msgspec
from sanic import Request

from bot.clock import Clock
from bot.errors import BadInput, Conflict, NotAuthenticated, SoukError
from bot.storage import agent_checkouts
from bot.storage.sql import Database

T = TypeVar("T")
LONGEST_KEY = 255
ANSWERING = timedelta(seconds=60)
"""A first call that has not answered by then is dead: its server ended in the middle."""
COME_BACK_S = 2


@dataclass(frozen=True, slots=True)
class Answered:
    """`again` is True where it was answered before."""

    status: int
    body: Any
    again: bool = False


class KeyReused(SoukError):
    status = 422


class InFlight(Conflict):
    """The same request is being answered at this moment: come back after `COME_BACK_S` seconds."""


class Doorkeeper:
    def __init__(self, db: Database, clock: Clock, protocol: str, api_key: str) -> None:
        self._db = db
        self._clock = clock
        self._protocol = protocol
        self._api_key = api_key

    def let_in(self, request: Request) -> None:
        """Raises `NotAuthenticated` unless the request brings the key, as a bearer token or as `X-API-Key`."""
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        brought = request.headers.get("x-api-key", "") or bearer
        if not hmac.compare_digest(brought.encode(), self._api_key.encode()):
            raise NotAuthenticated("key_wrong", "This needs the API key that the shop has given you.")

    async def once(self, request: Request, work: Callable[[str], Awaitable[Answered]]) -> Answered:
        """Do `work(key)`, or give the answer that its key was given before.

        Raises `BadInput` without a key, `KeyReused`, `InFlight`, and whatever `work` raises."""
        told = request.headers.get("idempotency-key", "")
        if not told or len(told) > LONGEST_KEY:
            raise BadInput("idempotency_key_required", "Idempotency-Key is required, at most 255 characters.")
        key = f"{self._protocol}:{hashlib.sha256(told.encode()).hexdigest()[:40]}"
        fingerprint = hashlib.sha256(f"{request.method} {request.path}\n".encode() + _canonical(request.body))
        before = await self._begin(key, fingerprint.hexdigest())
        if before is not None:
            return before
        try:
            answer = await work(key)
        except BaseException:
            # A refusal changed nothing and is made anew; a failure of ours may be tried again.
            await self._forget(key)
            raise
        async with self._db.write() as tx:
            await agent_checkouts.answered(tx, key, answer.status, answer.body)
        return answer

    async def _begin(self, key: str, fingerprint: str) -> Answered | None:
        now = self._clock.now()
        async with self._db.write() as tx:
            first = await agent_checkouts.begin(tx, key, fingerprint, now)
            if first is None:
                return None
            if first.fingerprint != fingerprint:
                raise KeyReused("idempotency_conflict", "This Idempotency-Key came with another request before.")
            if first.status is not None:
                return Answered(first.status, first.answer, again=True)
            if await agent_checkouts.take_over(tx, key, now - ANSWERING, now):
                return None
        raise InFlight("idempotency_in_flight", "The same request is being answered; come back in a moment.")

    async def _forget(self, key: str) -> None:
        async with self._db.write() as tx:
            await agent_checkouts.forget(tx, key)


def read_body(request: Request, kind: type[T]) -> T:
    """The request's JSON as `kind`; fields that it does not name may be there. Raises `BadInput`, with the place."""
    try:
        return msgspec.json.decode(request.body, type=kind)
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeError) as error:
        raise BadInput("body_bad", f"The body cannot be read: {error}.") from None


def _canonical(body: bytes) -> bytes:
    """The same JSON in another order is the same request."""
    try:
        return json.dumps(json.loads(body or b"{}"), sort_keys=True, separators=(",", ":")).encode()
    except ValueError:
        return body
