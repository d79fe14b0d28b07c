"""A visitor of the shop's web page from the browser's side: writes and taps over HTTP, reads what is shown."""

from __future__ import annotations

import uuid
from typing import Any

import httpx
import msgspec

from bot.conversation.messages import Author
from bot.conversation.replies import Shown, offered_payloads, plain_text, title_of
from tests.support.stack import Stack, eventually

_API = "/api/v1/chat"


class Visitor:
    """One browser with its cookies. `says` and `taps` send, `hears_until` waits for the shop's next words."""

    def __init__(self, stack: Stack, languages: str = "en-US") -> None:
        self.client = httpx.Client(base_url=stack.url, headers={"Accept-Language": languages}, timeout=15)
        self.heard = 0
        answer = self.client.post(f"{_API}/session")
        assert answer.status_code == 200, answer.text

    def says(self, text: str) -> None:
        self._post(text=text)

    def taps(self, title: str) -> None:
        """Tap the newest thing whose title begins so."""
        for shown in reversed(self.shown()):
            for payload in offered_payloads(shown):
                if (title_of(shown, payload) or "").startswith(title):
                    self._post(payload=payload)
                    return
        raise AssertionError(f"nothing called {title!r} is offered")

    def shown(self) -> list[Any]:
        """Everything that the shop has said, in order."""
        messages = self.client.get(f"{_API}/history").json()["messages"]
        return [msgspec.convert(one["body"], Shown) for one in messages if one["author"] != Author.CUSTOMER]

    def hears_until(self, words: str, *, within_s: float = 25.0) -> str:
        """The next thing said with these words in it, as one reads it; passes over others."""

        def look() -> str | None:
            for place, shown in enumerate(self.shown()[self.heard :], start=self.heard + 1):
                if words.lower() in (said := plain_text(shown)).lower():
                    self.heard = place
                    return said
            return None

        return str(eventually(look, within_s=within_s))

    def cart(self) -> dict[str, Any]:
        """What the cart's sheet shows."""
        answer = self.client.get(f"{_API}/cart")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def _post(self, **said: str) -> None:
        answer = self.client.post(f"{_API}/messages", json={"client_id": uuid.uuid4().hex, **said})
        assert answer.status_code in (200, 201, 202), answer.text
