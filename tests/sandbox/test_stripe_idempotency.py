"""Same key, same answer: as docs.stripe.com/api/idempotent_requests promises."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from tests.payments.sandbox_process import API_KEY, HTTP, Sandbox, running_sandbox

CREATE = {
    "mode": "payment",
    "success_url": "https://shop.example/paid",
    "line_items[0][price_data][currency]": "usd",
    "line_items[0][price_data][unit_amount]": "6900",
    "line_items[0][price_data][product_data][name]": "Aero 2",
}


def create(sandbox: Sandbox, key: str, **change: Any) -> httpx.Response:
    return HTTP.post(
        sandbox.api_url + "/v1/checkout/sessions",
        data=CREATE | {"client_reference_id": key} | change,
        headers=_headers(key),
        timeout=30,
    )


def count(sandbox: Sandbox, *keys: str) -> int:
    """How many sessions were opened under these keys."""
    answer = HTTP.get(sandbox.url + "/v1/checkout/sessions?limit=100", headers=_headers(""))
    return sum(session["client_reference_id"] in keys for session in answer.json()["data"])


def test_a_repeated_request_gets_the_first_answer(sandbox) -> None:
    first, again = create(sandbox, "k1"), create(sandbox, "k1")

    assert again.json() == first.json()
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["original-request"] == first.headers["request-id"]
    assert count(sandbox, "k1") == 1


def test_the_order_of_the_parameters_does_not_matter(sandbox) -> None:
    turned = dict(reversed((CREATE | {"client_reference_id": "order"}).items()))

    first = create(sandbox, "order")
    again = HTTP.post(sandbox.api_url + "/v1/checkout/sessions", data=turned, headers=_headers("order"))

    assert again.json()["id"] == first.json()["id"]


def test_another_request_under_the_same_key_is_refused(sandbox) -> None:
    first = create(sandbox, "k2")

    other = create(sandbox, "k2", locale="fr")
    elsewhere = HTTP.post(f"{sandbox.api_url}/v1/checkout/sessions/{first.json()['id']}/expire", headers=_headers("k2"))

    for answer in (other, elsewhere):
        assert answer.status_code == 400
        assert answer.json()["error"]["type"] == "idempotency_error"


async def test_a_request_whose_twin_still_runs_is_a_conflict(sandbox) -> None:
    sandbox.turn(api_latency_s=0.5)

    first, second = await asyncio.gather(*(asyncio.to_thread(create, sandbox, "k3") for _ in range(2)))

    conflict = first if first.status_code == 409 else second
    assert {first.status_code, second.status_code} == {200, 409}
    assert conflict.json()["error"]["code"] == "idempotency_key_in_use"
    assert conflict.headers["stripe-should-retry"] == "true"
    assert count(sandbox, "k3") == 1


def test_a_request_refused_before_any_work_may_be_corrected_under_its_key(sandbox) -> None:
    assert create(sandbox, "k4", locale="tlh").status_code == 400

    assert create(sandbox, "k4").status_code == 200


def test_a_refusal_that_came_of_the_work_is_kept(sandbox) -> None:
    session = create(sandbox, "k5").json()["id"]
    url = f"{sandbox.api_url}/v1/checkout/sessions/{session}/expire"
    HTTP.post(url, headers=_headers("first"))

    refused, again = (HTTP.post(url, headers=_headers("second")) for _ in range(2))

    assert refused.status_code == again.status_code == 400
    assert again.headers["idempotent-replayed"] == "true"


def test_a_failure_during_the_work_is_kept_and_one_at_the_door_is_not(sandbox) -> None:
    sandbox.turn(api_fail_next=1)
    at_the_door, then = create(sandbox, "k6"), create(sandbox, "k6")
    sandbox.turn(api_fail_next=1, api_fail_after_work=True)
    during, repeated = create(sandbox, "k7"), create(sandbox, "k7")

    assert [at_the_door.status_code, then.status_code] == [500, 200]
    assert at_the_door.headers["stripe-should-retry"] == "true"
    assert [during.status_code, repeated.status_code] == [500, 500]
    assert during.headers["stripe-should-retry"] == "false"
    assert count(sandbox, "k6", "k7") == 2


def test_a_key_is_forgotten_after_a_day(sandbox) -> None:
    first = create(sandbox, "k8").json()

    sandbox.advance(24 * 3600 + 1)

    assert create(sandbox, "k8").json()["id"] != first["id"]


def test_a_key_has_at_most_255_characters(sandbox) -> None:
    assert create(sandbox, "k" * 255, client_reference_id="long").status_code == 200
    assert create(sandbox, "k" * 256, client_reference_id="long").status_code == 400


def test_a_restart_remembers_sessions_keys_and_time(tmp_path) -> None:
    state = tmp_path / "stripe.db"
    with running_sandbox(state) as sandbox:
        first = create(sandbox, "k9").json()
        sandbox.advance(60)

    with running_sandbox(state) as sandbox:
        assert create(sandbox, "k9").json() == first
        assert create(sandbox, "k10").json()["id"] != first["id"]
        assert count(sandbox, "k9", "k10") == 2
        assert sandbox.control("clock")["ahead_s"] == 60


def _headers(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {API_KEY}"} | ({"idempotency-key": key} if key else {})
