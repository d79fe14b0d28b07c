"""Parcels come in over HTTP, signed or with a token: nothing forged is believed, and nothing is told twice."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import create_engine, insert

from bot.composition import Parts
from bot.settings import load
from bot.storage.selling_tables import order_lines, orders
from bot.storage.tables import contacts, conversations
from bot.webhooks.fulfilment import SIGNATURE, signature_of
from tests.webhooks.gateway import JSON, Gateway, running_gateway

SECRET, TOKEN = "the secret of fulfilment", "the token of the orders API"
_numbers = count(10_001)


@dataclass(frozen=True)
class Packers:
    """Whoever packs for this shop."""

    gateway: Gateway
    database: Path

    def sells(self, *, locale: str = "pl", state: str = "paid") -> int:
        """A paid order of three mugs."""
        number = next(_numbers)
        now = datetime.now(UTC)
        engine = create_engine(f"sqlite:///{self.database}")
        with engine.begin() as tx:
            contact = tx.execute(insert(contacts).values(created_at=now)).inserted_primary_key[0]
            conversation = tx.execute(
                insert(conversations).values(
                    contact_id=contact, channel="whatsapp", account="777", customer=f"48{number}", locale=locale,
                    head={}, created_at=now, window_from=now,
                )
            ).inserted_primary_key[0]  # fmt: skip
            order = tx.execute(
                insert(orders).values(
                    number=number, contact_id=contact, conversation_id=conversation, state=state, currency="USD",
                    subtotal=3750, total=3750, idempotency_key=f"key-{number}", created_at=now, paid_at=now,
                )
            ).inserted_primary_key[0]  # fmt: skip
            line = {"sku": "MUG", "product_id": "mug", "title": "Camp Mug", "quantity": 3, "unit_amount": 1250}
            tx.execute(insert(order_lines).values(order_id=order, place=0, **line))
        engine.dispose()
        return number

    def reports(self, body: dict[str, Any], *, secret: str = SECRET, seconds_off: int = 0) -> httpx.Response:
        raw = json.dumps(body).encode()
        signature = signature_of(secret, int(time.time()) + seconds_off, raw)
        return self.gateway.post("/webhooks/fulfilment", raw, {**JSON, SIGNATURE: signature})

    def calls(self, number: int, body: dict[str, Any], *, token: str = TOKEN) -> httpx.Response:
        headers = {**JSON, "authorization": f"Bearer {token}"}
        return self.gateway.post(f"/api/v1/orders/{number}/shipments", json.dumps(body).encode(), headers)

    def parcels(self, number: int) -> list[Any]:
        return self.gateway.rows(
            "SELECT s.external_id, s.state FROM shipments s JOIN orders o ON o.id = s.order_id"
            " WHERE o.number = :number",
            number=number,
        )

    def told(self, number: int) -> list[str]:
        """What the customer of an order was told."""
        found = self.gateway.rows(
            "SELECT m.text FROM messages m JOIN orders o ON o.conversation_id = m.conversation_id"
            " WHERE o.number = :number ORDER BY m.id",
            number=number,
        )
        return [row[0] for row in found]

    def state(self, number: int) -> str:
        return str(self.gateway.rows("SELECT state FROM orders WHERE number = :number", number=number)[0][0])


@pytest.fixture(scope="module")
def packers(tmp_path_factory: pytest.TempPathFactory, valkey: str) -> Iterator[Packers]:
    home = tmp_path_factory.mktemp("packers")
    with running_gateway(home, valkey, FULFILMENT_SECRET=SECRET, ORDERS_API_TOKEN=TOKEN) as gateway:
        yield Packers(gateway, home / "souk.db")


def parcel(order: int | None = None, **more: Any) -> dict[str, Any]:
    body = {"external_id": "P1", "state": "shipped", "tracking_url": "https://track.example/P1", **more}
    return {**body, "order": order} if order is not None else body


def test_a_signed_report_ships_the_order_and_tells_its_customer(packers: Packers) -> None:
    number = packers.sells()

    answer = packers.reports(parcel(number, carrier="InPost", tracking_number="77"))

    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "order": number, "order_state": "shipped", "external_id": "P1", "state": "shipped", "lines": {"MUG": 3},
        "news": True,
    }  # fmt: skip
    assert packers.told(number) == [
        f"Dobra wiadomość: zamówienie {number} jest już w drodze do ciebie. InPost. Numer przesyłki: 77. [Śledź paczkę]"
    ]


def test_a_report_with_the_token_does_the_same_and_by_either_way_it_counts_once(packers: Packers) -> None:
    number = packers.sells()
    assert packers.calls(number, parcel()).json()["news"] is True
    assert packers.calls(number, parcel()).json()["news"] is False
    assert packers.reports(parcel(number)).json()["news"] is False
    assert packers.calls(number, parcel(state="delivered")).json()["order_state"] == "delivered"
    assert len(packers.told(number)) == 2


@pytest.mark.parametrize("seconds_off", [-240, 240])
def test_clocks_may_differ_a_little_either_way(packers: Packers, seconds_off: int) -> None:
    number = packers.sells()
    assert packers.reports(parcel(number), seconds_off=seconds_off).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "code"),
    [({"secret": "another"}, "signature_wrong"), ({"seconds_off": -330}, "signature_old"),
     ({"seconds_off": 330}, "signature_old")],
)  # fmt: skip
def test_a_forged_old_or_early_report_is_refused_and_nothing_is_written(
    packers: Packers, wrong: dict[str, Any], code: str
) -> None:
    number = packers.sells()

    answer = packers.reports(parcel(number), **wrong)

    assert (answer.status_code, answer.json()["error"]["code"]) == (401, code)
    assert (packers.parcels(number), packers.told(number), packers.state(number)) == ([], [], "paid")


@pytest.mark.parametrize("header", ["", "t=1,sha256=", "t=-1,sha256=" + "a" * 64, "sha256=" + "a" * 64, "é"])
def test_a_report_without_a_whole_signature_is_refused(packers: Packers, header: str) -> None:
    number = packers.sells()
    raw = json.dumps(parcel(number)).encode()
    answer = packers.gateway.post("/webhooks/fulfilment", raw, {**JSON, SIGNATURE: header.encode()})
    assert answer.status_code == 401
    assert packers.parcels(number) == []


def test_a_changed_body_does_not_fit_its_signature(packers: Packers) -> None:
    number, other = packers.sells(), packers.sells()
    signature = signature_of(SECRET, int(time.time()), json.dumps(parcel(number)).encode())
    answer = packers.gateway.post(
        "/webhooks/fulfilment", json.dumps(parcel(other)).encode(), {**JSON, SIGNATURE: signature}
    )
    assert answer.status_code == 401
    assert packers.parcels(other) == []


@pytest.mark.parametrize("token", ["x", "wrong", TOKEN + "x", "é"])
def test_nobody_without_the_token_learns_even_which_orders_there_are(packers: Packers, token: str) -> None:
    number = packers.sells()
    answers = [packers.calls(each, parcel(), token=token) for each in (number, 9)]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].json() == answers[1].json()
    assert packers.parcels(number) == []


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (parcel(lines=[{"sku": "HAT", "quantity": 1}]), 400, "has no HAT in it"),
        (parcel(lines=[{"sku": "MUG", "quantity": 4}]), 400, "has 3 of MUG left to send, not 4"),
        (parcel(lines=[{"sku": "MUG", "quantity": 0}]), 400, "quantity"),
        (parcel(state="lost"), 400, "state"),
        (parcel(tracking_url="javascript:alert(1)"), 400, "tracking_url"),
    ],
)
def test_what_cannot_be_is_refused_with_words(packers: Packers, body: dict[str, Any], status: int, words: str) -> None:
    number = packers.sells()
    answer = packers.calls(number, body)
    assert (answer.status_code, packers.parcels(number)) == (status, [])
    assert words in answer.json()["error"]["message"]


def test_an_order_that_is_not_paid_is_not_shipped(packers: Packers) -> None:
    number = packers.sells(state="cancelled")
    answer = packers.calls(number, parcel())
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "order_not_to_send")
    assert packers.told(number) == []


def test_an_invoice_is_handed_to_whoever_has_its_address_and_to_nobody_else(packers: Packers) -> None:
    number = packers.sells()
    settings = load({"SOUK_HOME": str(packers.database.parent), "PUBLIC_URL": packers.gateway.url})
    address = Parts(settings).invoices.address(number, "pl")

    answer = httpx.get(address, timeout=60)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")
    assert f'filename="invoice-{number}.pdf"' in answer.headers["content-disposition"]
    assert httpx.get(address.replace(f"{number}.", f"{number + 1}."), timeout=60).status_code == 404
    assert httpx.get(f"{packers.gateway.url}/api/v1/orders/{number}/invoice", timeout=60).status_code == 401


def test_without_secrets_both_ways_are_off_and_say_so(tmp_path: Path, valkey: str) -> None:
    with running_gateway(tmp_path / "off", valkey) as gateway:
        signed = {**JSON, SIGNATURE: signature_of("", int(time.time()), b"{}")}
        by_webhook = gateway.post("/webhooks/fulfilment", b"{}", signed)
        by_api = gateway.post("/api/v1/orders/1/shipments", b"{}", {**JSON, "authorization": "Bearer x"})
    assert [by_webhook.status_code, by_api.status_code] == [503, 503]
    assert "FULFILMENT_SECRET is not set" in by_webhook.text
    assert "ORDERS_API_TOKEN is not set" in by_api.text
