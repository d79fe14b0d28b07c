"""Requests at a constant rate, whatever the answers do: who is slow meets the next request all the same.

An answer's time counts from the moment at which its request was due, not from when it could be sent, so that a server
that stalls is charged for everything it keeps waiting. Connections are kept alive and used in turn; a new one is
opened when all of them wait. It knows HTTP/1.1 with `Content-Length` and no more, which keeps its own CPU small.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(frozen=True, slots=True)
class Answer:
    """`status` is 0 where none came within the time-out; `seconds` are counted from when the request was due."""

    status: int
    seconds: float


def post(url: str, body: bytes, **headers: str) -> bytes:
    """A whole request, ready to be written. `x_hub_signature` becomes `x-hub-signature`."""
    place = urlsplit(url)
    lines = [f"POST {place.path} HTTP/1.1", f"Host: {place.netloc}", f"Content-Length: {len(body)}"]
    lines += ["Content-Type: application/json"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class OpenLoop:
    def __init__(self, url: str, *, rate: float, timeout_s: float) -> None:
        place = urlsplit(url)
        self._host, self._port = place.hostname, place.port
        self._rate = rate
        self._timeout_s = timeout_s
        self._idle: deque[Connection] = deque()
        self.opened = 0

    async def send(self, requests: Sequence[bytes]) -> list[Answer]:
        """Every request's answer, in the requests' order; returns when the last one has come or was given up."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        sent = []
        for place, request in enumerate(requests):
            due = began + place / self._rate
            await asyncio.sleep(due - loop.time())
            sent.append(asyncio.create_task(self._ask(request, due)))
        answers = await asyncio.gather(*sent)
        for _reader, writer in self._idle:
            writer.close()
        self._idle.clear()
        return answers

    async def _ask(self, request: bytes, due: float) -> Answer:
        loop = asyncio.get_running_loop()
        status = 0
        with suppress(TimeoutError, OSError, asyncio.IncompleteReadError):
            async with asyncio.timeout_at(due + self._timeout_s):
                connection = await self._connection()
                try:
                    status = await _exchange(connection, request)
                finally:
                    if status:
                        self._idle.append(connection)
                    else:
                        connection[1].close()
        return Answer(status, loop.time() - due)

    async def _connection(self) -> Connection:
        while self._idle:
            reader, writer = self._idle.popleft()
            if not reader.at_eof():
                return reader, writer
            writer.close()
        self.opened += 1
        return await asyncio.open_connection(self._host, self._port)


async def _exchange(connection: Connection, request: bytes) -> int:
    reader, writer = connection
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    _, _, rest = head.partition(b"content-length:")
    await reader.readexactly(int(rest.partition(b"\r\n")[0]))
    return int(head.split(b" ", 2)[1])
