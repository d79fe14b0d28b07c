"""The layers hold: who may import whom, and what has exactly one importer. Read from the source, so nothing is run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BOT = ROOT / "bot"

# From the ground up. A module may import modules of its own layer's list entry and of every layer below.
LAYERS: list[tuple[str, tuple[str, ...]]] = [
    ("ground", ("bot.errors", "bot.clock", "bot.settings", "bot.channel_accounts", "bot.telemetry")),
    ("words", ("bot.conversation", "bot.commerce")),
    ("bases", ("bot.channels.base", "bot.payments.base", "bot.dialogue.base", "bot.search.base")),
    ("edges", ("bot.channels", "bot.payments", "bot.dialogue", "bot.search", "bot.storage")),
    ("keepers", ("bot.live", "bot.accounts")),
    ("services", ("bot.outbox", "bot.aftercare", "bot.inbox", "bot.selling", "bot.handoff", "bot.turns",
                  "bot.settlement", "bot.calls", "bot.texting",
                  "bot.consent", "bot.courtesies", "bot.hearing", "bot.intake", "bot.mailbox", "bot.media", "bot.news",
                  "bot.sender", "bot.undelivered")),
    ("clockwork", ("bot.timers", "bot.worker")),
    ("http", ("bot.api",)),
    ("surfaces", ("bot.desk", "bot.studio", "bot.chat", "bot.webhooks", "bot.simulator",
                  "bot.protocols")),
    ("parts", ("bot.processes", "bot.commands", "bot.backup", "bot.composition")),
    ("top", ("bot.app", "bot.openapi", "bot.start", "bot.doctor", "bot.cli")),
]  # fmt: skip

ONE_IMPORTER = {
    "stripe": ("bot/payments/stripe.py",),
    "sqlalchemy": ("bot/storage/",),
    "alembic": ("bot/storage/",),
    "redis": ("bot/storage/queue.py",),
    "rasa_sdk": ("actions/",),
    "argon2": ("bot/accounts.py",),
    "aiosmtplib": ("bot/channels/email_smtp.py",),
    "imap_tools": ("bot/channels/email_imap.py",),
    "inscriptis": ("bot/channels/email_mail.py",),
    "lxml": ("bot/channels/email_mail.py",),
    "resvg_py": ("bot/chat/pictures.py",),
    "twilio": ("bot/channels/twilio.py", "bot/channels/voice_twiml.py"),
    "fpdf": ("bot/selling/invoice_pdf.py",),
    "phonenumbers": ("bot/conversation/phone_numbers.py",),
}


def modules(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*.py")):
        if ".venv" not in path.parts and "migrations" not in path.parts:
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            yield name.removesuffix(".__init__"), path


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def layer_of(module: str) -> int | None:
    fits = [
        (len(prefix), level)
        for level, (_, prefixes) in enumerate(LAYERS)
        for prefix in prefixes
        if module == prefix or module.startswith(prefix + ".")
    ]
    return max(fits)[1] if fits else None


@pytest.mark.parametrize(("module", "path"), [pytest.param(*pair, id=pair[0]) for pair in modules(BOT)])
def test_imports_point_down(module: str, path: Path) -> None:
    if module == "bot":
        return
    mine = layer_of(module)
    assert mine is not None, f"{module} has no layer: give it one in LAYERS"
    for imported in imports(path):
        theirs = layer_of(imported)
        if theirs is not None:
            assert theirs <= mine, f"{module} ({LAYERS[mine][0]}) imports {imported} ({LAYERS[theirs][0]})"


@pytest.mark.parametrize("edge", ["channels", "payments", "dialogue", "search", "storage"])
def test_edges_do_not_know_each_other(edge: str) -> None:
    others = {"channels", "payments", "dialogue", "search", "storage"} - {edge}
    for module, path in modules(BOT / edge):
        for imported in imports(path):
            parts = imported.split(".")
            is_base = parts[2:3] == ["base"]  # the interface that it may implement
            foreign = parts[0] == "bot" and len(parts) > 1 and parts[1] in others
            assert is_base or not foreign, f"{module} imports {imported}"


def test_one_channel_does_not_know_another() -> None:
    shared = {"base", "fetching", "meta", "meta_messaging", "meta_messaging_out", "reading", "refusals", "twilio"}
    for module, path in modules(BOT / "channels"):
        name = module.split(".")[-1]
        for imported in imports(path):
            parts = imported.split(".")
            if parts[:2] == ["bot", "channels"] and len(parts) > 2 and name not in shared:
                assert parts[2] in shared or parts[2].startswith(name.split("_")[0]), f"{module} imports {imported}"


@pytest.mark.parametrize("package", sorted(ONE_IMPORTER))
def test_a_library_of_an_edge_has_one_importer(package: str) -> None:
    allowed = ONE_IMPORTER[package]
    for folder in (BOT, ROOT / "actions", ROOT / "sandbox"):
        for module, path in modules(folder):
            used = any(name == package or name.startswith(package + ".") for name in imports(path))
            place = str(path.relative_to(ROOT))
            assert not used or any(place.startswith(prefix) for prefix in allowed), f"{module} imports {package}"


def test_the_words_are_pure() -> None:
    for folder in ("conversation", "commerce"):
        for module, path in modules(BOT / folder):
            for imported in imports(path):
                top = imported.split(".")[0]
                assert top not in {"httpx", "sanic", "asyncio", "os", "structlog"}, f"{module} imports {imported}"


def test_the_environment_is_read_in_one_place() -> None:
    for module, path in modules(BOT):
        if module in ("bot.settings", "bot.start", "bot.cli"):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            assert not (isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv")), f"{module} reads it"


def test_rasa_and_the_shop_do_not_import_each_other() -> None:
    for folder in (BOT, ROOT / "actions", ROOT / "sandbox"):
        for module, path in modules(folder):
            assert not any(name == "rasa" or name.startswith("rasa.") for name in imports(path)), f"{module}"
    for module, path in modules(ROOT / "engine"):
        assert not any(name == "bot" or name.startswith("bot.") for name in imports(path)), f"{module}"


def test_the_stand_ins_are_known_to_nobody_but_the_one_who_starts_them() -> None:
    for module, path in modules(BOT):
        assert not any(name.split(".")[0] == "sandbox" for name in imports(path)), f"{module}"


def test_a_skill_has_one_name_in_five_places() -> None:
    skills = {path.stem for path in (ROOT / "data" / "nlu").glob("*.yml")}
    assert skills
    for skill in skills:
        assert (ROOT / "actions" / f"{skill}.py").exists(), skill
        assert (ROOT / "tests" / "skills" / skill).is_dir(), skill
        assert any((ROOT / "data" / kind / f"{skill}.yml").exists() for kind in ("rules", "stories")), skill
