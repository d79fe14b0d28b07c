"""A shopper at the pay page of the sandbox, by HTTP."""

from __future__ import annotations

from typing import Any

import httpx

from tests.payments.paying import confirmation
from tests.payments.sandbox_process import API_KEY, Sandbox


class PayPage:
    """Of one session."""

    def __init__(self, sandbox: Sandbox, session: str) -> None:
        self._sandbox = sandbox
        self.session = session

    async def ask(self, method: str, path: str, data: dict[str, Any] | None = None) -> Any:
        async with httpx.AsyncClient(
            base_url=self._sandbox.url, headers={"authorization": f"Bearer {API_KEY}"}, timeout=20
        ) as client:
            answer = await client.request(method, path, data=data)
        assert answer.status_code in (200, 303), answer.text
        return answer.json() if answer.status_code == 200 else answer.headers["location"]

    async def now(self) -> Any:
        return await self.ask("GET", f"/v1/checkout/sessions/{self.session}")

    async def pay(self, card: str | None = "pm_card_visa", **chosen: str) -> Any:
        """With what else was chosen: `shipping_rate`, `promotion_code`, `country`... Returns the session afterwards."""
        page = await self.ask("GET", f"/v1/payment_pages/{self.session}")
        form = confirmation(page, card, **chosen)
        if chosen:
            del form["expected_amount"]  # what is chosen changes it
        await self.ask("POST", f"/v1/payment_pages/{self.session}/confirm", form)
        return await self.now()

    async def runs_out(self) -> None:
        await self.ask("POST", f"/v1/checkout/sessions/{self.session}/expire")

    async def taken_up(self) -> PayPage:
        """The page behind the link that the provider keeps for one that ran out."""
        url = (await self.now())["after_expiration"]["recovery"]["url"]
        location = await self.ask("GET", url.removeprefix(self._sandbox.url))
        return PayPage(self._sandbox, location.rstrip("/").rsplit("/", 1)[-1])
