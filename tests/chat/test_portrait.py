"""The picture beside a person's name, as platforms fetch it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
from sanic import Sanic

from bot.chat.portrait import PORTRAIT, portrait_blueprint
from tests.support.counter import free_socket, serving


async def test_a_platform_can_fetch_a_picture_for_people_of_the_shop() -> None:
    app: Sanic[Any, Any] = Sanic(f"portrait-{uuid4().hex}", configure_logging=False)
    app.blueprint(portrait_blueprint())
    listening, url = free_socket()
    async with serving(app, listening), httpx.AsyncClient(base_url=url) as client:
        answer = await client.get(PORTRAIT)
    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")
