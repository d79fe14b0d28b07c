"""An agent sells over HTTP: the customer's own cart, its checkout at the sandbox of Stripe, what stands in the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from bot.conversation.identity import Profile
from bot.payments.stripe import StripePayments
from bot.selling.order_answers import Fulfilled, PaidOrder
from bot.storage.selling_tables import orders
from bot.storage.sql import Transaction
from bot.storage.tables import conversations
from tests.desk.conftest import AtWork, LogIn
from tests.desk.gateway import DeskGateway, open_gateway
from tests.payments.sandbox_process import API_KEY, WEBHOOK_SECRET, Sandbox, running_sandbox
from tests.selling.pay_page import PayPage

DESK = "/api/v1/desk"
AERO = {"size": "42", "colour": "blue"}


@pytest.fixture(scope="module")
def _running() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(_running: Sandbox) -> Iterator[Sandbox]:
    yield _running
    _running.rest()


@pytest.fixture
async def gateway(tmp_path: Path, queue_url: str, sandbox: Sandbox) -> AsyncIterator[DeskGateway]:
    payments = StripePayments(api_key=API_KEY, webhook_secrets=[WEBHOOK_SECRET], api_url=sandbox.url)
    async with open_gateway(tmp_path, queue_url, payments) as gateway:
        yield gateway
    await payments.close()


class AtTheCounter:
    """Somebody at work on one conversation."""

    def __init__(self, agent: AtWork, conversation: int) -> None:
        self.agent = agent
        self.address = f"{DESK}/conversations/{conversation}"
        self._count = 0

    async def cart(self) -> dict[str, Any]:
        cart: dict[str, Any] = (await self.agent.get(f"{self.address}/cart")).json()
        return cart

    async def edit(self, version: int | None = None, client_id: str = "", **edit: Any) -> httpx.Response:
        """On the cart as it is, or on an older `version` of it."""
        self._count += 1
        seen = (await self.cart())["version"] if version is None else version
        body = {"client_id": client_id or f"edit-{self._count}", **edit}
        return await self.agent.patch(f"{self.address}/cart", headers={"If-Match": f'"{seen}"'}, json=body)

    async def done(self, **edit: Any) -> dict[str, Any]:
        answer = await self.edit(**edit)
        assert answer.status_code == 200, answer.text
        cart: dict[str, Any] = answer.json()
        return cart

    async def send(self, client_id: str = "link", version: int | None = None) -> httpx.Response:
        seen = (await self.cart())["version"] if version is None else version
        headers = {"If-Match": f'"{seen}"'}
        return await self.agent.post(f"{self.address}/checkout", headers=headers, json={"client_id": client_id})

    async def said(self) -> list[dict[str, Any]]:
        """What our side has said in the conversation."""
        view = (await self.agent.get(self.address)).json()
        return [message for message in view["transcript"]["messages"] if message["author"] == "agent"]


@pytest.fixture
async def lea(gateway: DeskGateway, at_work: LogIn) -> AtTheCounter:
    """Léa, who has claimed the conversation of a customer with an empty cart."""
    conversation = await gateway.waiting()
    agent = await at_work("Léa")
    claimed = await agent.post(f"{DESK}/conversations/{conversation}/claim", headers={"If-Match": '"0"'})
    assert claimed.status_code == 200, claimed.text
    return AtTheCounter(agent, conversation)


def refused(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


async def orders_of(gateway: DeskGateway) -> list[Any]:
    async with gateway.db.read() as tx:
        return list((await tx.execute(select(orders))).all())


async def test_what_an_agent_puts_in_is_the_customers_cart_and_they_read_of_it(
    gateway: DeskGateway, lea: AtTheCounter
) -> None:
    cart = await lea.done(do="put_in", product="aero-2", options=AERO, quantity=2, tell=True)

    [line] = cart["lines"]
    assert (line["label"], line["quantity"], line["amount"], cart["total"]) == (
        "Aero 2, blue, 42", 2, "$138.00", "$138.00",
    )  # fmt: skip
    conversation = int(lea.address.rpartition("/")[2])
    assert (await gateway.shop.cart(conversation)).count == 2
    [told] = await lea.said()
    assert told["text"] == "Léa made it 2 × Aero 2, blue, 42 in your cart. Total: $138.00."


async def test_a_customer_reads_it_in_their_own_language(gateway: DeskGateway, at_work: LogIn) -> None:
    conversation = await gateway.waiting(profile=Profile(name="Ada", locale="fr_FR"))
    agent = await at_work("Léa")
    await agent.post(f"{DESK}/conversations/{conversation}/claim", headers={"If-Match": '"0"'})
    lea = AtTheCounter(agent, conversation)
    await lea.done(do="put_in", product="aero-2", options=AERO, tell=True)
    await lea.send()
    put, link = await lea.said()
    assert put["text"].startswith("Léa a mis Aero 2, bleu, 42 dans votre panier.")
    assert (link["reply"]["type"], link["reply"]["label"][:5]) == ("link", "Payer")


async def test_every_change_can_be_made_and_the_sum_follows(lea: AtTheCounter) -> None:
    await lea.done(do="put_in", product="aero-2", options=AERO)
    [line] = (await lea.cart())["lines"]
    two = await lea.done(do="set_quantity", sku=line["sku"], quantity=2)
    other = await lea.done(do="exchange", sku=line["sku"], options={"size": "43"})
    noted = await lea.done(do="write_note", sku=other["lines"][0]["sku"], note="No box, please")
    again = await lea.done(do="write_note", sku=other["lines"][0]["sku"], note="In a box")
    coded = await lea.done(do="use_code", code="run15")
    sent = await lea.done(do="send_to", country="FR")
    plain = await lea.done(do="use_code", code="")
    gone = await lea.done(do="take_out", sku=other["lines"][0]["sku"])

    assert (two["total"], other["lines"][0]["label"], other["lines"][0]["quantity"]) == (
        "$138.00", "Aero 2, blue, 43", 2,
    )  # fmt: skip
    assert (noted["lines"][0]["note"], again["lines"][0]["note"]) == ("No box, please", "In a box")
    assert (coded["code"], coded["discount"], coded["refused"], coded["total"]) == ("RUN15", "$20.70", None, "$117.30")
    assert (sent["country"], sent["country_name"], sent["country_known"], sent["tax_name"]) == (
        "FR", "France", True, "TVA",
    )  # fmt: skip
    assert (plain["code"], plain["discount"], gone["lines"], await lea.said()) == (None, None, [], [])


async def test_a_change_that_is_sent_twice_is_made_once(lea: AtTheCounter) -> None:
    put = {"do": "put_in", "product": "aero-2", "options": AERO, "tell": True}
    answers = await asyncio.gather(lea.edit(version=0, client_id="x", **put), lea.edit(version=0, client_id="x", **put))
    assert [(answer.status_code, answer.json()["count"]) for answer in answers] == [(200, 1)] * 2
    assert len(await lea.said()) == 1


async def test_an_old_picture_of_the_cart_changes_nothing_and_shows_the_new_one(
    gateway: DeskGateway, lea: AtTheCounter
) -> None:
    seen = await lea.done(do="put_in", product="aero-2", options=AERO)
    await gateway.in_cart(int(lea.address.rpartition("/")[2]), "enamel-camp-mug", colour="white")

    changed = await lea.edit(version=seen["version"], do="take_out", sku=seen["lines"][0]["sku"], tell=True)
    sent = await lea.send(version=seen["version"])

    assert (refused(changed), refused(sent)) == ((409, "cart_moved_on"),) * 2
    assert [line["title"] for line in changed.json()["error"]["cart"]["lines"]] == ["Aero 2", "Enamel Camp Mug"]
    assert ((await lea.cart())["count"], await lea.said(), await orders_of(gateway)) == (2, [], [])


async def test_only_who_has_the_conversation_sells_in_it(
    gateway: DeskGateway, at_work: LogIn, lea: AtTheCounter
) -> None:
    sam = AtTheCounter(await at_work("Sam"), int(lea.address.rpartition("/")[2]))
    put = {"do": "put_in", "product": "aero-2", "options": AERO}
    colleague = await sam.edit(**put)
    assert (refused(colleague), colleague.json()["error"]["message"]) == (
        (409, "not_yours"),
        "Léa has this conversation.",
    )
    with_bot = AtTheCounter(sam.agent, await gateway.customer_writes("hello", "bo"))
    assert [refused(await with_bot.edit(**put)), refused(await with_bot.send())] == [(409, "ticket_closed")] * 2
    assert ((await sam.cart())["count"], (await with_bot.cart())["count"]) == (0, 0)


@pytest.mark.parametrize(
    ("edit", "code", "words"),
    [
        ({"do": "put_in", "product": "aero-2", "options": {"colour": "blue"}}, "needs_option", "Choose the size"),
        ({"do": "put_in", "product": "aero-2", "options": {"colour": "teal"}}, "no_such_option", "does not come in"),
        ({"do": "put_in", "product": "aero-2", "options": AERO, "quantity": 98}, "out_of_stock", "Only "),
        ({"do": "put_in", "product": "aero-2", "options": AERO, "quantity": 100}, "cart_limit", "at most 99"),
        ({"do": "put_in", "product": "no-such-thing"}, "product_unknown", "no such product"),
        ({"do": "take_out", "sku": "NONE"}, "not_in_cart", "not in the cart"),
        ({"do": "send_to", "country": "ZZ"}, "not_delivered", "does not deliver"),
        ({"do": "use_code", "code": "nonsense"}, "code_refused", "no such code"),
    ],
)
async def test_what_cannot_be_done_is_said_in_words_and_changes_nothing(
    lea: AtTheCounter, edit: dict[str, Any], code: str, words: str
) -> None:
    before = await lea.cart()
    answer = await lea.edit(**edit, tell=True)
    assert answer.status_code in (400, 404, 409)
    assert answer.json()["error"]["code"] == code
    assert words in answer.json()["error"]["message"]
    assert (await lea.cart(), await lea.said()) == (before, [])


async def test_a_code_that_waits_says_what_is_missing(lea: AtTheCounter) -> None:
    await lea.done(do="put_in", product="enamel-camp-mug", options={"colour": "white"})
    cart = await lea.done(do="use_code", code="FREESHIP")
    assert (cart["code"], cart["discount"]) == ("FREESHIP", None)
    assert cart["refused"].startswith("This code counts from $30.00 of goods:")


async def test_the_checkout_goes_to_the_customer_once_and_is_paid_to_the_cent(
    gateway: DeskGateway, sandbox: Sandbox, lea: AtTheCounter
) -> None:
    await lea.done(do="put_in", product="aero-2", options=AERO, quantity=2)
    first, again = await lea.send(), await lea.send()

    sent = first.json()
    assert (first.status_code, sent["message"]["id"]) == (200, again.json()["message"]["id"])
    link = sent["message"]["reply"]
    assert (link["type"], link["label"], link["url"]) == ("link", "Pay $138.00", sent["cart"]["checkout"]["url"])
    assert len(await lea.said()) == 1
    [order] = await orders_of(gateway)
    assert (order.source, order.total, order.state) == ("desk", 13800, "awaiting_payment")

    await PayPage(sandbox, order.session_id).pay()
    confirmed: list[PaidOrder] = []

    async def then(tx: Transaction, paid: PaidOrder) -> None:
        confirmed.append(paid)

    assert isinstance(await gateway.shop.fulfil(order.session_id, then), Fulfilled)
    view = (await lea.agent.get(lea.address)).json()
    invoice = await lea.agent.get(f"{DESK}/orders/{order.number}/invoice")
    assert (invoice.headers["content-type"], invoice.content[:5]) == ("application/pdf", b"%PDF-")
    [shown] = view["orders"]
    assert (shown["state"], shown["total"], shown["source"], view["cart"]["count"]) == ("paid", "$138.00", "desk", 0)


async def test_an_empty_cart_and_a_customer_out_of_reach_get_no_checkout(
    gateway: DeskGateway, at_work: LogIn, lea: AtTheCounter
) -> None:
    assert refused(await lea.send()) == (409, "cart_empty")
    await gateway.customer_writes("STOP")
    await gateway.in_cart(int(lea.address.rpartition("/")[2]), "enamel-camp-mug", colour="white")
    async with gateway.db.write() as tx:
        await tx.execute(conversations.update().values(stopped=True))
    assert refused(await lea.send("other")) == (409, "out_of_reach")
    assert (await orders_of(gateway), await lea.said()) == ([], [])


async def test_products_are_found_with_all_that_is_needed_to_put_them_in(lea: AtTheCounter) -> None:
    conversation = int(lea.address.rpartition("/")[2])
    asked = {"q": "running shoes", "conversation": conversation}
    found = (await lea.agent.get(f"{DESK}/products", params=asked)).json()
    assert "aero-2" in [product["id"] for product in found["products"]]
    one = await lea.agent.get(f"{DESK}/products", params={"product": "aero-2", "conversation": conversation})
    [aero] = one.json()["products"]
    blue = next(variant for variant in aero["variants"] if variant["options"] == AERO)
    assert (blue["name"], blue["price"], blue["available"] > 0) == ("blue, 42", "$69.00", True)
    assert (await lea.agent.get(f"{DESK}/products", params={"q": "shoes"})).status_code == 400


async def test_a_customers_own_change_is_told_to_the_open_desk(gateway: DeskGateway, lea: AtTheCounter) -> None:
    conversation = int(lea.address.rpartition("/")[2])
    stream = gateway.live.stream([f"conversation:{conversation}"], None)
    try:
        await anext(stream)
        await gateway.in_cart(conversation, "enamel-camp-mug", colour="white")
        async with asyncio.timeout(10):
            told = await anext(stream)
    finally:
        await stream.aclose()  # type: ignore[attr-defined]
    assert '"kind":"cart"' in told
