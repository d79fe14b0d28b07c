"""The life of a refund: it only moves on, and what may still move money counts as paid back."""

from __future__ import annotations

import pytest

from bot.commerce.refunds import (
    DUE,
    GIVEN,
    LIVE,
    MOVES,
    RefundReason,
    RefundState,
    providers_word,
    sources,
)

DEAD = (RefundState.FAILED, RefundState.DECLINED, RefundState.CANCELLED)


def reachable(state: RefundState) -> set[RefundState]:
    found: set[RefundState] = set()
    waiting = [state]
    while waiting:
        found |= (news := set(MOVES[waiting.pop()]) - found)
        waiting += news
    return found


@pytest.mark.parametrize("state", list(RefundState))
def test_no_refund_comes_back_to_where_it_was(state: RefundState) -> None:
    assert state not in reachable(state)


@pytest.mark.parametrize("state", list(RefundState))
def test_what_may_still_move_money_is_live(state: RefundState) -> None:
    moves_money = state in GIVEN or bool(reachable(state) & set(GIVEN))

    assert (state in LIVE) is moves_money


def test_a_dead_refund_frees_what_it_held_for_ever() -> None:
    assert all(not MOVES[state] for state in DEAD)
    assert not set(DEAD) & set(LIVE)


def test_nothing_is_told_to_the_provider_that_a_person_must_approve() -> None:
    assert RefundState.ASKED not in DUE
    assert RefundState.SENT not in MOVES[RefundState.ASKED]
    assert sources(RefundState.DECLINED) == (RefundState.ASKED,)


@pytest.mark.parametrize("reason", list(RefundReason))
def test_every_reason_has_a_word_of_the_providers(reason: RefundReason) -> None:
    assert providers_word(reason) in ("duplicate", "fraudulent", "requested_by_customer")
