"""Delivery states only move forward, in whatever order the news arrives."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.messages import Delivery, fold_delivery


@given(st.lists(st.sampled_from(Delivery), max_size=5))
def test_the_order_of_statuses_does_not_matter(news: list[Delivery]) -> None:
    ends = set()
    for order in permutations(news):
        state = Delivery.QUEUED
        for item in order:
            state = fold_delivery(state, item)
        ends.add(state)
    assert len(ends) == 1


def test_a_message_that_arrived_on_one_phone_has_not_failed() -> None:
    assert fold_delivery(Delivery.FAILED, Delivery.DELIVERED) is Delivery.DELIVERED
    assert fold_delivery(Delivery.DELIVERED, Delivery.FAILED) is Delivery.DELIVERED
