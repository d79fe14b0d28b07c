"""The head and the tail of a conversation give the same state as the whole of it."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.tail import KEPT, LONGEST, Head, as_request_events, cut_at, fold

names = st.sampled_from(["size", "colour", "category"])
values = st.one_of(st.none(), st.integers(0, 5), st.text(max_size=3))
user = st.just({"event": "user", "text": "hi"})
action = st.just({"event": "action", "name": "action_listen"})
slot = st.builds(lambda name, value: {"event": "slot", "name": name, "value": value}, names, values)
loop = st.builds(lambda name: {"event": "active_loop", "name": name}, st.sampled_from([None, "order_form"]))
rare = st.sampled_from([{"event": kind} for kind in ("session_started", "restart", "reset_slots")])
plain_events = st.lists(st.one_of(user, action, slot, loop, rare), max_size=150)


@settings(max_examples=200)
@given(plain_events)
def test_head_and_tail_lead_to_the_same_state_as_everything(events: list[dict[str, Any]]) -> None:
    place = cut_at(events)
    assert fold(fold(Head(), events[:place]), events[place:]) == fold(Head(), events)


@given(plain_events)
def test_a_tail_begins_at_a_customers_turn_and_is_bounded_by_turns(events: list[dict[str, Any]]) -> None:
    place = cut_at(events)
    if len(events) <= LONGEST:
        assert place == 0
    if place:
        assert events[place]["event"] == "user"
        assert len(events) - place >= KEPT


def test_a_rewind_takes_back_the_last_customers_turn_and_its_slots() -> None:
    events = [
        {"event": "user", "text": "42"},
        {"event": "slot", "name": "size", "value": "42"},
        {"event": "user", "text": "43"},
        {"event": "slot", "name": "size", "value": "43"},
        {"event": "rewind"},
    ]
    assert fold(Head(), events).slots == {"size": "42"}


def test_an_undo_takes_back_the_last_action() -> None:
    events = [
        {"event": "slot", "name": "size", "value": "42"},
        {"event": "action", "name": "action_forget"},
        {"event": "slot", "name": "size", "value": None},
        {"event": "undo"},
    ]
    assert fold(Head(), events).slots == {"size": "42"}


def test_an_open_form_travels_at_the_front_of_the_request() -> None:
    tail = [{"event": "user", "text": "hi"}]
    assert as_request_events(Head({}, "order_form"), tail)[0] == {"event": "active_loop", "name": "order_form"}
    assert as_request_events(Head(), tail) == tail
