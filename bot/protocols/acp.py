"""ACP over HTTP: `/.well-known/acp.json` and, under `/acp`, checkout sessions. Translation only."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable
from typing import Any

import msgspec
from sanic import Blueprint, Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from bot.errors import BadInput, SoukError
from bot.protocols import acp_words as words
from bot.protocols.purchases import Purchases, Wanted
from bot.protocols.requests import COME_BACK_S, Answered, Doorkeeper, InFlight, read_body

PROTOCOL = "acp"
Handler = Callable[..., Coroutine[Any, Any, Answered]]


class _Item(msgspec.Struct, frozen=True):
    """`quantity` is not in the schema's item of this version but in its examples: one where it is absent."""

    id: str
    quantity: int = 1


class _Discounts(msgspec.Struct, frozen=True):
    codes: list[str] = []


class _Address(msgspec.Struct, frozen=True):
    country: str = ""


class _Details(msgspec.Struct, frozen=True):
    address: _Address | None = None


class _Session(msgspec.Struct, frozen=True):
    """Of a request to create or update, what this shop acts upon; the rest may be there."""

    line_items: list[_Item] | None = None
    currency: str | None = None
    buyer: dict[str, Any] | None = None
    fulfillment_details: dict[str, Any] | None = None
    coupons: list[str] | None = None
    discounts: _Discounts | None = None
    locale: str | None = None

    def wanted(self) -> Wanted:
        codes = self.discounts.codes if self.discounts is not None else self.coupons
        details = self.fulfillment_details
        place = msgspec.convert(details, _Details).address if details else None
        return Wanted(
            items=None if self.line_items is None else [(item.id, item.quantity) for item in self.line_items],
            currency=self.currency.upper() if self.currency else None,
            country=place.country.upper() if place and place.country else None,
            code=None if codes is None else (codes[0] if codes else ""),
            language=self.locale,
            buyer=self.buyer,
            destination=details,
        )


class Acp:
    def __init__(self, *, purchases: Purchases, door: Doorkeeper, public_url: str, currencies: Iterable[str]) -> None:
        self._purchases = purchases
        self._door = door
        self._public_url = public_url
        self._currencies = tuple(currencies)

    def blueprint(self) -> Blueprint:
        blueprint = Blueprint("acp")

        @blueprint.get("/.well-known/acp.json")
        async def discover(_request: Request) -> HTTPResponse:
            told = words.discovery(self._public_url, self._currencies)
            return json_response(told, headers={"Cache-Control": "public, max-age=300"})

        one = "/acp/checkout_sessions/<purchase:str>"
        routes: list[tuple[str, str, Handler]] = [
            ("POST", "/acp/checkout_sessions", self.create),
            ("GET", one, self.retrieve),
            ("POST", one, self.update),
            ("POST", f"{one}/complete", self.complete),
            ("POST", f"{one}/cancel", self.cancel),
        ]
        for number, (method, path, handler) in enumerate(routes):
            blueprint.add_route(self._guarded(handler), path, methods=[method], name=f"acp_{number}")
        return blueprint

    def _guarded(self, handler: Handler) -> Callable[..., Coroutine[Any, Any, HTTPResponse]]:
        async def answer(request: Request, **parameters: str) -> HTTPResponse:
            asked = request.headers.get("api-version", words.VERSION)
            if asked != words.VERSION:
                refused = words.error(
                    "invalid_request", "unsupported_api_version", f"This shop speaks {words.VERSION}."
                )
                return json_response(refused | {"supported_versions": [words.VERSION]}, status=400)
            try:
                self._door.let_in(request)
                answered = await handler(request, **parameters)
            except SoukError as error:
                return _refusal(error)
            return json_response(answered.body, status=answered.status, headers=_echoed(request, answered))

        return answer

    async def create(self, request: Request) -> Answered:
        async def work(key: str) -> Answered:
            opened = await self._purchases.open(key, read_body(request, _Session).wanted())
            return Answered(201, words.session(opened, self._public_url))

        return await self._door.once(request, work)

    async def retrieve(self, _request: Request, purchase: str) -> Answered:
        return Answered(200, words.session(await self._purchases.look(purchase), self._public_url))

    async def update(self, request: Request, purchase: str) -> Answered:
        async def work(key: str) -> Answered:
            changed = await self._purchases.change(purchase, key, read_body(request, _Session).wanted())
            return Answered(200, words.session(changed, self._public_url))

        return await self._door.once(request, work)

    async def complete(self, request: Request, purchase: str) -> Answered:
        """No agent pays here: the shop takes no card and no token from it, its buyer pays at `continue_url`."""

        async def work(_key: str) -> Answered:
            seen = await self._purchases.look(purchase)
            if seen.order is not None:
                return Answered(200, words.session(seen, self._public_url))
            raise BadInput("requires_escalation", f"The buyer pays on the shop's own page: {seen.pay_url}")

        return await self._door.once(request, work)

    async def cancel(self, request: Request, purchase: str) -> Answered:
        async def work(key: str) -> Answered:
            cancelled = await self._purchases.cancel(purchase, key)
            return Answered(200, words.session(cancelled, self._public_url))

        return await self._door.once(request, work)


def _refusal(error: SoukError) -> HTTPResponse:
    """Source: the protocol's Error schema; 405 where a checkout that was paid is to be cancelled."""
    status = 405 if error.code == "checkout_completed" else error.status
    headers = {"Retry-After": str(COME_BACK_S)} if isinstance(error, InFlight) else {}
    kind = "invalid_request" if status < 500 else "service_unavailable"
    return json_response(words.error(kind, error.code, error.message), status=status, headers=headers)


def _echoed(request: Request, answered: Answered) -> dict[str, str]:
    """The caller's own ids come back, so that both sides can find the exchange in their logs."""
    told = {name: request.headers[name] for name in ("Idempotency-Key", "Request-Id") if name in request.headers}
    return told | ({"Idempotent-Replayed": "true"} if answered.again else {})
