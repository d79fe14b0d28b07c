"""`python -m sandbox.stripe`: start the sandbox of Stripe on the loopback address."""

from __future__ import annotations

import argparse

from sandbox.stripe import webhook_endpoints
from sandbox.stripe.account import Account
from sandbox.stripe.app import create_app
from sandbox.stripe.clock import SandboxClock
from sandbox.stripe.delivery import Deliveries
from sandbox.stripe.gate import TEST_KEY, Gate
from sandbox.stripe.idempotency import Idempotency
from sandbox.stripe.knobs import Faults
from sandbox.stripe.record import Record, named_file
from sandbox.stripe.store import Store

FIRST_ENDPOINT = "we_1SandboxFirstEndpoint0000"


def main() -> None:
    options = _options()
    store, faults = Store(options.state), Faults()
    clock = SandboxClock(store)
    webhook_endpoints.keep(store, FIRST_ENDPOINT, options.webhook_url, options.webhook_secret, clock.now())
    account = Account(
        store=store,
        clock=clock,
        faults=faults,
        deliveries=Deliveries(store, faults),
        base_url=(options.public_url or f"http://127.0.0.1:{options.port}").rstrip("/"),
        record=Record(named_file()),
    )
    app = create_app(Gate(account, Idempotency(store, clock), options.api_key))
    app.run(host="127.0.0.1", port=options.port, single_process=True, motd=False, access_log=False)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.stripe", description="A Stripe without money.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--webhook-url", required=True, help="where events are posted to")
    parser.add_argument("--webhook-secret", required=True, help="whsec_..., signs the events")
    parser.add_argument("--api-key", required=True, help="sk_test_... or rk_test_..., the one key that is accepted")
    parser.add_argument("--state", default=":memory:", help="a file that outlives a restart")
    parser.add_argument("--public-url", help="the pay page's address as the shopper's browser sees it")
    options = parser.parse_args()
    if TEST_KEY.fullmatch(options.api_key) is None:
        parser.error("the sandbox takes test keys only (sk_test_... or rk_test_...)")
    if not options.webhook_secret.startswith("whsec_"):
        parser.error("a webhook secret starts with whsec_")
    return options


if __name__ == "__main__":
    main()
