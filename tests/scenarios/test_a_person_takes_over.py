"""From the bot to a person and back, on WhatsApp: nothing said to the person reaches the engine."""

from __future__ import annotations

import time
from typing import Any

import httpx

from tests.support.phone import Phone, text_of
from tests.support.stack import Stack, eventually


class Agent:
    """Somebody at the desk, by the desk's own API."""

    def __init__(self, stack: Stack, email: str = "agent@souk.example") -> None:
        self.http = httpx.Client(base_url=f"{stack.url}/api/v1", timeout=15)
        answer = self.http.post("/session", json={"email": email, "password": stack.passwords[email]})
        assert answer.status_code == 200, answer.text

    def view(self, conversation: int) -> dict[str, Any]:
        return self.http.get(f"/desk/conversations/{conversation}").json()

    def does(self, what: str, conversation: int, version: int, **body: object) -> httpx.Response:
        headers = {"if-match": f'"{version}"'}
        return self.http.post(f"/desk/conversations/{conversation}/{what}", headers=headers, json=body or None)


def conversation_of(stack: Stack, phone: Phone) -> int:
    return int(stack.query("SELECT id FROM conversations WHERE customer = :who", who=phone.wa_id)[0]["id"])


def turns(stack: Stack, conversation: int) -> int:
    return len(stack.query("SELECT id FROM turns WHERE conversation_id = :id", id=conversation))


def test_a_customer_asks_for_a_person_who_answers_and_gives_back(stack: Stack) -> None:
    phone = Phone(stack, "15550003001", "Zoé Martin")
    phone.says("show me a warm blanket")
    phone.hears()
    phone.says("I want a human")
    phone.hears_until("team")
    conversation = conversation_of(stack, phone)
    asked = turns(stack, conversation)

    agent = Agent(stack)
    queue = agent.http.get("/desk/queue").json()
    assert conversation in [line["id"] for line in queue["waiting"]], queue
    ticket = agent.view(conversation)["ticket"]
    assert ticket["reason"] == "asked_for_person"
    assert agent.does("claim", conversation, ticket["version"]).status_code == 200

    said = agent.http.post(
        f"/desk/conversations/{conversation}/messages", json={"client_id": "m-0000001", "text": "Bonjour, ici Léa."}
    )
    assert said.status_code == 200, said.text
    assert "Bonjour, ici Léa." in text_of(phone.hears_until("Léa"))
    phone.says("merci, size 42 please")
    phone.says("running shoes under 80")
    time.sleep(2)
    assert turns(stack, conversation) == asked, "a message to a person reached the engine"

    version = agent.view(conversation)["ticket"]["version"]
    given = agent.does("give-back", conversation, version, note="")
    assert given.status_code == 200, given.text
    phone.says("show my cart")
    assert "cart" in text_of(phone.hears()).lower()


def test_two_failed_understandings_in_a_row_bring_a_person(stack: Stack) -> None:
    phone = Phone(stack, "15550003002", "Ola Nowak")
    phone.says("zxqv blorp wibble")
    first = phone.hears()
    assert "team" not in text_of(first)
    phone.says("grmpf zxqw vbnx qrtpl")
    phone.hears_until("team")
    conversation = conversation_of(stack, phone)
    row = stack.query("SELECT reason, state, summary FROM tickets WHERE conversation_id = :id", id=conversation)[0]
    assert (row["reason"], row["state"]) == ("not_understood", "waiting")
    assert "grmpf" in row["summary"]
    eventually(lambda: stack.query("SELECT id FROM turns WHERE review = 'open' AND text LIKE 'grmpf%'"))


def test_a_failed_action_brings_a_person_and_nothing_is_lost(stack: Stack) -> None:
    phone = Phone(stack, "15550003003", "Ines Duarte")
    index = stack.settings.home / "search.db"
    away = index.rename(index.with_suffix(".away"))
    try:
        phone.says("running shoes under 80")
        phone.hears_until("went wrong on our side", within_s=60)
    finally:
        away.rename(index)
    conversation = conversation_of(stack, phone)
    row = stack.query("SELECT reason, state, summary FROM tickets WHERE conversation_id = :id", id=conversation)[0]
    assert (row["reason"], row["state"]) == ("action_failed", "waiting")
    assert "running shoes under 80" in row["summary"]
    assert len(phone.received()) == 1
