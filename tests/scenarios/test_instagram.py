"""Conversations on Instagram by signed webhooks: to the till by taps, a message taken back, words about a story."""

from __future__ import annotations

from tests.scenarios.test_messenger import SHOE, STORY, come_to_the_till
from tests.support.messenger import PagePhone
from tests.support.stack import Stack, eventually


def test_a_customer_comes_to_the_till_and_our_own_echoes_are_nobodys(stack: Stack) -> None:
    phone = PagePhone(stack, "980123456780001", "instagram")
    assert come_to_the_till(phone, "43").startswith("http")
    read = STORY.format(what="m.id", which="m.author = 'bot' AND m.delivery = 'read'")
    eventually(lambda: stack.query(read, who=phone.customer))
    owners = stack.query("SELECT owner FROM conversations WHERE customer = :who", who=phone.customer)
    assert [row["owner"] for row in owners] == ["bot"]
    assert all("metadata" not in message for message in phone.received())


def test_a_message_that_was_taken_back_is_forgotten(stack: Stack) -> None:
    phone = PagePhone(stack, "980123456780002", "instagram")
    mid = phone.new_mid()
    phone.post({"message": {"mid": mid, "text": "my number is 12345"}})
    phone.hears()
    phone.post({"message": {"mid": mid, "is_deleted": True}})
    kept = STORY.format(what="m.text", which="m.author = 'customer'")
    assert [row["text"] for row in stack.query(kept, who=phone.customer)] == [""]


def test_a_story_is_kept_beside_the_words_about_it(stack: Stack) -> None:
    phone = PagePhone(stack, "980123456780003", "instagram")
    story = {"story": {"id": "1", "url": "https://lookaside.fbsbx.com/story"}}
    phone.post({"message": {"mid": phone.new_mid(), "text": "running shoes under 80", "reply_to": story}})
    phone.hears_until(SHOE)
    kept = stack.query(STORY.format(what="m.body", which="m.author = 'customer'"), who=phone.customer)
    assert "lookaside.fbsbx.com/story" in str(kept[0]["body"])
