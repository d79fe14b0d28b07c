"""The stand-in's application: Twilio's own addresses, and what lies under `/_sim` and at `/`."""

from __future__ import annotations

from typing import Any

from sanic import Sanic

from sandbox.twilio.api import add_api
from sandbox.twilio.simulator import add_simulator
from sandbox.twilio.stand import Stand


def create_app(stand: Stand) -> Sanic[Any, Any]:
    app: Sanic[Any, Any] = Sanic("twilio", configure_logging=False)
    app.config.RESPONSE_TIMEOUT = 3600
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = 1.0
    add_api(app, stand)
    add_simulator(app, stand)

    @app.after_server_stop
    async def stop(_app: Sanic[Any, Any]) -> None:
        stand.phones.save()
        await stand.webhooks.close()

    return app
