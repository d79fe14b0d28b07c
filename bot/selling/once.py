"""Doing a thing once: the answer that was given under a key is given again, and nothing is done."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

import msgspec

from bot.selling.answers import Answer
from bot.storage import idempotency
from bot.storage.sql import Transaction

A = TypeVar("A", bound=Answer)


async def told_before(tx: Transaction, key: str, answers: Any) -> Any | None:
    """The answer that the key was given before, as one of the union `answers`; None for a new key.

    Look only after the cart was locked, or two at once both find nothing."""
    stored = await idempotency.answer_of(tx, key)
    return None if stored is None else msgspec.convert(stored, answers)


async def tell(tx: Transaction, key: str, answer: A, now: datetime) -> A:
    """Keep the answer in the transaction of its change, and give it."""
    await idempotency.keep_answer(tx, key, msgspec.to_builtins(answer), now)
    return answer
