"""How fast a customer, and everybody at one address, may write. Time stands still, so that nothing is given back."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

import pytest

from bot.chat.service import Chat
from bot.chat.words import NewMessage
from bot.clock import FixedClock
from bot.errors import TooMany
from tests.support.counter import WELCOME, Counter

OFFICE, ELSEWHERE = "203.0.113.7", "198.51.100.1"
_ids = count(1)


@pytest.fixture
def chat(counter: Counter) -> Chat:
    return Chat(
        db=counter.db,
        queue=counter.queue,
        clock=FixedClock(datetime(2026, 3, 1, 12, tzinfo=UTC)),
        keep=counter.inbox.store,
        cart=counter.cart_of,
        welcome=WELCOME,
    )


async def say(chat: Chat, customer: str, source: str) -> None:
    await chat.send(customer, NewMessage(f"message-{next(_ids)}", text="hello"), locale="fr", source=source)


async def test_one_session_says_15_messages_at_once_and_no_more(chat: Chat) -> None:
    for _ in range(15):
        await say(chat, "maya", OFFICE)
    with pytest.raises(TooMany, match="Cela fait beaucoup") as refused:
        await say(chat, "maya", OFFICE)
    assert 0 < refused.value.retry_after <= 1
    await say(chat, "theo", OFFICE)


async def test_one_address_begins_60_sessions_at_once_and_no_more(chat: Chat) -> None:
    for place in range(60):
        await say(chat, f"customer-{place}", OFFICE)
    with pytest.raises(TooMany):
        await say(chat, "one-too-many", OFFICE)
    await say(chat, "customer-0", OFFICE)
    await say(chat, "one-too-many", ELSEWHERE)
