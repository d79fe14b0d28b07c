"""What a browser loads: pages, their files, pictures, and the headers that keep them safe and fast."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sanic import Sanic

from bot.api import install_errors
from bot.chat.pages import Pages, pages_blueprint
from tests.support.counter import free_socket, serving

LISTED = "https://www.example.com"
STATIC = Path(__file__).resolve().parents[2] / "bot" / "static"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>'


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "secret.html").write_text("not for you")
    for page in ("chat", "desk"):
        folder = tmp_path / "static" / page
        folder.mkdir(parents=True)
        (folder / "index.html").write_text(f"<!doctype html><title>{page}</title>")
        (folder / "main-ABC.js").write_text("console.log('souk');" * 200)
        (folder / "notes.txt").write_text("a type that is not served")
    (tmp_path / "static" / "embed").mkdir()
    (tmp_path / "static" / "embed" / "embed.js").write_text("'souk'")
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    (pictures / "aero.svg").write_bytes(SVG)
    return tmp_path


@pytest.fixture
def drawn() -> list[bytes]:
    return []


@pytest.fixture
async def browser(built: Path, drawn: list[bytes]) -> AsyncIterator[httpx.AsyncClient]:
    def draw(svg: bytes) -> bytes:
        drawn.append(svg)
        return b"\x89PNG drawn"

    app: Sanic[Any, Any] = Sanic(f"pages-{uuid4().hex}", configure_logging=False)
    install_errors(app)
    pages = Pages(static=built / "static", pictures=built / "pictures", draw=draw, simulator=False, frames=[LISTED])
    app.blueprint(pages_blueprint(pages))
    listening, url = free_socket()
    async with serving(app, listening), httpx.AsyncClient(base_url=url) as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/desk", "/desk/", "/desk/tickets/5"])
async def test_a_page_and_its_deep_links_load_the_built_page(browser: httpx.AsyncClient, path: str) -> None:
    answer = await browser.get(path)
    assert answer.status_code == 200
    assert answer.text.endswith("<title>chat</title>" if path == "/" else "<title>desk</title>")
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_the_chat_page_runs_no_script_but_ours(browser: httpx.AsyncClient) -> None:
    policy = (await browser.get("/")).headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy


async def test_the_chat_alone_is_shown_in_frames_and_by_listed_sites_alone(browser: httpx.AsyncClient) -> None:
    chat, desk = (await browser.get("/")).headers, (await browser.get("/desk")).headers
    assert f"frame-ancestors 'self' {LISTED}" in chat["content-security-policy"]
    assert "frame-ancestors 'none'" in desk["content-security-policy"]
    assert LISTED not in desk["content-security-policy"]


async def test_the_script_for_other_sites_has_a_fixed_name_and_is_asked_for_again(
    browser: httpx.AsyncClient,
) -> None:
    answer = await browser.get("/embed.js")
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    again = await browser.get("/embed.js", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_the_script_for_other_sites_is_at_most_5_kib() -> None:
    script = STATIC / "embed" / "embed.js"
    if not script.exists():
        pytest.skip("The web pages are not built: run `make web`.")
    assert len(gzip.compress(script.read_bytes(), 9)) <= 5 * 1024


async def test_a_page_that_is_not_built_says_what_to_do(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/studio")
    assert answer.status_code == 503
    assert "make web" in answer.json()["error"]["message"]


async def test_without_stand_ins_there_is_no_simulator(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/simulator")).status_code == 404


async def test_hashed_files_are_packed_and_kept_for_ever(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/static/chat/main-ABC.js")
    assert answer.text.startswith("console.log")
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    plain = await browser.get("/static/chat/main-ABC.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == answer.text


async def test_what_the_browser_has_already_is_not_sent_again(browser: httpx.AsyncClient) -> None:
    etag = (await browser.get("/")).headers["etag"]
    again = await browser.get("/", headers={"If-None-Match": etag})
    assert again.status_code == 304
    assert again.content == b""


async def test_a_page_that_was_built_again_is_shown_at_once(browser: httpx.AsyncClient, built: Path) -> None:
    await browser.get("/")
    await asyncio.to_thread((built / "static" / "chat" / "index.html").write_text, "<title>new</title>")
    assert (await browser.get("/")).text == "<title>new</title>"


@pytest.mark.parametrize(
    "path",
    [
        "/static/chat/index.html",
        "/static/chat/notes.txt",
        "/static/chat/missing.js",
        "/static/elsewhere/main-ABC.js",
        "/static/chat/..%2f..%2fsecret.html",
        "/static/..%2f/secret.html",
        "/media/catalog/..%2fsecret.html",
        "/media/catalog/..%2Fstatic%2Fchat%2Findex.html",
        "/media/catalog/%2e%2e",
        "/media/catalog/missing.svg",
        "/media/catalog/missing.png",
        "/media/catalog/aero%00.svg",
    ],
)
async def test_only_the_files_that_are_meant_are_served(browser: httpx.AsyncClient, path: str) -> None:
    assert (await browser.get(path)).status_code == 404


async def test_a_picture_comes_as_svg_that_cannot_run_anything(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/media/catalog/aero.svg")
    assert answer.content == SVG
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "public, max-age=86400"


async def test_a_picture_comes_as_png_and_is_drawn_once(browser: httpx.AsyncClient, drawn: list[bytes]) -> None:
    first = await browser.get("/media/catalog/aero.png")
    second = await browser.get("/media/catalog/aero.png")
    assert first.content == second.content == b"\x89PNG drawn"
    assert first.headers["content-type"] == "image/png"
    assert drawn == [SVG]
