"""A backup holds a shop; restoring it into an empty home brings that shop back, and nothing is ever overwritten."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from bot.backup import backup, restore
from bot.errors import BadInput, Conflict
from bot.settings import Settings, load
from bot.storage.sql import migrate
from tests.support.stack import free_base_port


def shop(home: Path) -> Settings:
    settings = load({"SOUK_HOME": str(home), "PORT": str(free_base_port())})
    home.mkdir(parents=True, exist_ok=True)
    return settings


def with_one_customer(settings: Settings) -> None:
    migrate(settings.database_url)
    engine = create_engine(settings.database_url)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO contacts (name, created_at) VALUES ('Maya', '2026-11-22')"))
    engine.dispose()


def test_a_shop_comes_back_whole_into_an_empty_home(tmp_path: Path) -> None:
    old = shop(tmp_path / "old")
    with_one_customer(old)
    assert backup(old, tmp_path / "shop.tar.gz") > 0

    new = shop(tmp_path / "new")
    (tmp_path / "new" / "secrets.json").unlink()
    restore(new, tmp_path / "shop.tar.gz")
    engine = create_engine(new.database_url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT name FROM contacts")).scalar_one() == "Maya"
    engine.dispose()
    assert load({"SOUK_HOME": str(new.home)}).secret_key == old.secret_key
    assert (new.project / "data" / "nlu").is_dir()


def test_neither_a_backup_nor_a_shop_is_overwritten(tmp_path: Path) -> None:
    settings = shop(tmp_path / "shop")
    with_one_customer(settings)
    backup(settings, tmp_path / "shop.tar.gz")
    with pytest.raises(Conflict):
        backup(settings, tmp_path / "shop.tar.gz")
    with pytest.raises(Conflict):
        restore(settings, tmp_path / "shop.tar.gz")


def test_something_else_is_not_restored(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear shop")
    with tarfile.open(tmp_path / "other.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "letter.txt", "letter.txt")
    settings = shop(tmp_path / "home")
    for wrong in ("letter.txt", "other.tar.gz", "nothing.tar.gz"):
        with pytest.raises(BadInput):
            restore(settings, tmp_path / wrong)
    assert not (tmp_path / "home" / "souk.db").exists()
