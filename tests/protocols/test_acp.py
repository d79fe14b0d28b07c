"""A shopping agent buys for somebody by ACP; every answer is judged by the protocol's own schema."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.protocols.conftest import KEY, Till
from tests.protocols.schemas import acp_complaints

SHOES = "AER2-BLU-42"
SESSIONS = "/acp/checkout_sessions"
ADDRESS = {
    "name": "Maya Lind",
    "line_one": "1 Market Street",
    "city": "San Francisco",
    "state": "CA",
    "country": "US",
    "postal_code": "94105",
}


def session(*items: tuple[str, int], **more: Any) -> dict[str, Any]:
    lines = [{"id": item, "quantity": quantity} for item, quantity in items]
    return {"line_items": lines, "currency": "usd", "capabilities": {}, **more}


def total(told: dict[str, Any], kind: str) -> int:
    return int(next(row["amount"] for row in told["totals"] if row["type"] == kind))


async def test_an_agent_finds_out_what_the_shop_can_do(till: Till) -> None:
    told = (await till.http.get("/.well-known/acp.json", headers={"X-API-Key": ""})).json()

    assert acp_complaints("DiscoveryResponse", told) == []
    assert told["capabilities"]["supported_currencies"] == ["eur", "usd"]


async def test_a_purchase_from_basket_to_paid_order(till: Till) -> None:
    wanted = session((SHOES, 1), buyer={"email": "maya@example.com"}, fulfillment_details={"address": ADDRESS})
    made = await till.ask("POST", SESSIONS, wanted, **{"X-API-Key": "", "Authorization": f"Bearer {KEY}"})
    told = made.json()

    assert made.status_code == 201
    assert acp_complaints("CheckoutSession", told) == []
    assert (told["status"], total(told, "subtotal"), total(told, "total")) == ("requires_escalation", 6900, 7500)

    refused = await till.ask("POST", f"{SESSIONS}/{told['id']}/complete", {"payment_data": {}})
    assert (refused.status_code, refused.json()["code"]) == (400, "requires_escalation")
    assert acp_complaints("Error", refused.json()) == []

    await till.buyer_pays(told["continue_url"])
    done = (await till.ask("POST", f"{SESSIONS}/{told['id']}/complete", {"payment_data": {}})).json()
    assert acp_complaints("CheckoutSessionWithOrder", done) == []
    assert (done["status"], total(done, "total")) == ("completed", 7500)

    late = await till.ask("POST", f"{SESSIONS}/{told['id']}/cancel", {})
    assert late.status_code == 405


async def test_an_update_changes_only_what_it_names(till: Till) -> None:
    made = (await till.ask("POST", SESSIONS, session((SHOES, 2)))).json()

    coded = (await till.ask("POST", f"{SESSIONS}/{made['id']}", {"discounts": {"codes": ["FIVEOFF"]}})).json()
    assert acp_complaints("CheckoutSession", coded) == []
    assert [(line["id"], line["quantity"]) for line in coded["line_items"]] == [(SHOES, 2)]
    assert (total(coded, "discount"), total(coded, "total")) == (500, 13300)

    bare = (await till.ask("POST", f"{SESSIONS}/{made['id']}", {"discounts": {"codes": []}})).json()
    assert total(bare, "total") == 13800


async def test_a_code_that_takes_nothing_off_is_rejected_with_its_reason(till: Till) -> None:
    told = (await till.ask("POST", SESSIONS, session((SHOES, 1), discounts={"codes": ["SUMMER26"]}))).json()

    assert acp_complaints("CheckoutSession", told) == []
    assert told["discounts"]["rejected"][0]["reason"] == "discount_code_expired"
    assert told["status"] == "not_ready_for_payment"


async def test_a_change_without_an_idempotency_key_is_refused(till: Till) -> None:
    answer = await till.http.post(SESSIONS, json=session((SHOES, 1)))

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_required")
    assert acp_complaints("Error", answer.json()) == []


async def test_another_version_of_the_protocol_is_refused_with_ours(till: Till) -> None:
    answer = await till.ask("POST", SESSIONS, session((SHOES, 1)), **{"API-Version": "2025-09-29"})

    assert answer.status_code == 400
    assert answer.json()["supported_versions"] == ["2026-04-17"]


@pytest.mark.parametrize("name", ["Idempotency-Key", "Request-Id"])
async def test_the_callers_own_ids_come_back(till: Till, name: str) -> None:
    own = str(uuid4())
    answer = await till.ask("POST", SESSIONS, session((SHOES, 1)), **{name: own})

    assert answer.headers[name.lower()] == own


async def test_more_than_there_is_is_told_and_not_payable(till: Till) -> None:
    told = (await till.ask("POST", SESSIONS, session((SHOES, 99)))).json()

    assert acp_complaints("CheckoutSession", told) == []
    assert [message["code"] for message in told["messages"]] == ["out_of_stock"]
    assert told["status"] == "not_ready_for_payment"
