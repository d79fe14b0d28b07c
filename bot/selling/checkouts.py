"""Opening the checkout of a cart: hold the stock and write the order, ask the payment provider, write down the link.

Whatever dies in between, the same order carries on: its key for the provider and all that goes with it are stored
before the first attempt. A cart that has changed since gets another order, once the old pay page is closed for certain.

    prepare ──► an answer (empty, sold out, the same link again...)
       ├──────► close the old pay page ──► prepare
       └──────► open the new one ─────────► its link
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import structlog

from bot.clock import Clock
from bot.commerce.checkout import HOLD_GRACE, PAY_PAGE_LIFE, SMALLEST_LIFE_LEFT, smallest_charge
from bot.commerce.money import Money
from bot.commerce.orders import OrderState
from bot.commerce.stock import HoldState, wanted_by_sku
from bot.conversation.phrases import language_of, speaker
from bot.payments.base import (
    CheckoutLine,
    CheckoutRequest,
    CheckoutSession,
    DeliveryChoice,
    Off,
    Payments,
    PaymentsError,
    PaymentsUnavailable,
    RequestRefused,
    Retry,
)
from bot.selling.answers import CartLine, NotDelivered
from bot.selling.cart_keeping import OpenedCart, cart_lines, open_cart
from bot.selling.cart_watch import require_seen
from bot.selling.closing import close_page
from bot.selling.once import tell, told_before
from bot.selling.order_answers import (
    BelowMinimum,
    CartEmpty,
    Checkout,
    CheckoutOpened,
    PaymentArriving,
    PaymentsDown,
    PriceChange,
    ShortLine,
    SoldOut,
)
from bot.selling.policy import ShopPolicy
from bot.selling.price_lock import price_changes
from bot.selling.quoting import Quoted, Quoting
from bot.storage import orders, promotions, stock
from bot.storage.sql import Database, Transaction

_ROUNDS = 4
"""Each round closes or renews something; a checkout that needs more of them is being raced by another device."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Close:
    """The order of a pay page that must be closed before anything else."""

    order: Any


@dataclass(frozen=True, slots=True)
class _Open:
    """An order that is written and held, and has no pay page yet."""

    order: Any
    lines: list[Any]


@dataclass(frozen=True, slots=True)
class _Refused:
    """The provider will answer the same to this key for ever; another one may help."""

    error: PaymentsError


class Checkouts:
    """With `seen`, a checkout is refused (`CartMovedOn`) unless the cart is at that version. `source` is where orders
    come from: chat, desk."""

    def __init__(
        self,
        db: Database,
        payments: Payments,
        clock: Clock,
        policy: ShopPolicy,
        *,
        seen: int | None = None,
        source: str = "chat",
    ) -> None:
        self._db = db
        self._seen = seen
        self._source = source
        self._payments = payments
        self._clock = clock
        self._policy = policy
        self._quoting = Quoting(clock, policy)

    async def checkout(self, conversation_id: int, key: str) -> Checkout:
        key = f"{key}:checkout"
        renewed = False
        for _ in range(_ROUNDS):
            step = await self._prepare(conversation_id, key)
            if isinstance(step, _Close):
                closed = await self._close(step.order)
                if closed is not None:
                    return closed
            elif isinstance(step, _Open):
                outcome = await self._open(step, key)
                if isinstance(outcome, _Refused):
                    if renewed:
                        return _down(step.order, outcome.error)
                    renewed = True
                    await self._renew(step.order, outcome.error)
                elif outcome is not None:
                    return outcome
            else:
                return step
        return PaymentsDown()

    # -- what is to be done --------------------------------------------------------------------------------------------

    async def _prepare(self, conversation_id: int, key: str) -> Checkout | _Close | _Open:
        now = self._clock.now()
        async with self._db.write() as tx:
            opened = await open_cart(tx, conversation_id, self._policy, self._clock)
            before: Checkout | None = await told_before(tx, key, Checkout)
            if before is not None:
                return before
            require_seen(opened.cart.version, self._seen)
            lines, products = await cart_lines(tx, opened.customer, opened.cart, opened.currency, self._policy, now)
            cost = await self._quoting.of(tx, opened.customer, opened.cart, lines, products, opened.currency)
            order = await orders.open_order(tx, opened.customer.contact_id)
            if order is not None:
                if _is_for(order, opened, cost) and order.session_expires_at - now > SMALLEST_LIFE_LEFT:
                    if order.session_id:
                        return await tell(tx, key, _opened(order, None), now)
                    return _Open(order, (await orders.lines_of(tx, [order.id]))[order.id])
                if order.session_id:
                    return _Close(order)
                # Its link was given to nobody, so nobody can pay it.
                await self._expire(tx, order)
            refusal = self._refusal(lines, cost)
            if refusal is not None:
                return await tell(tx, key, refusal, now)
            return await self._write_order(opened, lines, cost, key, now)

    def _refusal(self, lines: list[CartLine], quoted: Quoted) -> CartEmpty | NotDelivered | BelowMinimum | None:
        if not lines:
            return CartEmpty()
        if not quoted.quote.deliverable:
            return NotDelivered(quoted.quote.country, self._policy.delivered_to)
        total = quoted.quote.total
        minimum = smallest_charge(total.currency)
        # What a code has made free is no charge at all, so no smallest one counts.
        return BelowMinimum(total, minimum) if 0 < total.amount < minimum.amount else None

    async def _write_order(
        self, opened: OpenedCart, lines: list[CartLine], quoted: Quoted, key: str, now: datetime
    ) -> SoldOut | _Open:
        closes_at = (now + PAY_PAGE_LIFE).replace(microsecond=0)
        tx = opened.tx
        wanted = wanted_by_sku((line.sku, line.quantity) for line in lines)
        missing = {shortfall.sku: shortfall for shortfall in await stock.take(tx, wanted)}
        if missing:
            short = [
                ShortLine(line.sku, line.product_id, line.label, line.quantity, missing[line.sku].available)
                for line in lines
                if line.sku in missing
            ]
            return await tell(tx, key, SoldOut(short), now)
        cost = quoted.quote
        order = await orders.add_order(
            tx,
            {
                "contact_id": opened.customer.contact_id,
                "conversation_id": opened.customer.conversation_id,
                "state": OrderState.AWAITING_PAYMENT,
                "source": self._source,
                "currency": opened.currency,
                "subtotal": cost.goods.amount,
                "discount": cost.discount.amount,
                "code": cost.code,
                "shipping": cost.shipping.amount,
                "ways": [
                    {"way": offer.way, "name": offer.name, "amount": offer.cost.amount, "days": list(offer.days)}
                    for offer in cost.delivery
                ],
                "way": cost.delivery[0].way if cost.delivery else None,
                "country": cost.country,
                "countries": list(self._like(cost.country)) if cost.delivery else [],
                "tax": cost.tax.added.amount,
                "tax_included": cost.tax.included.amount,
                "tax_name": cost.tax.name,
                "note": opened.cart.note,
                "total": cost.total.amount,
                "idempotency_key": _new_key(),
                "cart_version": opened.cart.version,
                "locale": opened.customer.locale,
                "session_expires_at": closes_at,
                "created_at": now,
            },
            [_order_line(line, quoted, place) for place, line in enumerate(lines)],
        )
        if cost.code:
            await promotions.hold(tx, order.id, cost.code, opened.customer.contact_id)
        await stock.hold(tx, order.id, wanted, closes_at + HOLD_GRACE)
        return _Open(order, (await orders.lines_of(tx, [order.id]))[order.id])

    async def _expire(self, tx: Any, order: Any) -> None:
        if await orders.move(tx, order.id, OrderState.EXPIRED):
            await stock.release(tx, order.id)
            await promotions.move(tx, order.id, HoldState.RELEASED)

    # -- what the provider is asked ------------------------------------------------------------------------------------

    async def _close(self, order: Any) -> PaymentArriving | PaymentsDown | None:
        """Close the old pay page and free its stock. None when that is done."""
        hindered = await close_page(self._payments, order)
        if hindered is not None:
            return hindered
        async with self._db.write() as tx:
            await orders.lock_order(tx, order.id)
            await self._expire(tx, order)
        return None

    async def _open(self, step: _Open, key: str) -> CheckoutOpened | PaymentsDown | _Refused | None:
        """Open the pay page. None when the order has moved on meanwhile."""
        order = step.order
        try:
            session = await self._payments.open_checkout(self._request(order, step.lines))
        except PaymentsUnavailable as error:
            return _down(order, error) if error.retry is Retry.SAME_KEY else _Refused(error)
        except RequestRefused as refused:
            return _Refused(refused)
        except PaymentsError as error:
            return _down(order, error)
        now = self._clock.now()
        async with self._db.write() as tx:
            written = await orders.put_session(
                tx,
                order.id,
                order.idempotency_key,
                session_id=session.id,
                session_url=session.url,
                session_expires_at=session.expires_at,
            )
            if written:
                await stock.keep(tx, order.id, session.expires_at + HOLD_GRACE)
                paged = await orders.lock_order(tx, order.id)
                return await tell(tx, key, _opened(paged, await _changes(tx, paged)), now)
        await self._abandon(session)
        return None

    async def _renew(self, order: Any, error: PaymentsError) -> None:
        """Give the order another key and a whole life of its pay page."""
        closes_at = (self._clock.now() + PAY_PAGE_LIFE).replace(microsecond=0)
        async with self._db.write() as tx:
            key = {"idempotency_key": _new_key(), "session_expires_at": closes_at}
            if await orders.put_session(tx, order.id, order.idempotency_key, **key):
                await stock.keep(tx, order.id, closes_at + HOLD_GRACE)
        log.warning("checkout.renewed", order=order.number, error=error.code)

    async def _abandon(self, session: CheckoutSession) -> None:
        """Close a page that nobody was given, because its order moved on meanwhile."""
        try:
            await self._payments.expire_checkout(session.id)
        except PaymentsError as error:
            log.warning("checkout.abandoned_open", session=session.id, error=error.code)

    def _request(self, order: Any, lines: list[Any]) -> CheckoutRequest:
        say = speaker(language_of(order.locale))
        asked = [
            CheckoutLine(
                line.title,
                Money(line.unit_amount, order.currency),
                line.quantity,
                image_url=line.image,
                tax_code=(line.tax_code or None) if self._policy.rules.tax.by_provider else None,
            )
            for line in lines
        ]
        if order.tax:
            asked.append(CheckoutLine(order.tax_name or say("Tax"), Money(order.tax, order.currency), 1))
        return CheckoutRequest(
            order_id=str(order.id),
            order_number=str(order.number),
            lines=tuple(asked),
            expires_at=order.session_expires_at,
            success_url=self._policy.success_url,
            cancel_url=self._policy.cancel_url,
            idempotency_key=order.idempotency_key,
            locale=order.locale,
            countries=tuple(order.countries),
            delivery=tuple(
                DeliveryChoice(
                    way["way"], way["name"], Money(way["amount"], order.currency), (way["days"][0], way["days"][1])
                )
                for way in order.ways
            ),
            off=Off(order.code, Money(order.discount, order.currency)) if order.discount else None,
            provider_codes=self._policy.provider_codes,
            provider_tax=self._policy.rules.tax.by_provider,
            recovery=True,
        )

    def _like(self, country: str) -> tuple[str, ...]:
        """The countries in which this order would cost the same: delivered to alike, taxed alike."""
        rules = self._policy.rules
        zone = rules.shipping.zone(country)
        if zone is None or country not in zone.countries:
            return (country,)
        mine = [rate for rate in rules.tax.rates if country in rate.countries]
        return tuple(
            other for other in zone.countries if [rate for rate in rules.tax.rates if other in rate.countries] == mine
        )


def _new_key() -> str:
    return f"souk_{uuid4().hex}"


def _order_line(line: CartLine, quoted: Quoted, place: int) -> dict[str, Any]:
    tax = quoted.quote.line_taxes[place]
    return {
        "tax": (tax.included + tax.added).amount,
        "tax_code": quoted.tax_codes[place],
        "discount": quoted.discount.of_lines[place].amount if quoted.discount else 0,
        "note": line.note,
        "sku": line.sku,
        "product_id": line.product_id,
        "title": line.label,
        "image": line.image,
        "quantity": line.quantity,
        "unit_amount": line.unit_price.amount,
    }


def _is_for(order: Any, opened: OpenedCart, quoted: Quoted) -> bool:
    """Whether the order is of the cart as it is now, at the prices of now."""
    return bool(order.cart_version == opened.cart.version and Money(order.total, order.currency) == quoted.quote.total)


async def _changes(tx: Transaction, order: Any) -> list[PriceChange]:
    """What costs something else than on the pay page that this one follows."""
    before = await orders.lapsed_before(tx, order)
    if before is None or before.currency != order.currency:
        return []
    lines = await orders.lines_of(tx, [before.id, order.id])
    return price_changes(before, lines[before.id], order, lines[order.id])


def _opened(order: Any, changes: list[PriceChange] | None) -> CheckoutOpened:
    """`changes` are None for a page that was open already."""
    return CheckoutOpened(
        order_number=order.number,
        url=order.session_url,
        subtotal=Money(order.subtotal, order.currency),
        shipping=Money(order.shipping, order.currency),
        total=Money(order.total, order.currency),
        expires_at=order.session_expires_at,
        discount=Money(order.discount, order.currency),
        tax=Money(order.tax, order.currency),
        code=order.code,
        again=changes is None,
        changes=changes or [],
    )


def _down(order: Any, error: PaymentsError) -> PaymentsDown:
    log.error("checkout.payments_failed", order=order.number, error=error.code, **error.facts)
    return PaymentsDown()
