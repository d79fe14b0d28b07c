"""A form without the engine: validated, asked and closed as Rasa's form action does it, at the counter of a test."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from itertools import count
from typing import Any

import httpx
import yaml

from actions.forms import FORMS
from actions.unlocking import CODE_FORM
from bot.conversation.replies import Handoff, Reply, plain_text
from bot.selling.order_answers import Fulfilled, PaidOrder
from bot.settings import ROOT
from bot.storage.selling_tables import orders
from bot.storage.sql import Transaction
from tests.payments.paying import confirmation
from tests.skills.counter import Counter

_keys = count(1)


class FormTalk:
    """`opens` and `says` give what the customer hears; nothing at all when the form leaves the message to the rules."""

    def __init__(self, counter: Counter, form: str) -> None:
        self.counter = counter
        self.form = FORMS[form]
        self.open = False

    async def opens(self, text: str = "", *, confidence: float = 0.9, **said: Any) -> list[Reply]:
        """The message that the form begins with."""
        self.counter.opening = self.form.name
        heard = await self._validate(text, intent=self.form.intent, confidence=confidence, **said)
        self.counter.opening = None
        return heard

    async def says(self, text: str = "", *, intent: str = "give_details", **said: Any) -> list[Reply]:
        return await self._validate(text, intent=intent, **said)

    async def hears(self, text: str = "", *, intent: str = "give_details", **said: Any) -> str:
        return "\n".join(plain_text(reply) for reply in await self.says(text, intent=intent, **said))

    async def _validate(self, text: str, **said: Any) -> list[Reply]:
        counter = self.counter
        heard = await counter.does(f"validate_{self.form.name}", text, **said)
        if self.open and not counter.happened:
            return []
        ended = any(event.get("name") == "requested_slot" and event["value"] is None for event in counter.happened)
        counter.form, self.open = self.form.name, True
        wanted = next((name for name in self.form.slots if counter.slots.get(name) is None), None)
        if ended or wanted is None:
            return [*heard, *await self._close(text, **said)]
        counter.slots["requested_slot"] = wanted
        return [*heard, *await self._ask(wanted, text, **said)]

    async def _ask(self, slot: str, text: str, **said: Any) -> list[Reply]:
        if f"action_ask_{slot}" in self.counter.executor.actions:
            return await self.counter.does(f"action_ask_{slot}", text, **said)
        return self.counter.rendered({"response": f"utter_ask_{slot}", "buttons": []})

    async def _close(self, text: str, **said: Any) -> list[Reply]:
        self.counter.form, self.open = None, False
        self.counter.slots["requested_slot"] = None
        return await self.counter.does(closing_action(self.form.name), text, **said)


@cache
def closing_action(form: str) -> str:
    """What the rules do after a form."""
    for path in sorted((ROOT / "data" / "rules").glob("*.yml")):
        for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]:
            done = [step["action"] for step in rule["steps"] if "action" in step]
            if done[:1] == [form] and len(done) == 2:
                return str(done[1])
    raise AssertionError(f"no rule closes {form}")


async def buy(counter: Counter, *things: tuple[str, dict[str, str], int], state: str = "paid") -> int:
    """An order of these things (product, options, pieces), paid at the sandbox of Stripe where the state says that it
    was; its number."""
    shop, conversation = counter.parts.shop, counter.conversation_id
    for product_id, options, pieces in things:
        await shop.add(conversation, f"buy-{next(_keys)}", product_id, options, pieces)
    await shop.checkout(conversation, f"buy-{next(_keys)}")
    newest = orders.select().where(orders.c.conversation_id == conversation).order_by(orders.c.id.desc()).limit(1)
    async with counter.db.read() as tx:
        order = (await tx.execute(newest)).one()
    if state in ("paid", "shipped", "delivered"):
        await pay(counter, order.session_id)
    now = datetime.now(UTC)
    sent = {"shipped_at": now} if state in ("shipped", "delivered") else {}
    async with counter.db.write() as tx:
        await tx.execute(orders.update().where(orders.c.id == order.id).values(state=state, **sent))
    await shop.clear(conversation, f"buy-{next(_keys)}")
    return int(order.number)


async def pay(counter: Counter, session_id: str) -> None:
    """As the shopper does on the pay page, and the worker when it hears of it."""
    settings = counter.parts.settings
    headers = {"authorization": f"Bearer {settings.stripe_api_key}"}
    async with httpx.AsyncClient(base_url=settings.stripe_api_url, headers=headers) as stripe:
        page = (await stripe.get(f"/v1/payment_pages/{session_id}")).json()
        paid = await stripe.post(f"/v1/payment_pages/{session_id}/confirm", data=confirmation(page))
        assert paid.status_code == 200, paid.text
    assert isinstance(await counter.parts.shop.fulfil(session_id, _unheard), Fulfilled)


async def _unheard(tx: Transaction, paid: PaidOrder) -> None:
    return None


async def carry_out_refunds(counter: Counter) -> None:
    """What the worker does every few seconds."""
    await counter.parts.refunding.carry_out(counter.parts.aftercare.told)


def handed_over(heard: list[Reply]) -> Handoff | None:
    return next((reply for reply in heard if isinstance(reply, Handoff)), None)


def asks_for_code(counter: Counter, number: int, waiting_form: str | None = None) -> bool:
    """Whether the last action has the one-time code of an order asked for, and what goes on after it."""
    follows = [event["name"] for event in counter.happened if event["event"] == "followup"]
    kept = (counter.slots["code_for"], counter.slots["waiting_form"])
    return follows == [CODE_FORM] and kept == (str(number), waiting_form)


def titles(reply: Reply) -> list[str]:
    return [option.title for option in getattr(reply, "options", [])]


def payloads(reply: Reply) -> list[str]:
    return [option.payload for option in getattr(reply, "options", [])]


SHOES = ("aero-2", {"colour": "blue", "size": "42"}, 1)
MUGS = ("morning-mug", {"colour": "cream"}, 2)
