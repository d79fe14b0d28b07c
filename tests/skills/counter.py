"""The actions without the engine: one customer, whose slots are kept as Rasa would keep them."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from functools import cache
from typing import Any

import yaml
from rasa_sdk.executor import ActionExecutor

from actions.__main__ import every_action
from bot.composition import Parts
from bot.conversation.replies import Reply, plain_text, reply_from
from bot.dialogue.engine_http import replies_of
from bot.settings import ROOT
from bot.storage.selling_tables import orders, stock
from bot.storage.sql import Database
from tests.skills.marked import unmarked

_turns = itertools.count(1)


class Counter:
    """`does` runs an action through rasa-sdk's executor with a call as the engine makes it.

    `form` is open before the message, `opening` the one that it has just opened; `happened` are the events of the last
    action.
    """

    def __init__(self, parts: Parts, conversation_id: int) -> None:
        self.parts = parts
        self.conversation_id = conversation_id
        self.slots: dict[str, Any] = {}
        self.form: str | None = None
        self.opening: str | None = None
        self.events: list[dict[str, Any]] = []
        self.happened: list[dict[str, Any]] = []
        self.executor = ActionExecutor()
        for action in every_action(parts):
            self.executor.register_action(action)

    @property
    def db(self) -> Database:
        return self.parts.db

    async def does(
        self,
        action: str,
        text: str = "",
        turn: str | None = None,
        *,
        intent: str = "",
        confidence: float = 0.9,
        likely: Mapping[str, float] | None = None,
        **entities: str,
    ) -> list[Reply]:
        """What the customer hears when Rasa chooses `action` for this message; `intent` is what it is understood as,
        `confidence` how surely, `likely` the intents that it may be instead."""
        text, marked = unmarked(text)
        name = intent or ("understood" if text else "tapped")
        message = {
            "text": text or f"/{name}",
            "intent": {"name": name, "confidence": confidence if text else 1.0},
            "intent_ranking": [{"name": one, "confidence": share} for one, share in (likely or {}).items()],
            "entities": [*marked, *({"entity": entity, "value": value} for entity, value in entities.items())],
            "metadata": {"turn_id": turn or f"turn-{next(_turns)}", "locale": "en"},
            "message_id": "m",
        }
        if "product_id" in entities:
            self.slots["product_id"] = entities["product_id"]
        opened = [{"event": "active_loop", "name": self.form}] if self.form else []
        tracker = {
            "sender_id": str(self.conversation_id),
            "slots": dict(self.slots),
            "latest_message": message,
            "events": [*opened, *self.events, {"event": "user"}],
            "latest_input_channel": "whatsapp",
            "active_loop": {"name": self.opening or self.form} if self.opening or self.form else {},
            "latest_action_name": "action_listen",
            "paused": False,
            "followup_action": None,
        }
        call = {"next_action": action, "sender_id": str(self.conversation_id), "tracker": tracker, "domain": {}}
        result = await self.executor.run(call)
        assert result is not None
        self.happened = list(result.events)
        for event in result.events:
            if event["event"] == "slot":
                self.slots[event["name"]] = event["value"]
        return [reply for response in result.responses for reply in self.rendered(response)]

    def rendered(self, said: Mapping[str, Any]) -> list[Reply]:
        """What an action says; a response of domain.yml as Rasa would fill it in, in the language of the slot."""
        name = said.get("response")
        if not name:
            return [reply_from(said["custom"])]
        variation = variation_of(name, self.slots.get("language"))
        facts = {**self.slots, **said}
        filled = [{key: value.format(**facts) for key, value in one.items()} for one in variation.get("buttons", [])]
        return replies_of({"text": variation["text"].format(**facts), "buttons": [*filled, *said["buttons"]]})

    async def hears(self, action: str, text: str = "", turn: str | None = None, **said: Any) -> str:
        """The same as one reads it."""
        return "\n".join(plain_text(reply) for reply in await self.does(action, text, turn, **said))

    async def cart(self) -> dict[str, int]:
        """What is in the cart, by label."""
        view = await self.parts.shop.cart(self.conversation_id)
        return {line.label: line.quantity for line in view.lines}

    async def orders(self) -> list[Any]:
        async with self.db.read() as tx:
            return list((await tx.execute(orders.select())).all())

    async def set_stock(self, sku: str, on_hand: int) -> None:
        async with self.db.write() as tx:
            await tx.execute(stock.update().where(stock.c.sku == sku).values(on_hand=on_hand))


@cache
def domain() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    return found


def responses() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = domain()["responses"]
    return found


def variation_of(name: str, language: str | None) -> dict[str, Any]:
    """The one for the language, else the English one, which has no condition."""
    spoken = {one["condition"][0]["value"] if "condition" in one else None: one for one in responses()[name]}
    return spoken.get(language) or spoken[None]
