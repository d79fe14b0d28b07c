"""Same key, same answer. Source: docs.stripe.com/api/idempotent_requests.

The first answer to a key is kept for 24 hours, failures that struck during the work included; requests refused before
any work are not kept. Another request under the key is an error, and so is one while the first is still running.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sandbox.stripe.clock import SandboxClock
from sandbox.stripe.errors import InvalidParams, Refusal
from sandbox.stripe.form import Tree
from sandbox.stripe.shapes import Json
from sandbox.stripe.store import Store

LONGEST_KEY = 255
KEPT_S = 24 * 3600


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    status: int
    body: Json
    request_id: str


def fingerprint(method: str, path: str, params: Tree) -> str:
    return hashlib.sha256(json.dumps([method, path, params], sort_keys=True).encode()).hexdigest()


class Idempotency:
    def __init__(self, store: Store, clock: SandboxClock) -> None:
        self._store = store
        self._clock = clock
        self._running: set[str] = set()

    @contextmanager
    def claim(self, key: str) -> Iterator[None]:
        """Hold the key while its request runs. Raises `Refusal` (409) when another request does."""
        if len(key) > LONGEST_KEY:
            raise InvalidParams(f"Idempotency keys may be at most {LONGEST_KEY} characters long.")
        if key in self._running:
            raise Refusal(
                "There is currently another in-progress request using this idempotency key.",
                status=409,
                kind="idempotency_error",
                code="idempotency_key_in_use",
            )
        self._running.add(key)
        try:
            yield
        finally:
            self._running.discard(key)

    def recall(self, key: str, print_: str) -> KeptAnswer | None:
        """The kept answer, None for a new key. Raises `Refusal` when the key belongs to another request."""
        row = self._store.db.execute(
            "select * from answers where key = ? and kept_at > ?", (key, self._clock.now() - KEPT_S)
        ).fetchone()
        if row is None:
            return None
        if row["fingerprint"] != print_:
            raise Refusal(
                "Keys for idempotent requests can only be used with the same parameters they were first used with."
                f" Try using a key other than '{key}' if you meant to execute a different request.",
                kind="idempotency_error",
            )
        return KeptAnswer(row["status"], json.loads(row["body"]), row["request_id"])

    def keep(self, key: str, print_: str, answer: KeptAnswer) -> None:
        self._store.db.execute(
            "insert or replace into answers (key, fingerprint, kept_at, status, body, request_id)"
            " values (?, ?, ?, ?, ?, ?)",
            (key, print_, self._clock.now(), answer.status, json.dumps(answer.body), answer.request_id),
        )
