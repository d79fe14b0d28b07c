"""A turn is a function of its request."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rasa.core import jobs
from rasa.core.agent import Agent
from rasa.utils.endpoints import EndpointConfig

from engine import wire
from engine.actions import ActionServer
from engine.tests import action_server
from engine.tests.action_server import ActionServerDouble
from engine.tests.test_tracker import replay, state_after
from engine.turn import TurnProcessor, read_payload

Result = TypeVar("Result")


class Engine:
    """A model that answers turns, beside an action server of its own."""

    def __init__(self, agent: Agent) -> None:
        self.loop = asyncio.new_event_loop()
        self.server = ActionServerDouble()
        url = self.run(self.server.start())
        self.actions = ActionServer(EndpointConfig(url, timeout=0.3, restart=0.5))
        self.model = TurnProcessor(agent, self.actions)

    def run(self, work: Awaitable[Result]) -> Result:
        return self.loop.run_until_complete(work)

    def answer(self, text: str = "", **request: Any) -> wire.TurnAnswer:
        said = {"id": "m1", "text": text, "locale": "en", "metadata": {"channel": "web"}}
        message = request.pop("message", said)
        body = {"turn_id": "t1", "conversation_id": "7", "message": message, **request}
        answer = self.run(self.model.answer(wire.read(msgspec.json.encode(body), wire.TurnRequest)))
        return wire.read(wire.write(answer), wire.TurnAnswer)

    def press(self, payload: str, **request: Any) -> wire.TurnAnswer:
        return self.answer(message={"id": "m1", "payload": payload}, **request)

    def close(self) -> None:
        self.run(self.actions.close())
        self.run(self.server.stop())
        waiting = asyncio.all_tasks(self.loop)
        for task in waiting:
            task.cancel()
        if waiting:
            self.run(asyncio.wait(waiting))
        self.loop.close()


@pytest.fixture(scope="module")
def shared(agent: Agent) -> Iterator[Engine]:
    engine = Engine(agent)
    yield engine
    engine.close()


@pytest.fixture
def engine(shared: Engine) -> Engine:
    shared.server.answers.clear()
    shared.server.calls.clear()
    return shared


def shape(events: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(each["event"], each.get("name"), each.get("text"), each.get("value")) for each in events]


def slots_set(answer: wire.TurnAnswer) -> dict[str, Any]:
    return {each["name"]: each["value"] for each in answer.events if each["event"] == "slot"}


def steps(answer: wire.TurnAnswer) -> list[Any]:
    return [step.action for step in answer.trace.steps]


def test_a_first_message_starts_a_session_and_is_answered_with_its_reasons(engine: Engine) -> None:
    answer = engine.answer("hello")

    assert answer.replies == [{"text": "Hello."}]
    assert [kind for kind, *_ in shape(answer.events)].count("session_started") == 1
    assert answer.trace.model == "first.tar.gz"
    assert answer.trace.language == "en"
    assert answer.trace.intent_ranking[0]["name"] == "greet"
    assert answer.trace.steps == [wire.Step("utter_greet", "RulePolicy", 1.0)]
    assert answer.trace.errors == []


def test_the_user_event_carries_turn_locale_and_the_callers_metadata(engine: Engine) -> None:
    answer = engine.answer("hello")

    said = next(each for each in answer.events if each["event"] == "user")
    assert {"turn_id": "t1", "locale": "en", "channel": "web"}.items() <= said["metadata"].items()
    assert said["message_id"] == "m1"
    assert said["input_channel"] == "web"


def test_only_events_after_the_requests_are_answered(engine: Engine) -> None:
    first = engine.answer("hello")

    second = engine.answer("what does it cost", events=first.events)

    assert [kind for kind, *_ in shape(second.events)] == [
        "user",
        "user_featurization",
        "action",
        "bot",
        "action",
    ]
    assert second.replies[0]["buttons"][0]["title"] == "Look it up"


def test_the_same_turn_run_again_answers_the_same(engine: Engine) -> None:
    request = {"slots": {"colour": "red"}, "events": engine.answer("hello").events}

    first, again = engine.answer("look it up", **request), engine.answer("look it up", **request)

    assert shape(again.events) == shape(first.events)
    assert again.replies == first.replies
    assert again.trace == first.trace


def test_an_action_reads_the_turns_id_and_its_replies_and_slots_come_back(engine: Engine) -> None:
    answer = engine.answer("look up green", turn_id="t42")

    assert answer.replies == [{"text": "Something green."}]
    assert slots_set(answer)["looked_up"] == "t42"
    assert engine.server.calls[0]["sender_id"] == "7"


def test_a_button_needs_no_guessing(engine: Engine) -> None:
    answer = engine.press('/look_up{"colour": "blue"}')

    assert answer.trace.intent_ranking == [{"name": "look_up", "confidence": 1.0}]
    assert slots_set(answer)["colour"] == "blue"


@pytest.mark.parametrize(
    "text", ['/look_up{"colour": "blue"}', "  /look_up", "\u2003/look_up", "\n/restart", "/restart", "/", "   "]
)
def test_typed_words_never_become_a_payload(engine: Engine, text: str) -> None:
    answer = engine.answer(text)

    said = next(each for each in answer.events if each["event"] == "user")
    assert said["text"] == text.strip()
    assert len(answer.trace.intent_ranking) > 1
    assert all(entity["extractor"] != "RegexMessageHandler" for entity in answer.trace.entities)
    assert "restart" not in [kind for kind, *_ in shape(answer.events)]


BLANKS = " \t\n\r\x0b\x0c\x1c\x85\u00a0\u2028\u3000\ufeff\u200b\u202e/"


@settings(max_examples=150, deadline=None)
@given(
    before=st.text(alphabet=st.sampled_from(BLANKS), max_size=4),
    rest=st.sampled_from(['look_up{"colour": "blue"}', "restart", "greet", "greet@1.0", "back", "session_start"]),
    after=st.text(max_size=4),
)
def test_no_disguise_makes_words_a_payload(agent: Agent, before: str, rest: str, after: str) -> None:
    parsed = asyncio.run(TurnProcessor(agent, None).understand(f"{before}/{rest}{after}"))

    assert parsed.intent["confidence"] < 1.0
    assert len(parsed.intent_ranking) > 1


def test_a_payload_of_an_intent_that_is_gone_is_a_message_not_understood(engine: Engine) -> None:
    answer = engine.press("/of_an_older_model")

    assert answer.trace.intent_ranking[0]["name"] == "nlu_fallback"
    assert answer.replies == [{"text": "I did not understand."}]


def test_words_in_the_place_of_a_payload_are_a_bad_request(engine: Engine) -> None:
    with pytest.raises(wire.BadRequest, match="slash"):
        read_payload("look_up", engine.model.domain)


@pytest.mark.parametrize(
    "message",
    [{"id": "m"}, {"id": "m", "text": ""}, {"id": "m", "text": "a", "payload": "/a"}, {"text": "a"}, "hello", None],
)
def test_a_message_of_another_shape_is_a_bad_request(message: Any) -> None:
    body = msgspec.json.encode({"turn_id": "t", "conversation_id": "c", "message": message})

    with pytest.raises(wire.BadRequest):
        wire.read(body, wire.TurnRequest)


def test_slots_without_events_start_a_session_that_carries_them(engine: Engine) -> None:
    answer = engine.answer("look it up", slots={"colour": "red"})

    kinds = shape(answer.events)
    assert ("slot", "colour", None, "red") in kinds[kinds.index(("session_started", None, None, None)) :]
    assert answer.replies == [{"text": "Something red."}]


def test_a_conversation_that_rested_for_an_hour_starts_a_session_and_keeps_its_slots(engine: Engine) -> None:
    old = [{**each, "timestamp": each["timestamp"] - 3_700} for each in engine.answer("hello").events]
    tail = old[[each["event"] for each in old].index("user") :]

    answer = engine.answer("look it up", slots={"colour": "red"}, events=tail)

    assert "session_started" in [kind for kind, *_ in shape(answer.events)]
    assert answer.replies == [{"text": "Something red."}]


TALK = [
    "hello",
    "look up green",
    "book a table",
    "two of us",
    "half past eight",
    "see you later",
    "qwertz uiop",
    "qwertz",
    "uiop",
    "look it up",
    "book a table",
    "three of us",
    "half past nine",
    "hi",
    "tell me the price",
    "goodbye",
]


def test_a_talk_answered_from_heads_and_tails_says_what_the_whole_history_says(engine: Engine) -> None:
    turns: list[wire.TurnAnswer] = []
    for text in TALK:
        whole = events_of(turns)
        full = engine.answer(text, events=whole)
        for kept in (1, 2, 4):
            if len(turns) > kept:
                slots, first = state_after(replay(events_of(turns[:-kept])))
                cut = engine.answer(text, slots=slots, events=[*first, *events_of(turns[-kept:])])
                assert (text, kept, cut.replies) == (text, kept, full.replies)
                assert (text, kept, steps(cut)) == (text, kept, steps(full))
                assert state_after(replay([*whole, *cut.events])) == state_after(replay([*whole, *full.events]))
        turns.append(full)
    assert {"text": "A table for two of us at half past eight."} in [reply for turn in turns for reply in turn.replies]


def events_of(turns: list[wire.TurnAnswer]) -> list[dict[str, Any]]:
    return [each for turn in turns for each in turn.events]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (action_server.crashed, "refused"),
        (action_server.nonsense, "invalid"),
        (action_server.misshapen, "invalid"),
        (action_server.silent, "timeout"),
    ],
)
def test_a_failed_action_is_named_and_ends_the_turn(engine: Engine, answer: Callable[..., Any], kind: str) -> None:
    engine.server.answers["action_break"] = answer

    turn = engine.answer("break something")

    assert turn.trace.errors == [wire.ActionFailure("action_break", kind)]
    assert steps(turn) == ["action_break"]
    assert turn.replies == []
    assert shape(turn.events)[-1][:2] == ("action", "action_listen")


def test_a_bot_that_never_listens_is_stopped_and_named(engine: Engine) -> None:
    engine.server.answers["action_look_up"] = action_server.again

    turn = engine.answer("look it up")

    assert turn.trace.errors == [wire.ActionFailure("action_look_up", "looping")]
    assert shape(turn.events)[-1][:2] == ("action", "action_listen")
    assert engine.answer("hello", events=turn.events).replies == [{"text": "Hello."}]


def test_the_turn_after_a_failed_action_is_answered(engine: Engine) -> None:
    engine.server.answers["action_break"] = action_server.crashed
    failed = engine.answer("break something")

    assert engine.answer("hello", events=failed.events).replies == [{"text": "Hello."}]


def test_an_action_server_that_is_not_there_is_unreachable(agent: Agent) -> None:
    engine = Engine(agent)
    engine.run(engine.server.stop())

    turn = engine.answer("break something")

    assert turn.trace.errors == [wire.ActionFailure("action_break", "unreachable")]
    engine.close()


def test_an_action_for_which_no_server_is_configured_has_crashed(agent: Agent) -> None:
    message = wire.TurnMessage(id="m", text="break something")

    turn = asyncio.run(TurnProcessor(agent, None).answer(wire.TurnRequest("t", "c", message)))

    assert turn.trace.errors == [wire.ActionFailure("action_break", "crashed")]


def test_an_action_server_that_restarts_is_waited_for(agent: Agent) -> None:
    engine = Engine(agent)
    address = engine.actions.url
    engine.answer("look up green")
    engine.run(engine.server.stop())

    async def restart_later() -> None:
        await asyncio.sleep(0.2)
        await engine.server.start(int(address.rpartition(":")[2].split("/")[0]))

    restarting = engine.loop.create_task(restart_later())
    turn = engine.answer("look up green")

    assert turn.trace.errors == []
    assert slots_set(turn)["looked_up"] == "t1"
    engine.run(restarting)
    engine.close()


def test_a_reminder_is_answered_and_nothing_is_left_to_fire(engine: Engine) -> None:
    engine.server.answers["action_break"] = action_server.reminding

    turn = engine.answer("break something")

    assert "reminder" in [kind for kind, *_ in shape(turn.events)]
    assert jobs.__dict__["__scheduler"] is None


def test_an_action_that_rejects_to_run_has_not_failed(engine: Engine) -> None:
    engine.server.answers["action_break"] = action_server.rejected

    turn = engine.answer("break something")

    assert turn.trace.errors == []
    assert "action_execution_rejected" in [kind for kind, *_ in shape(turn.events)]


def test_turns_of_different_conversations_run_while_an_action_waits(engine: Engine) -> None:
    engine.server.answers["action_break"] = action_server.silent

    async def both() -> tuple[wire.TurnAnswer, list[str]]:
        order: list[str] = []

        async def one(text: str, conversation: str) -> wire.TurnAnswer:
            message = wire.TurnMessage(id=conversation, text=text)
            answer = await engine.model.answer(wire.TurnRequest(f"t{conversation}", conversation, message))
            order.append(conversation)
            return answer

        slow = asyncio.create_task(one("break something", "1"))
        await asyncio.sleep(0.05)
        quick = await one("look up green", "2")
        await slow
        return quick, order

    quick, order = engine.run(both())

    assert order == ["2", "1"]
    assert quick.trace.errors == []
    assert slots_set(quick)["looked_up"] == "t2"
