"""What the simulator's page needs of a gateway: the page, where the stand-in is, and a shop that takes webhooks."""

from __future__ import annotations

import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sanic import HTTPResponse, Request, Sanic
from sanic.response import json as json_answer

from bot.chat.pages import Pages, pages_blueprint
from tests.browser.conftest import STATIC, missing
from tests.sandbox.graph_process import ROOT, Graph, Shop, eventually_async, running_graph
from tests.support.counter import serving

MAYA = "15550100101"
PAGE_MAYA = {"messenger": "7300000000000101", "instagram": "8100000000000101"}
"""The first customers that the page makes."""


class Gateway:
    """Serves the page, tells it where the stand-in is, and takes webhooks as the shop does."""

    def __init__(self) -> None:
        self.shop = Shop()
        self.graph = Graph("")
        self.url = ""

    def app(self) -> Sanic[Any, Any]:
        app: Sanic[Any, Any] = Sanic("simulated-gateway", configure_logging=False)
        Sanic._app_registry.pop("simulated-gateway")
        pages = Pages(
            static=STATIC,
            pictures=ROOT / "catalog" / "images",
            simulator=True,
            connect=[self.graph.url],
            images=[self.url],
        )
        app.blueprint(pages_blueprint(pages))

        @app.get("/api/v1/simulator")
        async def where(_request: Request) -> HTTPResponse:
            return json_answer({"graph_origin": self.graph.url})

        @app.post("/webhooks/<_platform:str>")
        async def take(request: Request, _platform: str) -> HTTPResponse:
            return json_answer({}, self.shop.take(request.body, request.headers.get("x-hub-signature-256", "")))

        return app

    def picture(self, name: str) -> str:
        return f"{self.url}/media/catalog/{name}"

    async def hears(self, words: str) -> None:
        """From Maya on WhatsApp."""
        await eventually_async(lambda: words in json.dumps(self.shop.messages_of(MAYA), ensure_ascii=False))

    async def hears_on(self, platform: str, words: str) -> None:
        """From Maya on Messenger or Instagram."""
        customer = PAGE_MAYA[platform]

        def told() -> bool:
            events = [event for event in self.shop.events_of(customer) if event["sender"]["id"] == customer]
            return words in json.dumps(events, ensure_ascii=False)

        await eventually_async(told)


@asynccontextmanager
async def open_gateway() -> AsyncIterator[Gateway]:
    if not (STATIC / "simulator" / "index.html").exists():
        missing("The web pages are not built: run `make web`.")
    gateway = Gateway()
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        gateway.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        with running_graph(gateway.url, allow_origin=gateway.url, pictures=gateway.picture("")) as gateway.graph:
            async with serving(gateway.app(), listening):
                yield gateway
