"""When a conversation goes to a person, how urgent it is, what customer and agent are told. Pure: no I/O, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from bot.conversation.messages import Author
from bot.conversation.phrases import Speaker, phrase
from bot.conversation.replies import Handoff

MISUNDERSTOOD_LIMIT = 2
"""Failed understandings in a row after which guessing again only annoys."""

_WORDS_KEPT = 200


class Reason(StrEnum):
    """Why a ticket is open. `taken` is an agent's own step in, `answered_elsewhere` a colleague's answer in the
    platform's own app; the others come from `decide` or from a failure."""

    ASKED_FOR_PERSON = "asked_for_person"
    REQUEST = "request"
    COMPLAINT = "complaint"
    FRAUD = "fraud"
    NOT_UNDERSTOOD = "not_understood"
    ACTION_FAILED = "action_failed"
    ENGINE_DOWN = "engine_down"
    PAYMENT_PROBLEM = "payment_problem"
    DELIVERY_FAILED = "delivery_failed"
    WINDOW_CLOSED = "window_closed"
    ANSWERED_ELSEWHERE = "answered_elsewhere"
    TAKEN = "taken"
    REFUND_APPROVAL = "refund_approval"
    RETURN_DECISION = "return_decision"
    DISPUTE = "dispute"


_URGENCY = {
    Reason.FRAUD: 3,
    Reason.PAYMENT_PROBLEM: 2,
    Reason.DISPUTE: 3,
    Reason.REFUND_APPROVAL: 1,
    Reason.RETURN_DECISION: 1,
    Reason.COMPLAINT: 2,
    Reason.REQUEST: 1,
    Reason.ACTION_FAILED: 1,
    Reason.ENGINE_DOWN: 1,
    Reason.DELIVERY_FAILED: 1,
}

_WORDS = {
    Reason.ASKED_FOR_PERSON: phrase(
        "Of course. I have asked somebody from our team to join. They read everything you wrote, so you will not have "
        "to repeat it. They answer in turn; you can go on writing here in the meantime."
    ),
    Reason.COMPLAINT: phrase(
        "I am sorry about this. I have asked somebody from our team to look at it right away. They read the whole "
        "conversation, so you will not have to repeat anything."
    ),
    Reason.FRAUD: phrase(
        "Thank you for telling us. I have put this at the top of our team's list; a person will look at it and write "
        "to you here. Please pay nothing and share no code until then."
    ),
    Reason.NOT_UNDERSTOOD: phrase(
        "Sorry, I am not getting this right. I have asked somebody from our team to take over; they read the whole "
        "conversation first. They answer in turn, and you can go on writing here."
    ),
    Reason.ACTION_FAILED: phrase(
        "Sorry, something went wrong on our side just now. Nothing you told me is lost. I have asked somebody from our "
        "team to look at it; they will answer here as soon as they are free."
    ),
    Reason.ENGINE_DOWN: phrase(
        "Sorry, I cannot answer by myself right now. Your message is safe, and I have asked somebody from our team to "
        "answer it here as soon as they are free."
    ),
    Reason.PAYMENT_PROBLEM: phrase(
        "There is something about your payment that a person should check. I have put it at the top of our team's "
        "list; they will write to you here. Please do not pay a second time."
    ),
    Reason.DELIVERY_FAILED: phrase(
        "Some of what I wrote may not have reached you. I have asked somebody from our team to follow up here."
    ),
}

_HEADLINES = {
    Reason.ASKED_FOR_PERSON: "Asked for a person.",
    Reason.REQUEST: "A request for a person to carry out.",
    Reason.COMPLAINT: "The customer is upset, or in a hurry.",
    Reason.FRAUD: "A fraud is suspected.",
    Reason.NOT_UNDERSTOOD: "The bot did not understand, twice in a row.",
    Reason.ACTION_FAILED: "Something the bot tried to do failed.",
    Reason.ENGINE_DOWN: "The bot could not answer: the engine was down.",
    Reason.PAYMENT_PROBLEM: "There is a problem with a payment.",
    Reason.DELIVERY_FAILED: "A message of ours did not reach the customer.",
    Reason.WINDOW_CLOSED: "An answer could not be sent: the customer was silent for too long. Reach them another way.",
    Reason.ANSWERED_ELSEWHERE: "A colleague answered in the platform's own app.",
    Reason.TAKEN: "An agent stepped in.",
    Reason.REFUND_APPROVAL: "A refund waits to be approved.",
    Reason.RETURN_DECISION: "Something arrived wrong: a replacement, or the money back?",
    Reason.DISPUTE: "The customer's bank disputes a payment.",
}


def decide(*, asked: Handoff | None, misunderstood: int, failed_actions: Sequence[str]) -> Reason | None:
    """Whether this turn ends with a person, and why.

    `asked` is the hand-off an action asked for, `misunderstood` the failed understandings in a row including this turn,
    `failed_actions` the names of actions that raised. An action's own reason tells most, so it wins; an unknown reason
    is still somebody asking for a person."""
    if asked is not None:
        known = {reason.value for reason in Reason}
        return Reason(asked.reason) if asked.reason in known else Reason.ASKED_FOR_PERSON
    if failed_actions:
        return Reason.ACTION_FAILED
    if misunderstood >= MISUNDERSTOOD_LIMIT:
        return Reason.NOT_UNDERSTOOD
    return None


def priority(reason: Reason, *, paid: bool) -> int:
    """How urgent, 0 to 4, higher first. Money that a customer has already paid always counts one more."""
    return _URGENCY.get(reason, 0) + (1 if paid else 0)


def words(reason: Reason, say: Speaker) -> str:
    """What the customer is told at hand-off; empty when an agent steps in and speaks for themselves, or when the bot's
    own answer has told it all."""
    return say(_WORDS[reason]) if reason in _WORDS else ""


def summary(
    reason: Reason,
    *,
    messages: Sequence[tuple[Author, str]],
    cart: Sequence[str] = (),
    orders: Sequence[str] = (),
    told: str = "",
) -> str:
    """What an agent reads before anything else: the same facts always make the same lines.

    `messages` are who spoke and what, oldest first; `cart` and `orders` ready lines ("2 × Aero 2, $138"), newest order
    first; `told` what the action that asked adds."""
    lines = [_HEADLINES[reason]]
    if told:
        lines.append(told.strip())
    said = [text.strip() for author, text in messages if author is Author.CUSTOMER and text.strip()]
    if said:
        lines.append(f"Last words: “{_short(said[-1])}”")
    if len(said) > 1:
        lines.append(f"Before that: “{_short(said[-2])}”")
    lines.append(f"Cart: {'; '.join(cart)}" if cart else "Cart: empty")
    if orders:
        lines.append(f"Latest order: {orders[0]}")
    return "\n".join(lines)


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _WORDS_KEPT else flat[: _WORDS_KEPT - 1].rstrip() + "…"
