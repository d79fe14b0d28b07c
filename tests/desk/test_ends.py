"""Whether a customer may be written to now, and what an end of a channel is called."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bot.channel_accounts import Account
from bot.channels import messenger, whatsapp
from bot.desk.ends import Ends, Way
from bot.desk.words import Reach

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ENDS = Ends(
    {
        "whatsapp": Way(whatsapp.MANNERS, whatsapp.TRAITS),
        "messenger": Way(messenger.MANNERS, messenger.TRAITS),
    },
    [
        Account(channel="whatsapp", id="1", brand="Souk Sport", templates={"notice": "shop_notice"}),
        Account(channel="whatsapp", id="2"),
        Account(channel="messenger", id="3", brand="Souk"),
    ],
)


def conversation(channel: str = "whatsapp", account: str = "1", silent: timedelta = HOUR, **more: Any) -> Any:
    row = {"channel": channel, "account": account, "window_from": NOW - silent, "ad_at": None}
    return SimpleNamespace(**{**row, "stopped": False, "writable": True, **more})


@pytest.mark.parametrize(
    ("row", "state", "left"),
    [
        (conversation(), Reach.OPEN, 23 * HOUR),
        (conversation(silent=25 * HOUR, ad_at=NOW - 25 * HOUR), Reach.OPEN, 47 * HOUR),
        (conversation("messenger", "3", 25 * HOUR), Reach.PERSON, 143 * HOUR),
        (conversation("messenger", "3", 169 * HOUR), Reach.SHUT, None),
        (conversation(silent=25 * HOUR), Reach.NOTICE, None),
        (conversation(account="2", silent=25 * HOUR), Reach.SHUT, None),
        (conversation(stopped=True), Reach.STOPPED, None),
        (conversation("messenger", "3", writable=False), Reach.NOT_OURS, None),
        (conversation("sms"), Reach.OFF, None),
        (conversation("web", "shop", 900 * HOUR), Reach.OPEN, None),
    ],
)
def test_an_agent_is_told_what_the_sender_will_do(row: Any, state: Reach, left: timedelta | None) -> None:
    reach = ENDS.reach(row, NOW)
    assert (reach.state, reach.until) == (state, NOW + left if left is not None else None)
    assert reach.notice == ("shop_notice" if state is Reach.NOTICE else "")


@pytest.mark.parametrize(
    ("channel", "account", "name"),
    [
        ("whatsapp", "1", "Souk Sport"),
        ("whatsapp", "2", "2"),
        ("messenger", "3", ""),
        ("messenger", "unknown", "unknown"),
        ("web", "shop", ""),
    ],
)
def test_an_end_is_named_only_where_there_are_several(channel: str, account: str, name: str) -> None:
    assert ENDS.called(channel, account) == name
