"""Events on their way out: signed, posted to everyone who wants them, again and again until they say 2xx.

Knows bodies and addresses, not what an event means. Each letter is for one endpoint. Uses the machine's clock, never
the sandbox's, because the receiver compares the signature's time with its own. Waits shorter than Stripe at first: a
developer is watching.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from dataclasses import dataclass

import httpx

from sandbox.stripe.knobs import Faults
from sandbox.stripe.store import Store

ENDPOINT = "webhook_endpoint"
"""The kind of document that says where letters go, and signed with what."""
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
    url: str
    secret: str
    body: str
    attempts: int


class Deliveries:
    """The queue in the store and the loop that empties it. `add` belongs into the caller's transaction."""

    def __init__(self, store: Store, faults: Faults) -> None:
        self._store = store
        self._faults = faults
        self._news = asyncio.Event()
        self._under_way: set[asyncio.Task[None]] = set()
        store.db.execute("update letters set state = 'pending' where state = 'sending'")

    def add(self, event_id: str, body: str, endpoint: str) -> None:
        knobs = self._faults.knobs
        for _ in range(1 + self._faults.copies("webhook_duplicate")):
            due = time.time() + knobs.webhook_delay_s
            if knobs.webhook_shuffle:
                due += self._faults.jitter(_SHUFFLE_WITHIN_S)
            state = "dropped" if self._faults.strikes("webhook_drop") else "pending"
            self._store.db.execute(
                "insert into letters (event_id, endpoint, body, due, state) values (?, ?, ?, ?, ?)",
                (event_id, endpoint, body, due, state),
            )

    def hurry(self) -> None:
        """There may be something new: look now."""
        self._news.set()

    def open_for(self, event_id: str) -> int:
        """How many deliveries of the event have not arrived and are still being tried."""
        row = self._store.db.execute(
            "select count(*) as n from letters where event_id = ? and state in ('pending', 'sending')", (event_id,)
        ).fetchone()
        return int(row["n"])

    def listed(self) -> list[dict[str, object]]:
        rows = self._store.db.execute("select event_id, endpoint, state, attempts, answer from letters order by place")
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
        """What is due, addressed to where its endpoint is now."""
        with self._store.transaction():
            rows = self._store.db.execute(
                "update letters set state = 'sending' where state = 'pending' and due <= ?"
                " returning place, endpoint, body, attempts, due",
                (time.time(),),
            ).fetchall()
            endpoints = {id_: self._store.get(ENDPOINT, id_) or {} for id_ in {row["endpoint"] for row in rows}}
        rows.sort(key=lambda row: (row["due"], row["place"]))
        return [
            Letter(row["place"], kept["endpoint"]["url"], kept["secret"], row["body"], row["attempts"])
            for row in rows
            if (kept := endpoints[row["endpoint"]])
        ]

    async def _sleep(self) -> None:
        row = self._store.db.execute("select min(due) as due from letters where state = 'pending'").fetchone()
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
            "stripe-signature": signature_header(letter.body, letter.secret, int(time.time())),
            "user-agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }
        try:
            answer = await client.post(letter.url, content=letter.body.encode(), headers=headers)
            self._note(letter, arrived=answer.is_success, answer=str(answer.status_code))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            self._note(letter, arrived=False, answer=type(error).__name__)

    def _note(self, letter: Letter, *, arrived: bool, answer: str) -> None:
        again = not arrived and letter.attempts < len(BACKOFF_S)
        state = "delivered" if arrived else "pending" if again else "failed"
        due = time.time() + (BACKOFF_S[letter.attempts] if again else 0)
        self._store.db.execute(
            "update letters set state = ?, attempts = ?, due = ?, answer = ? where place = ?",
            (state, letter.attempts + 1, due, answer, letter.place),
        )
        self.hurry()
