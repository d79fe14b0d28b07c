"""Somebody else's site that loads the shop's script: another origin, a strict policy and a style sheet of its own."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

from sanic import Sanic
from sanic.response import HTTPResponse, html, text

from tests.support.counter import free_socket, serving

_names = count(1)
# Rules that would break a button or a frame that is not shielded from them.
_STYLE = """
body { font: 18px/1.6 Georgia, serif; margin: 0 auto; max-width: 34em; padding: 2em; min-height: 200vh;
       background: light-dark(#fff, #111); color: light-dark(#222, #ddd); color-scheme: light dark }
button, iframe, dialog, span, p.voice { display: none !important; letter-spacing: .5em; text-transform: uppercase }
h1, p { display: block }
"""


@dataclass
class Site:
    """`shop` is whose script it loads, `attributes` stand in the script's tag."""

    listening: socket.socket
    origin: str
    shop: str = ""
    attributes: str = ""

    def app(self) -> Sanic[Any, Any]:
        app: Sanic[Any, Any] = Sanic(f"site-{next(_names)}", configure_logging=False)

        @app.get("/site.css")
        async def style(_request: Any) -> HTTPResponse:
            return text(_STYLE, content_type="text/css")

        @app.get("/<page:path>")
        async def page(_request: Any, page: str) -> HTTPResponse:
            script = f'<script src="{self.shop}/embed.js" async {self.attributes}></script>'
            frame = f'<iframe src="{self.shop}/" title="by hand"></iframe>' if page == "by-hand" else ""
            body = f"<h1>Hill &amp; Dale</h1><p>We climb. Our friends have the shoes.</p>{frame}{script}"
            head = '<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/site.css">'
            return html(
                f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>',
                headers={"Content-Security-Policy": self._policy()},
            )

        return app

    def _policy(self) -> str:
        """What docs/channels/web.md asks a site with a policy to allow, and nothing else."""
        allowed = " ".join(f"{part} {self.shop};" for part in ("script-src", "connect-src", "frame-src"))
        return f"default-src 'none'; style-src 'self'; img-src data:; require-trusted-types-for 'script'; {allowed}"


def new_site() -> Site:
    """Not serving yet: the shop has to know its origin first. `localhost` is another site than `127.0.0.1`."""
    listening, url = free_socket()
    return Site(listening, url.replace("127.0.0.1", "localhost"))


@asynccontextmanager
async def serving_site(site: Site) -> AsyncIterator[Site]:
    async with serving(site.app(), site.listening):
        yield site
