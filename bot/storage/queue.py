"""Redis (or Valkey): speed, never truth. Work hints, leases, live wake-ups, rate buckets.

Wiping it loses nothing: hints are made again from SQL (`bot.timers`), leases run out, browsers replay. So every
method here that only hastens something swallows a lost connection; `lease` does not, since nobody may work without one.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import redis.asyncio as redis
from redis.exceptions import RedisError, ResponseError

from bot.errors import Unavailable

WORK = "souk:work"
SENDING = "souk:sending"
PAYMENTS = "souk:payments"
_LIVE = "souk:live"
_GROUP = "workers"
_HINTS_KEPT = 100_000

_RENEW = "if redis.call('get',KEYS[1])==ARGV[1] then return redis.call('pexpire',KEYS[1],ARGV[2]) else return 0 end"
_RELEASE = "if redis.call('get',KEYS[1])==ARGV[1] then return redis.call('del',KEYS[1]) else return 0 end"
_TAKE = """
local paused = tonumber(redis.call('hget', KEYS[1], 'p') or '0')
if paused > tonumber(ARGV[3]) then return tostring(paused - tonumber(ARGV[3])) end
local tokens = tonumber(redis.call('hget', KEYS[1], 't') or ARGV[2])
local at = tonumber(redis.call('hget', KEYS[1], 'a') or ARGV[3])
tokens = math.min(tonumber(ARGV[2]), tokens + (tonumber(ARGV[3]) - at) * tonumber(ARGV[1]))
local needed = 1 + tonumber(ARGV[4])
local wait = 0
if tokens >= needed then tokens = tokens - 1 else wait = (needed - tokens) / tonumber(ARGV[1]) end
redis.call('hset', KEYS[1], 't', tostring(tokens), 'a', ARGV[3])
redis.call('expire', KEYS[1], 7200)
return tostring(wait)
"""


class Lease:
    """The right to work on one thing. `lost` is set when it could not be renewed in time."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lost = asyncio.Event()


class Queue:
    def __init__(self, url: str) -> None:
        self._redis = redis.from_url(
            url,
            decode_responses=True,
            socket_connect_timeout=2,
            health_check_interval=15,
            max_connections=200,
        )

    async def ping(self) -> None:
        try:
            await self._redis.ping()
        except (RedisError, OSError) as error:
            raise Unavailable("queue_down", "The queue (Redis) does not answer.") from error

    async def close(self) -> None:
        await self._redis.aclose()

    # -- hints of work -------------------------------------------------------------------------------------------------

    async def hint(self, stream: str, subject: int | str) -> None:
        """Say that there is work for `subject`. Best effort: the timers repeat it from SQL."""
        with contextlib.suppress(RedisError, OSError):
            await self._redis.xadd(stream, {"subject": str(subject)}, maxlen=_HINTS_KEPT, approximate=True)

    async def hints(self, stream: str, consumer: str, *, count: int, wait_s: float) -> list[str]:
        """Take up to `count` hints, waiting at most `wait_s` seconds for the first; each goes to one consumer only."""
        try:
            answer: Any = await self._redis.xreadgroup(
                _GROUP, consumer, {stream: ">"}, count=count, block=max(1, int(wait_s * 1000)), noack=True
            )
        except ResponseError as error:
            if "NOGROUP" not in str(error):
                raise
            await self._make_group(stream)
            return []
        except (RedisError, OSError):
            await asyncio.sleep(min(wait_s, 1.0))
            return []
        taken: dict[str, None] = {}
        for _stream, entries in answer or []:
            for _id, fields in entries:
                taken[fields["subject"]] = None
        return list(taken)

    async def _make_group(self, stream: str) -> None:
        with contextlib.suppress(ResponseError):
            await self._redis.xgroup_create(stream, _GROUP, id="0", mkstream=True)

    # -- leases --------------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def lease(self, name: str, *, ttl_s: float = 10.0) -> AsyncIterator[Lease | None]:
        """Hold the lease `name` for the block, renewed while it runs; None when somebody else holds it.

        Raises `Unavailable` when Redis does not answer. SQL's guarded updates are the fence behind it."""
        key, token, ttl_ms = f"souk:lease:{name}", secrets.token_hex(8), int(ttl_s * 1000)
        try:
            got = await self._redis.set(key, token, nx=True, px=ttl_ms)
        except (RedisError, OSError) as error:
            raise Unavailable("queue_down", "The queue (Redis) does not answer.") from error
        if not got:
            yield None
            return
        lease = Lease(name)
        keeper = asyncio.create_task(self._renew(lease, key, token, ttl_ms))
        try:
            yield lease
        finally:
            keeper.cancel()
            with contextlib.suppress(RedisError, OSError):
                await self._redis.eval(_RELEASE, 1, key, token)

    async def _renew(self, lease: Lease, key: str, token: str, ttl_ms: int) -> None:
        while True:
            await asyncio.sleep(ttl_ms / 3000)
            try:
                kept = await self._redis.eval(_RENEW, 1, key, token, str(ttl_ms))
            except (RedisError, OSError):
                continue
            if not kept:
                lease.lost.set()
                return

    # -- rates ---------------------------------------------------------------------------------------------------------

    async def take(self, bucket: str, *, per_second: float, burst: float, now: float, reserve: float = 0.0) -> float:
        """Take one token. 0 when taken, else the seconds until one is there. `now` is a Unix time in seconds; `reserve`
        tokens are left for who is more urgent.

        Without Redis nothing is limited: the platform's own limit answers then."""
        try:
            wait = await self._redis.eval(
                _TAKE, 1, f"souk:rate:{bucket}", str(per_second), str(burst), str(now), str(reserve)
            )
        except (RedisError, OSError):
            return 0.0
        return float(wait)

    async def pause(self, bucket: str, *, until: float) -> None:
        """Give out nothing from this bucket before a Unix time in seconds, at most two hours ahead."""
        with contextlib.suppress(RedisError, OSError):
            await self._redis.hset(f"souk:rate:{bucket}", "p", str(until))
            await self._redis.expire(f"souk:rate:{bucket}", 7200)

    async def give_back(self, bucket: str) -> None:
        """Put a token back that was taken for something that should not count."""
        with contextlib.suppress(RedisError, OSError):
            await self._redis.hincrbyfloat(f"souk:rate:{bucket}", "t", 1)

    # -- live wake-ups -------------------------------------------------------------------------------------------------

    async def wake(self) -> None:
        """Tell every gateway that there are new live events in SQL."""
        with contextlib.suppress(RedisError, OSError):
            await self._redis.publish(_LIVE, "1")

    async def wakes(self, *, at_most_s: float) -> AsyncIterator[None]:
        """Yield at each wake-up, and every `at_most_s` seconds without one, for ever."""
        while True:
            try:
                async with self._redis.pubsub() as channel:
                    await channel.subscribe(_LIVE)
                    while True:
                        await channel.get_message(ignore_subscribe_messages=True, timeout=at_most_s)
                        yield None
            except (RedisError, OSError):
                await asyncio.sleep(at_most_s)
                yield None
