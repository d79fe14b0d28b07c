"""What the actions say: always through the phrase book, and short enough for the narrowest phone."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from actions.payloads import TITLE_LENGTH, Buttons
from actions.wording import _OPENERS
from bot.conversation.phrases import LANGUAGES, speaker
from bot.settings import ROOT

TOLD = frozenset(
    {"Text", "Choices", "Listing", "Cards", "Card", "Link", "Receipt", "Line", "Option", "Row", "Said.text"}
)
"""What a customer reads the first words of."""
FOR_AGENTS = {"handoff.py"}
"""Their summaries are read at the desk, which is English."""


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted((ROOT / "actions").glob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def literals(node: ast.expr) -> Iterator[str]:
    """The words written into an expression, but those that go through a phrase book."""
    if isinstance(node, ast.Call):
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield from literals(child)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_button_fits_on_a_phone(language: str) -> None:
    buttons = Buttons(speaker(language))
    fixed = [getattr(buttons, name) for name, member in vars(Buttons).items() if isinstance(member, property)]
    made = [
        buttons.check_out("69,00 USD"),
        buttons.check_out("1 234 567,00 USD"),
        buttons.choose_product("x"),
        buttons.show_product("x"),
        buttons.change_it("x", "size", "42"),
        buttons.another_colour("x"),
        buttons.take_out("X"),
        buttons.keep_only("X", 99),
        buttons.order(10482),
    ]
    assert len(fixed) > 10
    assert [option.title for option in (*fixed, *made) if len(option.title) > TITLE_LENGTH] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_buttons_beside_each_other_differ(language: str) -> None:
    buttons = Buttons(speaker(language))
    together = [buttons.keep_looking, buttons.show_cart, buttons.my_order, buttons.person, buttons.check_out("1")]
    assert len({option.title for option in together}) == len(together)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_opens_a_list_fits_on_a_phone(language: str) -> None:
    say = speaker(language)
    assert [say(opener) for opener in _OPENERS.values() if len(say(opener)) > TITLE_LENGTH] == []


def test_nothing_is_said_past_the_phrase_book() -> None:
    written = [
        (path.name, call.lineno, text)
        for path, tree in sources()
        if path.name not in FOR_AGENTS
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func) in TOLD and call.args
        for text in literals(call.args[0])
        if re.search(r"[^\W\d_]{2}", text)
    ]
    assert written == []


def test_what_is_said_is_a_literal_or_stands_in_a_table_of_phrases() -> None:
    """Else nobody could tell which phrases there are."""
    loose = [
        (path.name, call.lineno)
        for path, tree in sources()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and re.search(r"(?:^|\.)say$", ast.unparse(call.func)) and call.args
        if not isinstance(call.args[0], ast.Constant) and not re.match(r"_?[A-Z][A-Z_]+\b", ast.unparse(call.args[0]))
    ]
    assert loose == []
