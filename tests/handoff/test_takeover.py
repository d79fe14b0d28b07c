"""Who has a conversation, and what moves it from the bot to a person and back."""

from __future__ import annotations

import asyncio

import pytest

from bot.accounts import Role
from bot.errors import BadInput, Conflict, NotAllowed, NotFound
from bot.handoff.policy import Reason
from bot.handoff.queue import TicketState
from tests.handoff.floor import Floor


async def waiting(floor: Floor) -> tuple[int, int]:
    """A conversation whose customer waits for a person, and its ticket."""
    conversation = await floor.customer_writes("I want a human")
    await floor.turn(conversation)
    floor.later()
    ticket = await floor.hand_off(conversation)
    assert ticket is not None
    return conversation, ticket


async def test_a_hand_off_silences_the_bot_and_tells_the_desk(floor: Floor) -> None:
    conversation, ticket = await waiting(floor)

    row = await floor.conversation(conversation)
    assert (row.owner, row.owner_user_id, row.owner_version) == ("person", None, 1)
    assert (await floor.ticket(ticket)).state is TicketState.WAITING
    kind, news = (await floor.told("queue"))[-1]
    assert (kind, news["ticket"], news["state"]) == ("ticket", ticket, "waiting")
    assert (await floor.told(f"chat:{conversation}"))[-1] == ("owner", {"owner": "person", "agent": None})
    assert await floor.audited() == [("ticket_opened", None)]


async def test_a_conversation_has_at_most_one_open_ticket(floor: Floor) -> None:
    conversation, _ = await waiting(floor)
    assert await floor.hand_off(conversation, Reason.NOT_UNDERSTOOD) is None
    assert (await floor.conversation(conversation)).owner_version == 1


async def test_a_claim_gives_the_conversation_to_one_agent_and_says_her_name(floor: Floor) -> None:
    conversation, ticket = await waiting(floor)
    lea = await floor.agent("Léa")

    claimed = await floor.takeover.claim(ticket, lea, version=0)

    assert (claimed.state, claimed.user_name, claimed.version) == (TicketState.CLAIMED, "Léa", 1)
    assert (await floor.conversation(conversation)).owner_user_id == lea.id
    assert (await floor.told(f"chat:{conversation}"))[-1] == ("owner", {"owner": "person", "agent": "Léa"})
    assert (await floor.audited())[-1] == ("ticket_claimed", lea.id)


async def test_the_second_agent_is_told_who_has_it(floor: Floor) -> None:
    _, ticket = await waiting(floor)
    lea, sam = await floor.agent("Léa"), await floor.agent("Sam")
    await floor.takeover.claim(ticket, lea, version=0)

    with pytest.raises(Conflict) as refused:
        await floor.takeover.claim(ticket, sam, version=0)

    assert (refused.value.code, refused.value.facts["by"]) == ("ticket_taken", "Léa")
    assert (await floor.ticket(ticket)).user_id == lea.id


async def test_claiming_twice_is_claiming_once(floor: Floor) -> None:
    _, ticket = await waiting(floor)
    lea = await floor.agent("Léa")
    await floor.takeover.claim(ticket, lea, version=0)
    assert (await floor.takeover.claim(ticket, lea, version=0)).version == 1
    assert [what for what, _ in await floor.audited()] == ["ticket_opened", "ticket_claimed"]


async def test_a_claim_of_what_was_released_meanwhile_asks_to_look_again(floor: Floor) -> None:
    _, ticket = await waiting(floor)
    lea, sam = await floor.agent("Léa"), await floor.agent("Sam")
    await floor.takeover.claim(ticket, lea, version=0)
    await floor.takeover.release(ticket, lea, version=1)
    with pytest.raises(Conflict) as refused:
        await floor.takeover.claim(ticket, sam, version=0)
    assert refused.value.code == "moved_on"


async def test_of_twenty_agents_who_claim_at_once_exactly_one_wins(floor: Floor) -> None:
    conversation, ticket = await waiting(floor)
    agents = [await floor.agent(f"Agent{number}") for number in range(20)]

    answers = await asyncio.gather(
        *(floor.takeover.claim(ticket, agent, version=0) for agent in agents), return_exceptions=True
    )

    won = [answer for answer in answers if not isinstance(answer, BaseException)]
    lost = [answer for answer in answers if isinstance(answer, Conflict)]
    assert len(won) == 1
    assert len(lost) == 19
    assert {conflict.code for conflict in lost} == {"ticket_taken"}
    assert {conflict.facts["by"] for conflict in lost} == {won[0].user_name}
    assert (await floor.conversation(conversation)).owner_user_id == won[0].user_id
    assert [what for what, _ in await floor.audited()].count("ticket_claimed") == 1


async def test_an_agent_takes_a_conversation_that_the_bot_has(floor: Floor) -> None:
    conversation = await floor.customer_writes("hello")
    lea = await floor.agent("Léa")

    ticket = await floor.takeover.take(conversation, lea, version=0)

    assert (ticket.state, ticket.reason, ticket.user_id) == (TicketState.CLAIMED, Reason.TAKEN, lea.id)
    assert (await floor.conversation(conversation)).owner == "person"


async def test_taking_what_moved_meanwhile_changes_nothing(floor: Floor) -> None:
    conversation, ticket = await waiting(floor)
    lea, sam = await floor.agent("Léa"), await floor.agent("Sam")
    await floor.takeover.claim(ticket, lea, version=0)
    await floor.takeover.give_back(ticket, lea, version=1)
    with pytest.raises(Conflict) as refused:
        await floor.takeover.take(conversation, sam, version=0)
    assert refused.value.code == "moved_on"
    assert (await floor.conversation(conversation)).owner == "bot"


async def test_taking_what_waits_in_the_queue_claims_it(floor: Floor) -> None:
    conversation, ticket = await waiting(floor)
    lea = await floor.agent("Léa")
    assert (await floor.takeover.take(conversation, lea, version=0)).id == ticket


async def test_only_the_holder_writes(floor: Floor) -> None:
    _, ticket = await waiting(floor)
    lea, sam = await floor.agent("Léa"), await floor.agent("Sam")

    with pytest.raises(NotAllowed) as unclaimed:
        await floor.takeover.write(ticket, sam, "Hello", client_id="1")
    assert unclaimed.value.message == "Claim this conversation first."
    await floor.takeover.claim(ticket, lea, version=0)
    with pytest.raises(NotAllowed) as others:
        await floor.takeover.write(ticket, sam, "Hello", client_id="1")
    assert others.value.message == "Léa has it."
    assert await floor.written() == []

    await floor.takeover.write(ticket, lea, "Hello, this is Léa.", client_id="1")
    assert await floor.written() == ["Hello, this is Léa."]


async def test_the_same_words_sent_again_are_said_once(floor: Floor) -> None:
    conversation, ticket = await waiting(floor)
    lea = await floor.agent("Léa")
    await floor.takeover.claim(ticket, lea, version=0)

    first = await floor.takeover.write(ticket, lea, "One moment", client_id="abc")
    again = await floor.takeover.write(ticket, lea, "One moment", client_id="abc")

    assert first == again
    assert await floor.written() == ["One moment"]
    shown = [data for kind, data in await floor.told(f"chat:{conversation}") if kind == "message"]
    assert [data["name"] for data in shown if data["author"] == "agent"] == ["Léa"]


async def test_the_first_answer_stops_the_first_clock_only_once(floor: Floor) -> None:
    _, ticket = await waiting(floor)
    lea = await floor.agent("Léa")
    await floor.takeover.claim(ticket, lea, version=0)
    floor.later(30)
    await floor.takeover.write(ticket, lea, "Hello", client_id="1")
    first = floor.clock.now()
    floor.later(30)
    await floor.takeover.write(ticket, lea, "Still here", client_id="2")
    assert (await floor.ticket(ticket)).first_answer_at == first


@pytest.mark.parametrize("text", ["", "   \n", "x" * 4097])
async def test_nothing_and_too_much_are_not_sent(floor: Floor, text: str) -> None:
    _, ticket = await waiting(floor)
    lea = await floor.agent("Léa")
    await floor.takeover.claim(ticket, lea, version=0)
    with pytest.raises(BadInput):
        await floor.takeover.write(ticket, lea, text, client_id="1")
    assert await floor.written() == []


async def test_a_released_conversation_keeps_its_place_in_the_queue(floor: Floor) -> None:
    conversation, ticket = await waiting(floor)
    opened = (await floor.ticket(ticket)).opened_at
    lea = await floor.agent("Léa")
    floor.later(600)
    await floor.takeover.claim(ticket, lea, version=0)
    released = await floor.takeover.release(ticket, lea, version=1)
    assert (released.state, released.user_id, released.opened_at) == (TicketState.WAITING, None, opened)
    row = await floor.conversation(conversation)
    assert (row.owner, row.owner_user_id) == ("person", None)


async def test_a_colleague_cannot_release_but_the_owner_of_the_shop_can(floor: Floor) -> None:
    _, ticket = await waiting(floor)
    lea, sam = await floor.agent("Léa"), await floor.agent("Sam")
    boss = await floor.agent("Ines", Role.OWNER)
    await floor.takeover.claim(ticket, lea, version=0)
    with pytest.raises(NotAllowed):
        await floor.takeover.release(ticket, sam, version=1)
    assert (await floor.takeover.release(ticket, boss, version=1)).state is TicketState.WAITING


async def test_after_give_back_the_bot_drives_and_knows_what_was_said(floor: Floor) -> None:
    conversation, ticket = await waiting(floor)
    lea = await floor.agent("Léa")
    await floor.takeover.claim(ticket, lea, version=0)
    floor.later()
    await floor.takeover.write(ticket, lea, "I send a new pair today.", client_id="1")
    await floor.customer_writes("size 42 please")
    await floor.hear(conversation)

    closed = await floor.takeover.give_back(ticket, lea, version=1, note="Promised a new pair")

    assert closed.state is TicketState.CLOSED
    row = await floor.conversation(conversation)
    assert (row.owner, row.owner_user_id, row.misunderstood) == ("bot", None, 0)
    assert await floor.told_to_bot(conversation) == [
        ("agent", "I send a new pair today."),
        ("customer", "size 42 please"),
    ]
    assert (await floor.told(f"chat:{conversation}"))[-1] == ("owner", {"owner": "bot", "agent": None})
    assert [what for what, _ in await floor.audited()][-2:] == ["note_added", "given_back"]


async def test_words_that_the_bot_will_still_hear_are_not_told_twice(floor: Floor) -> None:
    conversation, ticket = await waiting(floor)
    lea = await floor.agent("Léa")
    await floor.takeover.claim(ticket, lea, version=0)
    await floor.customer_writes("and where is my cart?")
    await floor.takeover.give_back(ticket, lea, version=1)
    assert await floor.told_to_bot(conversation) == []


async def test_words_whose_answer_came_too_late_are_told_to_the_bot(floor: Floor) -> None:
    conversation = await floor.customer_writes("hello")
    await floor.turn(conversation)
    lea = await floor.agent("Léa")
    ticket = await floor.takeover.take(conversation, lea, version=0)
    await floor.customer_writes("do you have it in blue?")
    await floor.turn(conversation, in_time=False)
    await floor.takeover.give_back(ticket.id, lea, version=0)
    assert await floor.told_to_bot(conversation) == [("customer", "do you have it in blue?")]


async def test_a_conversation_can_come_back_to_people_again_and_again(floor: Floor) -> None:
    conversation, ticket = await waiting(floor)
    lea = await floor.agent("Léa")
    await floor.takeover.claim(ticket, lea, version=0)
    await floor.takeover.give_back(ticket, lea, version=1)
    again = await floor.hand_off(conversation, Reason.NOT_UNDERSTOOD)
    assert again is not None
    assert again != ticket


async def test_only_the_holder_gives_back(floor: Floor) -> None:
    conversation, ticket = await waiting(floor)
    lea, sam = await floor.agent("Léa"), await floor.agent("Sam")
    await floor.takeover.claim(ticket, lea, version=0)
    with pytest.raises(NotAllowed):
        await floor.takeover.give_back(ticket, sam, version=1)
    assert (await floor.conversation(conversation)).owner == "person"


async def test_a_note_reaches_colleagues_and_never_the_customer(floor: Floor) -> None:
    conversation, _ = await waiting(floor)
    before = await floor.told(f"chat:{conversation}")
    await floor.takeover.note(conversation, await floor.agent("Sam"), "Knows the owner")
    assert (await floor.told(f"conversation:{conversation}"))[-1][0] == "note"
    assert await floor.told(f"chat:{conversation}") == before


async def test_what_is_not_there_is_not_found(floor: Floor) -> None:
    lea = await floor.agent("Léa")
    with pytest.raises(NotFound):
        await floor.takeover.claim(99, lea, version=0)
    with pytest.raises(NotFound):
        await floor.takeover.take(99, lea, version=0)
    with pytest.raises(NotFound):
        await floor.takeover.note(99, lea, "nobody")
