"""Sessions that ran out and are taken up again, and how a shop finds the sessions it has."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.payments.sandbox_process import HTTP
from tests.sandbox.stripe_shop import StripeShop

RECOVERABLE = {"after_expiration": {"recovery": {"enabled": True, "allow_promotion_codes": True}}}


@pytest.fixture
def shop(sandbox) -> StripeShop:
    return StripeShop(sandbox)


def expired(shop: StripeShop, **more: Any) -> Any:
    session = shop.open(**RECOVERABLE, metadata={"order_id": "7"}, **more)
    shop.v1.checkout.sessions.expire(session.id)
    return shop.look(session)


def follow(url: str) -> str:
    """The id of the session that the address leads to."""
    answer = HTTP.get(url)
    assert answer.status_code == 303
    return str(answer.headers["location"].rsplit("/", 1)[1])


def test_an_expired_session_is_taken_up_again_as_a_copy(shop) -> None:
    old = expired(shop, client_reference_id="7")
    assert shop.told("checkout.session.expired", old.id)[0]["after_expiration"]["recovery"]["url"]

    new = shop.v1.checkout.sessions.retrieve(follow(old.after_expiration.recovery.url), {"expand": ["line_items"]})

    assert new.id != old.id
    assert (new.recovered_from, new.status, new.amount_total) == (old.id, "open", 6900)
    assert (new.metadata["order_id"], new.client_reference_id) == ("7", "7")
    assert new.allow_promotion_codes
    assert new.line_items.data[0].description == "Aero 2"
    assert shop.confirm(new).status_code == 200
    assert shop.told("checkout.session.completed", new.id)[0]["recovered_from"] == old.id


def test_the_way_back_leads_to_one_copy_however_often_it_is_taken(shop) -> None:
    old = expired(shop)

    first, second = (follow(old.after_expiration.recovery.url) for _ in range(2))

    assert first == second


def test_the_way_back_ends_after_a_month(shop, sandbox) -> None:
    old = expired(shop)
    assert old.after_expiration.recovery.expires_at == pytest.approx(time.time() + 30 * 86400, abs=10)

    sandbox.advance(30 * 86400 + 20)

    assert HTTP.get(old.after_expiration.recovery.url).status_code == 410


def test_a_session_without_a_way_back_has_none(shop) -> None:
    session = shop.open()

    closed = shop.v1.checkout.sessions.expire(session.id)

    assert closed.after_expiration is None


def test_a_closed_page_offers_the_way_back(shop) -> None:
    old = expired(shop)

    page = HTTP.get(f"{shop.sandbox.url}/c/pay/{old.id}")

    assert page.status_code == 410
    assert f'href="{old.after_expiration.recovery.url}"' in page.text


def test_sessions_are_found_by_when_they_were_made(shop, sandbox) -> None:
    shop.open()
    sandbox.control("clock", {"now": 1_900_000_000})
    ids = [shop.open().id for _ in range(3)]
    since = shop.v1.checkout.sessions.retrieve(ids[0]).created
    made = {"gte": since, "lt": since + 3600}  # other tests went further into the future

    first = shop.v1.checkout.sessions.list({"created": made, "limit": 2})
    rest = shop.v1.checkout.sessions.list({"created": made, "limit": 2, "starting_after": first.data[1].id})

    assert [session.id for session in [*first.data, *rest.data]] == ids[::-1]
    assert (first.has_more, rest.has_more) == (True, False)
    assert shop.v1.checkout.sessions.list({"created": {"lt": since, "gt": since}}).data == []
