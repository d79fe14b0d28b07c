"""What customers and people hear after the sale: their own language, and a ticket where a person is needed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from bot.aftercare import Aftercare, words_of
from bot.conversation.phrases import LANGUAGES, speaker
from bot.handoff.policy import Reason
from bot.live import Live
from bot.outbox import Outbox
from bot.selling.after_sale import (
    AfterSaleNews,
    DisputeNews,
    RefundFailed,
    RefundGiven,
    RefundWaits,
    ReplacementSent,
    ReturnDeclined,
)
from bot.selling.disputes import Disputes
from bot.selling.refunding import Refunding
from bot.selling.returning import Returning
from bot.storage.queue import Queue
from bot.storage.tables import conversations, live_events, messages, tickets
from tests.selling.conftest import Counter, policy
from tests.selling.till import dollars

DUE = datetime(2026, 3, 20, tzinfo=UTC)


def news(conversation: int) -> dict[str, AfterSaleNews]:
    known = {"order_number": 10482, "conversation_id": conversation, "locale": "en"}
    amount = dollars("69.00")
    return {
        "waits": RefundWaits(once="a", **known, refund_id=1, amount=amount, reason="cancelled"),
        "given": RefundGiven(once="b", **known, amount=amount, reason="cancelled", elsewhere=False),
        "failed": RefundFailed(once="c", **known, amount=amount, failure="expired_or_canceled_card"),
        "arrived": ReplacementSent(once="d", **known, return_id=1, replacement=10483, received=True),
        "replaced": ReplacementSent(once="e", **known, return_id=1, replacement=10483, received=False),
        "declined": ReturnDeclined(once="f", **known, return_id=1),
        "disputed": DisputeNews(
            once="g",
            **known,
            id="du_1",
            amount=amount,
            reason="fraudulent",
            status="needs_response",
            before="",
            evidence_due=DUE,
        ),
    }


@pytest.fixture
def aftercare(counter: Counter) -> Aftercare:
    nowhere = Queue("redis://127.0.0.1:1/0")
    live = Live(counter.db, nowhere, counter.clock)
    refunding = Refunding(counter.db, counter.till, counter.clock, policy())
    return Aftercare(
        db=counter.db,
        live=live,
        outbox=Outbox(live, nowhere, counter.clock),
        clock=counter.clock,
        refunding=refunding,
        returning=Returning(counter.db, counter.clock, policy(), refunding),
        disputes=Disputes(counter.db, counter.till, counter.clock),
    )


async def rows(counter: Counter, table: Any) -> list[Any]:
    async with counter.db.read() as tx:
        return list((await tx.execute(select(table))).all())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["waits", "given", "failed", "arrived", "replaced", "declined"])
def test_what_the_customer_hears_names_order_and_amount(language: str, kind: str) -> None:
    told = news(1)[kind]

    words = words_of(told, speaker(language), language)

    assert "10482" in words
    assert ("69" in words) is hasattr(told, "amount")


async def test_a_refund_is_told_in_the_customers_language(counter: Counter, aftercare: Aftercare) -> None:
    french = await counter.meet(locale="fr-FR")

    async with counter.db.write() as tx:
        await aftercare.told(tx, news(french)["given"])

    [message] = await rows(counter, messages)
    assert "69,00" in message.text
    assert "en route vers votre moyen de paiement" in message.text
    assert await rows(counter, tickets) == []
    assert "after_sale" in [event.kind for event in await rows(counter, live_events)]


@pytest.mark.parametrize(("kind", "reason"), [
    ("waits", Reason.REFUND_APPROVAL), ("failed", Reason.PAYMENT_PROBLEM), ("disputed", Reason.DISPUTE),
])  # fmt: skip
async def test_what_needs_a_person_is_put_before_one(
    counter: Counter, aftercare: Aftercare, kind: str, reason: Reason
) -> None:
    async with counter.db.write() as tx:
        await aftercare.told(tx, news(counter.anna)[kind])

    [ticket] = await rows(counter, tickets)
    assert ticket.reason == reason
    assert "Order 10482. $69.00" in ticket.summary
    [conversation] = await rows(counter, conversations)
    assert conversation.owner == "person"


async def test_a_dispute_is_most_urgent_names_its_due_date_and_is_nothing_for_the_customer(
    counter: Counter, aftercare: Aftercare
) -> None:
    async with counter.db.write() as tx:
        await aftercare.told(tx, news(counter.anna)["disputed"])

    [ticket] = await rows(counter, tickets)
    assert ticket.priority == 4
    assert "20 March 2026" in ticket.summary
    assert await rows(counter, messages) == []


async def test_who_has_the_conversation_already_gets_no_second_ticket(counter: Counter, aftercare: Aftercare) -> None:
    for kind in ("waits", "disputed"):
        async with counter.db.write() as tx:
            await aftercare.told(tx, news(counter.anna)[kind])

    [ticket] = await rows(counter, tickets)
    assert ticket.reason == Reason.REFUND_APPROVAL
