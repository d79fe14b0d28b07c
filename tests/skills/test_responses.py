"""The responses of domain.yml: every one in every language, with the same buttons and the same gaps."""

from __future__ import annotations

import re
from typing import Any

import pytest

from actions import payloads
from actions.forms import FORMS
from actions.titles import TITLES
from actions.unlocking import CODE_FORM
from bot.conversation.phrases import LANGUAGES
from bot.conversation.replies import PAYLOAD_BYTES
from bot.settings import ROOT
from tests.skills.counter import domain, responses

GAP = re.compile(r"(?<!\{)\{(\w+)\}(?!\})")
NAMED = re.compile(r"[\"'](utter_\w+?)(?=[\"'])")
IN_USE = sorted({name for path in (ROOT / "actions").glob("*.py") for name in NAMED.findall(path.read_text("utf-8"))})
BEGUN = re.compile(r"f\"(utter_\w+)\{")


def by_language(name: str) -> dict[str, dict[str, Any]]:
    found = {}
    for one in responses()[name]:
        [condition] = one.get("condition") or [{"type": "slot", "name": "language", "value": "en"}]
        assert (condition["type"], condition["name"]) == ("slot", "language")
        found[condition["value"]] = one
    return found


@pytest.mark.parametrize("name", sorted(responses()))
def test_a_response_speaks_every_language_with_the_same_buttons_and_gaps(name: str) -> None:
    spoken = by_language(name)

    assert set(spoken) == set(LANGUAGES)
    assert "condition" not in responses()[name][0]
    assert len({tuple(one["payload"] for one in said.get("buttons", [])) for said in spoken.values()}) == 1
    assert len({frozenset(GAP.findall(said["text"])) for said in spoken.values()}) == 1
    assert len({said["text"] for said in spoken.values()}) == len(LANGUAGES)


@pytest.mark.parametrize("name", sorted(responses()))
def test_a_button_fits_whatsapp(name: str) -> None:
    for said in responses()[name]:
        for button in said.get("buttons", []):
            assert 0 < len(button["title"]) <= payloads.TITLE_LENGTH
            assert len(button["payload"].replace("{order}", "12345678").encode()) <= PAYLOAD_BYTES


@pytest.mark.parametrize("name", IN_USE)
def test_what_an_action_says_exists(name: str) -> None:
    assert name in responses()


def test_what_an_action_completes_begins_a_response() -> None:
    begun = {name for path in (ROOT / "actions").glob("*.py") for name in BEGUN.findall(path.read_text("utf-8"))}
    assert begun
    for name in begun:
        assert any(response.startswith(name) for response in responses()), name


def test_the_forms_collect_what_the_domain_says() -> None:
    collected = {name: tuple(form["required_slots"]) for name, form in domain()["forms"].items()}
    assert collected == {name: form.slots for name, form in FORMS.items()} | {CODE_FORM: ("order_code",)}


def test_a_form_names_slots_and_intents_of_the_domain() -> None:
    for form in FORMS.values():
        assert form.intent in domain()["intents"]
        assert set(form.slots) <= set(domain()["slots"])
        assert {*form.refusals.values(), form.no_order} <= set(responses())


def test_every_slot_of_a_form_is_asked_for() -> None:
    asked = {*domain()["actions"], *responses()}
    for form in FORMS.values():
        for slot in form.slots:
            assert {f"action_ask_{slot}", f"utter_ask_{slot}"} & asked, (form.name, slot)


def test_every_intent_has_a_title_that_fits_a_button_in_every_language() -> None:
    assert set(TITLES) == set(domain()["intents"])
    for titles in TITLES.values():
        assert len(titles) == len(LANGUAGES)
        assert all(0 < len(title) <= payloads.TITLE_LENGTH for title in titles), titles
