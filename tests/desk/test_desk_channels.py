"""The desk over HTTP: what channels add to a conversation, the list by channel, and trouble with an account."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.conversation.identity import ConversationKey
from bot.conversation.messages import (
    Alarm,
    Attachment,
    Author,
    Delivery,
    Echo,
    Edited,
    OrderedItem,
    Preference,
    Reaction,
    Referral,
    Status,
)
from bot.conversation.replies import Text
from bot.storage import alarms, media
from tests.desk.conftest import AtWork, LogIn
from tests.desk.gateway import DeskGateway

DESK = "/api/v1/desk"
ADA = ConversationKey("whatsapp", "shop", "ada")


async def seen(agent: AtWork, conversation: int) -> Any:
    return (await agent.get(f"{DESK}/conversations/{conversation}")).json()


async def messages(agent: AtWork, conversation: int) -> list[Any]:
    found: list[Any] = (await seen(agent, conversation))["transcript"]["messages"]
    return found


async def test_files_places_and_contacts_stand_with_their_message(gateway: DeskGateway, at_work: LogIn) -> None:
    conversation = await gateway.customer_writes(
        "Broken on arrival",
        attachments=[
            Attachment("image", "1", "image/png", caption="Broken on arrival"),
            Attachment("document", "2", "application/pdf", filename="bill.pdf"),
            Attachment("location", "45.76,4.83", caption="Lyon"),
            Attachment("contact", "+33 1", caption="Bo, +33 1"),
        ],
    )
    lea = await at_work("Léa")
    [message] = await messages(lea, conversation)
    picture, bill, place, person = message["attachments"]
    assert (picture["state"], bill["state"], bill["filename"]) == ("waiting", "waiting", "bill.pdf")
    assert (place["state"], place["where"], person["where"]) == (None, "45.76,4.83", "+33 1")

    digest = gateway.files.put(b"a picture")
    async with gateway.db.write() as tx:
        row = await media.of_message(tx, message["id"], 0)
        assert row is not None
        await media.keep(tx, row.id, sha256=digest, size=9)
    [message] = await messages(lea, conversation)
    assert (message["attachments"][0]["state"], message["attachments"][0]["size"]) == ("kept", 9)
    assert (await lea.get(f"{DESK}/media/{message['id']}/0")).content == b"a picture"


async def test_a_message_without_words_is_listed_by_its_kind(gateway: DeskGateway, at_work: LogIn) -> None:
    await gateway.customer_writes("", kind="image", attachments=[Attachment("image", "1")])
    [line] = (await (await at_work("Léa")).get(f"{DESK}/conversations")).json()["conversations"]
    assert (line["last_words"], line["last_kind"]) == ("", "image")


async def test_what_became_of_a_message_stands_with_it(gateway: DeskGateway, at_work: LogIn) -> None:
    now = gateway.clock.now()
    conversation = await gateway.customer_writes("blue please", event_key="m1")
    await gateway.customer_writes("nonsense", event_key="m2")
    await gateway.customer_writes("hello", event_key="m3", sent_at=now - timedelta(hours=3))
    await gateway.happens(
        Reaction(ADA, "m1", "👍"), Edited(ADA, "m1", "green please", now), Edited(ADA, "m2", None, now)
    )
    changed, deleted, late = await messages(await at_work("Léa"), conversation)
    assert (changed["text"], changed["edited"], changed["reaction"]) == ("green please", True, "👍")
    assert (deleted["text"], deleted["taken_back"]) == ("", True)
    assert (changed["sent_at"], late["sent_at"] is not None) == (None, True)


async def test_what_led_here_and_what_is_asked_about_are_shown(gateway: DeskGateway, at_work: LogIn) -> None:
    conversation = await gateway.customer_writes(
        "Is it in stock?",
        referral=Referral("ad", "120", "Winter sale", "https://fb.me/1"),
        product="no-such-thing",
        items=[OrderedItem("also-none", 2)],
        form={"size": "42"},
    )
    await gateway.customer_writes("hello?")
    view = await seen(await at_work("Léa"), conversation)
    first = view["transcript"]["messages"][0]
    assert (view["came_from"]["headline"], view["came_from"]["source"]) == ("Winter sale", "ad")
    assert (first["came_from"]["ref"], first["about"]) == ("120", "no-such-thing")
    assert (first["items"], first["form"]) == ([{"label": "also-none", "quantity": 2}], {"size": "42"})


async def test_a_mail_is_shown_short_and_read_whole_on_request(gateway: DeskGateway, at_work: LogIn) -> None:
    conversation = await gateway.customer_writes(
        "Yes, please.",
        "ada@example.com",
        "email",
        subject="Your order",
        original="Yes, please.\n> Shall I?",
        proven=False,
    )
    lea = await at_work("Léa")
    view = await seen(lea, conversation)
    [message] = view["transcript"]["messages"]
    assert (message["subject"], message["text"], message["whole"]) == ("Your order", "Yes, please.", True)
    assert view["proven"] is False
    whole = await lea.get(f"{DESK}/messages/{message['id']}/original")
    assert whole.json() == {"text": "Yes, please.\n> Shall I?"}
    assert (await lea.get(f"{DESK}/messages/999/original")).status_code == 404


async def test_a_failure_is_told_with_its_reason_and_number(gateway: DeskGateway, at_work: LogIn) -> None:
    conversation = await gateway.customer_writes("hello")
    await gateway.say(Text("Hi!"), conversation=conversation)
    await gateway.taken(conversation, "wamid.1")
    failed = Status("whatsapp", "shop", "wamid.1", Delivery.FAILED, gateway.clock.now(), error_code=131026,
                    error_title="Message undeliverable")  # fmt: skip
    await gateway.happens(failed)
    message = (await messages(await at_work("Léa"), conversation))[-1]
    assert (message["delivery"], message["problem"]) == ("failed", "Message undeliverable")
    assert message["problem_code"] == 131026


async def test_an_answer_in_the_platforms_own_app_is_marked(gateway: DeskGateway, at_work: LogIn) -> None:
    conversation = await gateway.customer_writes("hello")
    await gateway.happens(Echo(ADA, "wamid.9", gateway.clock.now(), "I will look."))
    lea = await at_work("Léa")
    message = (await messages(lea, conversation))[-1]
    assert (message["author"], message["elsewhere"], message["name"]) == (Author.AGENT, True, "")


async def test_names_on_channels_and_wishes_stand_with_the_contact(gateway: DeskGateway, at_work: LogIn) -> None:
    conversation = await gateway.customer_writes("hello", "US.1349")
    await gateway.happens(Preference(ConversationKey("whatsapp", "shop", "US.1349"), wanted=False, everything=True))
    view = await seen(await at_work("Léa"), conversation)
    [name] = view["contact"]["identities"]
    assert (name["channel"], name["account"], name["kind"]) == ("whatsapp", "Souk Sport", "user_id")
    assert (name["id"], name["conversation"]) == ("US.1349", conversation)
    assert (view["contact"]["hides_number"], view["contact"]["wants_news"]) == (True, False)
    assert (view["account"], view["reach"]["state"]) == ("Souk Sport", "stopped")


async def test_the_list_is_read_by_channel_and_page_by_page(gateway: DeskGateway, at_work: LogIn) -> None:
    for number in range(5):
        await gateway.customer_writes("hello", f"c{number}")
    await gateway.customer_writes("hello", "bo@example.com", "email")
    lea = await at_work("Léa")

    by_mail = (await lea.get(f"{DESK}/conversations", params={"channel": "email"})).json()
    assert ([line["channel"] for line in by_mail["conversations"]], by_mail["next"]) == (["email"], None)

    read: list[str] = []
    params: dict[str, Any] = {"channel": "whatsapp", "limit": 2}
    while params.get("before", "") is not None:
        page = (await lea.get(f"{DESK}/conversations", params=params)).json()
        read += [line["customer"] for line in page["conversations"]]
        params["before"] = page["next"]
    assert read == ["C4", "C3", "C2", "C1", "C0"]
    assert (await lea.get(f"{DESK}/conversations", params={"before": "yesterday"})).status_code == 400


async def test_an_account_that_cannot_send_is_told_to_everybody(gateway: DeskGateway, at_work: LogIn) -> None:
    conversation = await gateway.customer_writes("hello")
    await gateway.say(Text("Hi!"), Text("And more."), conversation=conversation)
    async with gateway.db.write() as tx:
        await alarms.raise_one(tx, "whatsapp", "shop", "The token ended.", 190, gateway.clock.now(), stops=True)
    lea = await at_work("Léa")
    [alarm] = (await lea.get(f"{DESK}/queue")).json()["alarms"]
    assert (alarm["channel"], alarm["account"], alarm["waiting"]) == ("whatsapp", "Souk Sport", 2)
    refused = await lea.post(f"{DESK}/alarms/{alarm['id']}/seen")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "not_mended")


async def test_other_trouble_stands_until_somebody_has_seen_to_it(gateway: DeskGateway, at_work: LogIn) -> None:
    await gateway.happens(Alarm("whatsapp", "shop", "The number's quality fell."))
    lea = await at_work("Léa")
    [alarm] = (await lea.get(f"{DESK}/queue")).json()["alarms"]
    assert (await lea.post(f"{DESK}/alarms/{alarm['id']}/seen")).json()["alarms"] == []
    assert (await lea.post(f"{DESK}/alarms/{alarm['id']}/seen")).status_code == 404
