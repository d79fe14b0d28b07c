"""Stripe behind the `Payments` interface: the only file that knows Stripe's library.

Knows nothing of who asks or what an order is. Keys and addresses come as arguments; the address may be the
sandbox's (docs/adr/0005). Sends no telemetry and logs nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, cast

import stripe

from bot.clock import Clock, SystemClock
from bot.payments.base import (
    CheckoutLine,
    CheckoutRequest,
    CheckoutSession,
    CredentialsRefused,
    DeliveryChoice,
    Dispute,
    IdempotencyKeyReused,
    Off,
    PaymentEvent,
    PaymentsError,
    PaymentsUnavailable,
    Refunded,
    RefundRequest,
    RequestRefused,
    Retry,
    SessionStatus,
    SignatureInvalid,
)
from bot.payments.minor_units import to_stripe
from bot.payments.stripe_words import read_dispute, read_event, read_refund, read_session

if TYPE_CHECKING:
    from stripe.params import RefundCreateParams, RefundListParams
    from stripe.params.checkout import (
        SessionCreateParams,
        SessionCreateParamsLineItem,
        SessionCreateParamsShippingOption,
        SessionListParams,
    )

API_URL = "https://api.stripe.com"
API_VERSION = "2026-05-27.dahlia"
"""The dated shape of everything Stripe sends; an account's webhook endpoint must be made with the same one."""
SIGNATURE_TOLERANCE_S = 300
CLOCK_SKEW_S = 60
"""The library refuses old timestamps only; a signature from further ahead than this has no honest clock."""
DEADLINE_S = 10.0
"""For a whole call, repetitions included: a shopper waits for the answer in the chat."""
_RATE = "shipping_cost.shipping_rate"
_WHOLE: list[str] = [_RATE, "payment_intent"]
"""A single session comes with its payment, the only place that tells of a slow one which failed."""
_LONGEST_COUPON_NAME = 40
_PAGE = 100
_REFUND_REASONS = frozenset({"duplicate", "fraudulent", "requested_by_customer"})
_PAY_PAGE_LOCALES = frozenset(
    (
        *("bg", "cs", "da", "de", "el", "en", "en-GB", "es", "es-419", "et", "fi", "fil", "fr", "fr-CA", "hr"),
        *("hu", "id", "it", "ja", "ko", "lt", "lv", "ms", "mt", "nb", "nl", "pl", "pt", "pt-BR", "ro", "ru"),
        *("sk", "sl", "sv", "th", "tr", "vi", "zh", "zh-HK", "zh-TW"),
    )
)

stripe.enable_telemetry = False  # the library would otherwise keep an id of this machine in the home folder


class StripePayments:
    """Implements `bot.payments.base.Payments`. Several webhook secrets are accepted while one is being replaced."""

    def __init__(
        self,
        *,
        api_key: str,
        webhook_secrets: Sequence[str],
        api_url: str = API_URL,
        deadline_s: float = DEADLINE_S,
        clock: Clock | None = None,
    ) -> None:
        if not api_key or not webhook_secrets or not all(webhook_secrets):
            raise ValueError("Stripe needs an API key and at least one webhook secret")
        self._webhook_secrets = tuple(webhook_secrets)
        self._deadline_s = deadline_s
        self._clock = clock or SystemClock()
        self._http = stripe.HTTPXClient(timeout=deadline_s)
        self._client = stripe.StripeClient(
            api_key,
            stripe_version=API_VERSION,
            base_addresses={"api": api_url.rstrip("/")},
            max_network_retries=2,
            http_client=self._http,
        )

    async def open_checkout(self, request: CheckoutRequest) -> CheckoutSession:
        coupon = await self._coupon(request.off, request.idempotency_key) if request.off else None
        call = self._client.v1.checkout.sessions.create_async(
            _create_params(request, coupon), {"idempotency_key": request.idempotency_key}
        )
        return read_session(await self._answer(call))

    async def _coupon(self, off: Off, key: str) -> str:
        """A coupon for this one checkout: Stripe takes an amount off a session in no other way."""
        call = self._client.v1.coupons.create_async(
            {
                "amount_off": to_stripe(off.amount),
                "currency": off.amount.currency.lower(),
                "duration": "once",
                "max_redemptions": 1,
                "name": off.name[:_LONGEST_COUPON_NAME],
            },
            {"idempotency_key": f"{key}:coupon"},
        )
        return str((await self._answer(call))["id"])

    async def retrieve_checkout(self, session_id: str) -> CheckoutSession:
        call = self._client.v1.checkout.sessions.retrieve_async(
            _checked(session_id, "cs_", "session"), {"expand": _WHOLE}
        )
        return read_session(await self._answer(call))

    async def expire_checkout(self, session_id: str) -> CheckoutSession:
        # Needs no key of the caller's: expiring twice is refused by Stripe and answered by a look at the session.
        try:
            call = self._client.v1.checkout.sessions.expire_async(
                _checked(session_id, "cs_", "session"), {"expand": _WHOLE}
            )
            return read_session(await self._answer(call))
        except RequestRefused:
            session = await self.retrieve_checkout(session_id)
            if session.status is SessionStatus.OPEN:
                raise
            return session

    async def checkouts_since(self, since: datetime) -> Sequence[CheckoutSession]:
        found: list[CheckoutSession] = []
        asked: SessionListParams = {
            "created": {"gte": int(since.timestamp())},
            "limit": _PAGE,
            "expand": [f"data.{_RATE}"],
        }
        while True:
            page = await self._answer(self._client.v1.checkout.sessions.list_async(asked))
            found += [read_session(each) for each in page["data"] if each["mode"] == "payment"]
            if not page["has_more"]:
                return found[::-1]
            asked["starting_after"] = page["data"][-1]["id"]

    async def refund(self, request: RefundRequest) -> Refunded:
        params: RefundCreateParams = {
            "payment_intent": request.payment_intent,
            "amount": to_stripe(request.amount),
            "metadata": {"refund_id": request.refund_id},
        }
        if request.reason in _REFUND_REASONS:
            params["reason"] = cast('Literal["duplicate"]', request.reason)
        call = self._client.v1.refunds.create_async(params, {"idempotency_key": request.idempotency_key})
        return read_refund(await self._answer(call))

    async def retrieve_refund(self, refund: str) -> Refunded:
        return read_refund(
            await self._answer(self._client.v1.refunds.retrieve_async(_checked(refund, "re_", "refund")))
        )

    async def refunds_of(self, payment_intent: str) -> Sequence[Refunded]:
        found: list[Refunded] = []
        asked: RefundListParams = {"payment_intent": _checked(payment_intent, "pi_", "payment_intent"), "limit": _PAGE}
        while True:
            page = await self._answer(self._client.v1.refunds.list_async(asked))
            found += [read_refund(each) for each in page["data"]]
            if not page["has_more"]:
                return found
            asked["starting_after"] = page["data"][-1]["id"]

    async def dispute(self, dispute: str) -> Dispute:
        return read_dispute(
            await self._answer(self._client.v1.disputes.retrieve_async(_checked(dispute, "d", "dispute")))
        )

    def verify_event(self, body: bytes, header: str | None) -> PaymentEvent:
        # One reason for every mismatch: a forger learns nothing, an operator checks secret and clock in any case.
        if header is None or not any(_signed(body, header, secret) for secret in self._webhook_secrets):
            raise SignatureInvalid("no recent signature of ours")
        # By our own clock, and in both directions: the library looks at the machine's, and only for what is too old.
        age = self._clock.now().timestamp() - _signed_at(header)
        if age > SIGNATURE_TOLERANCE_S:
            raise SignatureInvalid("no recent signature of ours")
        if age < -CLOCK_SKEW_S:
            raise SignatureInvalid("signed in the future")
        return read_event(body)

    def read_event(self, body: bytes) -> PaymentEvent:
        return read_event(body)

    async def close(self) -> None:
        await self._http.close_async()  # type: ignore[no-untyped-call]

    async def _answer(self, call: Awaitable[stripe.StripeObject]) -> dict[str, Any]:
        try:
            async with asyncio.timeout(self._deadline_s):
                return (await call).to_dict()
        except TimeoutError:
            raise PaymentsUnavailable(retry=Retry.SAME_KEY) from None
        except stripe.StripeError as error:
            raise _translated(error) from None
        except (AttributeError, KeyError, TypeError, ValueError):
            # How the library trips over an answer that is JSON but not Stripe's, or no text at all.
            raise PaymentsUnavailable(retry=Retry.SAME_KEY) from None


def _create_params(request: CheckoutRequest, coupon: str | None) -> SessionCreateParams:
    metadata = {
        "order_id": request.order_id,
        "order_number": request.order_number,
        "checkout": request.idempotency_key,
    }
    params: SessionCreateParams = {
        "mode": "payment",
        "line_items": [_line_item(line) for line in request.lines],
        "client_reference_id": request.order_id,
        "metadata": metadata,
        # A session's metadata does not reach its payment intent, and refunds and disputes only tell of that one.
        "payment_intent_data": {"metadata": metadata, "description": f"Order {request.order_number}"},
        "expires_at": int(request.expires_at.timestamp()),
        "success_url": request.success_url,
        "cancel_url": request.cancel_url,
        "locale": _pay_page_locale(request.locale),
        "submit_type": "pay",
    }
    if request.customer_email:
        params["customer_email"] = request.customer_email
    if request.countries:
        params["shipping_address_collection"] = {"allowed_countries": cast("Any", list(request.countries))}
        params["phone_number_collection"] = {"enabled": True}
    if request.delivery:
        params["shipping_options"] = [_shipping_option(choice) for choice in request.delivery]
        params["expand"] = [_RATE]
    if coupon:
        params["discounts"] = [{"coupon": coupon}]
    elif request.provider_codes:
        params["allow_promotion_codes"] = True
    if request.provider_tax:
        params["automatic_tax"] = {"enabled": True}
    if request.recovery:
        params["after_expiration"] = {"recovery": {"enabled": True}}
    if request.in_app:
        params["origin_context"] = "mobile_app"
    return params


def _shipping_option(choice: DeliveryChoice) -> SessionCreateParamsShippingOption:
    least, most = choice.days
    return {
        "shipping_rate_data": {
            "type": "fixed_amount",
            "display_name": choice.name,
            "fixed_amount": {"amount": to_stripe(choice.amount), "currency": choice.amount.currency.lower()},
            "delivery_estimate": {
                "minimum": {"unit": "business_day", "value": max(least, 1)},
                "maximum": {"unit": "business_day", "value": max(most, 1)},
            },
            "metadata": {"way": choice.id},
        }
    }


def _line_item(line: CheckoutLine) -> SessionCreateParamsLineItem:
    item: SessionCreateParamsLineItem = {
        "quantity": line.quantity,
        "price_data": {
            "currency": line.unit_amount.currency.lower(),
            "unit_amount": to_stripe(line.unit_amount),
            "product_data": {"name": line.title},
        },
    }
    product = item["price_data"]["product_data"]
    if line.image_url:
        product["images"] = [line.image_url]
    if line.description:
        product["description"] = line.description
    if line.tax_code:
        product["tax_code"] = line.tax_code
    return item


def _pay_page_locale(tag: str) -> str:
    language = tag.split("-")[0]
    return next((known for known in (tag, language) if known in _PAY_PAGE_LOCALES), "auto")


def _checked(name: str, prefix: str, param: str) -> str:
    """An id that can only name a thing of its kind: it becomes part of a path. Raises `RequestRefused` otherwise."""
    if not (name.startswith(prefix) and name.isascii() and name.replace("_", "").isalnum()):
        raise RequestRefused(refusal="resource_missing", param=param, request_id=None)
    return name


def _signed(body: bytes, header: str, secret: str) -> bool:
    try:
        stripe.WebhookSignature.verify_header(body, header, secret)
    except (stripe.SignatureVerificationError, UnicodeError, TypeError):
        # The library decodes the body and compares text: bytes that are no UTF-8 and signatures
        # that are no ASCII leave it as these two.
        return False
    return True


def _signed_at(header: str) -> int:
    """The moment a verified header names, read as the library reads it: the first `t` counts."""
    return next(int(value) for name, _, value in (part.partition("=") for part in header.split(",")) if name == "t")


def _translated(error: stripe.StripeError) -> PaymentsError:
    status, request_id = error.http_status or 0, error.request_id
    if isinstance(error, stripe.IdempotencyError) and status != 409:
        return IdempotencyKeyReused(refusal="idempotency_error", param=None, request_id=request_id)
    if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
        return CredentialsRefused(request_id=request_id)
    if isinstance(error, stripe.InvalidRequestError | stripe.CardError):
        return RequestRefused(refusal=error.code, param=error.param, request_id=request_id)
    return PaymentsUnavailable(retry=_retry(error, status), request_id=request_id)


def _retry(error: stripe.StripeError, status: int) -> Retry:
    """Stripe stores a failure that struck while it worked, and repeats it for the key; others leave no trace.

    Its own failures carry an error object; a proxy's or a load balancer's page does not.
    """
    advised = (error.headers or {}).get("stripe-should-retry")
    stored = status >= 500 and error.error is not None and advised != "true"
    return Retry.NEW_KEY if stored else Retry.SAME_KEY
