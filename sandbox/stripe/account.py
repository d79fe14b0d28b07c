"""The one Stripe account that a sandbox plays: what every call is handed. Knows no call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sandbox.stripe.clock import SandboxClock
from sandbox.stripe.delivery import Deliveries
from sandbox.stripe.errors import missing_resource
from sandbox.stripe.form import Tree
from sandbox.stripe.knobs import Faults
from sandbox.stripe.record import Record
from sandbox.stripe.shapes import Json
from sandbox.stripe.store import Store


@dataclass(frozen=True, slots=True)
class Cause:
    """The request an event came from; the sandbox itself (a session that ran out) has neither."""

    request_id: str | None = None
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One API request, decoded but not yet read: `names` are the parts of its path."""

    params: Tree
    names: Mapping[str, str] = field(default_factory=dict)
    cause: Cause = Cause()


@dataclass(frozen=True, slots=True)
class Account:
    store: Store
    clock: SandboxClock
    faults: Faults
    deliveries: Deliveries
    base_url: str
    record: Record

    def find(self, kind: str, id_: str, param: str) -> Json:
        """The stored document. Raises `Refusal` (404, `resource_missing`)."""
        found = self.store.get(kind, id_)
        if found is None:
            raise missing_resource(kind, id_, param)
        return found

    def put(self, thing: Json) -> Json:
        """Store one of Stripe's objects under the kind and id it names itself."""
        self.store.put(thing["object"], thing["id"], thing)
        return thing


Operation = Callable[[Account, Call], Json]
"""Raises `InvalidParams` before it has changed anything, `Refusal` later."""
