"""`souk backup` and `souk restore`: a shop's home in one file, taken while the shop runs.

Holds the database as it was at one moment, customers' files, the secrets, the live model and the training data. A
Postgres database is left to Postgres' own tools. It does not know what is in the tables.
"""

from __future__ import annotations

import contextlib
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bot.errors import BadInput, Conflict
from bot.processes import port_taken
from bot.settings import Settings

_DATABASE, _SECRETS, _MODELS, _PROJECT, _MEDIA = "souk.db", "secrets.json", "models", "project", "media"
_TRAINING_DATA = ("config.yml", "domain.yml", "data")


def database_file(settings: Settings) -> Path:
    """Raises `BadInput` when the shop's database is not a file."""
    prefix = "sqlite:///"
    if not settings.database_url.startswith(prefix):
        raise BadInput("not_a_file", "This shop's database is Postgres: use pg_dump and pg_restore.")
    return Path(settings.database_url.removeprefix(prefix))


def backup(settings: Settings, target: Path) -> int:
    """Write the backup; returns its size in bytes. An existing file is refused, never overwritten."""
    if target.exists():
        raise Conflict("backup_exists", f"{target} is there already; choose another name.")
    source = database_file(settings)
    if not source.exists():
        raise BadInput("no_shop", f"There is no database at {source} yet.")
    with tempfile.TemporaryDirectory(dir=settings.home) as scratch:
        copy = Path(scratch) / _DATABASE
        with contextlib.closing(sqlite3.connect(source)) as connection:
            connection.execute("VACUUM INTO ?", (str(copy),))
        half = target.with_name(f"{target.name}.part")
        with tarfile.open(half, "w:gz") as archive:
            archive.add(copy, _DATABASE)
            for path, name in _rest(settings, copy):
                archive.add(path, name)
        half.chmod(0o600)
        half.rename(target)
    return target.stat().st_size


def _rest(settings: Settings, database: Path) -> Iterator[tuple[Path, str]]:
    secrets = settings.home / _SECRETS
    if secrets.exists():
        yield secrets, _SECRETS
    if settings.media.exists():
        yield settings.media, _MEDIA
    with contextlib.closing(sqlite3.connect(database)) as connection:
        live = connection.execute("SELECT file FROM models WHERE state = 'live'").fetchone()
    if live and (settings.models / live[0]).exists():
        yield settings.models / live[0], f"{_MODELS}/{live[0]}"
    for name in _TRAINING_DATA:
        if (settings.project / name).exists():
            yield settings.project / name, f"{_PROJECT}/{name}"


def restore(settings: Settings, source: Path) -> None:
    """Bring a backup back into an empty home. Raises `Conflict` where a shop is already, or is running."""
    if port_taken(settings.port):
        raise Conflict("shop_runs", "This shop is running; stop it first.")
    target = database_file(settings)
    if target.exists():
        raise Conflict("shop_exists", f"There is a shop at {settings.home} already; restore into an empty SOUK_HOME.")
    try:
        archive = tarfile.open(source, "r:gz")  # noqa: SIM115
    except (OSError, tarfile.TarError) as error:
        raise BadInput("not_a_backup", f"{source} is not a backup of a shop.") from error
    with archive:
        if _DATABASE not in archive.getnames():
            raise BadInput("not_a_backup", f"{source} is not a backup of a shop.")
        settings.home.mkdir(parents=True, exist_ok=True)
        archive.extractall(settings.home, filter="data")
    if target != settings.home / _DATABASE:
        target.parent.mkdir(parents=True, exist_ok=True)
        (settings.home / _DATABASE).rename(target)
    if settings.models != settings.home / _MODELS:
        settings.models.mkdir(parents=True, exist_ok=True)
        for model in (settings.home / _MODELS).glob("*.tar.gz"):
            model.rename(settings.models / model.name)
