"""What customers are told of their money, from the provider's report to the message in the conversation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.aftercare import Aftercare
from bot.commerce.money import Money
from bot.commerce.pricing import Rules
from bot.commerce.shipping import DeliveryWay, ShippingTable, Zone
from bot.commerce.tax import TaxTable
from bot.live import Live
from bot.outbox import Outbox
from bot.payments.base import PaymentEvent, PaymentsUnavailable, Retry
from bot.selling.disputes import Disputes
from bot.selling.order_answers import PriceChange
from bot.selling.refunding import Refunding
from bot.selling.returning import Returning
from bot.settlement import Settlement
from bot.storage import payment_events
from bot.storage.queue import Queue
from bot.storage.selling_tables import payment_events as events_table
from bot.storage.selling_tables import prices
from bot.storage.tables import contacts, conversations, messages
from tests.selling.conftest import Counter, policy
from tests.selling.till import dollars


class Told:
    """A shop whose worker settles what the till reports."""

    def __init__(self, counter: Counter, queue: Queue) -> None:
        self.counter = counter
        live = Live(counter.db, queue, counter.clock)
        outbox = Outbox(live, queue, counter.clock)
        refunding = Refunding(counter.db, counter.till, counter.clock, policy())
        aftercare = Aftercare(
            db=counter.db,
            live=live,
            outbox=outbox,
            clock=counter.clock,
            refunding=refunding,
            returning=Returning(counter.db, counter.clock, policy(), refunding),
            disputes=Disputes(counter.db, counter.till, counter.clock),
        )
        self.settlement = Settlement(
            db=counter.db,
            queue=queue,
            live=live,
            outbox=outbox,
            shop=counter.shop,
            aftercare=aftercare,
            read_event=self._read,
            clock=counter.clock,
        )
        self.reported: dict[bytes, PaymentEvent] = {}

    def _read(self, body: bytes) -> PaymentEvent:
        return self.reported[body]

    async def report(self, kind: str, session: str = "cs_1") -> None:
        """A webhook came in and a worker takes it up."""
        name = f"evt_{len(self.reported)}"
        now = self.counter.clock.now()
        event = PaymentEvent(id=name, type=kind, created=now, livemode=False, session_id=session)
        self.reported[name.encode()] = event
        async with self.counter.db.write() as tx:
            await payment_events.add(
                tx,
                event_id=name,
                kind=kind,
                session_id=session,
                payment_intent=None,
                body=name.encode(),
                now=now,
            )
        await self.settlement.take_up(name)

    async def said(self) -> list[dict[str, Any]]:
        async with self.counter.db.read() as tx:
            return [row.body for row in (await tx.execute(select(messages).order_by(messages.c.id))).all()]

    async def customer_wrote(self, **ago: float) -> None:
        at = self.counter.clock.now() - timedelta(**ago)
        async with self.counter.db.write() as tx:
            await tx.execute(update(conversations).values(last_customer_at=at))

    async def set(self, table: Any, **values: Any) -> None:
        async with self.counter.db.write() as tx:
            await tx.execute(update(table).values(**values))

    def run_out(self) -> str:
        """Returns the way back."""
        self.counter.till.run_out("cs_1")
        recovery = self.counter.till.sessions["cs_1"].recovery
        assert recovery is not None
        return recovery.url


@pytest.fixture
async def told(counter: Counter, queue_url: str) -> Any:
    queue = Queue(queue_url)
    made = Told(counter, queue)
    await counter.shoes_in_cart()
    await counter.checkout()
    await made.customer_wrote(minutes=40)
    yield made
    await queue.close()


async def test_a_checkout_that_closed_is_told_once_with_the_way_back(told: Told) -> None:
    way_back = told.run_out()

    await told.report("checkout.session.expired")
    await told.report("checkout.session.expired")

    (link,) = await told.said()
    assert (link["type"], link["url"], link["label"]) == ("link", way_back, "Pay $75.00")
    assert "nothing was charged" in link["text"]


@pytest.mark.parametrize("why_not", ["the cart has changed", "a person has it", "long silent"])
async def test_nobody_is_told_of_a_closed_checkout_who_would_not_be_glad(told: Told, why_not: str) -> None:
    told.run_out()
    match why_not:
        case "the cart has changed":
            await told.counter.shop.add_again(told.counter.anna, "more")
        case "a person has it":
            await told.set(conversations, owner="person")
        case "long silent":
            await told.customer_wrote(hours=25)

    await told.report("checkout.session.expired")

    assert await told.said() == []
    assert await told.counter.states() == ["expired"]


@pytest.mark.parametrize(("news", "messages_sent"), [(True, 1), (None, 0), (False, 0)])
async def test_a_checkout_that_the_desk_sent_is_only_told_to_who_agreed_to_news(
    told: Told, news: bool | None, messages_sent: int
) -> None:
    told.run_out()
    async with told.counter.db.write() as tx:
        await tx.exec_driver_sql("UPDATE orders SET source = 'desk'")
    await told.set(contacts, news=news)

    await told.report("checkout.session.expired")

    assert len(await told.said()) == messages_sent


async def test_a_slow_payment_on_its_way_is_told_once_and_confirmed_when_it_is_there(told: Told) -> None:
    told.counter.till.pay_slowly("cs_1")
    await told.report("checkout.session.completed")
    await told.report("checkout.session.completed")
    told.counter.till.settle()
    await told.report("checkout.session.async_payment_succeeded")

    waiting, receipt = await told.said()
    assert "asked to pay $75.00" in waiting["text"]
    assert receipt["type"] == "receipt"
    assert await told.counter.states() == ["paid"]


async def test_a_slow_payment_that_bounced_is_told_with_another_try(told: Told) -> None:
    told.counter.till.pay_slowly("cs_1", bounces=True)
    await told.report("checkout.session.completed")
    told.counter.till.settle()

    await told.report("checkout.session.async_payment_failed")

    _waiting, choices = await told.said()
    assert "nothing was bought" in choices["text"]
    assert {"title": "Try again", "payload": "/checkout"} in choices["options"]


async def test_a_slow_payment_that_bounced_is_found_without_a_report(told: Told) -> None:
    told.counter.till.pay_slowly("cs_1", bounces=True)
    await told.report("checkout.session.completed")
    told.counter.till.settle()
    told.counter.wait(hours=2)

    moved = await told.counter.shop.release_dead_sessions(told.settlement.confirm, told.settlement.lapsed)

    assert moved == 1
    assert await told.counter.states() == ["expired"]
    assert "nothing was bought" in (await told.said())[-1]["text"]


async def test_a_declined_card_is_a_fact_and_changes_nothing(told: Told) -> None:
    await told.report("payment_intent.payment_failed")

    assert await told.said() == []
    assert await told.counter.states() == ["awaiting_payment"]


async def test_money_for_what_is_gone_is_told_with_an_apology_and_no_receipt(told: Told) -> None:
    counter = told.counter
    counter.till.pay_slowly("cs_1")
    await counter.shop.payment_failed("cs_1")
    other = await counter.meet()
    await counter.shoes_in_cart(5, conversation=other, key="theirs")
    await counter.checkout("theirs", conversation=other)
    counter.till.settle()

    await told.report("checkout.session.completed")
    await told.report("checkout.session.completed")

    (sorry,) = await told.said()
    assert "sold out" in sorry["text"]
    assert "$75.00 goes back to you" in sorry["text"]


async def test_a_report_that_could_not_be_settled_is_put_off_and_settled_later(told: Told) -> None:
    told.counter.till.pay("cs_1")
    told.counter.till.fails = [PaymentsUnavailable(retry=Retry.SAME_KEY)]
    await told.report("checkout.session.completed")
    now = told.counter.clock.now()
    async with told.counter.db.read() as tx:
        (row,) = (await tx.execute(select(events_table))).all()
        waiting = [await payment_events.waiting(tx, now + timedelta(seconds=9), at) for at in (now, row.next_at)]
    assert (row.state, row.attempts) == ("new", 1)
    assert waiting == [[], [row.id]]

    await told.settlement.take_up(row.id)

    assert await told.counter.states() == ["paid"]
    assert len(await told.said()) == 1


# -- what changed since the last page ----------------------------------------------------------------------------------


async def test_a_changed_price_is_told_with_what_it_was(counter: Counter) -> None:
    await counter.shoes_in_cart()
    await counter.checkout("one")
    async with counter.db.write() as tx:
        await tx.execute(update(prices).where(prices.c.currency == "USD").values(amount=7100))

    second = await counter.checkout("two")
    again = await counter.checkout("three")

    assert second.changes == [PriceChange("price", "Aero, blue, 42", dollars("69.00"), dollars("71.00"))]
    assert (again.again, again.changes) == (True, [])


async def test_a_changed_delivery_is_told_though_the_old_page_could_not_be_closed_at_first(counter: Counter) -> None:
    await counter.shoes_in_cart()
    await counter.checkout("one")
    dearer = DeliveryWay("standard", "Standard", (2, 3), {"USD": dollars("8.00")})
    counter.shop = counter.shop_with(rules=Rules(ShippingTable((Zone(("*",), (dearer,)),)), TaxTable()))
    counter.till.fails = [PaymentsUnavailable(retry=Retry.SAME_KEY)]
    await counter.shop.checkout(counter.anna, "two")

    opened = await counter.checkout("two")

    assert opened.changes == [PriceChange("delivery", "", Money(600, "USD"), Money(800, "USD"))]


async def test_what_the_customer_changed_themselves_is_no_news(counter: Counter) -> None:
    await counter.shoes_in_cart()
    await counter.checkout("one")
    await counter.shop.add_again(counter.anna, "more")

    assert (await counter.checkout("two")).changes == []
