"""The routes under `/webhooks/turn`: bytes to a turn, a turn to bytes. It decides nothing and keeps nothing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

import rasa
from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Sanic
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse, raw

from engine import wire
from engine.models import Models

logger = logging.getLogger(__name__)

TURNS_AT_ONCE = 64  # more would wait for each other's CPU longer than a caller waits for an answer

Handler = Callable[[Request], Awaitable[Any]]


class TurnChannel(InputChannel):
    """`engine.channel.TurnChannel:` in credentials.yml."""

    def __init__(self) -> None:
        self.under_way = 0

    @classmethod
    def name(cls) -> str:
        return "turn"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes. Turns go to the model they name, so Rasa's own handler for its one agent is not used."""
        routes = Blueprint("turn")
        routes.add_route(answered(self.turn), "/", methods=["POST"])
        routes.add_route(answered(self.parse), "/parse", methods=["POST"])
        routes.add_route(answered(self.load), "/models", methods=["POST"])
        routes.add_route(answered(self.health), "/health", methods=["GET"])
        routes.listener("after_server_stop")(close_models)
        return routes

    async def turn(self, request: Request) -> wire.TurnAnswer:
        asked = wire.read(request.body, wire.TurnRequest)
        if self.under_way >= TURNS_AT_ONCE:
            raise wire.EngineBusy(f"{self.under_way} turns are under way")
        self.under_way += 1
        try:
            model = await models_of(request.app).get(asked.model)
            return await model.answer(asked)
        finally:
            self.under_way -= 1

    async def parse(self, request: Request) -> wire.ParseAnswer:
        asked = wire.read(request.body, wire.ParseRequest)
        model = await models_of(request.app).get(asked.model)
        return await model.understand(asked.text)

    async def load(self, request: Request) -> wire.Health:
        asked = wire.read(request.body, wire.LoadRequest)
        await models_of(request.app).get(asked.model)
        return await self.health(request)

    async def health(self, request: Request) -> wire.Health:
        models = models_of(request.app)
        first = models.first.model_filename if models.first else None
        return wire.Health("ok" if first else "no_model", first, models.names(), rasa.__version__)


def models_of(app: Sanic) -> Models:
    """The models of this server; made at the first request, because Rasa loads its agent after its routes."""
    if not hasattr(app.ctx, "models"):
        app.ctx.models = Models(app.ctx.agent)
    return app.ctx.models


async def close_models(app: Sanic, _: Any) -> None:
    if hasattr(app.ctx, "models"):
        await app.ctx.models.close()


def answered(handler: Callable[[Request], Awaitable[Any]]) -> Callable[[Request], Awaitable[HTTPResponse]]:
    """Turn a handler's struct, or the error it raised, into a JSON response."""

    @wraps(handler)
    async def respond(request: Request) -> HTTPResponse:
        try:
            return json_response(await handler(request))
        except wire.EngineError as error:
            return error_response(error)
        except (asyncio.CancelledError, SanicException):
            raise
        except Exception:
            logger.exception("A request to %s failed", request.path)
            return error_response(wire.EngineError("the engine failed; its log has the reason"))

    return respond


def json_response(answer: Any, status: int = 200) -> HTTPResponse:
    return raw(wire.write(answer), status=status, content_type="application/json")


def error_response(error: wire.EngineError) -> HTTPResponse:
    return json_response({"error": {"code": error.code, "message": str(error)}}, error.status)
