"""An operator makes a new intent in the studio; a developer has not given it a rule yet."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from bot import commands
from bot.conversation.replies import Choices
from bot.settings import ROOT
from tests.skills.talk import Talk

pytestmark = [pytest.mark.stack, pytest.mark.timeout(1000)]

LESSON = """version: "3.1"
nlu:
  - intent: ask_party
    examples: |
      - can i rent your shop for a birthday party
      - do you rent the rooms out for parties
      - i would like to celebrate my wedding in your shop
      - is the shop for hire in the evening
      - we want to throw a party at your place
"""


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of this project with one more intent, and no rule for it."""
    project = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "data", project / "data")
    (project / "data" / "nlu" / "party.yml").write_text(LESSON, encoding="utf-8")
    shutil.copy(ROOT / "config.yml", project)
    domain = (ROOT / "domain.yml").read_text(encoding="utf-8")
    (project / "domain.yml").write_text(domain.replace("intents:\n", "intents:\n  - ask_party\n", 1), encoding="utf-8")
    arguments = commands.train(project, project, "taught")
    done = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, check=False, timeout=900)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return project / "taught.tar.gz"


async def test_it_is_answered_once_and_honestly(talk: Talk, taught: Path) -> None:
    shutil.copy(taught, talk.settings.models)
    talk.model = taught.name

    replies = await talk.says("can i rent your shop for a birthday party")

    assert talk.intent == "ask_party"
    assert talk.failures == []
    [reply] = replies
    assert isinstance(reply, Choices)
    assert reply.text.startswith("Sorry, I did not get that.")
