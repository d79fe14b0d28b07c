"""The desk over HTTP: the queue, one conversation, every move and its refusals."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from bot.conversation.replies import Text
from bot.handoff.policy import Reason
from tests.desk.conftest import AtWork, LogIn
from tests.desk.gateway import DeskGateway

DESK = "/api/v1/desk"


def one(conversation: int, move: str = "") -> str:
    return f"{DESK}/conversations/{conversation}{move}"


async def move(agent: AtWork, conversation: int, name: str, version: int, **body: Any) -> httpx.Response:
    headers = {"If-Match": f'"{version}"'}
    return await agent.post(one(conversation, f"/{name}"), headers=headers, json=body if name == "give-back" else None)


async def write(agent: AtWork, conversation: int, text: str, client_id: str = "1") -> httpx.Response:
    return await agent.post(one(conversation, "/messages"), json={"client_id": client_id, "text": text})


async def test_the_most_urgent_stand_first_and_among_equals_the_longest_waiting(
    gateway: DeskGateway, at_work: LogIn
) -> None:
    ada = await gateway.waiting("ada")
    bo = await gateway.waiting("bo")
    paid = await gateway.waiting("cleo", "I paid twice", reason=Reason.PAYMENT_PROBLEM, paid=True)
    lea = await at_work("Léa")

    queue = (await lea.get(f"{DESK}/queue")).json()

    assert [line["id"] for line in queue["waiting"]] == [paid, ada, bo]
    assert queue["counts"] == {"waiting": 3, "mine": 0, "others": 0}
    assert queue["longest_wait_id"] == ada
    first = queue["waiting"][1]
    assert (first["customer"], first["channel"], first["last_words"]) == ("Ada", "whatsapp", "I want a human")
    assert (first["ticket"]["reason"], first["waiting_since"]) == ("asked_for_person", first["ticket"]["opened_at"])


async def test_an_empty_desk_says_that_nobody_waits(at_work: LogIn) -> None:
    queue = (await (await at_work("Léa")).get(f"{DESK}/queue")).json()
    assert (queue["waiting"], queue["longest_wait_since"]) == ([], None)


async def test_the_wait_ends_with_an_answer_and_begins_again_with_the_customers_next_words(
    gateway: DeskGateway, at_work: LogIn
) -> None:
    conversation = await gateway.waiting()
    lea = await at_work("Léa")
    await move(lea, conversation, "claim", 0)
    assert (await lea.get(f"{DESK}/queue")).json()["mine"][0]["waiting_since"] is not None

    await write(lea, conversation, "Hello, this is Léa.")
    answered = (await lea.get(f"{DESK}/queue")).json()
    assert (answered["mine"][0]["waiting_since"], answered["longest_wait_since"]) == (None, None)

    await gateway.customer_writes("are you there?")
    again = (await lea.get(f"{DESK}/queue")).json()
    assert again["mine"][0]["waiting_since"] is not None
    assert again["mine"][0]["last_words"] == "are you there?"


async def test_one_request_opens_everything_about_a_conversation(gateway: DeskGateway, at_work: LogIn) -> None:
    gateway.answer = lambda text, payload: [Text("Hello!")]
    conversation = await gateway.waiting(words="is it true to size")
    await gateway.in_cart(conversation, "aero-2", 2, size="42", colour="blue")
    lea = await at_work("Léa")

    view = (await lea.get(one(conversation))).json()

    assert [(m["author"], m["text"]) for m in view["transcript"]["messages"]] == [
        ("customer", "is it true to size"),
        ("bot", "Hello!"),
    ]
    assert view["transcript"]["messages"][1]["reply"] == {"type": "text", "text": "Hello!"}
    [line] = view["cart"]["lines"]
    assert (line["label"], line["quantity"], line["amount"]) == ("Aero 2, blue, 42", 2, "$138.00")
    assert (view["cart"]["total"], view["cart"]["shipping"], view["cart"]["checkout"]) == ("$138.00", None, None)
    assert "is it true to size" in view["summary"]
    assert view["understood"][0]["guesses"][0] == {"intent": "ask_fit", "confidence": 0.42}
    assert view["understood"][0]["actions"] == ["action_search"]
    assert (view["owner"], view["owner_version"], view["ticket"]["version"]) == ("person", 1, 0)
    assert [happening["what"] for happening in view["history"]] == ["ticket_opened"]


async def test_claim_write_and_give_back(gateway: DeskGateway, at_work: LogIn) -> None:
    conversation = await gateway.waiting()
    lea = await at_work("Léa")

    claimed = (await move(lea, conversation, "claim", 0)).json()
    assert (claimed["ticket"]["agent"], claimed["ticket"]["mine"], claimed["ticket"]["version"]) == ("Léa", True, 1)
    said = (await write(lea, conversation, "Hello, this is Léa.")).json()
    assert (said["author"], said["name"], said["delivery"]) == ("agent", "Léa", "queued")
    given = (await move(lea, conversation, "give-back", 1, note="All is well")).json()

    assert (given["owner"], given["ticket"]) == ("bot", None)
    assert given["notes"][0]["text"] == "All is well"
    assert [happening["what"] for happening in given["history"]] == ["ticket_opened", "ticket_claimed", "given_back"]


async def test_not_a_word_reaches_the_bot_while_a_person_has_the_conversation(
    gateway: DeskGateway, at_work: LogIn
) -> None:
    conversation = await gateway.waiting()
    lea = await at_work("Léa")
    await gateway.customer_writes("hello? restart")
    await move(lea, conversation, "claim", 0)
    await gateway.customer_writes("/restart")
    await gateway.settled()
    await move(lea, conversation, "give-back", 1)
    await gateway.customer_writes("and my cart?")
    await gateway.settled()
    assert gateway.heard == ["I want a human", "and my cart?"]


async def test_the_second_agent_learns_who_was_faster(gateway: DeskGateway, at_work: LogIn) -> None:
    conversation = await gateway.waiting()
    lea, sam = await at_work("Léa"), await at_work("Sam")
    await move(lea, conversation, "claim", 0)

    refused = await move(sam, conversation, "claim", 0)

    assert refused.status_code == 409
    error = refused.json()["error"]
    assert (error["code"], error["message"], error["by"]) == ("ticket_taken", "Léa has it.", "Léa")
    theirs = (await sam.get(f"{DESK}/queue")).json()["others"]
    assert [(line["id"], line["ticket"]["agent"]) for line in theirs] == [(conversation, "Léa")]


async def test_of_agents_who_claim_at_the_same_moment_one_wins(gateway: DeskGateway, at_work: LogIn) -> None:
    conversation = await gateway.waiting()
    agents = [await at_work(f"Agent{letter}") for letter in "abcde"]
    answers = await asyncio.gather(*(move(agent, conversation, "claim", 0) for agent in agents))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409]


async def test_a_move_without_the_version_that_was_seen_is_refused(gateway: DeskGateway, at_work: LogIn) -> None:
    conversation = await gateway.waiting()
    lea = await at_work("Léa")
    answer = await lea.post(one(conversation, "/claim"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "no_version")


async def test_taking_over_from_the_bot_and_releasing_to_colleagues(gateway: DeskGateway, at_work: LogIn) -> None:
    conversation = await gateway.customer_writes("hello")
    lea, sam = await at_work("Léa"), await at_work("Sam")
    taken = (await move(lea, conversation, "take", 0)).json()
    assert (taken["owner"], taken["ticket"]["reason"], taken["ticket"]["mine"]) == ("person", "taken", True)
    assert (await move(lea, conversation, "release", taken["ticket"]["version"])).json()["ticket"]["state"] == "waiting"
    assert (await move(sam, conversation, "claim", 1)).json()["ticket"]["agent"] == "Sam"


async def test_writing_in_what_the_bot_has_is_refused_and_says_what_to_do(gateway: DeskGateway, at_work: LogIn) -> None:
    conversation = await gateway.customer_writes("hello")
    lea = await at_work("Léa")
    refused = await write(lea, conversation, "Hello")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "ticket_closed")
    assert [m["author"] for m in (await lea.get(one(conversation))).json()["transcript"]["messages"]] == ["customer"]


async def test_a_message_sent_twice_is_said_once(gateway: DeskGateway, at_work: LogIn) -> None:
    conversation = await gateway.waiting()
    lea = await at_work("Léa")
    await move(lea, conversation, "claim", 0)
    first, again = await asyncio.gather(write(lea, conversation, "Hi", "x"), write(lea, conversation, "Hi", "x"))
    assert first.json()["id"] == again.json()["id"]


async def test_older_messages_come_page_by_page(gateway: DeskGateway, at_work: LogIn) -> None:
    for number in range(120):
        conversation = await gateway.customer_writes(f"message {number}")
    lea = await at_work("Léa")

    newest = (await lea.get(one(conversation))).json()["transcript"]
    seen = newest["messages"]
    while newest["more"]:
        newest = (await lea.get(one(conversation, "/messages"), params={"before": seen[0]["id"]})).json()
        seen = newest["messages"] + seen

    assert [message["text"] for message in seen] == [f"message {number}" for number in range(120)]


@pytest.mark.parametrize(
    ("words", "found"),
    [("PARCEL", ["ada"]), ("bo", ["bo"]), ("100%", ["cleo"]), ("no such words", []), ("", ["cleo", "bo", "ada"])],
)
async def test_search_looks_at_words_and_names(
    gateway: DeskGateway, at_work: LogIn, words: str, found: list[str]
) -> None:
    await gateway.customer_writes("where is my parcel?", "ada")
    await gateway.customer_writes("hello", "bo")
    await gateway.customer_writes("is it 100% wool", "cleo")
    lea = await at_work("Léa")
    listed = (await lea.get(f"{DESK}/conversations", params={"q": words})).json()["conversations"]
    assert [line["customer"].lower() for line in listed] == found


async def test_only_the_holder_is_shown_as_typing(gateway: DeskGateway, at_work: LogIn) -> None:
    conversation = await gateway.waiting()
    lea, sam = await at_work("Léa"), await at_work("Sam")
    await move(lea, conversation, "claim", 0)
    assert (await lea.post(one(conversation, "/typing"), json={"on": True})).status_code == 204
    refused = await sam.post(one(conversation, "/typing"), json={"on": True})
    assert (refused.status_code, refused.json()["error"]["by"]) == (403, "Léa")


async def test_notes_are_for_colleagues(gateway: DeskGateway, at_work: LogIn) -> None:
    conversation = await gateway.waiting()
    lea, sam = await at_work("Léa"), await at_work("Sam")
    assert (await sam.post(one(conversation, "/notes"), json={"text": "Call before noon"})).status_code == 200
    notes = (await lea.get(one(conversation))).json()["notes"]
    assert [(note["author"], note["text"]) for note in notes] == [("Sam", "Call before noon")]
    assert (await sam.post(one(conversation, "/notes"), json={"text": "  "})).status_code == 400


async def test_bad_requests_get_a_clear_answer(gateway: DeskGateway, at_work: LogIn) -> None:
    conversation = await gateway.waiting()
    lea = await at_work("Léa")
    assert (await lea.get(one(999))).status_code == 404
    assert (await lea.post(one(conversation, "/messages"), content=b"{")).json()["error"]["code"] == "bad_json"
    assert (await lea.post(one(conversation, "/messages"), json={"text": 1})).json()["error"]["code"] == "bad_body"
    assert (await lea.get(one(conversation, "/messages"), params={"before": "x"})).status_code == 400


async def test_the_page_can_correct_its_clock(gateway: DeskGateway, at_work: LogIn) -> None:
    queue = (await (await at_work("Léa")).get(f"{DESK}/queue")).json()
    assert abs(gateway.clock.now() - datetime.fromisoformat(queue["now"])) < timedelta(seconds=5)
