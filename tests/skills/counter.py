"""The actions without the engine: one customer, whose slots are kept as Rasa would keep them."""

from __future__ import annotations

import itertools
from typing import Any

from rasa_sdk.executor import ActionExecutor

from actions.__main__ import every_action
from bot.composition import Parts
from bot.conversation.replies import Reply, plain_text, reply_from
from bot.storage.sql import Database
from bot.storage.tables import orders, stock

_turns = itertools.count(1)


class Counter:
    """`does` runs an action through rasa-sdk's executor with a call as the engine makes it."""

    def __init__(self, parts: Parts, conversation_id: int) -> None:
        self.parts = parts
        self.conversation_id = conversation_id
        self.slots: dict[str, Any] = {}
        self.executor = ActionExecutor()
        for action in every_action(parts.shop, parts.clock):
            self.executor.register_action(action)

    @property
    def db(self) -> Database:
        return self.parts.db

    async def does(self, action: str, text: str = "", turn: str | None = None, **entities: str) -> list[Reply]:
        """What the customer hears when Rasa chooses `action` for this message."""
        message = {
            "text": text or "/tapped",
            "intent": {"name": "understood", "confidence": 0.9} if text else {"name": "tapped", "confidence": 1.0},
            "entities": [{"entity": name, "value": value} for name, value in entities.items()],
            "metadata": {"turn_id": turn or f"turn-{next(_turns)}", "locale": "en"},
            "message_id": "m",
        }
        if "product_id" in entities:
            self.slots["product_id"] = entities["product_id"]
        tracker = {
            "sender_id": str(self.conversation_id),
            "slots": dict(self.slots),
            "latest_message": message,
            "events": [],
            "latest_input_channel": "whatsapp",
            "active_loop": {},
            "latest_action_name": "action_listen",
            "paused": False,
            "followup_action": None,
        }
        call = {"next_action": action, "sender_id": str(self.conversation_id), "tracker": tracker, "domain": {}}
        result = await self.executor.run(call)
        assert result is not None
        for event in result.events:
            if event["event"] == "slot":
                self.slots[event["name"]] = event["value"]
        return [reply_from(response["custom"]) for response in result.responses]

    async def hears(self, action: str, text: str = "", turn: str | None = None, **entities: str) -> str:
        """The same as one reads it."""
        return "\n".join(plain_text(reply) for reply in await self.does(action, text, turn, **entities))

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
