"""The way of every API request, in order: whose key, which version, faults, idempotency, one transaction, the answer.

Knows HTTP's words but no server: `app` brings bytes in and takes bytes out.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sandbox.stripe import timers
from sandbox.stripe.account import Account, Call, Cause, Operation
from sandbox.stripe.errors import InvalidParams, Refusal
from sandbox.stripe.form import Tree, decode
from sandbox.stripe.idempotency import Idempotency, KeptAnswer, fingerprint
from sandbox.stripe.ids import new_id
from sandbox.stripe.shapes import API_VERSION

_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(\.[a-z_]+)?")
TEST_KEY = re.compile(r"(sk|rk)_test_\w+")


@dataclass(frozen=True, slots=True)
class Incoming:
    """`form` is the query of a GET and the body of a POST; header names are in lower case."""

    method: str
    path: str
    names: Mapping[str, str]
    form: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """`lost` asks the server to hang up instead of answering, after `hold_s`."""

    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)
    lost: bool = False
    hold_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Gate:
    account: Account
    idempotency: Idempotency
    api_key: str

    async def answer(self, operation: Operation, incoming: Incoming) -> Outgoing:
        outgoing = await self._answer(operation, incoming)
        path, form = incoming.path, incoming.form
        self.account.record.exchange(incoming.method, path, form, outgoing.status, outgoing.body)
        return outgoing

    async def _answer(self, operation: Operation, incoming: Incoming) -> Outgoing:
        request_id = new_id("req_", 14)
        try:
            self.check_key(incoming.headers.get("authorization", ""))
            self._check_version(incoming.headers.get("stripe-version"))
            if _is_the_shops(incoming):
                self._fail_at_the_door()
            cause = Cause(request_id, incoming.headers.get("idempotency-key") or None)
            call = Call(_form(incoming), incoming.names, cause)
            return await self._answer_once(operation, incoming, call)
        except Refusal as refusal:
            return self._outgoing(KeptAnswer(refusal.status, refusal.body, request_id), {})

    async def _answer_once(self, operation: Operation, incoming: Incoming, call: Call) -> Outgoing:
        key = call.cause.idempotency_key
        if incoming.method == "GET" or key is None:
            await asyncio.sleep(self.account.faults.knobs.api_latency_s)
            return self._finish(self._work(operation, incoming, call, None), incoming, {})
        print_ = fingerprint(incoming.method, incoming.path, call.params)
        with self.idempotency.claim(key):
            told = {"Idempotency-Key": key}
            kept = self.idempotency.recall(key, print_)
            if kept is not None:
                replayed = {"Idempotent-Replayed": "true", "Original-Request": kept.request_id}
                return self._outgoing(kept, told | replayed)
            await asyncio.sleep(self.account.faults.knobs.api_latency_s)
            return self._finish(self._work(operation, incoming, call, print_), incoming, told)

    def _work(self, operation: Operation, incoming: Incoming, call: Call, print_: str | None) -> KeptAnswer:
        """Run the operation and keep its answer, both or neither."""
        timers.run_due(self.account)
        request_id = call.cause.request_id or ""
        try:
            with self.account.store.transaction():
                try:
                    answer = KeptAnswer(200, operation(self.account, call), request_id)
                except Refusal as refusal:
                    if not refusal.keeps_work:
                        raise
                    answer = KeptAnswer(refusal.status, refusal.body, request_id)
                late = self._fail_after_work() if _is_the_shops(incoming) else None
                return self._keep(call, print_, late or answer)
        except InvalidParams:
            raise
        except Refusal as refusal:
            with self.account.store.transaction():
                return self._keep(call, print_, KeptAnswer(refusal.status, refusal.body, request_id))

    def _keep(self, call: Call, print_: str | None, answer: KeptAnswer) -> KeptAnswer:
        if print_ is not None and call.cause.idempotency_key is not None:
            self.idempotency.keep(call.cause.idempotency_key, print_, answer)
        return answer

    def _finish(self, answer: KeptAnswer, incoming: Incoming, headers: dict[str, str]) -> Outgoing:
        self.account.deliveries.hurry()
        faults = self.account.faults
        outgoing = self._outgoing(answer, headers)
        if not _is_the_shops(incoming):
            return outgoing
        hold_s = faults.knobs.api_hang_s if faults.strikes("api_hang") else 0.0
        return replace(outgoing, lost=bool(hold_s) or faults.strikes("api_drop_answer"), hold_s=hold_s)

    def check_key(self, authorization: str) -> None:
        key = _key_in(authorization)
        if not key:
            raise Refusal("You did not provide an API key. Send it in the Authorization header.", status=401)
        if not hmac.compare_digest(key.encode(), self.api_key.encode()):
            hidden = f"{key[:8]}****{key[-4:]}" if len(key) > 16 else "****"
            raise Refusal(f"Invalid API Key provided: {hidden}", status=401)

    def _check_version(self, version: str | None) -> None:
        if version is not None and _VERSION.fullmatch(version) is None:
            raise Refusal(f"Invalid Stripe API version: {version[:40]}")

    def _fail_at_the_door(self) -> None:
        faults = self.account.faults
        if not faults.knobs.api_fail_after_work and faults.strikes("api_fail"):
            raise _fault(faults.knobs.api_fail_status)
        if faults.strikes("api_limit"):
            raise _fault(429)

    def _fail_after_work(self) -> KeptAnswer | None:
        faults = self.account.faults
        asked = faults.knobs.api_fail_after_work and faults.strikes("api_fail")
        if not asked and not faults.strikes("api_fail_late"):
            return None
        fault = _fault(faults.knobs.api_fail_status if asked else 500)
        return KeptAnswer(fault.status, fault.body, new_id("req_", 14))

    def _outgoing(self, answer: KeptAnswer, headers: dict[str, str]) -> Outgoing:
        told = {
            "Content-Type": "application/json",
            "Request-Id": answer.request_id,
            "Stripe-Version": API_VERSION,
            **headers,
        }
        if answer.status == 401:
            told["WWW-Authenticate"] = 'Bearer realm="Stripe"'
        should_retry = self.account.faults.knobs.api_should_retry
        if should_retry is None and (answer.status >= 500 or answer.status == 409):
            # A failure that was kept will only be repeated; one at the door left nothing behind.
            should_retry = "Idempotency-Key" not in headers
        if should_retry is not None and answer.status in (409, 429, *range(500, 600)):
            told["Stripe-Should-Retry"] = "true" if should_retry else "false"
        return Outgoing(answer.status, json.dumps(answer.body, indent=2), told)


def _is_the_shops(incoming: Incoming) -> bool:
    """Faults strike what a shop calls; what a shopper's page does goes through."""
    return not incoming.path.startswith(("/v1/payment_methods", "/v1/payment_pages"))


def _fault(status: int) -> Refusal:
    if status == 429:
        return Refusal("Too many requests hit the API too quickly.", status=429, code="rate_limit")
    return Refusal("An unknown error occurred.", status=status, kind="api_error")


def _form(incoming: Incoming) -> Tree:
    kind = incoming.headers.get("content-type", "")
    if incoming.method == "POST" and incoming.form and not kind.startswith("application/x-www-form-urlencoded"):
        raise InvalidParams("Invalid request (check that your POST content type is application/x-www-form-urlencoded).")
    return decode(incoming.form)


def _key_in(authorization: str) -> str:
    """The key in `Bearer <key>`, or the user name of `Basic`, which Stripe takes as well."""
    scheme, _, rest = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(rest, validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return ""
