"""The studio's HTTP API and its live stream: operators (and the owner) only; a change carries the version seen."""

from __future__ import annotations

import re

from sanic import Request

from bot.accounts import Accounts, Role
from bot.api import Api, if_match, user_of
from bot.errors import BadInput
from bot.live import Live
from bot.selling.synonyms import Synonym
from bot.studio.lessons import TOPIC, Lesson
from bot.studio.registry import Model
from bot.studio.service import Studio
from bot.studio.trainer import Training
from bot.studio.trial import Effect, Trial
from bot.studio.words import (
    Context,
    Deletion,
    Dismissal,
    ExampleList,
    IntentList,
    LessonList,
    MisunderstoodList,
    ModelList,
    Moving,
    NewSynonym,
    Rewording,
    Sentence,
    Standing,
    SynonymList,
    Teaching,
)

_ROLES = {Role.OPERATOR}
_NUMBER = re.compile(r"[0-9]{1,18}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_LESSONS_SHOWN = 100
_MODELS_SHOWN = 50
_LONGEST_SENTENCE = 2000


def studio_api(*, accounts: Accounts, studio: Studio, live: Live) -> Api:
    """The routes under `/api/v1/studio`."""
    api = Api("studio", accounts)
    _add_reading(api, studio, live)
    _add_lessons(api, studio)
    _add_training(api, studio)
    _add_models(api, studio)
    _add_synonyms(api, studio)
    return api


def _add_reading(api: Api, studio: Studio, live: Live) -> None:
    @api.get("/studio/misunderstood", answer=MisunderstoodList, roles=_ROLES)
    async def list_misunderstood(request: Request) -> MisunderstoodList:
        """What customers said and the bot did not understand, the same words together, newest first"""
        return await studio.misunderstood()

    @api.get("/studio/turns/<turn:str>/context", answer=Context, roles=_ROLES)
    async def read_context(request: Request, turn: str) -> Context:
        """What was said just before and after a message"""
        return await studio.context(turn)

    @api.get("/studio/intents", answer=IntentList, roles=_ROLES)
    async def list_intents(request: Request) -> IntentList:
        """Every intent with how many examples it has in each language"""
        return await studio.intents()

    @api.get("/studio/examples", answer=ExampleList, roles=_ROLES)
    async def list_examples(request: Request) -> ExampleList:
        """Examples; `?intent=`, `?language=` and `?words=` narrow them"""
        return await studio.examples(
            words=_text(request, "words"), intent=_text(request, "intent"), language=_text(request, "language")
        )

    @api.get("/studio/lessons", answer=LessonList, roles=_ROLES)
    async def list_lessons(request: Request) -> LessonList:
        """The newest 100 lessons: who taught what, and what can be undone"""
        return LessonList(await studio.lessons.history(_LESSONS_SHOWN))

    @api.get("/studio/live", streams=True, roles=_ROLES)
    async def stream_studio(request: Request) -> None:
        """Server-sent events: lesson, training, model"""
        header = request.headers.get("last-event-id", "")
        asked = header if _NUMBER.fullmatch(header) else _text(request, "last_event_id")
        since = int(asked) if _NUMBER.fullmatch(asked) else None
        response = await request.respond(
            content_type="text/event-stream", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        )
        async for event in live.stream([TOPIC], since):
            await response.send(event)


def _add_lessons(api: Api, studio: Studio) -> None:
    lessons = studio.lessons

    @api.post("/studio/examples", body=Teaching, answer=Lesson, roles=_ROLES)
    async def add_example(request: Request, body: Teaching) -> Lesson:
        """Teach: add an example to an intent, and settle the messages it answers"""
        return await lessons.add(
            user_of(request), intent=body.intent, language=body.language, text=body.text, turn_ids=body.turn_ids
        )

    @api.post("/studio/examples/reword", body=Rewording, answer=Lesson, roles=_ROLES, needs_version=True)
    async def reword_example(request: Request, body: Rewording) -> Lesson:
        """Give an example other words; If-Match is the version of its file"""
        version = _file_version(request)
        return await lessons.edit(user_of(request), path=body.path, line=body.line, version=version, text=body.text)

    @api.post("/studio/examples/move", body=Moving, answer=Lesson, roles=_ROLES, needs_version=True)
    async def move_example(request: Request, body: Moving) -> Lesson:
        """Make it an example of another intent; If-Match is the version of its file"""
        version = _file_version(request)
        return await lessons.move(user_of(request), path=body.path, line=body.line, version=version, intent=body.intent)

    @api.post("/studio/examples/delete", body=Deletion, answer=Lesson, roles=_ROLES, needs_version=True)
    async def delete_example(request: Request, body: Deletion) -> Lesson:
        """Delete an example; If-Match is the version of its file"""
        version = _file_version(request)
        return await lessons.delete(user_of(request), path=body.path, line=body.line, version=version)

    @api.post("/studio/misunderstood/dismiss", body=Dismissal, answer=Lesson, roles=_ROLES)
    async def dismiss_misunderstood(request: Request, body: Dismissal) -> Lesson:
        """Put messages aside that teach nothing"""
        return await lessons.dismiss(user_of(request), body.turn_ids, body.text)

    @api.post("/studio/lessons/<lesson:int>/undo", answer=Lesson, roles=_ROLES)
    async def undo_lesson(request: Request, lesson: int) -> Lesson:
        """Take a lesson back; that too is a lesson"""
        return await lessons.undo(user_of(request), lesson)


def _add_training(api: Api, studio: Studio) -> None:
    @api.get("/studio/standing", answer=Standing, roles=_ROLES)
    async def read_standing(request: Request) -> Standing:
        """What is live, what waits to be published, what trains, what no model has learnt yet"""
        return await studio.standing()

    @api.post("/studio/trainings", answer=Training, roles=_ROLES)
    async def start_training(request: Request) -> Training:
        """Train a model on the examples as they are now"""
        return await studio.trainer.start(user_of(request))

    @api.post("/studio/trainings/<training:int>/cancel", answer=Training, roles=_ROLES)
    async def cancel_training(request: Request, training: int) -> Training:
        """Stop a training; the live model and the examples stay as they are"""
        return await studio.trainer.cancel(user_of(request), training)


def _add_models(api: Api, studio: Studio) -> None:
    @api.get("/studio/models", answer=ModelList, roles=_ROLES)
    async def list_models(request: Request) -> ModelList:
        """The newest 50 models"""
        return ModelList(await studio.registry.all(_MODELS_SHOWN))

    @api.post("/studio/models/<model:int>/publish", answer=Model, roles=_ROLES, needs_version=True)
    async def publish_model(request: Request, model: int) -> Model:
        """Let a model answer customers from their next message on; If-Match is the model's version"""
        return await studio.registry.publish(user_of(request), model, if_match(request))

    @api.post("/studio/models/roll-back", answer=Model, roles=_ROLES, needs_version=True)
    async def roll_back(request: Request) -> Model:
        """Return to the model that was live before; If-Match is the version of the live one"""
        return await studio.registry.roll_back(user_of(request), if_match(request))

    @api.post("/studio/try", body=Sentence, answer=Trial, roles=_ROLES)
    async def try_sentence(request: Request, body: Sentence) -> Trial:
        """What the live model and the candidate make of a sentence"""
        text = body.text.strip()[:_LONGEST_SENTENCE]
        if not text:
            raise BadInput("empty_sentence", "Write a sentence to try.")
        return await studio.trials.one(text)

    @api.post("/studio/models/<model:int>/effect", answer=Effect, roles=_ROLES)
    async def read_effect(request: Request, model: int) -> Effect:
        """Which sentences of customers a model would understand otherwise than the live one"""
        return await studio.trials.effect(model)


def _add_synonyms(api: Api, studio: Studio) -> None:
    @api.get("/studio/synonyms", answer=SynonymList, roles=_ROLES)
    async def list_synonyms(request: Request) -> SynonymList:
        """What shoppers also call things, as operators wrote it"""
        return SynonymList(await studio.synonyms.all())

    @api.post("/studio/synonyms", body=NewSynonym, answer=Synonym, roles=_ROLES)
    async def add_synonym(request: Request, body: NewSynonym) -> Synonym:
        """Let a word also mean others; searches go by it within seconds"""
        return await studio.synonyms.add(
            user_of(request).id, word=body.word, means=body.means, both_ways=body.both_ways, language=body.language
        )

    @api.post("/studio/synonyms/<synonym:int>/remove", answer=Synonym, roles=_ROLES)
    async def remove_synonym(request: Request, synonym: int) -> Synonym:
        """Forget a synonym; the answer is what was forgotten, so that it can be added again"""
        return await studio.synonyms.remove(user_of(request).id, synonym)


def _text(request: Request, name: str) -> str:
    return str(request.args.get(name) or "")[:_LONGEST_SENTENCE]


def _file_version(request: Request) -> str:
    """The sha256 of the file that the operator saw, from If-Match. Raises BadInput when it is missing."""
    value = (request.headers.get("if-match") or "").strip().removeprefix("W/").strip('"')
    if not _SHA256.fullmatch(value):
        raise BadInput("no_version", "Say which version of the file you saw: send it as If-Match.")
    return value
