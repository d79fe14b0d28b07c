"""Whatever answers at Stripe's address, only errors of our own tree come out."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bot.errors import SoukError
from bot.payments import base
from bot.payments.base import CredentialsRefused, PaymentsError, PaymentsUnavailable, RequestRefused, Retry
from bot.payments.stripe import StripePayments


def _error(**facts: str) -> bytes:
    return json.dumps({"error": facts}).encode()


@pytest.mark.parametrize(
    ("status", "body", "expected", "retry"),
    [
        (200, b"<html>", PaymentsUnavailable, Retry.SAME_KEY),
        (200, b"", PaymentsUnavailable, Retry.SAME_KEY),
        (200, b"[1]", PaymentsUnavailable, Retry.SAME_KEY),
        (200, b'{"object": "checkout.session"}', PaymentsUnavailable, Retry.SAME_KEY),
        (200, b"\xff\xff", PaymentsUnavailable, Retry.SAME_KEY),
        (502, b"<html>Bad gateway", PaymentsUnavailable, Retry.SAME_KEY),
        (500, _error(type="api_error", message="?"), PaymentsUnavailable, Retry.NEW_KEY),
        (409, _error(type="idempotency_error", code="idempotency_key_in_use"), PaymentsUnavailable, Retry.SAME_KEY),
        (429, _error(type="invalid_request_error", code="rate_limit"), PaymentsUnavailable, Retry.SAME_KEY),
        (424, _error(type="api_error"), PaymentsUnavailable, Retry.SAME_KEY),
        (401, _error(type="invalid_request_error"), CredentialsRefused, None),
        (403, _error(type="invalid_request_error"), CredentialsRefused, None),
        (402, _error(type="card_error", code="card_declined"), RequestRefused, None),
        (404, _error(type="invalid_request_error", code="resource_missing", param="session"), RequestRefused, None),
        (400, b'{"error": "invalid_grant"}', PaymentsError, None),
        (400, b'{"error": null}', PaymentsError, None),
    ],
)
async def test_no_answer_gets_out_as_anything_but_a_payments_error(status, body, expected, retry) -> None:
    with _answering(status, body) as url:
        payments = StripePayments(api_key="sk_test_1", webhook_secrets=["whsec_1"], api_url=url, deadline_s=3)

        with pytest.raises(expected) as caught:
            await payments.retrieve_checkout("cs_test_1")

        await payments.close()
    if retry is not None:
        assert caught.value.retry is retry


def test_the_tree_in_the_docstring_is_the_tree_in_the_code() -> None:
    drawn = {line.split("── ")[1].split()[0] for line in (base.__doc__ or "").splitlines() if "──" in line}
    errors = {
        name for name, thing in vars(base).items() if isinstance(thing, type) and issubclass(thing, PaymentsError)
    }

    assert drawn == errors
    assert issubclass(PaymentsError, SoukError)


@contextmanager
def _answering(status: int, body: bytes) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
