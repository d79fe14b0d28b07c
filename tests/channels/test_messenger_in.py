"""Messenger's webhook bodies in our words: whatever Meta sends, nothing raises and no turn is missed or invented."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.base import BodyUnreadable, Parsed, Received, SignatureRefused
from bot.channels.meta_messaging_in import OUR_REFERENCE, parsed
from bot.conversation.messages import Attachment, Inbound, Preference, Seen
from bot.storage.outbox import reference
from tests.channels.page_events import (
    NOW,
    PAGE,
    PERSON,
    SECRET,
    body_of,
    event,
    messenger,
    parsed_as,
    read,
    recorded,
    told,
)

EXPECTED: dict[str, list[str]] = {
    "account_linking": [],
    "advert": ["said text Is it available?"],
    "app_roles": [],
    "batch": ["said text one", "said text two", "said text three", "all read"],
    "delivery": ["delivered m_Hk1ours", "delivered m_Hk1other", "all delivered"],
    "delivery_of_old": ["all delivered"],
    "document": ["said document <document>"],
    "echo_of_a_page_app": ["echo"],
    "echo_of_ours": ["sent souk-41.1"],
    "echo_of_the_inbox": ["echo"],
    "edit": ["edited m_Hk2text: Do you have these in green?"],
    "feed": [],
    "feedback": [],
    "get_started": ["said interactive /greet"],
    "ids_as_numbers": ["said text hi"],
    "like": ["said text 👍 <sticker>"],
    "link": ["said text https://shop.example/aero-2 <share>"],
    "location": ["said location <location>"],
    "news_off": ["preference"],
    "news_on": ["preference"],
    "optin_of_a_site": ["said referral /greet"],
    "optin_without_person": [],
    "pictures": ["said image <image> <image>"],
    "policy": ["alarm"],
    "postback": ['said interactive /add_to_cart{"sku": "aero-2-42"}'],
    "postback_of_another_tool": ["said interactive Opening hours"],
    "postback_of_old": ['said interactive /add_to_cart{"sku": "aero-2-42"}'],
    "product": ["said text is it still there?"],
    "quick_reply": ['said interactive /choose_size{"size": "42"}'],
    "reaction": ["reaction ❤"],
    "reaction_by_name": ["reaction 😮"],
    "reaction_gone": ["reaction"],
    "read": ["all read"],
    "reel": ["said share <share>"],
    "referral": ["said referral /greet"],
    "reply": ["said text this one"],
    "standby_echo": ["echo"],
    "standby_postback": [],
    "standby_text": ["overheard text Thank you, Ana"],
    "sticker": ["said sticker <sticker>"],
    "sticker_until_2026": ["said sticker <sticker>"],
    "template": ["said unsupported"],
    "text": ["said text Do you have these in blue? 😀 Größe 42"],
    "thread_asked_for": [],
    "thread_passed_to_the_inbox": ["thread is theirs"],
    "thread_passed_to_us": ["thread is ours"],
    "thread_taken": ["thread is theirs"],
    "unheard_of": ["said unsupported"],
    "unsend": ["edited m_Hk2text: None"],
    "voice": ["said audio <audio>"],
}
MEANS_NOTHING = [name for name, items in EXPECTED.items() if not items]


def test_every_recorded_body_is_expected_to_mean_something_or_nothing() -> None:
    assert recorded("messenger") == sorted(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_recorded_body_means(name: str) -> None:
    assert [told(item) for item in read("messenger", name).items] == EXPECTED[name]


@pytest.mark.parametrize("name", MEANS_NOTHING)
def test_what_means_nothing_to_a_shop_is_counted(name: str) -> None:
    assert read("messenger", name).ignored == 1


def said(name: str) -> Inbound:
    return read("messenger", name).inbound[0]


def test_every_page_and_person_of_a_batch_keeps_its_own_conversation() -> None:
    keys = [item.key for item in read("messenger", "batch").inbound]
    assert [(key.account, key.customer) for key in keys] == [
        (PAGE, PERSON),
        (PAGE, "7461029384756103"),
        ("111222333444556", PERSON),
    ]


def test_a_message_is_known_by_its_id_and_happened_at_its_own_time() -> None:
    message = said("text")
    assert message.event_key == "m_Hk2text"
    assert message.sent_at == datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
    assert message.text == "Do you have these in blue? 😀 Größe 42"


def test_a_tap_keeps_what_was_read_on_it() -> None:
    assert (said("quick_reply").text, said("postback").text) == ("42", "Add to cart")


def test_a_postback_without_an_id_is_the_same_one_again_when_it_comes_again() -> None:
    first, again = said("postback_of_old"), said("postback_of_old")
    later = json.loads(body_of("messenger", "postback_of_old"))
    later["entry"][0]["messaging"][0]["timestamp"] += 1
    (other,) = parsed_as("messenger", json.dumps(later).encode()).inbound
    assert first.event_key == again.event_key != other.event_key
    assert first.event_key.startswith(PERSON)


def test_an_answer_to_a_message_says_to_which() -> None:
    assert said("reply").reply_to == "m_Hk1ours"


def test_an_advert_that_led_here_is_kept_with_the_message() -> None:
    referral = said("advert").referral
    assert referral is not None
    assert referral.is_ad
    assert (referral.ref, referral.headline) == ("ad7", "Shoes that fly")


def test_a_question_about_a_product_names_it() -> None:
    assert said("product").product == "aero-2"


def test_a_place_is_latitude_and_longitude() -> None:
    assert said("location").attachments == [Attachment("location", "52.2297,21.0122", caption="Pinned Location")]


def test_a_place_that_is_no_place_is_left_out() -> None:
    nowhere = {"type": "location", "payload": {"coordinates": {"lat": "north", "long": None}}}
    (message,) = parsed_as("messenger", event(message={"mid": "m", "attachments": [nowhere]})).inbound
    assert (message.attachments, message.kind) == ([], "unsupported")


def test_what_somebody_wrote_in_the_inbox_is_told_of_the_customer_not_of_the_page() -> None:
    (echo,) = read("messenger", "echo_of_the_inbox").items
    assert (echo.key.account, echo.key.customer) == (PAGE, PERSON)  # type: ignore[union-attr]


def test_our_own_references_are_known_by_how_they_begin() -> None:
    assert reference(41, 1).startswith(OUR_REFERENCE)


def test_another_tools_metadata_does_not_make_an_echo_ours() -> None:
    echo = {"mid": "m", "is_echo": True, "text": "Hello", "metadata": "crm-41"}
    body = event(sender={"id": PAGE}, recipient={"id": PERSON}, message=echo)
    assert [told(item) for item in parsed_as("messenger", body).items] == ["echo"]


def test_a_watermark_reaches_a_little_further_for_our_clock_notes_a_send_after_meta() -> None:
    (seen,) = read("messenger", "read").items
    assert isinstance(seen, Seen)
    watermark = datetime(2026, 11, 22, 10, 0, tzinfo=UTC) - timedelta(milliseconds=20)
    assert seen.up_to == watermark + timedelta(seconds=1)


def test_news_are_switched_on_and_off() -> None:
    on, off = read("messenger", "news_on").items[0], read("messenger", "news_off").items[0]
    assert isinstance(on, Preference)
    assert isinstance(off, Preference)
    assert (on.wanted, off.wanted, off.everything) == (True, False, False)


def test_a_signature_over_the_very_bytes_is_asked_for() -> None:
    body = body_of("messenger", "text")
    signed = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    good = Received("https://shop.example/webhooks/messenger", {"x-hub-signature-256": f"sha256={signed}"}, body)
    messenger().verify(good)
    with pytest.raises(SignatureRefused):
        messenger().verify(Received(good.url, good.headers, body + b" "))


def test_a_body_that_is_no_json_is_refused() -> None:
    with pytest.raises(BodyUnreadable):
        parsed_as("messenger", b"object=page&entry=1")


scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
anything = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner,
                        max_size=3), max_leaves=8)  # fmt: skip
names = ["message", "postback", "read", "delivery", "reaction", "referral", "optin", "message_edit", "attachments",
         "payload", "coordinates", "pass_thread_control", "take_thread_control", "policy_enforcement", "mids",
         "watermark", "reply_to", "story", "quick_reply", "sender", "recipient", "id", "timestamp"]  # fmt: skip
bodies = st.recursive(
    anything, lambda inner: st.dictionaries(st.sampled_from(names), inner | st.lists(inner, max_size=2), max_size=6)
)


@settings(max_examples=150, deadline=None)
@given(st.lists(bodies, max_size=3), st.sampled_from(["messaging", "standby", "changes"]), anything)
def test_no_event_that_anybody_could_think_of_raises(told: list[Any], where: str, page: Any) -> None:
    whole(parsed({"object": "page", "entry": [{"id": page, where: told}]}, "messenger", NOW))


def whole(told: Parsed) -> None:
    """Whatever came in, what is handed over can be kept and answered."""
    for item in told.inbound:
        assert item.key.account
        assert item.key.customer
        assert item.event_key


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(EXPECTED)), st.data())
def test_a_recorded_body_in_which_any_one_value_is_of_another_kind_does_not_raise(
    name: str, data: st.DataObject
) -> None:
    body = json.loads(body_of("messenger", name))
    places = list(_places(body))
    holder, key = data.draw(st.sampled_from(places))
    holder[key] = data.draw(anything)
    whole(parsed(body, "messenger", NOW))


def _places(value: Any) -> list[tuple[Any, Any]]:
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else []
    return [place for key in keys for place in [(value, key), *_places(value[key])]]
