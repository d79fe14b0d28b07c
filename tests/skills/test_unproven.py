"""A sender whom nobody vouches for, at the trained bot: no sentence opens a checkout or tells of an order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
import yaml
from sqlalchemy import select, update

from bot.composition import Parts
from bot.conversation.replies import Link, Receipt, plain_text
from bot.settings import ROOT
from bot.storage.selling_tables import orders, stock
from bot.storage.tables import contacts, conversations
from tests.skills.counter import Counter
from tests.skills.forms import buy
from tests.skills.marked import unmarked
from tests.skills.talk import Talk

SAID = "cannot be sure that this mail is really from you"
OPEN_TO_ALL = frozenset(
    {"ask_shipping", "ask_payment_methods", "ask_return_policy", "ask_privacy", "account_trouble", "give_details"}
)
"""Intents of these skills that are questions about the shop, answered to everybody."""


def sentences() -> Iterator[tuple[str, str]]:
    """The first example of each intent of the skills that are about orders, payments and accounts."""
    for skill in ("orders", "checkout", "returns", "account"):
        nlu = yaml.safe_load((ROOT / "data" / "nlu" / f"{skill}.yml").read_text(encoding="utf-8"))["nlu"]
        for block in nlu:
            if "intent" in block:
                example = re.sub(r"^- ", "", block["examples"].strip().split("\n")[0])
                yield block["intent"], unmarked(example)[0]


async def doubted(parts: Parts, conversation_id: int) -> None:
    """Somebody writes as if they were this customer, and nobody vouches for them: the worst case, as their own contact
    is theirs alone."""
    async with parts.db.write() as tx:
        await tx.execute(update(conversations).where(conversations.c.id == conversation_id).values(proven=False))


@pytest.mark.parametrize(("intent", "text"), [pytest.param(*pair, id=pair[0]) for pair in sentences()])
async def test_no_sentence_gets_at_orders_payments_or_the_account(talk: Talk, intent: str, text: str) -> None:
    parts = Parts(talk.settings)
    try:
        async with parts.db.write() as tx:
            await tx.execute(update(stock).values(on_hand=stock.c.on_hand + 2))
        number = await buy(_Buyer(parts, talk.conversation_id), ("aero-2", {"colour": "blue", "size": "42"}, 1))  # type: ignore[arg-type]
        await parts.shop.add(talk.conversation_id, uuid4().hex, "aero-2", {"colour": "blue", "size": "42"})
        await doubted(parts, talk.conversation_id)
        heard = await talk.says(text)
        heard += await talk.says(f"yes, order {number}")
        heard += await talk.says("yes please")
        async with parts.db.read() as tx:
            mine = select(orders.c.number).where(orders.c.conversation_id == talk.conversation_id)
            made = (await tx.execute(mine)).all()
            news = (await tx.execute(
                select(contacts.c.news).join(conversations, conversations.c.contact_id == contacts.c.id)
                .where(conversations.c.id == talk.conversation_id)
            )).scalar_one()  # fmt: skip
    finally:
        await parts.close()
    words = "\n".join(plain_text(reply) for reply in heard)
    assert [row.number for row in made] == [number]
    assert news is None
    assert not [reply for reply in heard if isinstance(reply, Link | Receipt)], words
    assert intent in OPEN_TO_ALL or SAID in words, words


class _Buyer:
    """What `buy` needs of a counter."""

    def __init__(self, parts: Parts, conversation_id: int) -> None:
        self.parts = parts
        self.conversation_id = conversation_id

    @property
    def db(self) -> object:
        return self.parts.db


async def test_what_everybody_may_do_is_still_done_for_them(counter: Counter) -> None:
    await doubted(counter.parts, counter.conversation_id)
    await counter.does("action_choose_product", "", product_id="aero-2")
    heard = await counter.does("action_choose_option", "42", size="42")
    assert "cart" in plain_text(heard[-1])
    [refusal] = await counter.does("action_checkout", "checkout")
    assert SAID in plain_text(refusal)
    assert await counter.orders() == []
    assert not (await counter.parts.shop.cart(counter.conversation_id)).checkout
