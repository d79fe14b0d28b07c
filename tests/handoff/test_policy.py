"""When a conversation goes to a person, how urgent it is, and what is told."""

from __future__ import annotations

import pytest

from bot.conversation.messages import Author
from bot.conversation.phrases import LANGUAGES, speaker
from bot.conversation.replies import Handoff
from bot.handoff.policy import Reason, decide, priority, summary, words

AFTER_THE_SALE = (Reason.REFUND_APPROVAL, Reason.RETURN_DECISION, Reason.DISPUTE)
SAID_OTHERWISE = (Reason.TAKEN, Reason.REQUEST, Reason.WINDOW_CLOSED, Reason.ANSWERED_ELSEWHERE, *AFTER_THE_SALE)
TOLD = [reason for reason in Reason if reason not in SAID_OTHERWISE]
"""Those of which the bot's own words tell the customer."""


def test_an_ordinary_turn_stays_with_the_bot() -> None:
    assert decide(asked=None, misunderstood=0, failed_actions=[]) is None


def test_one_failed_understanding_is_not_enough() -> None:
    assert decide(asked=None, misunderstood=1, failed_actions=[]) is None


@pytest.mark.parametrize("times", [2, 3, 10])
def test_two_failed_understandings_in_a_row_bring_a_person(times: int) -> None:
    assert decide(asked=None, misunderstood=times, failed_actions=[]) is Reason.NOT_UNDERSTOOD


def test_a_failed_action_brings_a_person_at_once() -> None:
    assert decide(asked=None, misunderstood=0, failed_actions=["action_checkout"]) is Reason.ACTION_FAILED


def test_what_the_action_asked_for_outranks_everything_else() -> None:
    asked = Handoff(reason="payment_problem")
    assert decide(asked=asked, misunderstood=2, failed_actions=["action_checkout"]) is Reason.PAYMENT_PROBLEM


def test_a_reason_nobody_knows_is_still_somebody_asking_for_a_person() -> None:
    assert decide(asked=Handoff(reason="moonlight"), misunderstood=0, failed_actions=[]) is Reason.ASKED_FOR_PERSON


@pytest.mark.parametrize("reason", list(Reason))
def test_money_that_was_paid_always_moves_a_conversation_up(reason: Reason) -> None:
    assert priority(reason, paid=True) == priority(reason, paid=False) + 1


def test_a_payment_problem_stands_before_a_wish_to_talk() -> None:
    assert priority(Reason.PAYMENT_PROBLEM, paid=False) > priority(Reason.ASKED_FOR_PERSON, paid=True)


@pytest.mark.parametrize("reason", TOLD)
def test_the_customer_is_told_of_a_person_in_few_words(reason: Reason) -> None:
    told = words(reason, speaker("en"))
    assert told
    assert len(told) < 300
    assert "team" in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_customer_is_told_in_their_own_language(language: str) -> None:
    told = {words(reason, speaker(language)) for reason in TOLD}
    english = {words(reason, speaker("en")) for reason in TOLD}
    assert len(told) == len(TOLD)
    assert language == "en" or not told & english


@pytest.mark.parametrize("reason", [Reason.TAKEN, Reason.REQUEST])
def test_the_customer_is_told_nothing_more_when_somebody_has_told_it(reason: Reason) -> None:
    assert words(reason, speaker("pl")) == ""


def test_a_fraud_comes_before_everything_else() -> None:
    assert max(Reason, key=lambda reason: priority(reason, paid=False)) is Reason.FRAUD


def test_the_summary_has_the_reason_the_last_words_the_cart_and_the_order() -> None:
    told = summary(
        Reason.ASKED_FOR_PERSON,
        messages=[
            (Author.CUSTOMER, "hello"),
            (Author.BOT, "Hello! What are you looking for?"),
            (Author.CUSTOMER, "my parcel is late"),
            (Author.CUSTOMER, "I want a\nhuman"),
        ],
        cart=["2 × Aero 2, size 42, $138.00"],
        orders=["10482, paid, $75.00", "10311, shipped, $20.00"],
        told="Wants to know where the parcel is.",
    )
    assert told.splitlines() == [
        "Asked for a person.",
        "Wants to know where the parcel is.",
        "Last words: “I want a human”",
        "Before that: “my parcel is late”",
        "Cart: 2 × Aero 2, size 42, $138.00",
        "Latest order: 10482, paid, $75.00",
    ]


def test_the_summary_of_somebody_who_said_nothing_is_still_one() -> None:
    assert summary(Reason.ENGINE_DOWN, messages=[]).splitlines() == [
        "The bot could not answer: the engine was down.",
        "Cart: empty",
    ]


def test_the_summary_cuts_a_speech_short() -> None:
    told = summary(Reason.ASKED_FOR_PERSON, messages=[(Author.CUSTOMER, "word " * 500)])
    assert max(len(line) for line in told.splitlines()) < 230
    assert "…" in told
