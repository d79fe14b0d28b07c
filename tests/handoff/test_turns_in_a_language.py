"""A turn on a real database, with an engine that answers from a script: in which language the customer is told what
comes later, and what counts as not understood."""

from __future__ import annotations

from typing import Any

import pytest

from bot.commerce.money import Money
from bot.conversation.identity import ConversationKey
from bot.conversation.messages import Attachment, Inbound
from bot.conversation.replies import Handoff, Reply, Text, plain_text
from bot.courtesies import Courtesies
from bot.dialogue.base import Intent, Trace, Turn, TurnRequest
from bot.hearing import Hearing
from bot.selling.answers import OrderTaken
from bot.selling.order_answers import OrderLine, OrderView
from bot.selling.paying_words import receipt_of
from bot.storage import conversations
from bot.turns import Story, Turns
from tests.handoff.floor import MORNING, Floor


class Scripted:
    """Says what it is told to say; remembers what it was asked."""

    def __init__(self) -> None:
        self.answer = Turn([], [], Trace())
        self.asked: list[TurnRequest] = []

    async def turn(self, request: TurnRequest) -> Turn:
        self.asked.append(request)
        return self.answer

    def answers(
        self, *replies: Reply, intent: str = "greet", language: str | None = None, events: Any = (), sure: float = 0.9
    ) -> None:
        self.answer = Turn(list(events), list(replies), Trace(language=language, intent_ranking=[Intent(intent, sure)]))


class Counter:
    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.engine = Scripted()
        self.turns = Turns(
            db=floor.db,
            engine=self.engine,
            outbox=floor.outbox,
            live=floor.live,
            clock=floor.clock,
            courtesies=Courtesies(floor.db, {}),
            hearing=Hearing(channels={}, take_order=no_orders, product_of=no_product),
            live_model=no_model,
            story=no_story,
        )

    async def hears(self, text: str) -> int:
        conversation = await self.floor.customer_writes(text)
        assert await self.turns.run_next(conversation)
        return conversation

    async def told(self) -> list[str]:
        return await self.floor.written("bot")


async def no_model(tx: object) -> None:
    return None


async def no_orders(conversation: int, key: str, items: object) -> OrderTaken:
    raise AssertionError("nobody orders here")


async def no_product(tx: object, item: str) -> None:
    return None


async def no_story(conversation: int) -> Story:
    return Story()


@pytest.fixture
def counter(floor: Floor) -> Counter:
    return Counter(floor)


def language_slot(value: str) -> dict[str, Any]:
    return {"event": "slot", "name": "language", "value": value}


def did(*actions: str) -> list[dict[str, Any]]:
    return [{"event": "action", "name": name} for name in (*actions, "action_listen")]


async def test_the_language_of_the_message_becomes_that_of_the_conversation(counter: Counter) -> None:
    counter.engine.answers(Text("Bonjour !"), language="fr")

    conversation = await counter.hears("bonjour")

    assert (await counter.floor.conversation(conversation)).locale == "fr"
    await counter.hears("encore")
    assert counter.engine.asked[-1].message.locale == "fr"


async def test_the_language_kept_in_mind_outranks_that_of_the_message(counter: Counter) -> None:
    counter.engine.answers(Text("Dobrze."), language="en", events=[language_slot("en"), language_slot("pl")])

    conversation = await counter.hears("speak polish please")

    assert (await counter.floor.conversation(conversation)).locale == "pl"


async def test_a_locale_of_the_same_language_is_kept_with_its_country(counter: Counter) -> None:
    conversation = await counter.floor.customer_writes("bonjour")
    async with counter.floor.db.write() as tx:
        await conversations.set_locale(tx, conversation, "fr_CA")
    counter.engine.answers(Text("Bonjour !"), language="fr")

    await counter.turns.run_next(conversation)

    assert (await counter.floor.conversation(conversation)).locale == "fr_CA"


@pytest.mark.parametrize("language", [None, "de", "en_US"])
async def test_what_is_no_language_of_ours_changes_nothing(counter: Counter, language: str | None) -> None:
    counter.engine.answers(Text("Hi!"), language=language)

    conversation = await counter.hears("hi")

    assert (await counter.floor.conversation(conversation)).locale is None


async def test_a_person_is_announced_in_the_language_of_this_very_message(counter: Counter) -> None:
    counter.engine.answers(Handoff("asked_for_person"), intent="ask_human", language="hi-Latn")

    await counter.hears("kisi insaan se baat karni hai")

    [told] = await counter.told()
    assert told.startswith("Zaroor. Team se kisi ko bulaya hai.")


async def test_a_picture_is_answered_in_the_language_of_the_talk(counter: Counter) -> None:
    counter.engine.answers(Text("Bonjour !"), language="fr")
    conversation = await counter.hears("bonjour")
    row = await counter.floor.conversation(conversation)
    counter.floor.later()
    key = ConversationKey(row.channel, row.account, row.customer)
    picture = Inbound(key, "photo", counter.floor.clock.now(), attachments=[Attachment("image", "1")], kind="image")
    await counter.floor.inbox.store([picture])

    await counter.turns.run_next(conversation)

    assert (await counter.told())[-1].startswith("Pour l’instant, je ne lis que les mots")


@pytest.mark.parametrize(
    ("done", "counted"),
    [
        (did("action_ask_again"), 1),
        (did("action_decline"), 1),
        ((), 1),
        (did("action_ask_again", "action_tell_page"), 0),
        (did("return_form"), 0),
    ],
)
async def test_words_that_fit_no_intent_count_only_where_the_bot_asked_again(
    counter: Counter, done: Any, counted: int
) -> None:
    counter.engine.answers(Text("…"), intent="nlu_fallback", events=done, sure=0.3)

    conversation = await counter.hears("because the zip is odd")

    assert (await counter.floor.conversation(conversation)).misunderstood == counted


@pytest.mark.parametrize(
    ("locale", "told", "amount"),
    [
        ("en", "Paid, thank you! Your order number is 10482.", "$69.00"),
        ("fr", "Paiement reçu, merci !", "69,00 $US"),
        ("pl", "Opłacone, dziękujemy!", "69,00 USD"),
        ("hi", "भुगतान हो गया, धन्यवाद!", "$69.00"),
        ("hi-Latn", "Payment ho gaya, thank you!", "$69.00"),
    ],
)
def test_a_receipt_is_in_the_customers_language(locale: str, told: str, amount: str) -> None:
    price = Money(6900, "USD")
    order = OrderView(
        number=10482,
        state="paid",
        lines=[OrderLine("AER2-BLU-42", "aero-2", "Aero 2, blue, 42", 1, price, price)],
        subtotal=price,
        shipping=Money(600, "USD"),
        total=Money(7500, "USD"),
        created_at=MORNING,
        paid_at=MORNING,
        pay_url=None,
        discount=Money.zero("USD"),
        tax=Money.zero("USD"),
        tax_included=Money.zero("USD"),
        refunded=Money.zero("USD"),
    )

    receipt = receipt_of(order, locale)

    plain = plain_text(receipt).replace("\u00a0", " ")
    assert plain.startswith(told)
    assert receipt.lines[0].amount.replace("\u00a0", " ") == amount
    assert len(receipt.lines) == 2
    assert receipt.bill is not None
    assert (receipt.bill.prices, receipt.bill.shipping, receipt.bill.total) == (["69.00"], "6.00", "75.00")
