"""The signed session: ours, lasting, and never of the browser's choosing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.chat.session import LIFE, ChatSessions

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SESSIONS = ChatSessions("one secret")


def test_a_cookie_that_we_wrote_names_its_customer() -> None:
    session = SESSIONS.issue(NOW)
    assert SESSIONS.read(SESSIONS.write(session), NOW + timedelta(days=100)) == session


def test_two_browsers_are_two_customers() -> None:
    assert SESSIONS.issue(NOW).customer != SESSIONS.issue(NOW).customer


@pytest.mark.parametrize(
    "spoil",
    [
        lambda cookie: "someone-else" + cookie[cookie.index(".") :],
        lambda cookie: cookie[:-1] + ("0" if cookie[-1] != "0" else "1"),
        lambda cookie: cookie.rpartition(".")[0],
        lambda cookie: "",
        lambda cookie: "..",
        lambda cookie: "é.1.ü",
        lambda cookie: ChatSessions("another secret").write(SESSIONS.issue(NOW)),
    ],
)
def test_a_forged_cookie_is_nobodys(spoil) -> None:  # type: ignore[no-untyped-def]
    cookie = SESSIONS.write(SESSIONS.issue(NOW))
    assert SESSIONS.read(spoil(cookie), NOW) is None


def test_a_session_ends_after_180_days() -> None:
    cookie = SESSIONS.write(SESSIONS.issue(NOW))
    assert SESSIONS.read(cookie, NOW + LIFE) is not None
    assert SESSIONS.read(cookie, NOW + LIFE + timedelta(seconds=1)) is None


def test_a_cookie_from_the_future_is_nobodys() -> None:
    assert SESSIONS.read(SESSIONS.write(SESSIONS.issue(NOW)), NOW - timedelta(hours=1)) is None


def test_a_day_old_session_is_renewed_for_the_same_customer() -> None:
    session = SESSIONS.issue(NOW)
    assert SESSIONS.renew(session, NOW + timedelta(hours=23)) is None
    renewed = SESSIONS.renew(session, NOW + timedelta(hours=25))
    assert renewed is not None
    assert renewed.customer == session.customer
    assert SESSIONS.read(SESSIONS.write(renewed), NOW + LIFE + timedelta(hours=1)) is not None
