"""Stripe's test cards and what happens to them. Source: docs.stripe.com/testing. Knows nothing of sessions."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.stripe.errors import InvalidParams, Refusal


@dataclass(frozen=True, slots=True)
class Decline:
    code: str
    decline_code: str | None
    message: str


@dataclass(frozen=True, slots=True)
class TestCard:
    """`label` is what the pay page says of it. `name` makes the ids `tok_<name>` and `pm_card_<name>`.

    `dispute` is the reason the bank will give, and `inquiry` that it only asks at first. `refund` is where a refund
    ends that looks otherwise at first: `failed` after a success, `succeeded` after waiting.
    """

    number: str
    name: str
    label: str
    brand: str = "visa"
    decline: Decline | None = None
    authenticates: bool = False
    dispute: str | None = None
    inquiry: bool = False
    refund: str | None = None

    @property
    def last4(self) -> str:
        return self.number[-4:]


CARDS = (
    TestCard("4242424242424242", "visa", "Works"),
    TestCard("5555555555554444", "mastercard", "Works, Mastercard", brand="mastercard"),
    TestCard(
        "4000000000000002",
        "chargeDeclined",
        "Declined",
        decline=Decline("card_declined", "generic_decline", "Your card was declined."),
    ),
    TestCard(
        "4000000000009995",
        "chargeDeclinedInsufficientFunds",
        "Not enough money",
        decline=Decline("card_declined", "insufficient_funds", "Your card has insufficient funds."),
    ),
    TestCard(
        "4000000000000069",
        "chargeDeclinedExpiredCard",
        "Expired",
        decline=Decline("expired_card", None, "Your card has expired."),
    ),
    TestCard(
        "4000000000000127",
        "chargeDeclinedIncorrectCvc",
        "Wrong CVC",
        decline=Decline("incorrect_cvc", None, "Your card's security code is incorrect."),
    ),
    TestCard("4000002500003155", "authenticationRequiredOnSetup", "Bank asks first", authenticates=True),
    TestCard("4000000000003220", "threeDSecure2Required", "Bank asks first", authenticates=True),
    TestCard("4000000000000259", "createDispute", "Disputed as fraud", dispute="fraudulent"),
    TestCard("4000000000002685", "createDisputeProductNotReceived", "Not received", dispute="product_not_received"),
    TestCard("4000000000001976", "createDisputeInquiry", "Inquired into", dispute="fraudulent", inquiry=True),
    TestCard("4000000000005126", "refundFail", "Refund fails later", refund="failed"),
    TestCard("4000000000007726", "pendingRefund", "Refund waits", refund="succeeded"),
)
OFFERED = tuple(card for card in CARDS if card.last4 in ("4242", "0002", "9995", "3155"))
"""The four that the pay page offers at one tap."""

IBAN_SUCCEEDS = "AT611904300234573201"
IBAN_FAILS = "AT861904300235473202"

ROUTING_NUMBER = "110000000"
"""The bank of the American test accounts."""
ACCOUNT_SUCCEEDS = "000123456789"
ACCOUNT_FAILS = "000222222227"

_BY_NUMBER = {card.number: card for card in CARDS}
_BY_NAME = {card.name: card for card in CARDS}


def by_number(number: str) -> TestCard:
    """Raises `Refusal` as Stripe does in test mode: for a typing error, and for anybody's real card."""
    if not _luhn(number):
        raise card_error("incorrect_number", "Your card number is incorrect.", "number")
    if number not in _BY_NUMBER:
        raise card_error(
            "card_declined",
            "Your card was declined. This is a sandbox: it takes test cards only.",
            "number",
            decline_code="test_mode_live_card",
        )
    return _BY_NUMBER[number]


def by_token(token: str, prefix: str) -> TestCard:
    card = _BY_NAME.get(token.removeprefix(prefix))
    if card is None:
        raise InvalidParams(f"No such token: '{token}'", code="resource_missing", param="card[token]")
    return card


def card_error(code: str, message: str, param: str | None = None, decline_code: str | None = None) -> Refusal:
    return Refusal(message, status=402, kind="card_error", code=code, param=param, decline_code=decline_code)


def _luhn(number: str) -> bool:
    if not (number.isascii() and number.isdecimal() and 12 <= len(number) <= 19):
        return False
    digits = [int(digit) for digit in reversed(number)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
