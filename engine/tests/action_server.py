"""An action server that answers as the test says, over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

Answer = Callable[[dict[str, Any]], Awaitable[web.StreamResponse]]


class ActionServerDouble:
    """Speaks rasa-sdk's protocol: one POST for one action. `calls` keeps what it was asked."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.answers: dict[str, Answer] = {}

    async def start(self, port: int = 0) -> str:
        app = web.Application(client_max_size=2**24)
        app.router.add_post("/webhook", self.handle)
        self.runner = web.AppRunner(app)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", port)
        await site.start()
        host, port = self.runner.addresses[0]
        return f"http://{host}:{port}/webhook"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        call = await request.json()
        self.calls.append(call)
        return await self.answers.get(call["next_action"], looked_up)(call)

    async def stop(self) -> None:
        await self.runner.cleanup()


async def looked_up(call: dict[str, Any]) -> web.StreamResponse:
    colour = call["tracker"]["slots"]["colour"]
    done = {"event": "slot", "name": "looked_up", "value": call["tracker"]["latest_message"]["metadata"]["turn_id"]}
    return web.json_response({"events": [done], "responses": [{"text": f"Something {colour}."}]})


async def crashed(_: dict[str, Any]) -> web.StreamResponse:
    return web.json_response({"error": "it broke", "action_name": "action_break"}, status=500)


async def rejected(call: dict[str, Any]) -> web.StreamResponse:
    return web.json_response({"error": "not now", "action_name": call["next_action"]}, status=400)


async def nonsense(_: dict[str, Any]) -> web.StreamResponse:
    return web.Response(text="<html>")


async def misshapen(_: dict[str, Any]) -> web.StreamResponse:
    return web.json_response({"events": "none"})


async def reminding(_: dict[str, Any]) -> web.StreamResponse:
    reminder = {"event": "reminder", "name": "r", "intent": "greet", "date_time": "2999-01-01T00:00:00"}
    return web.json_response({"events": [reminder], "responses": []})


async def again(call: dict[str, Any]) -> web.StreamResponse:
    return web.json_response({"events": [{"event": "followup", "name": call["next_action"]}], "responses": []})


async def silent(_: dict[str, Any]) -> web.StreamResponse:
    await asyncio.sleep(5)
    return web.json_response({})
