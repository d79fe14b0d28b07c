"""How the engine calls the action server: one kept connection pool, a bound on waiting, and every failure noted.

Rasa opens a session for each call, waits five minutes, and goes on as if a failed action had done its work. Here the
turn remembers which action failed and how, so that its answer can say so. A server that is not there is asked again
for as long as a restart takes; an action may so be asked twice, which its idempotency key, the turn's id, allows.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

import aiohttp
import msgspec
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from engine.tracker import current_turn
from engine.wire import plain

DEFAULT_TIMEOUT = 20.0  # less than the worker waits for the turn that the action is part of
DEFAULT_RESTART = 8.0
FIRST_PAUSE = 0.1
REJECTED = 400  # rasa-sdk's status for `ActionExecutionRejection`: an answer, not a failure


class ActionServer(EndpointConfig):
    """`action_endpoint` of endpoints.yml.

    Two more keys may stand there, in seconds: `timeout`, how long one action may take, and `restart`, how long a
    server that is not there is waited for.
    """

    def __init__(self, endpoint: EndpointConfig) -> None:
        super().__init__()
        vars(self).update(vars(endpoint))
        self.timeout = aiohttp.ClientTimeout(total=float(endpoint.kwargs.get("timeout", DEFAULT_TIMEOUT)))
        self.restart = float(endpoint.kwargs.get("restart", DEFAULT_RESTART))
        self.pool: aiohttp.ClientSession | None = None

    async def request(self, method: str = "post", subpath: Any = None, **kwargs: Any) -> Any:
        """Run one action; `kwargs["json"]` is the call as Rasa makes it.

        Raises:
            ClientResponseError: the server answered a status from 400 on.
            aiohttp.ClientError, asyncio.TimeoutError: it did not answer.
        """
        call = kwargs["json"]
        try:
            return await self.post_until_there(msgspec.json.encode(call, enc_hook=plain))
        except ClientResponseError as error:
            self.note(call, None if error.status == REJECTED else "refused")
            raise
        except asyncio.TimeoutError:
            self.note(call, "timeout")
            raise
        except aiohttp.ClientConnectionError:
            self.note(call, "unreachable")
            raise
        except (aiohttp.ClientError, ValueError):
            self.note(call, "invalid")
            raise

    async def post_until_there(self, body: bytes) -> Any:
        deadline, pause = time.monotonic() + self.restart, FIRST_PAUSE
        while True:
            try:
                return await self.post(body)
            except aiohttp.ServerTimeoutError:
                raise
            except aiohttp.ClientConnectionError:
                if time.monotonic() + pause > deadline:
                    raise
            await asyncio.sleep(pause)
            pause = min(2 * pause, 1.0)

    async def post(self, body: bytes) -> Any:
        if self.pool is None:
            self.pool = self.session()
        headers = {"Content-Type": "application/json", **self.headers}
        async with self.pool.post(
            self.url, data=body, headers=headers, params=self.combine_parameters(), timeout=self.timeout
        ) as answer:
            content = await answer.read()
            if answer.status >= 400:
                raise ClientResponseError(answer.status, answer.reason or "", content.decode(errors="replace"))
            return msgspec.json.decode(content)

    @staticmethod
    def note(call: Any, kind: str | None) -> None:
        turn = current_turn.get()
        if turn is not None and kind is not None:
            turn.failed(call["next_action"], kind)

    async def close(self) -> None:
        if self.pool is not None:
            await self.pool.close()
            self.pool = None
