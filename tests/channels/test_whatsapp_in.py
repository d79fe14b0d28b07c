"""WhatsApp's webhook bodies in our words: whatever Meta sends, nothing raises and no turn is missed or invented."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.base import BodyUnreadable, Parsed, Received, SignatureRefused
from bot.conversation.identity import ConversationKey
from bot.conversation.messages import (
    Alarm,
    Attachment,
    Delivery,
    Echo,
    Edited,
    Inbound,
    Moved,
    News,
    OrderedItem,
    Preference,
    Problem,
    Reaction,
    Referral,
    Status,
)
from tests.channels.whatsapp_number import SECRET, Graph, body, number, posted

PAYLOADS = Path(__file__).parent.parent / "payloads" / "whatsapp"
NUMBER, MAYA, USER, PARENT = "106540352242922", "447700900123", "GB.7302198465510237", "GB.ENT.1183620947715"
KEY = ConversationKey("whatsapp", NUMBER, MAYA)
CHANNEL = number(Graph())
ACCOUNT = "102290129340398"


def read(name: str) -> Parsed:
    return CHANNEL.parse(posted((PAYLOADS / f"{name}.json").read_bytes()))


def turn(name: str) -> Inbound:
    parsed = read(name)
    assert parsed.items == parsed.inbound
    assert parsed.ignored == 0
    return parsed.inbound[0]


# -- turns -------------------------------------------------------------------------------------------------------------


def test_a_text_tells_who_when_and_what() -> None:
    message = turn("text")
    assert (message.key, message.sent_at) == (KEY, datetime(2026, 11, 22, 10, 0, tzinfo=UTC))
    assert message.text == "Do you have running shoes in 42? 👟"
    assert (message.profile.name, message.profile.phone, message.profile.locale) == ("Maya Okafor", f"+{MAYA}", None)
    assert message.also == [USER]
    assert message.event_key.startswith("wamid.")


def test_an_answer_names_what_it_answers() -> None:
    assert turn("text_answering").reply_to == "wamid.HBgMNDQ3NzAwOTAwMTIzFQIAERgBEFORE"
    assert turn("text").reply_to is None


def test_a_customer_without_a_number_is_known_by_the_user_id() -> None:
    message = turn("text_by_user_id_alone")
    assert (message.key.customer, message.also, message.profile.phone) == (USER, [PARENT], None)


@pytest.mark.parametrize(
    ("name", "payload", "text"),
    [
        ("button_reply", "/show_cart", "My cart"),
        ("list_reply", '/choose_product{"product_id":"aero-2"}', "Aero 2"),
        ("template_button", "/order_status", "Where is it?"),
    ],
)
def test_a_tap_is_its_payload_and_its_title(name: str, payload: str, text: str) -> None:
    message = turn(name)
    assert (message.payload, message.text) == (payload, text)
    assert message.reply_to == "wamid.HBgMNDQ3NzAwOTAwMTIzFQIAERgBEFORE"


def test_an_order_is_its_items_without_the_phones_prices() -> None:
    message = turn("order")
    assert message.items == [OrderedItem("AERO-2-BLU-42", 2), OrderedItem("SOCK-M", 1)]
    assert (message.kind, message.text) == ("order", "Please wrap them")


def test_a_question_about_a_product_names_it() -> None:
    message = turn("text_about_product")
    assert (message.product, message.text) == ("AERO-2-BLU-42", "Is it waterproof?")


def test_an_ad_that_led_here_is_told() -> None:
    referral = turn("text_from_ad").referral
    assert referral == Referral("ad", "120210444555660001", "Run lighter", "https://fb.me/3xAmpLe")
    assert referral.is_ad


def test_a_filled_form_is_readable() -> None:
    message = turn("form")
    assert (message.kind, message.text, message.payload) == ("form", "", None)
    assert message.form == {"size": "42", "uses": "road, gym", "gift": "yes", "rating": "4"}


@pytest.mark.parametrize(
    ("name", "form"),
    [("form_without_token", {"size": "42"}), ("form_in_bad_json", {}), ("form_that_is_a_list", {})],
)
def test_a_form_of_a_careless_phone_is_a_form_too(name: str, form: dict[str, str]) -> None:
    assert turn(name).form == form


@pytest.mark.parametrize(
    ("name", "kind", "caption", "filename"),
    [
        ("image", "image", "The sole came off", ""),
        ("voice", "audio", "", ""),
        ("video", "video", "see", ""),
        ("document", "document", "My invoice", "invoice.pdf"),
        ("sticker", "sticker", "", ""),
    ],
)
def test_a_file_is_named_and_its_caption_is_the_text(name: str, kind: str, caption: str, filename: str) -> None:
    message = turn(name)
    [file] = message.attachments
    assert (message.kind, message.text) == (kind, caption)
    assert (file.kind, file.reference, file.caption, file.filename) == (kind, "2071334455667788", caption, filename)
    assert file.sha256
    assert file.mime_type


def test_a_place_is_where_it_is_and_what_it_is_called() -> None:
    message = turn("location")
    assert message.attachments == [Attachment("location", "51.5072,-0.1276", caption="Home 1 High Street, London")]


def test_somebodys_card_is_for_people_to_read() -> None:
    message = turn("contacts")
    assert message.attachments == [
        Attachment("contact", "+44 7700 900124", caption="Leo Okafor, +44 7700 900124, +44 20 7946 0000"),
        Attachment("contact", "", caption="Ana Silva"),
    ]
    assert message.text == ""


@pytest.mark.parametrize("name", ["unsupported", "unknown_future_type", "interactive_without_content"])
def test_what_nobody_can_read_still_is_a_turn(name: str) -> None:
    message = turn(name)
    assert (message.kind, message.text, message.payload) == ("unsupported", "", None)


def test_everything_in_a_batch_comes_in_its_order() -> None:
    parsed = read("batch")
    assert [message.text for message in parsed.inbound] == ["first", "third", "second"]
    assert [status.state for status in parsed.statuses] == [Delivery.READ]


# -- news --------------------------------------------------------------------------------------------------------------

NEWS: dict[str, list[News]] = {
    "reaction": [Reaction(KEY, "wamid.OURS", "👍")],
    "reaction_taken_away": [Reaction(KEY, "wamid.OURS", "")],
    "edit": [Edited(KEY, "wamid.THEIRS", "size 43, not 42", datetime(2026, 11, 22, 10, 0, tzinfo=UTC))],
    "edit_of_a_caption": [Edited(KEY, "wamid.THEIRS", "the left one", datetime(2026, 11, 22, 10, 0, tzinfo=UTC))],
    "revoke": [Edited(KEY, "wamid.THEIRS", None, datetime(2026, 11, 22, 10, 0, tzinfo=UTC))],
    "number_changed": [
        Moved("whatsapp", NUMBER, MAYA, "447700900999"),
        Moved("whatsapp", NUMBER, USER, "GB.9911"),
    ],
    "number_changed_in_words_alone": [Moved("whatsapp", NUMBER, MAYA, "447700900999")],
    "user_id_changed": [
        Moved("whatsapp", NUMBER, USER, "GB.9911"),
        Moved("whatsapp", NUMBER, PARENT, "GB.ENT.77"),
    ],
    "user_id_update": [
        Moved("whatsapp", NUMBER, USER, "GB.9911"),
        Moved("whatsapp", NUMBER, PARENT, "GB.ENT.77"),
    ],
    "marketing_stopped": [Preference(KEY, wanted=False)],
    "marketing_resumed": [Preference(KEY, wanted=True)],
    "echo": [
        Echo(KEY, "wamid.ECHO1", datetime(2026, 11, 22, 10, 0, tzinfo=UTC), "I have put one aside for you."),
    ],
}


@pytest.mark.parametrize("name", sorted(NEWS))
def test_what_is_no_turn_is_told_as_what_it_is(name: str) -> None:
    parsed = read(name)
    assert parsed.items == NEWS[name]
    assert parsed.ignored == 0


def test_a_colleagues_picture_to_a_hidden_number_is_an_echo() -> None:
    [echo] = read("echo_to_user_id").items
    assert isinstance(echo, Echo)
    assert (echo.key.customer, [file.kind for file in echo.attachments]) == (USER, ["image"])


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("status_sent", Delivery.SENT),
        ("status_delivered", Delivery.DELIVERED),
        ("status_read", Delivery.READ),
        ("status_played", Delivery.READ),
    ],
)
def test_a_status_carries_our_reference(name: str, state: Delivery) -> None:
    [status] = read(name).statuses
    assert (status.state, status.outbox_ref, status.problem) == (state, "souk-41", None)


def test_a_failure_says_what_can_be_done_about_it() -> None:
    [status] = read("status_failed").statuses
    assert (status.state, status.error_code, status.problem) == (Delivery.FAILED, 131047, Problem.WINDOW)
    assert status.error_title == "Re-engagement message: More than 24 hours have passed"


def test_errors_of_the_account_are_alarms_and_passing_ones_are_not() -> None:
    parsed = read("errors")
    words = "Business eligibility payment issue: Payment account is not attached"
    assert parsed.items == [Alarm("whatsapp", NUMBER, words, 131042)]
    assert parsed.ignored == 1


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("account_banned", "going to disable"),
        ("account_restricted", "restricted"),
        ("quality_flagged", "+15550100000"),
        ("name_rejected", "display name"),
        ("template_rejected", "notice (fr) is rejected because of INVALID_FORMAT"),
        ("template_red", "notice (en)"),
        ("template_is_marketing", "marketing"),
        ("alert", "Complete the verification"),
    ],
)
def test_trouble_that_somebody_must_act_on_is_an_alarm(name: str, word: str) -> None:
    [alarm] = read(name).items
    assert isinstance(alarm, Alarm)
    assert word in alarm.words
    assert alarm.account == ACCOUNT


@pytest.mark.parametrize(
    "name",
    [
        *("account_reinstated", "quality_better", "template_approved", "call", "call_permission", "unknown_field"),
        *("request_welcome", "group", "identity_changed", "status_deleted", "status_of_the_future"),
        *("status_of_group", "echo_of_an_edit"),
    ],
)
def test_what_means_nothing_to_a_shop_is_counted(name: str) -> None:
    parsed = read(name)
    assert parsed.items == []
    assert parsed.ignored == 1


def test_every_body_in_the_folder_is_read_by_a_test_above() -> None:
    source = Path(__file__).read_text()
    for path in PAYLOADS.glob("*.json"):
        assert f'"{path.stem}"' in source, path.name


# -- gates -------------------------------------------------------------------------------------------------------------


def test_a_wrong_or_missing_or_sha1_signature_is_refused() -> None:
    raw = body()
    sha1 = "sha1=" + hmac.new(SECRET.encode(), raw, hashlib.sha1).hexdigest()
    other = "sha256=" + hmac.new(b"other", raw, hashlib.sha256).hexdigest()
    for headers in ({}, {"x-hub-signature": sha1}, {"x-hub-signature-256": sha1}, {"x-hub-signature-256": other}):
        with pytest.raises(SignatureRefused):
            CHANNEL.verify(Received("", headers, raw))
    right = "sha256=" + hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
    CHANNEL.verify(Received("", {"x-hub-signature-256": right}, raw))


def test_a_body_that_is_written_anew_is_refused() -> None:
    raw = json.dumps({"text": "é"}).encode()
    right = {"x-hub-signature-256": "sha256=" + hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()}
    CHANNEL.verify(Received("", right, raw))
    with pytest.raises(SignatureRefused):
        CHANNEL.verify(Received("", right, json.dumps(json.loads(raw), ensure_ascii=False).encode()))


def test_a_body_that_is_not_json_is_refused() -> None:
    with pytest.raises(BodyUnreadable):
        CHANNEL.parse(posted(b"{nope"))


# -- whatever comes ----------------------------------------------------------------------------------------------------

FIELDS = ("messages", "smb_message_echoes", "user_id_update", "user_preferences", "account_update", "account_alerts")
BODIES = [json.loads(path.read_bytes()) for path in sorted(PAYLOADS.glob("*.json"))]
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["1", "text"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


def places(node: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) in a body."""
    if isinstance(node, dict):
        return [(node, key) for key in node] + [place for child in node.values() for place in places(child)]
    if isinstance(node, list):
        indexes = [(node, index) for index in range(len(node))]
        return indexes + [place for child in node for place in places(child)]
    return []


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_json_whatever_makes_the_parser_raise(data: st.DataObject) -> None:
    """Real bodies in which anything stands anywhere."""
    whole = json.loads(json.dumps(data.draw(st.sampled_from(BODIES))))
    for _ in range(data.draw(st.integers(1, 3))):
        found = places(whole)
        if found:
            container, key = found[data.draw(st.integers(0, len(found) - 1))]
            container[key] = data.draw(anything)
    parsed = CHANNEL.parse(posted(json.dumps(whole).encode()))
    for message in parsed.inbound:
        assert message.key.customer
        assert message.event_key
        message.text.encode()
    assert all(isinstance(item, Inbound | Status | News) for item in parsed.items)  # type: ignore[arg-type]


@settings(max_examples=100, deadline=None)
@given(anything, st.sampled_from(FIELDS))
def test_a_value_may_be_anything(value: Any, field: str) -> None:
    for name in ("messages", "statuses", "contacts", "errors", "message_echoes", "user_id_update", "user_preferences"):
        CHANNEL.parse(posted(body({name: [value]}, field=field)))
        CHANNEL.parse(posted(body({name: value}, field=field)))
    CHANNEL.parse(posted(json.dumps(value).encode()))
