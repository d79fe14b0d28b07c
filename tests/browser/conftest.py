"""A real Chromium for the tests of the pages. Screenshots are kept in `artifacts/`."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.support.counter import Counter, open_counter

expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong

ROOT = Path(__file__).resolve().parents[2]
ARTIFACTS = ROOT / "artifacts"
STATIC = ROOT / "bot" / "static"

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}

_VISIBLE_PICTURES_ARE_LOADED = """() => [...document.images].every(image => {
    if (image.complete) return true;
    // A picture below the fold of a list that scrolls is inside the window, yet nobody sees it, so it does not load.
    const { top, bottom, left, right } = image.getBoundingClientRect();
    const seen = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return seen !== image && !(seen && seen.contains(image));
})"""

OpenPage = Callable[..., Awaitable[Page]]
Keep = Callable[[Page, str], Awaitable[Path]]


def found_browser() -> str | None:
    """The path of a Chromium or Chrome on this machine; the variable CHROMIUM names one outright."""
    named = os.environ.get("CHROMIUM")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


def missing(sentence: str) -> None:
    """Skip on a developer's machine; in CI the tests of the pages never skip."""
    if os.environ.get("CI"):
        pytest.fail(sentence)
    pytest.skip(sentence)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    path = found_browser()
    if path is None:
        missing("There is no Chromium or Chrome here: install one, or name it in CHROMIUM.")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS, headless=True)
        yield browser
        await browser.close()


@pytest.fixture
async def open_page(browser: Browser) -> AsyncIterator[OpenPage]:
    """`await open_page(url, **context_options)`: a page in a browser profile of its own (cookies, storage).

    At the end no page may have thrown an error or broken its content policy. Requests that fail are a test's own
    business (a server that is away, a refused message)."""
    wrong: list[str] = []

    async def open_one(url: str, **options: Any) -> Page:
        context = await browser.new_context(**{**DESKTOP, "locale": "en-US", **options})
        context.set_default_timeout(45_000)
        page = await context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if _is_wrong(said.type, said.text) else None)
        await page.goto(url)
        return page

    yield open_one
    assert wrong == []


def _is_wrong(kind: str, text: str) -> bool:
    return kind == "error" and not re.match(r"Failed to load resource|.*net::ERR_", text)


@pytest.fixture
def keep_picture() -> Keep:
    """`await keep_picture(page, "chat-phone")` writes artifacts/chat-phone.png."""

    async def keep(page: Page, name: str) -> Path:
        await page.wait_for_function(_VISIBLE_PICTURES_ARE_LOADED)
        ARTIFACTS.mkdir(exist_ok=True)
        path = ARTIFACTS / f"{name}.png"
        await page.screenshot(path=path, animations="disabled")
        return path

    return keep


# -- the counter: the customers' side of a gateway, with scripted answers ---------------------------------------------


@pytest.fixture
async def counter(tmp_path: Path, queue_url: str) -> AsyncIterator[Counter]:
    if not (STATIC / "chat" / "index.html").exists():
        missing("The web pages are not built: run `make web`.")
    async with open_counter(tmp_path, queue_url) as counter:
        yield counter
