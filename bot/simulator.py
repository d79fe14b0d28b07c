"""Tells the simulator's page where the stand-in for Graph is; there is no such page where the real Graph is used."""

from __future__ import annotations

from urllib.parse import urlsplit

import msgspec
from sanic import Request

from bot.accounts import Accounts
from bot.api import Api
from bot.errors import NotFound
from bot.settings import Settings


class Simulator(msgspec.Struct, frozen=True):
    """`graph_origin` is the stand-in's address as a browser sees it."""

    graph_origin: str


def simulator_api(*, accounts: Accounts, settings: Settings) -> Api:
    api = Api("simulator", accounts)

    @api.get("/simulator", answer=Simulator)
    async def where_is_graph(_request: Request) -> Simulator:
        """Where the stand-in for the Graph API is."""
        if not settings.stand_in_graph:
            raise NotFound("no_simulator", "This shop talks to Meta itself; there is nothing to simulate.")
        parts = urlsplit(settings.meta_graph_url)
        return Simulator(f"{parts.scheme}://{parts.netloc}")

    return api
