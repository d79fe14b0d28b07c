"""Rasa's message processor, as a turn needs it: words are never payloads, and failures are told, not swallowed."""

from __future__ import annotations

from typing import Any

from jsonschema import ValidationError
from rasa.core.actions.action import Action, ActionExecutionRejection
from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, OutputChannel, UserMessage
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.nlu.classifiers.regex_message_handler import RegexMessageHandler
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, UserUtteranceReverted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from engine import wire
from engine.actions import ActionServer
from engine.nlu import wishes
from engine.nlu.language import LANGUAGE
from engine.tracker import RequestTrackerStore, Turn, current_turn, turn_under_way

RANKING_LENGTH = 10


class TypedMessage(UserMessage):
    """Words of a customer. Whatever they begin with, they are words."""


class PayloadMessage(UserMessage):
    """A button's payload. It says which intent is meant, so nothing is guessed."""


class Replies(CollectingOutputChannel):
    """Collects the replies of one turn. Its name picks among a response's variations by `channel`."""

    def __init__(self, channel: str) -> None:
        super().__init__()
        self.channel = channel

    def name(self) -> str:  # type: ignore[override]
        return self.channel


class TurnProcessor(MessageProcessor):
    """A model that answers turns. It shares the graph that `agent` loaded and takes nothing else of it for granted."""

    def __init__(self, agent: Agent, actions: ActionServer | None) -> None:
        vars(self).update(vars(agent.processor))
        self.tracker_store = RequestTrackerStore(self.domain)
        self.action_endpoint = actions
        self.on_circuit_break = end_looping_turn
        self.words_target = words_target(self.model_metadata)

    async def answer(self, request: wire.TurnRequest) -> wire.TurnAnswer:
        """Run one turn. The same request gives the same events again, apart from times and random variations.

        Raises:
            wire.BadRequest: its payload or its events are not Rasa's.
        """
        turn = Turn(request)
        token = current_turn.set(turn)
        try:
            message = user_message(request)
            if request.slots and not request.events:
                await self.start_session(message)
            parts = await self.wishes_of(message)
            for part in parts:
                if not turn.failures:
                    await self.handle_message(part)
        finally:
            current_turn.reset(token)
        events = turn.new_events()
        return wire.TurnAnswer(
            events=[event.as_dict() for event in events],
            replies=[without_recipient(reply) for reply in message.output_channel.messages],
            trace=self.trace(request, events, turn.failures, [part.text or "" for part in parts if len(parts) > 1]),
        )

    async def wishes_of(self, message: UserMessage) -> list[UserMessage]:
        """A message for each wish in it. What a form waits for is one answer, and a payload is one wish."""
        text = message.text or ""
        if not isinstance(message, TypedMessage) or not wishes.may_hold_two(text):
            return [message]
        tracker = await self.tracker_store.retrieve(message.sender_id)
        if tracker is not None and tracker.active_loop_name:
            return [message]
        message.parse_data = await self.parse_message(message, tracker)
        language = message.parse_data.get(LANGUAGE) or "en"
        parts = {text: message}

        def classify(part: str) -> tuple[Any, float]:
            if part not in parts:
                parts[part] = self.part_of(message, part, language, tracker)
            intent = parts[part].parse_data[INTENT]
            return intent["name"], intent["confidence"]

        return [parts[part] for part in wishes.split(text, language, classify, message.parse_data[ENTITIES])]

    def part_of(
        self, message: UserMessage, text: str, language: str, tracker: DialogueStateTracker | None
    ) -> UserMessage:
        """One wish of a message, understood in the language of the whole."""
        part = TypedMessage(
            text,
            message.output_channel,
            message.sender_id,
            input_channel=message.input_channel,
            message_id=message.message_id,
            metadata={**message.metadata, LANGUAGE: language, "whole": message.text},
        )
        part.parse_data = self._parse_message_with_graph(part, tracker)
        return part

    async def understand(self, text: str) -> wire.ParseAnswer:
        """The intent and entities of typed words, without a conversation around them."""
        parsed = await self.parse_message(TypedMessage(text))
        return wire.ParseAnswer(
            intent=parsed[INTENT],
            intent_ranking=parsed.get(INTENT_RANKING_KEY, []),
            entities=parsed[ENTITIES],
            model=self.model_filename,
        )

    async def start_session(self, message: UserMessage) -> None:
        """Start a session over given slots. Rasa itself starts one only over nothing at all."""
        prediction = PolicyPrediction.for_action_name(self.domain, ACTION_SESSION_START_NAME)
        await self.execute_action(
            message.sender_id, ACTION_SESSION_START_NAME, message.output_channel, self.nlg, prediction
        )

    def trace(
        self, request: wire.TurnRequest, events: list[Event], failures: dict[str, str], parts: list[str]
    ) -> wire.Trace:
        said = next((event for event in events if isinstance(event, UserUttered)), None)
        parsed: dict[str, Any] = said.parse_data if said else {}
        ranking = parsed.get(INTENT_RANKING_KEY) or [parsed.get(INTENT, {})]
        return wire.Trace(
            model=self.model_filename,
            language=parsed.get(LANGUAGE) or request.message.locale,
            intent_ranking=[each for each in ranking if each.get("name")],
            entities=parsed.get(ENTITIES, []),
            steps=[
                wire.Step(event.action_name or event.action_text, event.policy, event.confidence)
                for event in events
                if isinstance(event, ActionExecuted) and event.policy and event.action_name != ACTION_LISTEN_NAME
            ],
            errors=[wire.ActionFailure(action, kind) for action, kind in failures.items()],
            wishes=parts,
        )

    def _parse_message_with_graph(
        self, message: UserMessage, tracker: DialogueStateTracker, only_output_properties: bool = True
    ) -> dict[str, Any]:
        if isinstance(message, PayloadMessage):
            return read_payload(message.text or "", self.domain)
        if not isinstance(message, TypedMessage):
            return super()._parse_message_with_graph(message, tracker, only_output_properties)
        inputs = {PLACEHOLDER_MESSAGE: [message], PLACEHOLDER_TRACKER: tracker}
        parsed = self.graph_runner.run(inputs=inputs, targets=[self.words_target])[self.words_target][0]
        data = {**nothing_understood(), **parsed.as_dict(only_output_properties=only_output_properties)}
        data[INTENT_RANKING_KEY] = data.get(INTENT_RANKING_KEY, [])[:RANKING_LENGTH]
        return data

    async def execute_side_effects(
        self, events: list[Event], tracker: DialogueStateTracker, output_channel: OutputChannel
    ) -> None:
        """Send what was said. A reminder is among the answer's events: nothing fires in what keeps nothing."""
        await self._send_bot_messages(events, tracker, output_channel)

    async def _run_prediction_loop(self, output_channel: OutputChannel, tracker: DialogueStateTracker) -> None:
        """Choose and run actions, unless what fills the slots has failed already."""
        if turn_under_way().failures:
            tracker.update(ActionExecuted(ACTION_LISTEN_NAME))
        else:
            await super()._run_prediction_loop(output_channel, tracker)

    async def _run_action(
        self,
        action: Action,
        tracker: DialogueStateTracker,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        prediction: PolicyPrediction,
    ) -> bool:
        """Run an action, and end the turn when it failed: what follows it in a rule would tell of its success.

        It ends as well when the action undid the whole tail: Rasa would take the head's listen for a question to it.
        """
        turn = turn_under_way()
        go_on = await super()._run_action(WatchedAction(action, turn), tracker, output_channel, nlg, prediction)
        if go_on and (turn.failures or undone_to_listen(tracker)):
            tracker.update(ActionExecuted(ACTION_LISTEN_NAME))
            return False
        return go_on


class WatchedAction(Action):
    """Any action of Rasa's, whose failure the turn hears of before Rasa swallows it."""

    def __init__(self, action: Action, turn: Turn) -> None:
        self.action = action
        self.turn = turn

    def name(self) -> str:
        return self.action.name()

    async def run(self, *args: Any, **kwargs: Any) -> list[Event]:
        try:
            return await self.action.run(*args, **kwargs)
        except ActionExecutionRejection:
            raise
        except Exception as error:
            if not self.turn.failures:
                self.turn.failed(self.name(), "invalid" if isinstance(error, ValidationError) else "crashed")
            raise

    def event_for_successful_execution(self, prediction: PolicyPrediction) -> Event:
        return self.action.event_for_successful_execution(prediction)


def end_looping_turn(tracker: DialogueStateTracker, *_: Any) -> None:
    """Rasa stops after ten actions without a listen, and leaves a tracker that cannot take the next message."""
    turn_under_way().failed(tracker.latest_action_name or "", "looping")
    tracker.update(ActionExecuted(ACTION_LISTEN_NAME))


def undone_to_listen(tracker: DialogueStateTracker) -> bool:
    return isinstance(tracker.events[-1], UserUtteranceReverted) and tracker.latest_action_name == ACTION_LISTEN_NAME


def words_target(metadata: Any) -> str:
    """The last node of the NLU graph before the one that unpacks payloads. Typed words end there."""
    target, nodes = metadata.nlu_target, metadata.predict_schema.nodes
    while issubclass(nodes[target].uses, RegexMessageHandler):
        target = nodes[target].needs["messages"]
    return target


def user_message(request: wire.TurnRequest) -> UserMessage:
    message = request.message
    channel = str(message.metadata.get("channel", "turn"))
    kind = PayloadMessage if message.payload else TypedMessage
    return kind(
        message.payload or message.text,
        Replies(channel),
        request.conversation_id,
        input_channel=channel,
        message_id=message.id,
        metadata={
            **conversation_language(request),
            **message.metadata,
            "turn_id": request.turn_id,
            "locale": message.locale,
        },
    )


def conversation_language(request: wire.TurnRequest) -> dict[str, Any]:
    """`language` as the latest of the slot's values tells it, of the state and of the tail."""
    told = [request.slots.get(LANGUAGE)]
    told += [
        each.get("value") for each in request.events if each.get("event") == "slot" and each.get("name") == LANGUAGE
    ]
    return {LANGUAGE: told[-1]} if told[-1] else {}


def read_payload(payload: str, domain: Domain) -> dict[str, Any]:
    """Unpack `/intent{"entity": "value"}`.

    An old button may name an intent that this model no longer has: that is a message not understood.

    Raises:
        wire.BadRequest: it is no payload.
    """
    if not payload.startswith("/"):
        raise wire.BadRequest("a payload begins with a slash and an intent's name")
    unpacked = YAMLStoryReader.unpack_regex_message(
        Message({TEXT: payload}), domain, entity_extractor_name=RegexMessageHandler.__name__
    )
    if unpacked.get(INTENT):
        return {**nothing_understood(), **unpacked.as_dict(only_output_properties=True)}
    unknown = {"name": DEFAULT_NLU_FALLBACK_INTENT_NAME, "confidence": 1.0}
    return {TEXT: payload, INTENT: unknown, INTENT_RANKING_KEY: [unknown], ENTITIES: []}


def nothing_understood() -> dict[str, Any]:
    return {TEXT: "", INTENT: {"name": None, "confidence": 0.0}, ENTITIES: []}


def without_recipient(reply: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in reply.items() if name != "recipient_id"}
