"""The colours that all pages share: readable in both lights, and the dark ones the same however dark was asked for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).resolve().parents[2] / "web" / "src" / "tokens" / "tokens.css").read_text()
TEXT_CONTRAST, EDGE_CONTRAST = 4.5, 3.0
"""WCAG 2.2, level AA: 1.4.3 for text, 1.4.11 for the edges of controls."""

PAIRS = [
    ("ink", "paper"),
    ("ink", "sunken"),
    ("ink-soft", "paper"),
    ("ink-soft", "surface"),
    ("ink-soft", "sunken"),
    ("accent", "paper"),
    ("accent", "surface"),
    ("accent", "accent-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-accent-fill", "accent-fill"),
    ("good", "good-soft"),
    ("warn", "warn-soft"),
    ("bad", "bad-soft"),
    ("bad", "surface"),
    ("line-strong", "paper"),
    ("line-strong", "surface"),
]


def colours(start: str) -> dict[str, str]:
    """The colours of the block that begins with `start`."""
    block = TOKENS[TOKENS.index(start) + len(start) :].partition("}")[0]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


LIGHT = colours(":root {")
DARK = {**LIGHT, **colours(':root:not([data-theme="light"]) {')}


def luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [pytest.param(LIGHT, id="light"), pytest.param(DARK, id="dark")])
@pytest.mark.parametrize(("front", "back"), PAIRS)
def test_what_stands_on_a_colour_can_be_read(theme: dict[str, str], front: str, back: str) -> None:
    least = EDGE_CONTRAST if front.startswith("line") else TEXT_CONTRAST
    assert contrast(theme[front], theme[back]) >= least


def test_dark_is_the_same_dark_by_wish_and_by_choice() -> None:
    by_wish = colours(':root:not([data-theme="light"]) {')
    assert by_wish == colours(':root[data-theme="dark"] {')
    assert len(by_wish) > 15
