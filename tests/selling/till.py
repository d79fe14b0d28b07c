"""The shop's till in tests: the real adapter and Stripe's library at the sandbox, under names that tests can say.

Sessions are called `cs_1`, `cs_2`... in the order in which they were opened; everything else about them is what
the sandbox said. `fails` are the errors that the next calls end with, and the sandbox makes the faults that lead
to them; `fails_late` are those that come after the work was done, as when an answer is lost. Only the shop's own
death (`Killed`) is not the sandbox's doing. What others do while a request is on its way is done once, `beforehand`
or `meanwhile`: before Stripe works or before its answer arrives. The sandbox's clock follows the test's.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.clock import Clock
from bot.commerce.money import Money
from bot.payments.base import (
    CheckoutRequest,
    CheckoutSession,
    CredentialsRefused,
    PaymentEvent,
    PaymentsUnavailable,
    Retry,
    SessionStatus,
)
from bot.payments.stripe import StripePayments
from bot.payments.stripe_words import read_session
from tests.payments.paying import confirmation
from tests.payments.sandbox_process import API_KEY, HTTP, WEBHOOK_SECRET, Sandbox

HEADERS = {"authorization": f"Bearer {API_KEY}"}
SLOW = {"us_bank_account[account_holder_type]": "individual", "us_bank_account[routing_number]": "110000000"}
"""An account in America pays days later, and may bounce."""
ATTEMPTS = 3
"""The library's: a fault that a call is to end with must outlast its own repetitions."""


class Killed(BaseException):
    """The process ends in the middle of a call, as far as the shop can tell."""


class Till:
    def __init__(self, sandbox: Sandbox, clock: Clock) -> None:
        self._sandbox = sandbox
        self._clock = clock
        self._stripe = self._adapter(API_KEY)
        self._stranger = self._adapter("sk_test_ofSomebodyElse")
        before = self._ask("/v1/checkout/sessions", {"limit": 1})["data"]
        self._after = {"ending_before": before[0]["id"]} if before else {}
        self.requests: dict[str, CheckoutRequest] = {}
        self.looks = 0
        self.behind = False
        """Whether the provider's clock stands still while the shop's goes on."""
        self.beforehand: Callable[[], Awaitable[object]] | None = None
        self.meanwhile: Callable[[], Awaitable[object]] | None = None
        self.fails: list[BaseException] = []
        self.fails_late: list[BaseException] = []

    # -- what the shop asks --------------------------------------------------------------------------------------------

    async def open_checkout(self, request: CheckoutRequest) -> CheckoutSession:
        if self.beforehand is not None:
            beforehand, self.beforehand = self.beforehand, None
            await beforehand()
        async with self._faults() as adapter:
            session = await adapter.open_checkout(request)
        session = self._called(session)
        self.requests[session.id] = request
        if self.meanwhile is not None:
            meanwhile, self.meanwhile = self.meanwhile, None
            await meanwhile()
        return session

    async def retrieve_checkout(self, session_id: str) -> CheckoutSession:
        self.looks += 1
        real = self._real(session_id)
        async with self._faults() as adapter:
            session = await adapter.retrieve_checkout(real)
        return self._called(session)

    async def expire_checkout(self, session_id: str) -> CheckoutSession:
        real = self._real(session_id)
        async with self._faults() as adapter:
            session = await adapter.expire_checkout(real)
        return self._called(session)

    async def checkouts_since(self, since: datetime) -> Sequence[CheckoutSession]:
        return [self._called(session) for session in await self._stripe.checkouts_since(since)]

    def verify_event(self, body: bytes, header: str | None) -> PaymentEvent:
        return self._stripe.verify_event(body, header)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stripe, name)

    async def close(self) -> None:
        await self._stripe.close()
        await self._stranger.close()

    # -- what the shopper, the bank and the test do --------------------------------------------------------------------

    def pay(self, session_id: str, method: str = "pm_card_visa") -> None:
        """The shopper pays on the page."""
        self._keep_time()
        page = f"/v1/payment_pages/{self._real(session_id)}"
        self._ask(f"{page}/confirm", method="POST", form=confirmation(self._ask(page), method))

    def pay_slowly(self, session_id: str, *, bounces: bool = False) -> None:
        """The shopper pays from a bank account; what comes of it shows in `settle`."""
        number = "000222222227" if bounces else "000123456789"
        form = {"type": "us_bank_account", "us_bank_account[account_number]": number, **SLOW}
        self.pay(session_id, self._ask("/v1/payment_methods", method="POST", form=form)["id"])

    def settle(self) -> None:
        """The bank has decided."""
        self._keep_time()
        self._sandbox.advance(6)

    def run_out(self, session_id: str) -> None:
        self._keep_time()
        self._ask(f"/v1/checkout/sessions/{self._real(session_id)}/expire", method="POST", form={})

    def open_elsewhere(self, **metadata: str) -> str:
        """A session that another program opens at the same account, at 75 dollars."""
        self._keep_time()
        form = {
            "mode": "payment",
            "success_url": "https://elsewhere.example",
            "line_items[0][price_data][currency]": "usd",
            "line_items[0][price_data][unit_amount]": "7500",
            "line_items[0][price_data][product_data][name]": "Something",
            **{f"metadata[{name}]": word for name, word in metadata.items()},
        }
        self._ask("/v1/checkout/sessions", method="POST", form=form)
        return list(self.sessions)[-1]

    @property
    def sessions(self) -> dict[str, CheckoutSession]:
        """All sessions as they are now, by name."""
        return {name: replace(read_session(raw), id=name) for name, raw in self._raw().items()}

    @property
    def session_of_key(self) -> dict[str, str]:
        return {session.metadata["checkout"]: name for name, session in self.sessions.items()}

    @property
    def last(self) -> str:
        return list(self.sessions)[-1]

    @property
    def open_pages(self) -> list[str]:
        return [name for name, session in self.sessions.items() if session.status is SessionStatus.OPEN]

    # -- inside --------------------------------------------------------------------------------------------------------

    def _adapter(self, key: str) -> StripePayments:
        return StripePayments(
            api_key=key, webhook_secrets=[WEBHOOK_SECRET], api_url=self._sandbox.url, clock=self._clock
        )

    @asynccontextmanager
    async def _faults(self) -> AsyncIterator[StripePayments]:
        """The adapter for one call, and the faults that this call meets."""
        early, late = (errors.pop(0) if errors else None for errors in (self.fails, self.fails_late))
        if isinstance(early, Killed):
            raise early
        self._keep_time()
        if isinstance(early, PaymentsUnavailable):
            self._sandbox.turn(**_fault(early.retry))
        if isinstance(late, PaymentsUnavailable):
            self._sandbox.turn(api_drop_answer_next=ATTEMPTS)
        try:
            yield self._stranger if isinstance(early, CredentialsRefused) else self._stripe
        finally:
            if early or late:
                self._sandbox.control("knobs", method="DELETE")
        if isinstance(late, Killed):
            raise late

    def _keep_time(self) -> None:
        if not self.behind:
            self._sandbox.set_clock(self._clock.now())

    def _ask(
        self, path: str, query: dict[str, Any] | None = None, *, method: str = "GET", form: dict[str, str] | None = None
    ) -> Any:
        answer = HTTP.request(method, self._sandbox.url + path, params=query, data=form, headers=HEADERS)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def _raw(self) -> dict[str, Any]:
        listed = self._ask("/v1/checkout/sessions", {"limit": 100, **self._after})["data"]
        return {f"cs_{place}": each for place, each in enumerate(reversed(listed), 1)}

    def _real(self, name: str) -> str:
        raw = self._raw()
        return str(raw[name]["id"]) if name in raw else name

    def _called(self, session: CheckoutSession) -> CheckoutSession:
        return replace(session, id=next(name for name, raw in self._raw().items() if raw["id"] == session.id))


def _fault(retry: Retry) -> dict[str, Any]:
    """The knobs for a failure that leaves the adapter with this advice."""
    if retry is Retry.NEW_KEY:
        return {"api_fail_next": 1, "api_fail_after_work": True}
    return {"api_fail_next": ATTEMPTS, "api_fail_status": 503}


def dollars(amount: str) -> Money:
    return Money.parse(amount, "USD")
