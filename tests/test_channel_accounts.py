"""The shop's own ends of its channels: one from the environment, more from a file, and clear words on a bad one."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.channel_accounts import Account, Accounts, BadAccounts, read_accounts
from bot.settings import BadSetting, load

FIRST = Account(channel="whatsapp", id="1", token="t1", secret="s")


def test_the_file_adds_accounts_that_take_what_they_leave_empty_from_the_first(tmp_path: Path) -> None:
    path = tmp_path / "accounts.yml"
    path.write_text("accounts:\n  - {channel: whatsapp, id: '2', brand: Atelier, locale: fr, token: '${TOKEN_FR}'}\n")
    accounts = Accounts(read_accounts(path, [FIRST], {"TOKEN_FR": "t2"}))
    second = accounts.of("2")
    assert (second.brand, second.locale, second.token, second.secret) == ("Atelier", "fr", "t2", "s")
    assert accounts.of("1") is FIRST
    assert accounts.secrets() == ("s",)


def test_an_account_of_the_file_wins_over_the_same_one_of_the_environment(tmp_path: Path) -> None:
    path = tmp_path / "accounts.yml"
    path.write_text("accounts:\n  - {channel: whatsapp, id: '1', catalogue: c9, templates: {notice: shop_news}}\n")
    [only] = read_accounts(path, [FIRST], {})
    assert (only.token, only.catalogue, only.templates) == ("t1", "c9", {"notice": "shop_news"})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("accounts:\n  - {channel: fax, id: '1'}\n", "'fax' is not one of"),
        ("accounts:\n  - {channel: sms}\n", "id"),
        ("accounts:\n  - {channel: sms, id: '1', colour: red}\n", "colour"),
        ("accounts:\n  - {channel: sms, id: '1', token: '${NOT_THERE}'}\n", "NOT_THERE is not set"),
        ("accounts: [", "accounts.yml"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "accounts.yml"
    path.write_text(text)
    with pytest.raises(BadAccounts, match=says):
        read_accounts(path, [], {})


def test_a_bad_file_stops_the_start_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "accounts.yml").write_text("accounts:\n  - {channel: fax, id: '1'}\n")
    with pytest.raises(BadSetting, match="fax"):
        load({"SOUK_HOME": str(tmp_path)})
