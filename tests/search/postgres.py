"""A Postgres of the tests' own, where its server is installed: in a folder of its own, on a socket, no network."""

from __future__ import annotations

import glob
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ABSENT = "no server of Postgres is installed here (Debian: apt-get install postgresql)"


def programs() -> Path | None:
    """The folder with initdb and pg_ctl, the newest first; None where there is none."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=lambda path: float(path.split("/")[4]))
    on_path = shutil.which("initdb")
    return Path(found[-1]).parent if found else Path(on_path).resolve().parent if on_path else None


@contextmanager
def server(port: int) -> Iterator[str]:
    """A running server; its URL. A server refuses to run as root, so root lends it to `nobody`."""
    there = programs()
    assert there is not None
    with tempfile.TemporaryDirectory(prefix="souk-postgres-") as folder:
        as_owner: list[str] = []
        if os.geteuid() == 0:
            shutil.chown(folder, "nobody")
            as_owner = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
        with _running(there, as_owner, Path(folder), port):
            yield f"postgresql://souk@127.0.0.1:{port}/postgres"


@contextmanager
def _running(there: Path, as_owner: list[str], folder: Path, port: int) -> Iterator[None]:
    data = folder / "data"
    _run(
        [
            *as_owner,
            str(there / "initdb"),
            "-D",
            str(data),
            "-U",
            "souk",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        ]
    )
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} -c fsync=off"
    control = [*as_owner, str(there / "pg_ctl"), "-D", str(data), "-w"]
    _run([*control, "-l", str(folder / "log"), "-o", options, "start"])
    try:
        yield
    finally:
        _run([*control, "-m", "immediate", "stop"])


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", timeout=90)
    assert done.returncode == 0, done.stdout + done.stderr
