"""The picture beside a person's name on platforms that want one there, where none of the person is known."""

from __future__ import annotations

import asyncio

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, raw

from bot.chat.pictures import render_png

PORTRAIT = "/media/person.png"
_SIZE = 400
_DRAWING = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 600">
<rect width="600" height="600" fill="#0f766e"/>
<circle cx="300" cy="235" r="105" fill="#f0fdfa"/>
<path d="M90 600c0-130 94-215 210-215s210 85 210 215z" fill="#f0fdfa"/>
</svg>"""


def portrait_blueprint() -> Blueprint:
    blueprint = Blueprint("portrait")

    @blueprint.get(PORTRAIT)
    async def portrait(_request: Request) -> HTTPResponse:
        png = await asyncio.to_thread(render_png, _DRAWING, _SIZE)
        return raw(png, content_type="image/png", headers={"Cache-Control": "public, max-age=86400"})

    return blueprint
