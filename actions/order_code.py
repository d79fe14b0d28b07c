"""An order that is not this conversation's own: whoever asks shows by a one-time code that it is theirs.

No answer tells whether there is such an order. The code is sent when the form opens; a right one shows the order, or
takes up the form that waited for it.
"""

from __future__ import annotations

import re
from typing import Any

from actions.counter import Asked
from actions.dialogue import DialogueAction, Heard, Told
from actions.forms import FORMS, LEAVING, LEFT_BY
from actions.orders import tell
from actions.unlocking import CODE_FORM, ask_for_code, code_in, code_slots
from bot.conversation.phrases import phrase
from bot.conversation.replies import Choices, Handoff, Reply, Text
from bot.handoff.policy import Reason
from bot.selling.order_codes import CodeGone, CodeRight, CodesOff, CodeWay, CodeWrong, OrderCodes, TooManyCodes
from bot.selling.shop import Shop

_AGAIN = re.compile(
    r"\bagain\b|resend|another|new code|no code|encore|renvo|nouveau|aucun|jeszcze raz|ponownie|nowy|nie dosta"
    r"|dobara|phir|naya|nahi (?:aaya|mila)|फिर|दोबारा|नया|नहीं (?:आया|मिला)",
    re.IGNORECASE,
)
_SENT = {
    CodeWay.EMAIL: phrase(
        "If there is an order {number}, I have sent a code to the e-mail address it was bought with. Please write it "
        "here, so that I know it is you."
    ),
    CodeWay.PHONE: phrase(
        "If there is an order {number}, I have texted a code to the phone number it was bought with. Please write it "
        "here, so that I know it is you."
    ),
}
_FORGOTTEN: dict[str, Any] = {**code_slots(""), "code_for": None, "requested_slot": None}


class CodeAction(DialogueAction):
    def __init__(self, shop: Shop, codes: OrderCodes) -> None:
        super().__init__(shop)
        self.codes = codes


class FillCode(CodeAction):
    """Rasa's `validate_code_form`: sends the code when the form opens, then reads messages for it."""

    title = f"validate_{CODE_FORM}"

    async def tell(self, heard: Heard) -> Told:
        if heard.form != CODE_FORM:
            return await self.send(heard, heard.slot("code_for"))
        if (ended := left_by(heard)) is not None:
            return over(ended)
        if (code := code_in(heard.asked.text)) is not None:
            return await self.read(heard, code)
        other = heard.asked.entities.get("order_number", "").lstrip("#")
        if other.isdecimal() and other != heard.slot("code_for"):
            return await self.send(heard, other)
        if wants_again(heard):
            return await self.send(heard, heard.slot("code_for"))
        return Told(slots={"ended_by": None}) if heard.intent in ("give_details", "affirm", "deny") else Told()

    async def send(self, heard: Heard, number: str) -> Told:
        if not number.isdecimal():
            return over("customer")
        sent = await self.codes.send(heard.asked.conversation_id, heard.asked.key, int(number))
        if isinstance(sent, TooManyCodes):
            return over("too_many_codes")
        if isinstance(sent, CodesOff):
            return over("codes_off")
        return Told(slots={"code_for": number, "order_code": None, "ended_by": None})

    async def read(self, heard: Heard, code: str) -> Told:
        tried = await self.codes.check(heard.asked.conversation_id, heard.asked.key, code)
        say = heard.asked.say
        if isinstance(tried, CodeRight):
            return Told(slots={"order_code": "right", "code_for": str(tried.number), "ended_by": None})
        if isinstance(tried, CodeWrong) and not tried.left:
            return over("tries")
        if isinstance(tried, CodeGone):
            words = say("That code is no longer good: codes are good once, for ten minutes.")
        else:
            words = say.n(
                "That is not the code. You have one more try.",
                "That is not the code. You have {count} more tries.",
                tried.left,
            )
        return Told((with_ways_on(heard.asked, words),), {"order_code": None, "ended_by": None})


class AskOrderCode(CodeAction):
    """The form's question. A code that was written has had its answer already."""

    title = "action_ask_order_code"

    async def tell(self, heard: Heard) -> Told:
        asked = heard.asked
        just_sent = heard.form != CODE_FORM or wants_again(heard) or asked.entities.get("order_number")
        if code_in(asked.text) is not None and heard.form == CODE_FORM:
            return Told()
        if just_sent and self.codes.way is not None:
            return Told((with_ways_on(asked, asked.say(_SENT[self.codes.way], number=heard.slot("code_for"))),))
        words = asked.say("To see order {number}, please write the six digits of the code.",
                          number=heard.slot("code_for"))  # fmt: skip
        return Told((with_ways_on(asked, words),))


class ShowOrder(CodeAction):
    """What follows the form: the order, the form that waited for it, or why there is neither."""

    title = "action_show_order"

    async def tell(self, heard: Heard) -> Told:
        if heard.slot("order_code") == "right":
            return await self.show(heard)
        says = self.ended(heard.asked, heard.slot("ended_by"), heard.slot("code_for"))
        return Told(says, _FORGOTTEN)

    async def show(self, heard: Heard) -> Told:
        number, waiting = heard.slot("code_for"), heard.slot("waiting_form")
        if waiting in FORMS:
            return Told(slots={**_FORGOTTEN, "order_number": number}, events=resume(waiting))
        conversation_id = heard.asked.conversation_id
        after = await self.shop.after.of(conversation_id, int(number))
        said = tell(heard.asked, await self.shop.orders(conversation_id, int(number)), after.get(int(number)))
        return Told(said.replies, {**said.slots, "offer": said.offer, **_FORGOTTEN, "order_number": number})

    def ended(self, asked: Asked, why: str, number: str) -> tuple[Reply, ...]:
        about = f"Asks about order {number}; has not shown that it is theirs."
        if why == "person":
            return (Handoff(Reason.ASKED_FOR_PERSON, about),)
        if why == "tries":
            words = asked.say(
                "That is not the code either, and I may not try more of them. A person of our team will help; they "
                "will write to you here."
            )
            return (Text(words), Handoff(Reason.REQUEST, f"{about} Five wrong codes."))
        if why == "too_many_codes":
            words = asked.say(
                "I have sent as many codes as I may for now. Please try again in an hour, or let a person help."
            )
            return (Choices(words, [asked.buttons.person]),)
        if why == "codes_off":
            words = asked.say(
                "I do not see order {number} among yours. Is the number right? A person can search for it too.",
                number=number,
            )
            return (Choices(words, [asked.buttons.my_order, asked.buttons.person]),)
        return (Text(asked.say("All right, I leave that order alone. What else can I do?")),)


class AccountTrouble(CodeAction):
    """No code came: another one is sent for the order that was asked about. Otherwise no account is needed here."""

    title = "action_account_trouble"

    async def tell(self, heard: Heard) -> Told:
        number = heard.asked.entities.get("order_number", "").lstrip("#")
        if not number.isdecimal() and (heard.tapped or wants_again(heard)):
            number = str(await self.codes.waiting(heard.asked.conversation_id) or "")
        if number.isdecimal():
            return Told(slots=code_slots(number), events=ask_for_code())
        return Told.response("utter_account_trouble")


def left_by(heard: Heard) -> str | None:
    return LEFT_BY.get(heard.intent) if heard.tapped or heard.confidence >= LEAVING else None


def wants_again(heard: Heard) -> bool:
    """Whether it asks for the code once more."""
    if heard.intent in ("account_trouble", "repeat_that") and (heard.tapped or heard.form == CODE_FORM):
        return True
    return bool(_AGAIN.search(heard.asked.text)) and heard.intent != "ask_human"


def over(why: str) -> Told:
    return Told(slots={"ended_by": why, "requested_slot": None})


def resume(form: str) -> tuple[dict[str, Any], ...]:
    return ({"event": "followup", "name": form},)


def with_ways_on(asked: Asked, words: str) -> Choices:
    return Choices(words, [asked.buttons.send_again, asked.buttons.person])
