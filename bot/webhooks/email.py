"""Mail by webhook: a provider or a forwarder posts each mail, signed."""

from __future__ import annotations

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, text

from bot.channels.base import Received
from bot.mailbox import Letters
from bot.telemetry import count

LARGEST_MAIL = 30 * 1024 * 1024
"""Mailgun posts mails of up to 25 MB, and encoding makes files longer."""


def email_webhook(*, letters: Letters) -> Blueprint:
    """`POST /webhooks/email`."""
    blueprint = Blueprint("webhooks_email")

    @blueprint.post("/webhooks/email", stream=True)
    async def receive(request: Request) -> HTTPResponse:
        assert request.stream is not None
        request.stream.request_max_size = LARGEST_MAIL
        await request.receive_body()  # type: ignore[no-untyped-call]
        new = await letters.accept(Received(request.url, request.headers, request.body))
        count("webhooks", channel="email")
        count("messages_received", new, channel="email")
        return text("ok")

    return blueprint
