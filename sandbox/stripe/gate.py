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
from dataclasses import dataclass, field

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
    """`lost` asks the server to hang up instead of answering."""

    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Gate:
    account: Account
    idempotency: Idempotency
    api_key: str

    async def answer(self, operation: Operation, incoming: Incoming) -> Outgoing:
        request_id = new_id("req_", 14)
        try:
            self.check_key(incoming.headers.get("authorization", ""))
            self._check_version(incoming.headers.get("stripe-version"))
            self._fail_at_the_door()
            cause = Cause(request_id, incoming.headers.get("idempotency-key") or None)
            call = Call(_form(incoming), incoming.names, cause)
            return await self._answer_once(operation, incoming, call)
        except Refusal as refusal:
            return _outgoing(KeptAnswer(refusal.status, refusal.body, request_id), {})

    async def _answer_once(self, operation: Operation, incoming: Incoming, call: Call) -> Outgoing:
        key = call.cause.idempotency_key
        if incoming.method == "GET" or key is None:
            await asyncio.sleep(self.account.knobs.api_latency_s)
            return self._finish(self._work(operation, call, None), {})
        print_ = fingerprint(incoming.method, incoming.path, call.params)
        with self.idempotency.claim(key):
            told = {"Idempotency-Key": key}
            kept = self.idempotency.recall(key, print_)
            if kept is not None:
                return _outgoing(kept, told | {"Idempotent-Replayed": "true", "Original-Request": kept.request_id})
            await asyncio.sleep(self.account.knobs.api_latency_s)
            return self._finish(self._work(operation, call, print_), told)

    def _work(self, operation: Operation, call: Call, print_: str | None) -> KeptAnswer:
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
                return self._keep(call, print_, self._fail_after_work() or answer)
        except InvalidParams:
            raise
        except Refusal as refusal:
            with self.account.store.transaction():
                return self._keep(call, print_, KeptAnswer(refusal.status, refusal.body, request_id))

    def _keep(self, call: Call, print_: str | None, answer: KeptAnswer) -> KeptAnswer:
        if print_ is not None and call.cause.idempotency_key is not None:
            self.idempotency.keep(call.cause.idempotency_key, print_, answer)
        return answer

    def _finish(self, answer: KeptAnswer, headers: dict[str, str]) -> Outgoing:
        self.account.deliveries.hurry()
        return _outgoing(answer, headers, lost=self.account.knobs.use_up("api_drop_answer_next"))

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
        knobs = self.account.knobs
        if not knobs.api_fail_after_work and knobs.use_up("api_fail_next"):
            raise _fault(knobs.api_fail_status)

    def _fail_after_work(self) -> KeptAnswer | None:
        knobs = self.account.knobs
        if not knobs.api_fail_after_work or not knobs.use_up("api_fail_next"):
            return None
        fault = _fault(knobs.api_fail_status)
        return KeptAnswer(fault.status, fault.body, new_id("req_", 14))


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


def _outgoing(answer: KeptAnswer, headers: dict[str, str], *, lost: bool = False) -> Outgoing:
    told = {
        "Content-Type": "application/json",
        "Request-Id": answer.request_id,
        "Stripe-Version": API_VERSION,
        **headers,
    }
    if answer.status == 401:
        told["WWW-Authenticate"] = 'Bearer realm="Stripe"'
    if answer.status >= 500 or answer.status == 409:
        # A failure that was kept will only be repeated; one at the door left nothing behind.
        told["Stripe-Should-Retry"] = "false" if "Idempotency-Key" in headers else "true"
    return Outgoing(answer.status, json.dumps(answer.body, indent=2), told, lost)
