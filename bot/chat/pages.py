"""What browsers load: the four built pages, their scripts and styles, the catalogue's pictures,
and the one script that other sites load.

Pages are asked for again each time, the files they name carry a hash and are kept for ever. It knows nothing of what
the pages do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, raw

from bot.chat.files import Folder, Kept, kept
from bot.chat.pictures import render_png
from bot.errors import NotFound, Unavailable

Draw = Callable[[bytes], bytes]
"""The PNG of an SVG drawing."""

PAGES = ("chat", "desk", "studio", "simulator")
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_A_DAY = "public, max-age=86400"
_FIVE_MINUTES = "public, max-age=300"
SCRIPT = "embed.js"

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# A picture that is opened on its own must not be able to run anything.
_PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def content_policy(page: str, connect: Sequence[str], images: Sequence[str], frames: Sequence[str] = ()) -> str:
    """Only our own scripts, and in nobody's frame but, the chat alone, in that of the sites in `frames`. Mantine (desk,
    studio) writes its theme into a <style> of its own."""
    styles = "'self' 'unsafe-inline'" if page in ("desk", "studio") else "'self'"
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            f"style-src {styles}",
            " ".join(("img-src 'self' data: https:", *images)),
            " ".join(("media-src 'self' https:", *images)),
            " ".join(("connect-src 'self'", *connect)),
            "font-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            " ".join(("frame-ancestors 'self'", *frames)) if page == "chat" else "frame-ancestors 'none'",
        )
    )


class Pages:
    """`static` is where the web build writes, `pictures` the catalogue's folder of SVG drawings. `connect` and `images`
    are origins beside our own that pages may ask: the stand-in for Graph, or the public address of our pictures.
    `frames` are the sites that may show the chat in a frame. Without `simulator` that page is not there."""

    def __init__(
        self,
        *,
        static: Path,
        pictures: Path,
        simulator: bool,
        draw: Draw = render_png,
        connect: Sequence[str] = (),
        images: Sequence[str] = (),
        frames: Sequence[str] = (),
    ) -> None:
        self._built = {page: Folder(static / page) for page in PAGES if page != "simulator" or simulator}
        self._policies = {page: content_policy(page, connect, images, frames) for page in PAGES}
        self._script = Folder(static / "embed")
        self._pictures = Folder(pictures)
        self._draw = draw
        self._drawn: dict[str, Kept] = {}

    def page(self, name: str, request: Request) -> HTTPResponse:
        if name not in self._built:
            raise NotFound("no_such_page", "There is no such page here.")
        html = self._built[name].get("index.html")
        if html is None:
            raise Unavailable("web_not_built", "The web pages are not built yet: run `make web`, then load this again.")
        return _answer(html, request, _ASK_AGAIN, self._policies[name])

    def built_file(self, page: str, name: str, request: Request) -> HTTPResponse:
        found = self._built[page].get(name) if page in self._built else None
        if found is None or name == "index.html":
            raise NotFound("no_such_file", "There is no such file.")
        return _answer(found, request, _FOR_EVER)

    def script(self, request: Request) -> HTTPResponse:
        """The script that other sites load. Its name is fixed, so it is asked for again after a few minutes."""
        found = self._script.get(SCRIPT)
        if found is None:
            raise Unavailable("web_not_built", "The script is not built yet: run `make web`, then load this again.")
        answer = _answer(found, request, _FIVE_MINUTES)
        answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return answer

    async def picture(self, name: str, request: Request) -> HTTPResponse:
        found = await self._drawing(name)
        if found is None:
            raise NotFound("no_such_picture", "There is no such picture.")
        return _answer(found, request, _A_DAY, _PICTURE_POLICY)

    async def _drawing(self, name: str) -> Kept | None:
        """The SVG itself, or its PNG (for channels that take no SVG), drawn once for each state of the SVG."""
        if not name.endswith(".png"):
            return self._pictures.get(name)
        svg = self._pictures.get(name.removesuffix(".png") + ".svg")
        if svg is None:
            return None
        known = self._drawn.get(svg.etag)
        if known is None:
            png = await asyncio.to_thread(self._draw, svg.body)
            known = self._drawn[svg.etag] = replace(kept(png, "image/png"), packed=None)
        return known


def pages_blueprint(shown: Pages) -> Blueprint:
    """The addresses of everything a browser loads that is not the API."""
    blueprint = Blueprint("pages")

    @blueprint.get("/", name="chat")
    async def chat(request: Request) -> HTTPResponse:
        return shown.page("chat", request)

    # A console's own addresses (/desk/tickets/5) all load the console, which reads the rest itself.
    for console in ("desk", "studio"):

        async def open_console(request: Request, console: str = console, **_deeper: str) -> HTTPResponse:
            return shown.page(console, request)

        blueprint.add_route(open_console, f"/{console}", name=console)
        blueprint.add_route(open_console, f"/{console}/<deeper:path>", name=f"{console}_deeper")

    @blueprint.get("/simulator", name="simulator")
    async def simulator(request: Request) -> HTTPResponse:
        return shown.page("simulator", request)

    @blueprint.get(f"/{SCRIPT}", name="embed")
    async def embed(request: Request) -> HTTPResponse:
        return shown.script(request)

    @blueprint.get("/static/<page:str>/<name:str>", name="static")
    async def static_file(request: Request, page: str, name: str) -> HTTPResponse:
        return shown.built_file(page, name, request)

    @blueprint.get("/media/catalog/<name:str>", name="picture")
    async def picture(request: Request, name: str) -> HTTPResponse:
        return await shown.picture(name, request)

    return blueprint


def _answer(file: Kept, request: Request, cache: str, policy: str | None = None) -> HTTPResponse:
    headers = {**_ALWAYS, "Cache-Control": cache, "ETag": file.etag, "Vary": "Accept-Encoding"}
    if policy is not None:
        headers["Content-Security-Policy"] = policy
    if request.headers.get("if-none-match") == file.etag:
        return raw(b"", status=304, headers=headers, content_type=file.content_type)
    if file.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return raw(file.packed, headers={**headers, "Content-Encoding": "gzip"}, content_type=file.content_type)
    return raw(file.body, headers=headers, content_type=file.content_type)
