"""What is written exists, and what exists is written: settings, commands, routes, make targets, links."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.api import PREFIX
from bot.app import create_app, surfaces
from bot.cli import _parser
from bot.composition import Parts
from bot.settings import load

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "catalog" / "README.md"])
ALL_WORDS = "\n".join(path.read_text() for path in DOCUMENTS)
MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = set(re.findall(r"^([a-z-]+):.*##", MAKEFILE, re.MULTILINE))


def settings_read() -> set[str]:
    source = (ROOT / "bot" / "settings.py").read_text()
    return set(re.findall(r'(?:read\.(?:text|number|url|or_made)\(|_played\(\s*read,)\s*"([A-Z_]+)"', source))


def commands() -> set[str]:
    verbs = next(a for a in _parser()._actions if isinstance(a, argparse._SubParsersAction))
    return set(verbs.choices)


def routes(tmp_path: Path) -> set[str]:
    parts = Parts(load({"SOUK_HOME": str(tmp_path)}))
    app = create_app(parts)
    try:
        return {"/" + route.path.strip("/") for route in app.router.routes}
    finally:
        type(app)._app_registry.pop("souk", None)


def mentioned(pattern: str) -> Iterator[tuple[Path, str]]:
    for document in DOCUMENTS:
        for found in re.findall(pattern, document.read_text()):
            yield document, found


def test_every_setting_is_in_the_example_and_in_the_settings_page() -> None:
    example = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    page = set(re.findall(r"^\| `([A-Z_]+)`", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE))
    assert example == settings_read()
    assert page == settings_read()


def test_every_make_target_named_in_a_document_exists() -> None:
    for document, target in mentioned(r"`(?:\w+=\S+ )*make ([a-z][a-z-]*)"):
        assert target in TARGETS, f"{document.name} names `make {target}`"


def test_every_make_target_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    for target in TARGETS - {"help"}:
        assert f"make {target}" in readme, f"the README does not name `make {target}`"


def test_every_command_named_in_a_document_exists_and_every_command_is_in_the_readme() -> None:
    for document, command in mentioned(r"`souk ([a-z][a-z-]*)"):
        assert command in commands(), f"{document.name} names `souk {command}`"
    readme = (ROOT / "README.md").read_text()
    for command in commands():
        assert f"souk {command}" in readme, f"the README does not name `souk {command}`"


def test_every_route_named_in_a_document_exists(tmp_path: Path) -> None:
    known = {re.sub(r"<[^>]*>", "<>", route) for route in routes(tmp_path)}
    for document, route in mentioned(r"`(?:GET |POST |PUT |PATCH |DELETE )?(/(?:webhooks|api)/[^`\s?]*)`"):
        plain = re.sub(r"<[^>]*>|\{[^}]*\}", "<>", route).rstrip("/")
        if plain.startswith("/webhooks/turn"):
            continue  # the engine's own
        assert plain in known or any(each.startswith(plain + "/") for each in known), f"{document.name}: {route}"


def test_every_route_of_the_api_is_in_the_openapi_file(tmp_path: Path) -> None:
    parts = Parts(load({"SOUK_HOME": str(tmp_path)}))
    declared = {PREFIX + route.path for api in surfaces(parts) for route in api.routes}
    served = {route for route in routes(tmp_path) if route.startswith(PREFIX)} - {f"{PREFIX}/openapi.json"}
    assert {re.sub(r"<[^>]*>", "<>", route) for route in declared} == {re.sub(r"<[^>]*>", "<>", r) for r in served}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", document.read_text()):
        if not target.startswith(("http://", "https://", "mailto:")):
            assert (document.parent / target).exists() or target.startswith("artifacts/"), f"{document.name}: {target}"


def test_every_decision_record_has_a_number_of_its_own() -> None:
    numbers = [path.name[:4] for path in (ROOT / "docs" / "adr").glob("*.md")]
    assert len(set(numbers)) == len(numbers)
    assert all(number.isdigit() for number in numbers)


def test_every_benchmark_says_what_it_prints() -> None:
    for script in (ROOT / "benchmarks").glob("*.py"):
        assert f"NAME={script.stem}" in ALL_WORDS, f"no document tells of make bench NAME={script.stem}"
