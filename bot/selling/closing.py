"""Closing an order's pay page, before anything is done that must not be paid for. It moves no order."""

from __future__ import annotations

from typing import Any

import structlog

from bot.payments.base import Payments, PaymentsError, RequestRefused, SessionStatus
from bot.selling.order_answers import PaymentArriving, PaymentsDown

log = structlog.get_logger()


async def close_page(payments: Payments, order: Any) -> PaymentArriving | PaymentsDown | None:
    """None once it is certain that nobody can pay there; a page that was never opened, or that the provider never heard
    of, is closed."""
    if order.session_id is None:
        return None
    try:
        session = await payments.expire_checkout(order.session_id)
    except PaymentsError as error:
        if isinstance(error, RequestRefused) and error.refusal == "resource_missing":
            return None
        log.error("pay_page.not_closed", order=order.number, error=error.code, **error.facts)
        return PaymentsDown()
    if session.status is SessionStatus.COMPLETE:
        return PaymentArriving(order.number)
    return None if session.status is SessionStatus.EXPIRED else PaymentsDown()
