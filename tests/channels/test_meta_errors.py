"""Meta's error codes, each in its class: what is tried again, slower, elsewhere, by a person, or never."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from bot.channels import meta
from bot.channels.base import (
    ChannelError,
    ChannelRateLimited,
    ChannelUnavailable,
    CredentialsRefused,
    MediaRefused,
    MessageRefused,
    WindowClosed,
)
from bot.conversation.messages import Problem
from tests.channels.whatsapp_number import GRAPH, Graph, refuses

# From Meta's error-code page for the Cloud API.
PASSING = (1, 2, 131000, 131016, 131057, 133004)
MEDIA = (131052, 131053)
NUMBER_TOO_FAST = (4, 80007, 130429, 131048, 133016)
PAIR_TOO_FAST = (131056,)
WINDOW = (131047,)
UNREACHABLE = (131026, 131021, 131030, 131049, 131050, 130472)
REFUSED = (100, 131008, 131009, 131051, 131062, *range(132000, 132017))
ACCOUNT = (0, 3, 10, 190, 200, 250, 299, 368, 131031, 130497, 131042, 131045)


def error_of(answer: httpx.Response) -> ChannelError:
    async def run() -> ChannelError:
        with pytest.raises(ChannelError) as raised:
            await meta.post(Graph(lambda _: answer).client, f"{GRAPH}/777/messages", "t", {}, "whatsapp")
        return raised.value

    return asyncio.run(run())


def by_class() -> list[tuple[int, type[ChannelError], Problem]]:
    return [
        *((code, ChannelUnavailable, Problem.PASSING) for code in PASSING),
        *((code, MediaRefused, Problem.MEDIA) for code in MEDIA),
        *((code, ChannelRateLimited, Problem.THROTTLED) for code in NUMBER_TOO_FAST + PAIR_TOO_FAST),
        *((code, WindowClosed, Problem.WINDOW) for code in WINDOW),
        *((code, MessageRefused, Problem.UNREACHABLE) for code in UNREACHABLE),
        *((code, MessageRefused, Problem.REFUSED) for code in REFUSED),
        *((code, CredentialsRefused, Problem.ACCOUNT) for code in ACCOUNT),
    ]


@pytest.mark.parametrize(("code", "error", "problem"), by_class())
def test_a_code_is_of_one_class_in_an_answer_and_in_a_status(
    code: int, error: type[ChannelError], problem: Problem
) -> None:
    raised = error_of(refuses(code))
    assert type(raised) is error
    assert raised.provider_code == code
    assert meta.problem_of(code) is problem


@pytest.mark.parametrize("code", UNREACHABLE + REFUSED)
def test_a_refusal_says_whose_fault_it_is(code: int) -> None:
    raised = error_of(refuses(code))
    assert isinstance(raised, MessageRefused)
    assert raised.ours is (code in REFUSED)


@pytest.mark.parametrize("code", NUMBER_TOO_FAST + PAIR_TOO_FAST)
def test_too_fast_is_too_fast_for_the_number_or_for_the_pair(code: int) -> None:
    raised = error_of(refuses(code))
    assert isinstance(raised, ChannelRateLimited)
    assert raised.scope == ("pair" if code in PAIR_TOO_FAST else "number")
    assert raised.retry_after >= (3600 if code == 131048 else 5)


def test_an_unknown_code_of_a_failing_server_is_tried_again() -> None:
    assert isinstance(error_of(refuses(999_999, status=500)), ChannelUnavailable)
    assert isinstance(error_of(refuses(999_999)), MessageRefused)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(502, text="<html>Bad gateway</html>"),
        httpx.Response(500),
        httpx.Response(200, text="<html>Welcome</html>"),
        httpx.Response(200, text="[]"),
        httpx.Response(200, content=b"\xff"),
        httpx.Response(400, json={"error": "no"}),
        httpx.Response(400, json={"error": {"code": "soon"}}),
        httpx.Response(400, text="[" * 100_000),
    ],
)
def test_an_answer_that_is_none_is_tried_again(answer: httpx.Response) -> None:
    assert type(error_of(answer)) is ChannelUnavailable


def test_a_front_door_that_is_too_busy_is_given_time() -> None:
    assert isinstance(error_of(httpx.Response(429, text="slow down")), ChannelRateLimited)


def test_no_answer_at_all_is_tried_again() -> None:
    def hangs(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("slow", request=request)

    async def run() -> None:
        with pytest.raises(ChannelUnavailable):
            await meta.post(Graph(hangs).client, f"{GRAPH}/777/messages", "t", {}, "whatsapp")

    asyncio.run(run())
