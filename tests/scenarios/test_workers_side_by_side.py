"""Several workers at one shop: a customer's messages in the order of writing, and no customer waits for another."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

from tests.support.engine_stand_in import HELD, NEVER
from tests.support.many_workers import ManyWorkers, shop_with_workers
from tests.support.phone import Phone, text_of
from tests.support.stack import eventually

pytestmark = pytest.mark.stack
WORKERS = 4


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ManyWorkers]:
    with shop_with_workers(tmp_path_factory.mktemp("shop") / "var", workers=WORKERS) as shop:
        yield shop


def test_twenty_shuffled_messages_of_one_customer_are_turns_in_the_order_of_writing(shop: ManyWorkers) -> None:
    phone = Phone(shop, "15550003101")
    began = time.time() - 60
    written = [HELD, *(f"message {number}" for number in range(1, 20))]
    bodies = [
        phone.body({"type": "text", "text": {"body": text}}, at=began + place) for place, text in enumerate(written)
    ]
    # The first one's turn is under way while the others come, in any order.
    assert phone.post_body(bodies[0]).status_code == 200
    # Four workers may still be starting.
    eventually(lambda: [turn for turn in shop.turns() if turn["text"] == HELD], within_s=90)
    others = random.sample(bodies[1:], 19)
    with ThreadPoolExecutor(19) as pool:
        assert {answer.status_code for answer in pool.map(phone.post_body, others)} == {200}
    eventually(lambda: len(shop.query("SELECT id FROM inbox")) >= 20)
    shop.release_held_turns()

    eventually(
        lambda: len([turn for turn in shop.turns() if turn["text"] in written and turn["ended"]]) == 20, within_s=40
    )
    turns = sorted((turn for turn in shop.turns() if turn["text"] in written), key=lambda turn: turn["began"])
    assert [turn["text"] for turn in turns] == written
    for before, after in pairwise(turns):
        assert before["ended"] <= after["began"], f"{after['text']} began while {before['text']} was under way"


def test_a_customer_whose_turn_never_ends_slows_nobody_else(shop: ManyWorkers) -> None:
    usual = slowest_answer(shop, [Phone(shop, f"155500032{number:02d}") for number in range(30)])
    stuck = Phone(shop, "15550003300")
    for _ in range(3):
        stuck.says(NEVER)
    eventually(lambda: [turn for turn in shop.turns() if turn["text"] == NEVER])

    beside = slowest_answer(shop, [Phone(shop, f"155500034{number:02d}") for number in range(30)])

    assert beside < 2 * usual + 1.0, f"{beside:.2f} s beside a stuck conversation, {usual:.2f} s without"
    assert not stuck.received()
    under_way = [turn for turn in shop.turns() if turn["text"] == NEVER]
    assert len(under_way) == 1, "the stuck customer's next messages wait for the first"


def slowest_answer(shop: ManyWorkers, phones: list[Phone]) -> float:
    """Seconds from writing until the provider had the answer, of whoever waited longest; all write at once."""
    wrote = {}

    def write(phone: Phone) -> None:
        wrote[phone.wa_id] = time.time()
        phone.says(f"hello from {phone.wa_id}")

    with ThreadPoolExecutor(len(phones)) as pool:
        list(pool.map(write, phones))

    def heard() -> dict[str, float]:
        answers = {item["body"]["to"]: item for item in shop.sent() if item["body"].get("to") in wrote}
        assert all(text_of(item["body"]) == f"You said: hello from {who}" for who, item in answers.items())
        return {who: item["at"] for who, item in answers.items()}

    at = eventually(lambda: heard() if len(heard()) == len(phones) else None, within_s=30)
    return max(at[who] - wrote[who] for who in at)
