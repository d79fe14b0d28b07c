"""What the pay page asks for a parcel: an address, a phone, a way; and the tax of where it goes."""

from __future__ import annotations

import pytest
import stripe

from tests.payments.paying import parcel
from tests.sandbox.stripe_shop import StripeShop, rate

COUNTRIES = {"allowed_countries": ["FR", "DE", "CH"]}


@pytest.fixture
def shop(sandbox) -> StripeShop:
    return StripeShop(sandbox)


def test_the_chosen_way_counts_and_comes_back_with_what_the_shop_wrote_on_it(shop) -> None:
    ways = [rate("Post", 600, metadata={"way": "post"}), rate("Express", 1290, metadata={"way": "express"})]
    session = shop.open(shipping_options=ways)
    express = session.shipping_options[1].shipping_rate

    assert session.amount_total == 6900 + 600
    assert shop.confirm(session, shipping_rate=express, expected_amount="8190").status_code == 200

    seen = shop.v1.checkout.sessions.retrieve(session.id, {"expand": ["shipping_cost.shipping_rate"]})
    assert seen.shipping_cost.shipping_rate.metadata["way"] == "express"
    assert (seen.total_details.amount_shipping, seen.amount_total) == (1290, 8190)


def test_a_way_that_was_not_offered_is_refused(shop) -> None:
    other = shop.open(shipping_options=[rate("Post", 1)]).shipping_options[0].shipping_rate
    session = shop.open(shipping_options=[rate("Post", 600)])

    assert shop.confirm(session, shipping_rate=other).json()["error"]["param"] == "shipping_rate"
    assert shop.look(session).status == "open"


@pytest.mark.parametrize(
    "options", [[rate("Post", 1)] * 6, [rate("Post", 600, "usd")], [rate("Post", 1) | {"shipping_rate": "shr_1"}]]
)
def test_ways_that_stripe_would_refuse_are_refused(shop, options) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.open(shipping_options=options)

    assert refused.value.param.startswith("shipping_options")


def test_a_shipping_rate_may_be_kept_for_many_sessions(shop) -> None:
    kept = shop.v1.shipping_rates.create(rate("Post", 600)["shipping_rate_data"])

    session = shop.open(shipping_options=[{"shipping_rate": kept.id}])

    assert session.shipping_cost.shipping_rate == kept.id
    assert kept.id in [each.id for each in shop.v1.shipping_rates.list({"active": True}).data]


def test_a_session_that_sends_a_parcel_is_not_paid_without_an_address(shop) -> None:
    session = shop.open(shipping_address_collection=COUNTRIES)

    without = shop.confirm(session, **{"shipping[name]": ""})
    elsewhere = shop.confirm(session, **parcel("US"))

    assert without.status_code == elsewhere.status_code == 400
    assert elsewhere.json()["error"]["param"] == "shipping[address][country]"
    assert shop.look(session).status == "open"


def test_the_address_reaches_the_session_its_payment_and_its_charge(shop) -> None:
    session = shop.open(shipping_address_collection=COUNTRIES, phone_number_collection={"enabled": True})

    assert shop.confirm(session, phone="+33 6 12 34 56 78").status_code == 200

    (told,) = shop.told("checkout.session.completed", session.id)
    details, customer = told["collected_information"]["shipping_details"], told["customer_details"]
    assert (details["name"], details["address"]["city"], details["address"]["country"]) == ("Léa Martin", "Lyon", "FR")
    assert (customer["email"], customer["phone"]) == ("lea@example.com", "+33 6 12 34 56 78")
    intent = shop.v1.payment_intents.retrieve(told["payment_intent"], {"expand": ["latest_charge"]})
    assert intent.shipping.address.line1 == intent.latest_charge.shipping.address.line1 == "12 rue des Lices"


@pytest.mark.parametrize(
    ("currency", "country", "tax", "total"),
    [("eur", "FR", 1250, 7500), ("eur", "DE", 1198, 7500), ("usd", "FR", 1500, 9000), ("usd", "CH", 608, 8108)],
    ids=["in French prices", "in German prices", "on top of dollars", "on top, Swiss"],
)
def test_tax_follows_the_parcels_country_and_the_currencys_habit(shop, currency, country, tax, total) -> None:
    session = shop.open(
        6900,
        currency,
        automatic_tax={"enabled": True},
        shipping_address_collection=COUNTRIES,
        shipping_options=[rate("Post", 600, currency)],
    )
    before = session.automatic_tax.status, session.total_details.amount_tax, session.amount_total

    assert shop.confirm(session, **parcel(country)).status_code == 200

    after = shop.look(session)
    assert before == ("requires_location_inputs", 0, 7500)
    assert after.automatic_tax.status == "complete"
    assert (after.total_details.amount_tax, after.amount_total) == (tax, total)
    lines = shop.v1.checkout.sessions.line_items.list(session.id).data
    assert after.total_details.amount_tax == lines[0].amount_tax + after.shipping_cost.amount_tax


def test_a_total_that_grew_by_tax_is_not_charged_unseen(shop) -> None:
    session = shop.open(currency="usd", automatic_tax={"enabled": True}, shipping_address_collection=COUNTRIES)

    refused = shop.confirm(session, expected_amount="6900")

    assert refused.json()["error"]["param"] == "expected_amount"
    assert shop.look(session).status == "open"


def test_tax_without_a_country_is_refused(shop) -> None:
    session = shop.open(automatic_tax={"enabled": True})

    assert shop.confirm(session).json()["error"]["code"] == "customer_tax_location_invalid"
    assert shop.confirm(session, country="fr").status_code == 200


def test_an_open_session_takes_other_ways_and_another_word(shop) -> None:
    session = shop.open(metadata={"order_id": "7", "note": "old"}, shipping_options=[rate("Post", 600)])

    changed = shop.v1.checkout.sessions.update(
        session.id, {"metadata": {"note": ""}, "shipping_options": [rate("Express", 1290)]}
    )

    assert changed.metadata.to_dict() == {"order_id": "7"}
    assert changed.amount_total == 8190
    shop.confirm(session)
    with pytest.raises(stripe.InvalidRequestError, match="complete"):
        shop.v1.checkout.sessions.update(session.id, {"shipping_options": [rate("Post", 1)]})
