"""The studio in a real Chromium, on a small project: teach by keyboard, train, compare, publish, roll back, undo."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import PHONE, STATIC, Keep, OpenPage, missing
from tests.studio.workshop import FIT, GREETINGS, OPERATOR, Workshop, make_database, open_workshop

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("studio") / "template.db"
    asyncio.run(make_database(path))
    return path


@pytest.fixture
async def workshop(tmp_path: Path, database: Path) -> AsyncIterator[Workshop]:
    if not (STATIC / "studio" / "index.html").exists():
        missing("The web pages are not built: run `make web`.")
    async with open_workshop(tmp_path, database) as workshop:
        await workshop.adopt_first_model()
        yield workshop


async def a_busy_day(workshop: Workshop) -> None:
    ranking = [
        {"name": "nlu_fallback", "confidence": 0.5},
        {"name": "ask_size", "confidence": 0.28},
        {"name": "greet", "confidence": 0.2},
    ]
    around = {
        "before": "Aero 2, $69. Which size?",
        "after": "Sorry, I did not get that. Can you say it in other words?",
    }
    await workshop.customer_said("asdf jkl", minutes_ago=90)
    await workshop.customer_said("do they run small", minutes_ago=60, ranking=ranking, **around)
    await workshop.customer_said("yo yo", minutes_ago=5, ranking=[ranking[0], ranking[2], ranking[1]], **around)
    await workshop.customer_said("Do they run small", minutes_ago=2, ranking=ranking, **around)
    for text in ("hi", "bye", "is it true to size"):
        await workshop.customer_said(text, understood=True)


async def log_in(page: Page) -> None:
    await page.get_by_label("E-mail").fill(OPERATOR[0])
    await page.get_by_label("Password", exact=True).fill(OPERATOR[1])
    await page.get_by_role("button", name="Log in").click()
    await expect(page.get_by_role("navigation", name="What to work on")).to_be_visible()


async def press(page: Page, *keys: str) -> None:
    for key in keys:
        await page.keyboard.press(key)


async def test_a_sentence_is_taught_by_keyboard_and_published(
    workshop: Workshop, open_page: OpenPage, keep_picture: Keep
) -> None:
    await a_busy_day(workshop)
    page = await open_page(f"{workshop.url}/studio")
    await log_in(page)
    rows = page.get_by_role("list", name="Not understood").get_by_role("button")
    await expect(rows).to_have_count(3)
    await expect(rows.nth(0)).to_contain_text("2 ×")

    await press(page, "j")
    await expect(page.locator(".studio-said q")).to_have_text("Do they run small")
    await expect(page.locator(".studio-talk li")).to_have_count(3)
    await expect(page.get_by_role("button", name="Teach")).to_be_focused()
    await keep_picture(page, "studio-sentence")
    await press(page, "Enter")
    await expect(page.get_by_text("Taught “Do they run small” as ask_size")).to_be_visible()
    await expect(rows).to_have_count(2)
    assert workshop.nlu("fit.yml") == FIT + "      - Do they run small\n"

    # The next sentence is under the hands already; it is nonsense and goes aside.
    await expect(page.locator(".studio-said q")).to_have_text("yo yo")
    await press(page, "j")
    await expect(page.locator(".studio-said q")).to_have_text("asdf jkl")
    await press(page, "Escape", "x")
    await expect(rows).to_have_count(1)

    await expect(page.get_by_role("button", name="Teach")).to_be_focused()
    await press(page, "t")
    new = page.get_by_role("region", name="New model")
    await expect(new.get_by_text("1 of 6 sentences that customers wrote")).to_be_visible(timeout=30_000)
    await expect(new.get_by_role("list", name="Changed answers")).to_contain_text("Do they run small")
    await page.get_by_role("textbox", name="Try a sentence").fill("Do they run small")
    await expect(page.locator(".studio-sides")).to_contain_text("ask_size")
    await keep_picture(page, "studio-effect")
    await new.get_by_role("button", name="Publish").click()
    await expect(page.get_by_text("Published: the next message gets it")).to_be_visible()
    await expect(new).to_be_hidden()
    await page.get_by_role("button", name="Roll back").click()
    await expect(page.get_by_text("Rolled back to the model before")).to_be_visible()
    assert (await workshop.studio.registry.standing()).live.file == "first.tar.gz"  # type: ignore[union-attr]


async def test_examples_are_changed_in_place_and_every_change_is_taken_back(
    workshop: Workshop, open_page: OpenPage, keep_picture: Keep
) -> None:
    page = await open_page(f"{workshop.url}/studio")
    await log_in(page)
    await expect(page.get_by_text("Nothing to fix")).to_be_visible()
    await keep_picture(page, "studio-nothing-to-fix")
    await page.get_by_text("Intents", exact=True).first.click()
    await page.get_by_role("list", name="Intents").get_by_role("button", name="greet").click()

    await page.get_by_label("A new example of greet").fill("good morning")
    await press(page, "Enter")
    examples = page.get_by_role("list", name="Examples of greet").get_by_role("listitem")
    await expect(examples).to_have_count(3)
    await page.get_by_role("button", name="Edit “hey there”").click()
    await page.get_by_label("The example's words").fill("hey you")
    await press(page, "Enter")
    await expect(page.get_by_role("button", name="Edit “hey you”")).to_be_visible()
    await page.get_by_role("button", name="Move “hi”").click()
    await page.get_by_role("combobox", name="Move it to").fill("good")
    await press(page, "Enter")
    await expect(page.get_by_text("Moved “hi” from greet to goodbye")).to_be_visible()
    await expect(examples).to_have_count(2)
    await page.get_by_role("button", name="Delete “good morning”").click()
    await expect(examples).to_have_count(1)
    await keep_picture(page, "studio-intent")

    await page.get_by_text("History", exact=True).click()
    lessons = page.get_by_role("list", name="Lessons").get_by_role("listitem")
    await lessons.nth(0).get_by_role("button", name="Undo").click()
    await expect(lessons.filter(has_text="taken back")).to_have_count(1)
    for count in (2, 3, 4):
        await press(page, "z")
        await expect(lessons.filter(has_text="taken back")).to_have_count(count)
    await keep_picture(page, "studio-history")
    assert workshop.nlu("greetings.yml") == GREETINGS


async def test_a_double_is_refused_with_the_way_to_the_other(workshop: Workshop, open_page: OpenPage) -> None:
    await workshop.customer_said("see you", ranking=[{"name": "greet", "confidence": 0.3}])
    page = await open_page(f"{workshop.url}/studio")
    await log_in(page)
    await expect(page.get_by_role("button", name="see you")).to_be_visible()
    await press(page, "j")
    await expect(page.get_by_role("button", name="Teach")).to_be_focused()
    await press(page, "Enter")
    await expect(page.get_by_role("alert")).to_contain_text("already is an example of “goodbye”")
    await page.get_by_role("button", name="Look at goodbye").click()
    await expect(page.get_by_role("heading", name="goodbye")).to_be_visible()
    assert workshop.nlu("greetings.yml") == GREETINGS


async def test_a_training_shows_its_progress_and_can_be_cancelled(
    workshop: Workshop, open_page: OpenPage, keep_picture: Keep
) -> None:
    (workshop.project / "config.yml").write_text("seconds: 60\n")
    page = await open_page(f"{workshop.url}/studio")
    await log_in(page)
    await page.get_by_role("button", name="Train a new model").click()
    await expect(page.get_by_text("Training RegexFeaturizer")).to_be_visible()
    await keep_picture(page, "studio-training")
    await page.get_by_role("button", name="Cancel").click()
    await expect(page.get_by_text("Training cancelled; nothing else changed")).to_be_visible()
    await expect(page.get_by_role("button", name="Train a new model")).to_be_enabled()


async def test_the_keys_are_shown_and_a_colleagues_lesson_appears_by_itself(
    workshop: Workshop, open_page: OpenPage
) -> None:
    page = await open_page(f"{workshop.url}/studio#intents/greet")
    await log_in(page)
    await expect(page.get_by_role("button", name="Edit “hi”")).to_be_visible()
    await press(page, "?")
    await expect(page.get_by_role("dialog", name="Keys")).to_contain_text("Teach it")
    await press(page, "Escape")
    user = await workshop.accounts.log_in(*OPERATOR, source="test")
    await workshop.studio.lessons.add(user[0], intent="greet", language="en", text="good evening")
    await expect(page.get_by_role("button", name="Edit “good evening”")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_on_a_phone_the_panes_are_steps(
    workshop: Workshop, open_page: OpenPage, keep_picture: Keep, scheme: str
) -> None:
    await a_busy_day(workshop)
    page = await open_page(f"{workshop.url}/studio", **PHONE, color_scheme=scheme)
    await log_in(page)
    await keep_picture(page, f"studio-phone-list-{scheme}")
    await page.get_by_role("list", name="Not understood").get_by_role("button").first.tap()
    await expect(page.get_by_role("button", name="Teach")).to_be_visible()
    await keep_picture(page, f"studio-phone-sentence-{scheme}")
    await page.get_by_role("group", name="Panes").get_by_role("button", name="Effect").tap()
    await expect(page.get_by_role("button", name="Train a new model")).to_be_visible()
    await keep_picture(page, f"studio-phone-effect-{scheme}")
    wide = await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not wide
