"""Disputes: a shopper's bank asks for the money back, or asks a question first (an inquiry).

The words of the evidence decide, as in Stripe's test mode: `winning_evidence`, `losing_evidence` and, for an inquiry,
`escalate_inquiry_evidence`. Source: docs.stripe.com/testing#evidence and docs.stripe.com/api/disputes.
"""

from __future__ import annotations

from sandbox.stripe import events, payment_methods
from sandbox.stripe.account import Account, Call, Cause
from sandbox.stripe.errors import Refusal
from sandbox.stripe.expanding import expanded
from sandbox.stripe.ids import new_id
from sandbox.stripe.listing import EXPAND, LIST_BY_TIME, page_of
from sandbox.stripe.params import Param, changed_words, flag, read, table, text, word_changes
from sandbox.stripe.shapes import Json, listing

DUE_AFTER_S = 9 * 24 * 3600
DECIDED_AFTER_S = 5
"""Evidence is looked at this long after it was submitted."""
OUTCOMES = {"winning_evidence": "won", "losing_evidence": "lost", "escalate_inquiry_evidence": "needs_response"}
ENDS = ("won", "lost", "warning_closed")
_EVIDENCE = (
    *("access_activity_log", "billing_address", "cancellation_policy_disclosure", "cancellation_rebuttal"),
    *("customer_email_address", "customer_name", "customer_purchase_ip", "duplicate_charge_explanation"),
    *("duplicate_charge_id", "product_description", "refund_policy_disclosure", "refund_refusal_explanation"),
    *("service_date", "shipping_address", "shipping_carrier", "shipping_date", "shipping_tracking_number"),
    "uncategorized_text",
)
_FILES = (
    *("cancellation_policy", "customer_communication", "customer_signature", "duplicate_charge_documentation"),
    *("receipt", "refund_policy", "service_documentation", "shipping_documentation", "uncategorized_file"),
)
_UPDATE = EXPAND | {
    "evidence": Param(table({name: Param(text(20_000)) for name in _EVIDENCE})),
    "metadata": Param(word_changes),
    "submit": Param(flag),
}
_LIST = LIST_BY_TIME | {"charge": Param(text()), "payment_intent": Param(text())}


def retrieve(account: Account, call: Call) -> Json:
    asked = read(call.params, EXPAND)
    return expanded(account, find(account, call.names["dispute"]), asked.get("expand", []))


def list_disputes(account: Account, call: Call) -> Json:
    asked = read(call.params, _LIST)
    wanted = {f"$.{name}": asked[name] for name in ("charge", "payment_intent") if name in asked}
    found, has_more = account.store.page("dispute", page_of(asked), wanted)
    return expanded(account, listing("/v1/disputes", found, has_more=has_more), asked.get("expand", []))


def update(account: Account, call: Call) -> Json:
    """Evidence is submitted unless told otherwise, and once."""
    asked = read(call.params, _UPDATE)
    dispute = find(account, call.names["dispute"])
    dispute["metadata"] = changed_words(dispute["metadata"], asked.get("metadata", {}))
    if "evidence" in asked or asked.get("submit"):
        if not dispute["status"].endswith("needs_response"):
            raise Refusal(f"This dispute takes no evidence: its status is {dispute['status']}.")
        dispute["evidence"] = dispute["evidence"] | asked.get("evidence", {})
        dispute["evidence_details"] = dispute["evidence_details"] | {"has_evidence": True}
        if asked.get("submit", True):
            _submit(account, dispute)
    account.put(dispute)
    events.report(account, call.cause, "charge.dispute.updated", dispute)
    return expanded(account, dispute, asked.get("expand", []))


def close(account: Account, call: Call) -> Json:
    """The shop gives in."""
    asked = read(call.params, EXPAND)
    dispute = find(account, call.names["dispute"])
    if not dispute["status"].endswith("needs_response"):
        raise Refusal(f"This dispute cannot be closed: its status is {dispute['status']}.")
    return expanded(account, decide(account, call.cause, dispute, _lost(dispute)), asked.get("expand", []))


def find(account: Account, id_: str) -> Json:
    return account.find("dispute", id_, "dispute")


def open_dispute_of(account: Account, charge: Json) -> Json | None:
    """The dispute of a charge that was not decided for the shop."""
    found, _ = account.store.page("dispute", page_of({}), {"$.charge": charge["id"]})
    return next((dispute for dispute in found if dispute["status"] not in ("won", "warning_closed")), None)


def begin(account: Account, charge_id: str) -> None:
    """The bank's letter about a charge has come. What was refunded before is not asked for again."""
    charge = account.find("charge", charge_id, "charge")
    if charge["refunded"]:
        return
    card = payment_methods.test_card(payment_methods.find(account, charge["payment_method"]))
    now = account.clock.now()
    dispute = account.put(_dispute(charge, card.dispute or "general", inquiry=card.inquiry, now=now))
    charge = account.put(charge | {"disputed": True})
    account.store.appoint(now + DUE_AFTER_S, "dispute_due", dispute["id"])
    events.report(account, Cause(), "charge.dispute.created", dispute)
    if not card.inquiry:
        events.report(account, Cause(), "charge.dispute.funds_withdrawn", dispute)


def judge(account: Account, id_: str) -> None:
    """The bank has read the evidence; words it does not know decide nothing."""
    dispute = find(account, id_)
    outcome = OUTCOMES.get(dispute["evidence"]["uncategorized_text"] or "")
    if dispute["status"].endswith("under_review") and outcome is not None:
        decide(account, Cause(), dispute, outcome)


def run_out(account: Account, id_: str) -> None:
    """Nobody answered in time."""
    dispute = find(account, id_)
    if dispute["status"].endswith("needs_response"):
        decide(account, Cause(), dispute, _lost(dispute))


def close_inquiry(account: Account, cause: Cause, dispute: Json) -> None:
    decide(account, cause, dispute, "warning_closed")


def decide(account: Account, cause: Cause, dispute: Json, status: str) -> Json:
    """Move a dispute on: to an end, or an inquiry to a dispute. An inquiry cannot be lost, only closed.

    Raises `Refusal` for one that has ended."""
    before = dispute["status"]
    if before in ENDS:
        raise Refusal(f"This dispute is {before} and stays so.")
    inquiry = before.startswith("warning_")
    if inquiry and status in ("won", "lost"):
        status = "warning_closed"
    dispute = account.put(dispute | {"status": status, "is_charge_refundable": status == "warning_closed"})
    if status in ENDS:
        events.report(account, cause, "charge.dispute.closed", dispute)
    else:
        events.report(account, cause, "charge.dispute.updated", dispute)
    if status == "won":
        events.report(account, cause, "charge.dispute.funds_reinstated", dispute)
    if inquiry and status == "needs_response":
        events.report(account, cause, "charge.dispute.funds_withdrawn", dispute)
    return dispute


def _submit(account: Account, dispute: Json) -> None:
    details = dispute["evidence_details"]
    dispute["evidence_details"] = details | {"submission_count": details["submission_count"] + 1}
    dispute["status"] = "warning_under_review" if dispute["status"].startswith("warning_") else "under_review"
    account.store.appoint(account.clock.now() + DECIDED_AFTER_S, "judge", dispute["id"])


def _lost(dispute: Json) -> str:
    return "warning_closed" if dispute["status"].startswith("warning_") else "lost"


def _dispute(charge: Json, reason: str, *, inquiry: bool, now: int) -> Json:
    details = charge["payment_method_details"]["card"]
    return {
        "id": new_id("du_1"),
        "object": "dispute",
        "amount": charge["amount"] - charge["amount_refunded"],
        "balance_transactions": [],
        "charge": charge["id"],
        "created": now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": dict.fromkeys((*_EVIDENCE, *_FILES)) | {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": now + DUE_AFTER_S,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": inquiry,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "type": "card",
            "card": {"brand": details["brand"], "case_type": "inquiry" if inquiry else "chargeback"}
            | {"network_reason_code": "10.4" if reason == "fraudulent" else "13.1"},
        },
        "reason": reason,
        "status": "warning_needs_response" if inquiry else "needs_response",
    }
