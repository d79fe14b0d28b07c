"""Disputes and inquiries: opened by a card's bank, answered with evidence, won, lost or given up."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.sandbox.stripe_shop import StripeShop


@pytest.fixture
def shop(sandbox) -> StripeShop:
    return StripeShop(sandbox)


def disputed(shop: StripeShop, card: str = "pm_card_createDispute") -> tuple[Any, Any]:
    """A paid session and the dispute about it."""
    session = shop.paid(card)
    shop.sandbox.advance(6)
    (told,) = shop.told("charge.dispute.created", session.payment_intent)
    return session, shop.v1.disputes.retrieve(told["id"])


@pytest.mark.parametrize(
    ("card", "reason", "status"),
    [
        ("pm_card_createDispute", "fraudulent", "needs_response"),
        ("pm_card_createDisputeProductNotReceived", "product_not_received", "needs_response"),
        ("pm_card_createDisputeInquiry", "fraudulent", "warning_needs_response"),
    ],
)
def test_a_bank_asks_for_the_money_after_it_was_paid(shop, card, reason, status) -> None:
    session, dispute = disputed(shop, card)

    assert (dispute.reason, dispute.status, dispute.amount) == (reason, status, 6900)
    assert dispute.evidence_details.due_by > dispute.created
    charge = shop.charge(session)
    assert charge.disputed
    assert dispute.charge == charge.id
    found = shop.v1.disputes.list({"payment_intent": session.payment_intent})
    assert [each.id for each in found.data] == [dispute.id]


def test_a_disputed_charge_cannot_be_given_back_as_well(shop) -> None:
    session, _ = disputed(shop)

    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.v1.refunds.create({"payment_intent": session.payment_intent})

    assert refused.value.code == "charge_disputed"
    assert shop.charge(session).amount_refunded == 0


def test_an_inquiry_ends_with_the_money_given_back(shop) -> None:
    session, dispute = disputed(shop, "pm_card_createDisputeInquiry")

    shop.v1.refunds.create({"payment_intent": session.payment_intent})

    assert shop.told("charge.dispute.closed", dispute.id)[0]["status"] == "warning_closed"
    assert shop.charge(session).refunded


@pytest.mark.parametrize(("words", "status"), [("winning_evidence", "won"), ("losing_evidence", "lost")])
def test_the_evidence_decides(shop, sandbox, words, status) -> None:
    _, dispute = disputed(shop)

    submitted = shop.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": words}})
    sandbox.advance(6)

    assert (submitted.status, submitted.evidence_details.submission_count) == ("under_review", 1)
    assert shop.told("charge.dispute.closed", dispute.id)[0]["status"] == status
    assert shop.v1.disputes.retrieve(dispute.id).status == status
    with pytest.raises(stripe.InvalidRequestError, match="takes no evidence"):
        shop.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "more"}})


def test_evidence_may_be_kept_before_it_is_submitted(shop) -> None:
    _, dispute = disputed(shop)

    kept = shop.v1.disputes.update(dispute.id, {"evidence": {"customer_name": "Léa Martin"}, "submit": False})

    assert (kept.status, kept.evidence.customer_name) == ("needs_response", "Léa Martin")
    assert shop.v1.disputes.update(dispute.id, {"submit": True}).status == "under_review"


def test_an_inquiry_may_become_a_dispute(shop, sandbox) -> None:
    _, dispute = disputed(shop, "pm_card_createDisputeInquiry")

    shop.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "escalate_inquiry_evidence"}})
    sandbox.advance(6)

    shop.told("charge.dispute.funds_withdrawn", dispute.id)
    assert shop.v1.disputes.retrieve(dispute.id).status == "needs_response"


def test_giving_in_loses_at_once(shop) -> None:
    _, dispute = disputed(shop)

    assert shop.v1.disputes.close(dispute.id).status == "lost"
    with pytest.raises(stripe.InvalidRequestError, match="cannot be closed"):
        shop.v1.disputes.close(dispute.id)


def test_nobody_answered_in_time(shop, sandbox) -> None:
    _, dispute = disputed(shop)

    sandbox.advance(10 * 24 * 3600)

    assert shop.told("charge.dispute.closed", dispute.id)[0]["status"] == "lost"


def test_the_banks_word_can_be_had_at_will(shop, sandbox) -> None:
    session, dispute = disputed(shop)

    sandbox.control(f"disputes/{dispute.id}", {"status": "won"})

    shop.told("charge.dispute.funds_reinstated", dispute.id)
    assert shop.v1.refunds.create({"payment_intent": session.payment_intent}).amount == 6900


def test_what_was_given_back_before_is_not_disputed(shop, sandbox) -> None:
    session = shop.paid("pm_card_createDispute")
    shop.v1.refunds.create({"payment_intent": session.payment_intent})

    sandbox.advance(6)

    assert shop.v1.disputes.list({"payment_intent": session.payment_intent}).data == []
