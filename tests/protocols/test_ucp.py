"""A shopping agent buys for somebody by UCP: it finds, fills, and its buyer pays; every answer is judged by the
protocol's own schemas."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from tests.protocols.conftest import Till
from tests.protocols.schemas import present, ucp_complaints

SHOES = "AER2-BLU-42"


def basket(*items: tuple[str, int], **more: Any) -> dict[str, Any]:
    return {"line_items": [{"item": {"id": item}, "quantity": quantity} for item, quantity in items], **more}


def total(told: dict[str, Any], kind: str) -> int | None:
    return next((row["amount"] for row in told["totals"] if row["type"] == kind), None)


def test_the_schemas_are_here() -> None:
    if not present():
        pytest.skip("The protocols' schemas are not beside the repository: answers are not judged by them.")
    assert ucp_complaints("shopping/checkout.json", {}) != []


async def test_an_agent_finds_the_shop_by_its_profile(till: Till) -> None:
    told = (await till.http.get("/.well-known/ucp", headers={"X-API-Key": ""})).json()

    assert ucp_complaints("profile.json#/$defs/business_schema", told) == []
    assert told["ucp"]["services"]["dev.ucp.shopping"][0]["endpoint"] == f"{till.url}/ucp"


async def test_a_purchase_from_a_question_to_a_paid_order(till: Till) -> None:
    search = {"query": "running shoes under 80", "pagination": {"limit": 3}, "context": {"currency": "USD"}}
    found = (await till.ask("POST", "/ucp/catalog/search", search)).json()
    assert ucp_complaints("shopping/catalog_search.json#/$defs/search_response", found) == []
    assert {"running"} <= {word for each in found["products"] for word in each["categories"][0]["value"].split(" > ")}
    assert all(each["price_range"]["min"]["amount"] <= 8000 for each in found["products"])

    made = await till.ask("POST", "/ucp/checkout-sessions", basket((SHOES, 2), context={"address_country": "US"}))
    checkout = made.json()
    assert made.status_code == 201
    assert ucp_complaints("shopping/checkout.json", checkout) == []
    assert checkout["status"] == "requires_escalation"
    assert (total(checkout, "subtotal"), total(checkout, "fulfillment"), total(checkout, "total")) == (13800, 0, 13800)

    await till.buyer_pays(checkout["continue_url"])
    done = (await till.ask("GET", f"/ucp/checkout-sessions/{checkout['id']}")).json()
    assert ucp_complaints("shopping/checkout.json", done) == []
    assert (done["status"], total(done, "total")) == ("completed", 13800)

    order = (await till.ask("GET", f"/ucp/orders/{done['order']['id']}")).json()
    assert ucp_complaints("shopping/order.json", order) == []
    assert order["checkout_id"] == checkout["id"]
    assert [(line["item"]["id"], line["quantity"]["total"]) for line in order["line_items"]] == [(SHOES, 2)]


async def test_nothing_is_held_before_the_buyer_goes_to_pay(till: Till) -> None:
    free = await till.left(SHOES)
    checkout = (await till.ask("POST", "/ucp/checkout-sessions", basket((SHOES, 1)))).json()
    shown = await till.http.get(checkout["continue_url"], headers={"Accept-Language": "fr-FR"})
    assert "69,00" in shown.text
    assert await till.left(SHOES) == free

    pages = [await till.http.post(checkout["continue_url"]) for _ in range(2)]

    assert await till.left(SHOES) == free - 1
    assert [page.status_code for page in pages] == [303, 303]
    assert pages[0].headers["location"] == pages[1].headers["location"]


async def test_a_code_and_a_country_change_what_is_paid(till: Till) -> None:
    wanted = basket((SHOES, 1), context={"address_country": "GB", "currency": "USD"}, discounts={"codes": ["run15"]})
    checkout = (await till.ask("POST", "/ucp/checkout-sessions", wanted)).json()

    assert ucp_complaints("shopping/checkout.json", checkout) == []
    assert total(checkout, "discount") == -1035
    assert checkout["fulfillment"]["methods"][0]["groups"][0]["options"][0]["id"] == "international"
    assert total(checkout, "total") == 6900 - 1035 + total(checkout, "fulfillment")


async def test_what_cannot_be_had_is_told_by_its_place_and_is_not_payable(till: Till) -> None:
    checkout = (await till.ask("POST", "/ucp/checkout-sessions", basket((SHOES, 1), ("NO-SUCH-SKU", 1)))).json()

    assert ucp_complaints("shopping/checkout.json", checkout) == []
    assert checkout["status"] == "incomplete"
    assert [(one["code"], one["path"]) for one in checkout["messages"]] == [("not_found", "$.line_items[1]")]
    assert "continue_url" not in checkout
    later = (await till.ask("GET", f"/ucp/checkout-sessions/{checkout['id']}")).json()
    assert later["status"] == "incomplete"


async def test_an_update_replaces_the_basket(till: Till) -> None:
    made = (await till.ask("POST", "/ucp/carts", basket((SHOES, 1)))).json()
    assert ucp_complaints("shopping/cart.json", made) == []

    changed = (await till.ask("PUT", f"/ucp/carts/{made['id']}", basket(("AER2-BLU-41", 3)))).json()

    assert [(line["id"], line["quantity"]) for line in changed["line_items"]] == [("AER2-BLU-41", 3)]


async def test_the_same_key_again_opens_nothing_new(till: Till) -> None:
    key = str(uuid4())
    first = await till.ask("POST", "/ucp/checkout-sessions", basket((SHOES, 1)), key=key)
    again = await till.ask("POST", "/ucp/checkout-sessions", basket((SHOES, 1)), key=key)
    other = await till.ask("POST", "/ucp/checkout-sessions", basket((SHOES, 2)), key=key)

    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert other.status_code == 422


async def test_many_at_once_with_one_key_are_one_checkout(till: Till) -> None:
    key = str(uuid4())
    answers = await asyncio.gather(
        *(till.ask("POST", "/ucp/checkout-sessions", basket((SHOES, 1)), key=key) for _ in range(8))
    )

    made = {answer.json()["id"] for answer in answers if answer.status_code == 201}
    assert len(made) == 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert all(answer.headers["retry-after"] == "2" for answer in answers if answer.status_code == 409)


async def test_nobody_gets_in_without_the_key(till: Till) -> None:
    for path in ("/ucp/catalog/search", "/ucp/checkout-sessions", "/ucp/carts"):
        answer = await till.ask("POST", path, basket((SHOES, 1)), **{"X-API-Key": "guessed"})
        assert answer.status_code == 401, path
        assert ucp_complaints("common/types/error_response.json", answer.json()) == []


@pytest.mark.parametrize(
    "body", ["", "[]", '{"line_items": 3}', '{"line_items": [{"item": {"id": "X"}, "quantity": 0}]}']
)
async def test_a_body_that_makes_no_sense_is_refused_in_words(till: Till, body: str) -> None:
    headers = {"Idempotency-Key": str(uuid4())}
    answer = await till.http.post("/ucp/checkout-sessions", content=body, headers=headers)

    assert answer.status_code == 400
    assert ucp_complaints("common/types/error_response.json", answer.json()) == []


async def test_a_cancelled_checkout_can_no_longer_be_paid(till: Till) -> None:
    checkout = (await till.ask("POST", "/ucp/checkout-sessions", basket((SHOES, 1)))).json()
    pay_page = (await till.http.post(checkout["continue_url"])).headers["location"]

    cancelled = (await till.ask("POST", f"/ucp/checkout-sessions/{checkout['id']}/cancel", {})).json()

    assert cancelled["status"] == "canceled"
    assert (await till.http.get(checkout["continue_url"])).status_code == 410
    assert (await till.session(pay_page))["status"] == "expired"


async def test_orders_of_others_are_not_told(till: Till) -> None:
    assert (await till.ask("GET", "/ucp/orders/10001")).status_code == 404
    assert (await till.ask("GET", "/ucp/orders/../10001")).status_code == 404
    assert (await till.ask("GET", "/ucp/checkout-sessions/co_unknown")).status_code == 404


async def test_a_lookup_answers_for_products_and_variants(till: Till) -> None:
    told = (await till.ask("POST", "/ucp/catalog/lookup", {"ids": ["aero-2", SHOES, "nothing"]})).json()

    assert ucp_complaints("shopping/catalog_lookup.json#/$defs/lookup_response", told) == []
    [product] = told["products"]
    inputs = {variant["id"]: [each["id"] for each in variant["inputs"]] for variant in product["variants"]}
    assert inputs[SHOES] == ["aero-2", SHOES]
    assert "nothing" in told["messages"][0]["content"]


async def test_one_product_tells_which_options_can_be_had(till: Till) -> None:
    told = (await till.ask("POST", "/ucp/catalog/product", {"id": "aero-2", "context": {"currency": "EUR"}})).json()

    assert ucp_complaints("shopping/catalog_lookup.json#/$defs/get_product_response", told) == []
    assert told["product"]["price_range"]["min"]["currency"] == "EUR"
