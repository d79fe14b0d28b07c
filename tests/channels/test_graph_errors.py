"""Every error of Meta's on the way out, answered by the stand-in over HTTP: the right thing follows, nothing is sent
twice and nothing is lost.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from bot.channel_accounts import Account, Accounts
from bot.channels.base import Received
from bot.channels.whatsapp import WhatsApp
from bot.clock import SystemClock
from bot.conversation.replies import Text
from bot.storage import alarms
from tests.sandbox.graph_process import NUMBER_ID, TOKEN, Graph, Shop, eventually_async, open_shop, running_graph
from tests.support.post import Post

PASSING = [1, 2, 131000, 131016, 131057, 133004]
THROTTLED = [4, 80007, 130429, 131056, 133016]
OUR_FAULT = [100, 131008, 131009, 131051, 132000, 132001, 132005, 132007, 132012, 132015, 132016, 131062]
UNREACHABLE = [131021, 131026, 131030, 131049, 131050, 130472]
ACCOUNT = [0, 3, 10, 190, 200, 299, 368, 131031, 130497, 131042, 131045]


@pytest.fixture(scope="module")
def told() -> Iterator[Shop]:
    with open_shop() as shop:
        yield shop


@pytest.fixture(scope="module")
def running(told: Shop) -> Iterator[Graph]:
    with running_graph(told.url) as graph:
        yield graph


@pytest.fixture
def graph(running: Graph) -> Graph:
    running.turn()
    return running


class OnMeta(Post):
    """A shop whose WhatsApp is the stand-in; what Meta tells it comes in by `news`."""

    def __init__(self, folder: Path, queue_url: str, graph: Graph, told: Shop, client: httpx.AsyncClient) -> None:
        account = Account(channel="whatsapp", id=NUMBER_ID, token=TOKEN, secret="s")
        self.whatsapp = WhatsApp(
            accounts=Accounts([account]), graph_url=f"{graph.url}/v25.0", client=client, clock=SystemClock()
        )
        super().__init__(folder, queue_url, self.whatsapp, account=NUMBER_ID)
        self.graph = graph
        self.told = told

    async def news_until(self, customer: str, state: str) -> None:
        """Hand over what Meta posted of a customer, until it told that our message has come so far."""

        def there() -> list[bytes]:
            mine = [body for body in self.told.taken if f'"{customer}"'.encode() in body]
            return mine if any(f'"status": "{state}"'.encode() in body for body in mine) else []

        for body in await eventually_async(there):
            await self.inbox.store(self.whatsapp.parse(Received("", {}, body)).items)

    def arrived(self, customer: str) -> int:
        return len(self.graph.sent_to(customer))


@pytest.fixture
async def post(tmp_path: Path, queue_url: str, graph: Graph, told: Shop) -> AsyncIterator[OnMeta]:
    async with httpx.AsyncClient(timeout=1.0) as client:
        made = OnMeta(tmp_path, queue_url, graph, told, client)
        yield made
        await made.queue.close()
        await made.db.close()


_customers = iter(range(15557000001, 15557900000))


async def says_hello(post: OnMeta, **knobs: object) -> tuple[int, int, str]:
    """A message goes out into this trouble: its conversation, its id, its customer."""
    customer = str(next(_customers))
    conversation = await post.customer(customer)
    post.graph.turn(**knobs)
    [message] = await post.says(conversation, Text("hello"))
    await post.sends(conversation)
    return conversation, message, customer


@pytest.mark.parametrize("code", PASSING)
async def test_what_passes_is_tried_again_and_arrives_once(post: OnMeta, code: int) -> None:
    conversation, message, customer = await says_hello(post, codes=[code])
    assert (post.arrived(customer), await post.delivery(message)) == (0, "queued")
    post.later(seconds=3)
    await post.sends(conversation)
    assert (post.arrived(customer), await post.delivery(message)) == (1, "sent")


@pytest.mark.parametrize("trouble", [{"html": 1}, {"error": {"status": 502}}, {"error": {"status": 429}}])
async def test_an_answer_that_is_no_json_is_tried_again(post: OnMeta, trouble: dict[str, object]) -> None:
    conversation, message, customer = await says_hello(post, **trouble)
    post.later(seconds=30)
    await post.sends(conversation)
    assert (post.arrived(customer), await post.delivery(message)) == (1, "sent")


@pytest.mark.parametrize("code", THROTTLED)
async def test_too_fast_waits_and_arrives_once(post: OnMeta, code: int) -> None:
    conversation, message, customer = await says_hello(post, codes=[code])
    await post.sends(conversation)
    assert post.arrived(customer) == 0
    post.later(seconds=30)
    await post.sends(conversation)
    assert (post.arrived(customer), await post.delivery(message)) == (1, "sent")


async def test_taken_for_spam_the_number_rests_for_an_hour(post: OnMeta) -> None:
    conversation, _message, customer = await says_hello(post, codes=[131048])
    post.later(minutes=59)
    await post.sends(conversation)
    assert post.arrived(customer) == 0
    post.later(minutes=2)
    await post.sends(conversation)
    assert post.arrived(customer) == 1


async def test_a_closed_window_is_a_persons_task(post: OnMeta) -> None:
    _conversation, message, customer = await says_hello(post, codes=[131047])
    assert (post.arrived(customer), await post.delivery(message)) == (0, "failed")
    assert await post.tickets() == ["window_closed"]


@pytest.mark.parametrize("code", OUR_FAULT)
async def test_what_meta_does_not_take_is_not_sent_again_and_a_person_is_asked(post: OnMeta, code: int) -> None:
    conversation, message, customer = await says_hello(post, codes=[code])
    post.later(hours=1)
    await post.sends(conversation)
    assert (post.arrived(customer), await post.delivery(message)) == (0, "failed")
    assert await post.tickets() == ["delivery_failed"]


@pytest.mark.parametrize("code", UNREACHABLE)
async def test_a_customer_who_cannot_be_reached_is_left_alone(post: OnMeta, code: int) -> None:
    conversation, message, customer = await says_hello(post, codes=[code])
    post.later(hours=1)
    await post.sends(conversation)
    assert (post.arrived(customer), await post.delivery(message)) == (0, "failed")
    assert await post.tickets() == []


@pytest.mark.parametrize("code", ACCOUNT)
async def test_an_account_in_trouble_stops_alarms_and_loses_nothing(post: OnMeta, code: int) -> None:
    conversation, message, customer = await says_hello(post, codes=[code])
    async with post.db.read() as tx:
        assert [row.code for row in await alarms.open_ones(tx)] == [code]
    post.later(minutes=2)
    await post.sends(conversation)
    assert (post.arrived(customer), await post.delivery(message)) == (1, "sent")
    async with post.db.read() as tx:
        assert await alarms.open_ones(tx) == []


@pytest.mark.parametrize("trouble", [{"lose": 1}, {"slow_s": 1.5}])
async def test_taken_but_not_answered_is_not_sent_twice(post: OnMeta, trouble: dict[str, object]) -> None:
    conversation, message, customer = await says_hello(post, **trouble)
    post.graph.turn()
    await post.news_until(customer, "delivered")
    post.later(minutes=5)
    await post.sends(conversation)
    assert post.arrived(customer) == 1
    assert await post.delivery(message) in ("delivered", "read")


async def test_statuses_in_any_order_leave_the_highest(post: OnMeta) -> None:
    _conversation, message, customer = await says_hello(post, statuses=["read", "sent", "delivered"])
    await post.news_until(customer, "delivered")
    assert await post.delivery(message) == "read"


async def test_a_failure_told_by_a_status_is_followed_up_by_its_code(post: OnMeta) -> None:
    _conversation, message, customer = await says_hello(post, fail_status=131047)
    await post.news_until(customer, "failed")
    assert await post.delivery(message) == "failed"
    assert await post.tickets() == ["window_closed"]
