"""Meta's webhooks: the subscription's handshake and the signed posts."""

from __future__ import annotations

import hmac

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, text

from bot.channels.base import Channel, Received
from bot.errors import NotAllowed
from bot.intake import Intake
from bot.telemetry import count


def meta_webhooks(*, intake: Intake, channel: Channel, verify_token: str) -> Blueprint:
    """`GET|POST /webhooks/<channel>` of one of Meta's channels."""
    blueprint = Blueprint(f"webhooks_{channel.name}")
    path = f"/webhooks/{channel.name}"

    @blueprint.get(path)
    async def handshake(request: Request) -> HTTPResponse:
        token = request.args.get("hub.verify_token") or ""
        fits = hmac.compare_digest(token.encode(), verify_token.encode())
        if request.args.get("hub.mode") != "subscribe" or not verify_token or not fits:
            raise NotAllowed("wrong_verify_token", "The verify token is not ours.")
        return text(request.args.get("hub.challenge") or "")

    @blueprint.post(path)
    async def receive(request: Request) -> HTTPResponse:
        new = await intake.accept(channel, Received(request.url, request.headers, request.body))
        count("webhooks", channel=channel.name)
        count("messages_received", new, channel=channel.name)
        return text("ok")

    return blueprint
