"""A customer's telephone from Twilio's side: text messages and calls, played by the stand-in against a whole shop."""

from __future__ import annotations

import re
import time
from typing import Any

import httpx

from tests.support.stack import Stack, eventually

_WITHIN_S = 60


class TextPhone:
    """One customer's text messages. `hears` waits for the next one to them."""

    def __init__(self, stack: Stack, number: str) -> None:
        self.url = f"{stack.settings.twilio_api_url}/_sim/phones/{number}"
        self.number = number
        self.heard = 0

    def says(self, text: str, **more: Any) -> None:
        answer = httpx.post(f"{self.url}/send", json={"text": text, **more}, timeout=_WITHIN_S).json()
        assert answer["status"] in (200, 204), answer

    def received(self) -> list[dict[str, Any]]:
        thread = httpx.get(f"{self.url}/thread", timeout=_WITHIN_S).json()
        return [message for message in thread["messages"] if not message["mine"]]

    def hears(self, *, within_s: float = 25.0) -> str:
        message: dict[str, Any] = eventually(lambda: self.received()[self.heard :], within_s=within_s)[0]
        self.heard += 1
        return str(message["body"])

    def hears_until(self, words: str, *, within_s: float = 25.0) -> str:
        """The next message with these words in it, passing over others."""
        until = time.monotonic() + within_s
        while True:
            message = self.hears(within_s=max(0.1, until - time.monotonic()))
            if words.lower() in message.lower():
                return message


class Caller:
    """One call. `hears` is what was said since the caller last said something."""

    def __init__(self, stack: Stack, number: str | None) -> None:
        self.url = f"{stack.settings.twilio_api_url}/_sim/calls"
        self.call = self._ask("", {"from": number} if number else {})
        self.passed = 0

    def says(self, speech: str) -> str:
        return self._act("say", {"speech": speech})

    def presses(self, digits: str) -> str:
        return self._act("say", {"digits": digits})

    def is_silent(self) -> str:
        return self._act("say", {})

    def comes_out_of_the_queue(self, status: str) -> str:
        return self._act("queue", {"status": status})

    def hangs_up(self) -> None:
        self._act("hangup", {})

    @property
    def state(self) -> str:
        return str(self.call["state"])

    @property
    def hears(self) -> str:
        return "\n".join(self.call["heard"][self.passed :])

    def _act(self, act: str, told: dict[str, Any]) -> str:
        self.passed = len(self.call["heard"])
        self.call = self._ask(f"/{self.call['sid']}/{act}", told)
        return self.hears

    def _ask(self, path: str, told: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = httpx.post(f"{self.url}{path}", json=told, timeout=120).raise_for_status().json()
        return answer


def number_of(text: str, words: str) -> str:
    """The number that a numbered line with these words has, written or read aloud."""
    found = re.search(rf"^(\d+)\. .*{re.escape(words)}", text, re.MULTILINE | re.IGNORECASE)
    found = found or re.search(rf"{re.escape(words)}[^\n]*press or say (\d+)", text, re.IGNORECASE)
    assert found, f"nothing numbered says {words!r} in {text!r}"
    return found[1]


def link_in(text: str) -> str:
    found = re.search(r"https?://\S+", text)
    assert found, f"there is no address in {text!r}"
    return found[0]
