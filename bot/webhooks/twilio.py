"""Twilio's webhooks: text messages, calls, and how both fare.

Twilio signs the address that it was given, so it is put together from the shop's own public address and never from what
a proxy or a caller says (`Host`). An empty answer to a message sends nothing; a call is answered with TwiML.
"""

from __future__ import annotations

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, empty, raw

from bot.calls import Calls
from bot.channels.base import Channel, Received
from bot.channels.voice import Voice
from bot.channels.voice_twiml import Step, twiml
from bot.intake import Intake
from bot.telemetry import count

_OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


def sms_webhooks(*, intake: Intake, channel: Channel, public_url: str) -> Blueprint:
    """`POST /webhooks/twilio/sms`: a customer's message, or how one of ours fares."""
    blueprint = Blueprint("webhooks_twilio_sms")

    @blueprint.post("/webhooks/twilio/sms")
    async def receive(request: Request) -> HTTPResponse:
        new = await intake.accept(channel, received(request, public_url))
        count("webhooks", channel=channel.name)
        count("messages_received", new, channel=channel.name)
        return empty()

    return blueprint


def status_webhooks(
    *, intake: Intake, sms: Channel | None, voice: Voice | None, calls: Calls, public_url: str
) -> Blueprint:
    """`POST /webhooks/twilio/status`: how a message of ours fares, or that a call is over."""
    blueprint = Blueprint("webhooks_twilio_status")

    @blueprint.post("/webhooks/twilio/status")
    async def receive(request: Request) -> HTTPResponse:
        posted = received(request, public_url)
        if sms is not None and b"CallSid=" not in posted.body:
            await intake.accept(sms, posted)
        elif voice is not None:
            voice.verify(posted)
            call = voice.call(posted)
            if call.status in _OVER:
                await calls.ended(call)
        return empty()

    return blueprint


def voice_webhooks(*, calls: Calls, voice: Voice, public_url: str) -> Blueprint:
    """`POST /webhooks/twilio/voice`: every step of a call."""
    blueprint = Blueprint("webhooks_twilio_voice")
    path = "/webhooks/twilio/voice"

    @blueprint.post(path)
    async def receive(request: Request) -> HTTPResponse:
        posted = received(request, public_url)
        voice.verify(posted)
        count("webhooks", channel=voice.name)
        step = await _step(calls, voice, posted, request.args.get("do") or "")
        return raw(twiml(step, f"{public_url}{path}").encode(), content_type="text/xml; charset=utf-8")

    return blueprint


async def _step(calls: Calls, voice: Voice, posted: Received, do: str) -> Step:
    call, place = voice.call(posted), voice.place(posted)
    if do == "hear":
        said = voice.parse(posted).inbound
        return await calls.hear(call, said[0] if said else None, place)
    if do == "wait":
        return await calls.wait(call, place)
    if do == "dialled":
        return await calls.after_queue(call)
    return await calls.begin(call)


def received(request: Request, public_url: str) -> Received:
    """The webhook as it was signed: path and query as they were written, under the public address."""
    target = request.raw_url.decode("ascii", "replace")
    written = target if target.startswith("/") else request.server_path
    return Received(f"{public_url}{written}", request.headers, request.body)
