"""kill -9 of worker, engine and action server in the middle of turns: nothing is lost, nothing happens twice."""

from __future__ import annotations

import random
import time

import pytest

from tests.support.phone import Phone, text_of
from tests.support.stack import Stack, eventually

VICTIMS = ("worker", "engine", "actions")


def open_work(stack: Stack) -> int:
    inbox = stack.query("SELECT count(*) AS n FROM inbox WHERE state = 'new'")[0]["n"]
    outbox = stack.query("SELECT count(*) AS n FROM outbox WHERE state IN ('queued', 'sending')")[0]["n"]
    return int(inbox + outbox)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("victim", VICTIMS)
def test_a_kill_in_the_middle_of_a_turn_loses_nothing_and_repeats_nothing(stack: Stack, victim: str) -> None:
    phones = [Phone(stack, f"1555100{VICTIMS.index(victim)}{n:03d}") for n in range(4)]
    for phone in phones:
        phone.says("running shoes under 80")
    for phone in phones:
        phone.taps(phone.hears_until("City Run"), "City Run")
    for phone in phones:
        phone.hears_until("size")

    for phone in phones:
        phone.says("42")
    time.sleep(random.uniform(0.0, 0.1))
    assert open_work(stack), "the turns were over before the kill"
    stack.kill(victim)

    for phone in phones:
        phone.hears_until("in your cart", within_s=120)
    eventually(lambda: open_work(stack) == 0, within_s=60)
    for phone in phones:
        lines = stack.query(
            "SELECT l.quantity FROM cart_lines l JOIN carts k ON k.id = l.cart_id"
            " JOIN conversations c ON c.contact_id = k.contact_id WHERE c.customer = :who",
            who=phone.wa_id,
        )
        assert [line["quantity"] for line in lines] == [1], f"{phone.wa_id}: {lines}"
        said = [text_of(message) for message in phone.received()]
        assert len([text for text in said if "in your cart" in text]) == 1, said
    eventually(lambda: stack.is_ready(victim), within_s=90)
