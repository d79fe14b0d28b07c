"""A head and a tail lead Rasa where the whole conversation leads it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionReverted, UserUtteranceReverted, deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker

from engine import wire
from engine.tests.conftest import PROJECT
from engine.tracker import rebuild

DOMAIN = Domain.load(str(PROJECT / "domain.yml"))
FORM = "table_form"


def listen() -> dict[str, Any]:
    return {"event": "action", "name": "action_listen", "timestamp": 1.0}


def said(text: str) -> dict[str, Any]:
    parse_data = {"intent": {"name": text, "confidence": 1.0}, "entities": [], "text": text}
    return {"event": "user", "text": text, "parse_data": parse_data, "timestamp": 1.0}


def event(kind: str, **more: Any) -> dict[str, Any]:
    return {"event": kind, "timestamp": 1.0, **more}


slot = st.builds(
    lambda name, value: event("slot", name=name, value=value),
    st.sampled_from(["colour", "party", "hour", "looked_up"]),
    st.none() | st.sampled_from(["red", "green", "2"]),
)
happening = st.one_of(
    slot,
    slot,
    st.builds(lambda name: event("action", name=name), st.sampled_from(["utter_greet", "action_look_up", FORM])),
    st.just(event("bot", text="Hello.", data={}, metadata={})),
    st.just(event("active_loop", name=FORM)),
    st.just(event("active_loop", name=None)),
    st.just(event("action_execution_rejected", name=FORM)),
    st.just(event("reset_slots")),
    st.just(event("rewind")),
    st.just(event("undo")),
    st.just(event("agent", text="A person speaks.")),
    st.just(event("followup", name="utter_greet")),
)
SESSION: list[dict[str, Any]] = [event("action", name="action_session_start"), event("session_started")]
turn = st.builds(
    lambda session, text, happenings: [*([*SESSION, listen()] if session else []), said(text), *happenings, listen()],
    st.integers(0, 9).map(lambda n: n == 0),
    st.sampled_from(["greet", "book_table", "look_up"]),
    st.lists(happening, max_size=5),
)
conversation = st.lists(turn, min_size=1, max_size=8).map(
    lambda turns: [*SESSION, listen(), *[happened for each in turns for happened in each]]
)


def replay(events: list[dict[str, Any]]) -> DialogueStateTracker:
    return DialogueStateTracker.from_events("c", deserialise_events(events), DOMAIN.slots)


def state_after(tracker: DialogueStateTracker) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """`slots`, and the first of `events`, for a request that is cut right after the tracker's last event."""
    events = []
    if tracker.active_loop_name:
        events.append({"event": "active_loop", "name": tracker.active_loop_name})
        if tracker.is_active_loop_rejected:
            events.append({"event": "action_execution_rejected", "name": tracker.active_loop_name})
    return {name: slot.value for name, slot in tracker.slots.items() if slot.value != slot.initial_value}, events


def reaches_past(events: list[dict[str, Any]], cut: int) -> bool:
    """Whether something after `cut` undoes more before it than the listen that stands there."""
    tracker = DialogueStateTracker("c", DOMAIN.slots)
    before: set[int] = set()
    for at, happened in enumerate(deserialise_events(events)):
        applied = [id(each) for each in tracker.applied_events()]
        tracker.events.append(happened)
        left = {id(each) for each in tracker.applied_events()}
        undone = [each for each in applied if each not in left]
        undoes = at >= cut and isinstance(happened, (UserUtteranceReverted, ActionReverted))
        if undoes and any(each in before for each in undone):
            return True
        if at < cut - 1:
            before.add(id(happened))
    return False


def picture(tracker: DialogueStateTracker) -> dict[str, Any]:
    """What the next message meets. The last message itself is not in it: undone, an older one is the last again."""
    return {
        "slots": tracker.current_slot_values(),
        "loop": tracker.active_loop_name,
        "rejected": tracker.is_active_loop_rejected,
        "interrupted": tracker.is_active_loop_interrupted,
        "latest action": tracker.latest_action_name,
        "next action": tracker.followup_action,
        "paused": tracker.is_paused(),
    }


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_head_and_a_tail_lead_to_the_state_of_the_whole_conversation(data: st.DataObject) -> None:
    events = data.draw(conversation)
    cuts = [at for at, happened in enumerate(events) if happened["event"] == "user"]
    cut = data.draw(st.sampled_from(cuts))
    assume(not reaches_past(events, cut))

    slots, first = state_after(replay(events[:cut]))
    rebuilt = rebuild("c", slots, [*first, *events[cut:]], DOMAIN)

    assert picture(rebuilt) == picture(replay(events))
    assert picture(rebuilt.copy()) == picture(rebuilt)
    if rebuilt.latest_message.text:
        assert rebuilt.latest_message == replay(events).latest_message


@settings(max_examples=100, deadline=None)
@given(conversation)
def test_a_conversation_that_was_never_cut_is_replayed_as_it_stands(events: list[dict[str, Any]]) -> None:
    rebuilt = rebuild("c", {}, events, DOMAIN)

    assert list(rebuilt.events) == list(replay(events).events)


@pytest.mark.parametrize("kind", ["rewind", "undo"])
@pytest.mark.parametrize("times", [1, 2, 3])
def test_what_reaches_past_the_cut_leaves_the_slots_of_the_head(kind: str, times: int) -> None:
    tail = [said("greet"), event("action", name="utter_greet"), *[event(kind)] * times, listen()]

    rebuilt = rebuild("c", {"colour": "red"}, tail, DOMAIN)

    assert rebuilt.get_slot("colour") == "red"
    assert rebuilt.latest_action_name == "action_listen"


def test_a_cut_does_not_look_like_the_start_of_a_conversation() -> None:
    """Rules marked `conversation_start` match only where no action came before."""
    started = replay([*SESSION, listen(), said("greet")])
    cut = rebuild("c", {}, [said("greet")], DOMAIN)

    assert "prev_action" not in started.past_states(DOMAIN)[-2]
    assert cut.past_states(DOMAIN)[-2]["prev_action"] == {"action_name": "action_listen"}


def test_a_form_cut_in_its_middle_goes_on() -> None:
    head = [{"event": "active_loop", "name": FORM}]

    rebuilt = rebuild("c", {"party": "2", "requested_slot": "hour"}, [*head, said("at eight")], DOMAIN)

    assert rebuilt.active_loop_name == FORM
    assert rebuilt.get_slot("requested_slot") == "hour"


def test_slots_that_the_model_does_not_know_are_left_out() -> None:
    rebuilt = rebuild("c", {"colour": "red", "of_another_model": 1}, [said("greet")], DOMAIN)

    assert rebuilt.get_slot("colour") == "red"
    assert "of_another_model" not in rebuilt.slots


@pytest.mark.parametrize("broken", [{"event": "nonsense"}, {"event": "reminder", "name": "x"}])
def test_an_event_that_rasa_cannot_read_is_a_bad_request(broken: dict[str, Any]) -> None:
    with pytest.raises(wire.BadRequest, match="events"):
        rebuild("c", {}, [said("greet"), broken], DOMAIN)
