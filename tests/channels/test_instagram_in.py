"""Instagram's webhook bodies in our words: what they have that Messenger's have not, and what looks alike."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.conversation.messages import Attachment, Echo
from tests.channels.page_events import IG_ACCOUNT, IG_PERSON, read, recorded, told

EXPECTED: dict[str, list[str]] = {
    "advert": ["said text price?"],
    "comment": [],
    "echo": ["echo"],
    "echo_to_itself": [],
    "edit": ["edited aWdf_text: Livrez-vous à Arles ?"],
    "heart": ["said text 👍 <sticker>"],
    "ice_breaker": ["said interactive Where is my order?"],
    "picture": ["said image <image>"],
    "postback": ['said interactive /choose{"id": "aero-2"}'],
    "quick_reply": ['said interactive /choose_size{"size": "42"}'],
    "reaction": ["reaction 🔥"],
    "read": ["read aWdf_ours"],
    "reel": ["said share <share>"],
    "referral": ["said referral /greet"],
    "share": ["said share <share>"],
    "standby_text": ["overheard text thanks"],
    "story_mention": ["said story <story>"],
    "story_reply": ["said text Is this available? <story>"],
    "test_button": ["said text random_text"],
    "test_button_in_iso": ["said text random_text"],
    "text": ["said text Livrez-vous à Nîmes ?"],
    "thread_passed_to_us": ["thread is ours"],
    "unsend": ["edited aWdf_text: None"],
    "unsupported": ["said unsupported"],
    "vanishing": ["said unsupported"],
}
MEANS_NOTHING = [name for name, items in EXPECTED.items() if not items]


def test_every_recorded_body_is_expected_to_mean_something_or_nothing() -> None:
    assert recorded("instagram") == sorted(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_recorded_body_means(name: str) -> None:
    assert [told(item) for item in read("instagram", name).items] == EXPECTED[name]


@pytest.mark.parametrize("name", MEANS_NOTHING)
def test_what_means_nothing_to_a_shop_is_counted(name: str) -> None:
    assert read("instagram", name).ignored == 1


def test_an_answer_to_a_story_shows_the_story_beside_the_words() -> None:
    (message,) = read("instagram", "story_reply").inbound
    assert [file.kind for file in message.attachments] == ["story"]
    assert message.reply_to is None


def test_what_was_answered_by_hand_is_told_of_the_customer() -> None:
    (echo,) = read("instagram", "echo").items
    assert isinstance(echo, Echo)
    assert (echo.key.account, echo.key.customer, echo.event_key) == (IG_ACCOUNT, IG_PERSON, "aWdf_hand")


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("test_button", datetime(2018, 5, 27, 22, 23, 44, tzinfo=UTC)),
        ("test_button_in_iso", datetime(2026, 11, 22, 8, 59, tzinfo=UTC)),
    ],
)
def test_the_dashboards_test_button_is_a_message_whatever_form_its_time_has(name: str, at: datetime) -> None:
    (message,) = read("instagram", name).inbound
    assert message.sent_at == at


def test_a_heart_is_a_yes() -> None:
    (message,) = read("instagram", "heart").inbound
    assert (message.text, message.attachments) == ("👍", [Attachment("sticker", "")])
