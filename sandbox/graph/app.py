"""The stand-in's application: Graph's own addresses, what lies under `/_sim`, and what browsers need of both."""

from __future__ import annotations

from typing import Any

from sanic import Request, Sanic
from sanic.response import HTTPResponse

from sandbox.graph.graph_routes import add_graph
from sandbox.graph.simulator_routes import add_simulator
from sandbox.graph.stand import Stand


def create_app(stand: Stand) -> Sanic[Any, Any]:
    app: Sanic[Any, Any] = Sanic("graph", configure_logging=False)
    app.config.RESPONSE_TIMEOUT = 3600
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = 1.0
    add_graph(app, stand)
    add_simulator(app, stand)

    @app.after_server_stop
    async def stop(_app: Sanic[Any, Any]) -> None:
        stand.phones.save()
        await stand.deliveries.close()

    @app.on_request
    async def preflight(request: Request) -> HTTPResponse | None:
        """A browser asks before it posts; a route of its own would lose to the more exact ones, which do not know."""
        return HTTPResponse(status=204) if request.method == "OPTIONS" else None

    @app.on_response  # type: ignore[untyped-decorator]
    async def allow(_request: Request, response: HTTPResponse) -> None:
        response.headers["Access-Control-Allow-Origin"] = stand.allow_origin
        response.headers["Access-Control-Allow-Headers"] = "content-type, last-event-id"
        response.headers["Access-Control-Allow-Methods"] = "GET, POST"

    return app
