"""Two hundred buyers for twenty pieces, every fault of the payment provider on, and workers killed in the middle.

Nothing is sold twice, nobody pays for nothing, nobody pays, gets or hears anything twice; and those who buy by whole
conversations meanwhile are served.
"""

from __future__ import annotations

import asyncio
import random

import pytest

from tests.scenarios.test_buying_on_whatsapp import put_two_in_cart
from tests.support.crowd import STORM, Account, Crowd, Workers
from tests.support.phone import Phone, link_of, text_of
from tests.support.stack import Stack
from tests.support.till import pay, session_id_of

BUYERS, PIECES = 200, 20


def buy_on_whatsapp(phone: Phone) -> str:
    """Check out and pay, asking again where the payment service is away. Returns the session."""
    for _ in range(10):
        phone.says("checkout")
        answer = phone.hears(within_s=60)
        while "payment service" not in text_of(answer) and "Pay" not in text_of(answer):
            answer = phone.hears(within_s=60)
        if "payment service" not in text_of(answer):
            break
    link = link_of(answer)
    pay(phone.stack, link)
    return session_id_of(link)


async def storm(stack: Stack, phones: list[Phone]) -> tuple[Crowd, Account, list[str]]:
    crowd, workers = Crowd(stack.settings, things=1, pieces=PIECES), Workers(stack.settings, 2)
    try:
        await crowd.stock_up()
        await crowd.turn(**STORM)
        async with asyncio.TaskGroup() as group:
            killing = group.create_task(workers.die_now_and_then(4, random.Random(3)))
            talks = [group.create_task(asyncio.to_thread(buy_on_whatsapp, phone)) for phone in phones]
            await group.create_task(crowd.rush(BUYERS))
            sessions = [await talk for talk in talks]
            killing.cancel()
        stack.kill("worker")
        await crowd.rest()
        await crowd.settle(within_s=60)
        account = await crowd.account_for()
        assert workers.killed, "no worker was killed"
        return crowd, account, sessions
    finally:
        await crowd.rest()
        workers.stop()
        await crowd.close()


@pytest.mark.timeout(600)
async def test_two_hundred_buyers_for_twenty_pieces_in_a_storm_of_faults(stack: Stack) -> None:
    phones = [Phone(stack, f"1555200{number:04d}", f"Storm {number}") for number in range(2)]
    for phone in phones:
        phone.says("hi")
        phone.hears(within_s=120)  # an engine that has just started takes its time
        put_two_in_cart(phone, "42")

    crowd, account, sessions = await storm(stack, phones)

    assert account.clean, account
    assert crowd.outcomes["paid"] <= PIECES
    assert crowd.outcomes["paid"] + len(phones) == account.sold + account.paid_back, (crowd.outcomes, account)
    assert account.sold >= PIECES // 2
    for phone, session in zip(phones, sessions, strict=True):
        order = stack.query("SELECT number, state FROM orders WHERE session_id = :id", id=session)[0]
        assert order["state"] == "paid"
        receipts = [text_of(each) for each in phone.received() if "Paid, thank you" in text_of(each)]
        assert len(receipts) == 1
        assert str(order["number"]) in receipts[0]
