"""Events on their way out: signed, posted to the shop's webhook, again and again until it says 2xx.

Knows bodies and addresses, not what an event means. Uses the machine's clock, never the sandbox's, because the
receiver compares the signature's time with its own. Waits shorter than Stripe at first: a developer is watching.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import random
import time
from dataclasses import dataclass

import httpx

from sandbox.stripe.knobs import Knobs
from sandbox.stripe.store import Store

BACKOFF_S = (1, 2, 4, 8, 15, 30, 60, 120, 300, 600, 1800, *[3600] * 71)
"""About three days, like Stripe in live mode; then the delivery counts as failed."""
_TIMEOUT_S = 10.0
_SHUFFLE_WITHIN_S = 0.4


def signature_header(body: str, secret: str, at: int) -> str:
    """`t=<seconds>,v1=<HMAC-SHA256 of "t.body">`. Source: docs.stripe.com/webhooks, "Verify manually"."""
    digest = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


@dataclass(frozen=True, slots=True)
class Letter:
    place: int
    body: str
    attempts: int


class Deliveries:
    """The queue in the store and the loop that empties it. `add` belongs into the caller's transaction."""

    def __init__(self, store: Store, knobs: Knobs, *, url: str, secret: str) -> None:
        self._store = store
        self._knobs = knobs
        self._url = url
        self._secret = secret
        self._news = asyncio.Event()
        self._under_way: set[asyncio.Task[None]] = set()
        store.db.execute("update deliveries set state = 'pending' where state = 'sending'")

    def add(self, event_id: str, body: str) -> None:
        for _ in range(1 + self._knobs.webhook_duplicates):
            due = time.time() + self._knobs.webhook_delay_s
            if self._knobs.webhook_shuffle:
                due += random.uniform(0, _SHUFFLE_WITHIN_S)  # noqa: S311
            state = "dropped" if self._knobs.use_up("webhook_drop_next") else "pending"
            self._store.db.execute(
                "insert into deliveries (event_id, body, due, state) values (?, ?, ?, ?)", (event_id, body, due, state)
            )

    def hurry(self) -> None:
        """There may be something new: look now."""
        self._news.set()

    def open_for(self, event_id: str) -> int:
        """How many deliveries of the event have not arrived and are still being tried."""
        row = self._store.db.execute(
            "select count(*) as n from deliveries where event_id = ? and state in ('pending', 'sending')", (event_id,)
        ).fetchone()
        return int(row["n"])

    def listed(self) -> list[dict[str, object]]:
        rows = self._store.db.execute("select event_id, state, attempts, answer from deliveries order by place")
        return [dict(row) for row in rows.fetchall()]

    async def run(self) -> None:
        async with httpx.AsyncClient(timeout=_TIMEOUT_S, trust_env=False) as client:
            while True:
                for letter in self._take_due():
                    task = asyncio.create_task(self._post(client, letter))
                    self._under_way.add(task)
                    task.add_done_callback(self._under_way.discard)
                await self._sleep()

    def _take_due(self) -> list[Letter]:
        with self._store.transaction():
            rows = self._store.db.execute(
                "update deliveries set state = 'sending' where state = 'pending' and due <= ?"
                " returning place, body, attempts, due",
                (time.time(),),
            ).fetchall()
        rows.sort(key=lambda row: (row["due"], row["place"]))
        return [Letter(row["place"], row["body"], row["attempts"]) for row in rows]

    async def _sleep(self) -> None:
        row = self._store.db.execute("select min(due) as due from deliveries where state = 'pending'").fetchone()
        wait = None if row["due"] is None else max(0.0, row["due"] - time.time())
        try:
            async with asyncio.timeout(wait):
                await self._news.wait()
        except TimeoutError:
            pass
        self._news.clear()

    async def _post(self, client: httpx.AsyncClient, letter: Letter) -> None:
        headers = {
            "content-type": "application/json; charset=utf-8",
            "stripe-signature": signature_header(letter.body, self._secret, int(time.time())),
            "user-agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }
        try:
            answer = await client.post(self._url, content=letter.body.encode(), headers=headers)
            self._note(letter, arrived=answer.is_success, answer=str(answer.status_code))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            self._note(letter, arrived=False, answer=type(error).__name__)

    def _note(self, letter: Letter, *, arrived: bool, answer: str) -> None:
        again = not arrived and letter.attempts < len(BACKOFF_S)
        state = "delivered" if arrived else "pending" if again else "failed"
        due = time.time() + (BACKOFF_S[letter.attempts] if again else 0)
        self._store.db.execute(
            "update deliveries set state = ?, attempts = ?, due = ?, answer = ? where place = ?",
            (state, letter.attempts + 1, due, answer, letter.place),
        )
        self.hurry()
