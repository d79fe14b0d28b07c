"""The same webhook again and again at the same moment, with more than one worker waiting for it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.many_workers import ManyWorkers, shop_with_workers
from tests.support.phone import Phone, text_of

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ManyWorkers]:
    with shop_with_workers(tmp_path_factory.mktemp("shop") / "var", workers=2) as shop:
        yield shop


def test_the_same_event_fifty_times_at_once_over_two_workers_is_one_turn(shop: ManyWorkers) -> None:
    phone = Phone(shop, "15550003001")
    body = phone.body({"type": "text", "text": {"body": "only once"}})

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(phone.post_body, [body] * 50))

    assert [answer.status_code for answer in answers] == [200] * 50
    assert text_of(phone.hears()) == "You said: only once"
    assert phone.post_body(body).status_code == 200
    time.sleep(2)  # longer than a lost hint takes to come again
    assert [turn["text"] for turn in shop.turns()] == ["only once"]
    assert [row["state"] for row in shop.query("SELECT state FROM inbox")] == ["done"]
    assert len(shop.query("SELECT id FROM turns")) == 1
    assert len(phone.received()) == 1
