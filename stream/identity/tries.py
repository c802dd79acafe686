"""Counts tries in Valkey, for all servers together; without it all may try, slowly."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from base.errors import Unavailable
from base.tools import Tools
from base.valkey import NAMESPACE, Valkey, reached
from stream.identity.throttle import Counter

log = structlog.get_logger()

_PATIENCE_S, _SLOWLY_S = 0.5, 1.0
#: KEYS: the counters; ARGV: of each the most, and how long it lasts in seconds. Answers how long to
#: wait in milliseconds; or 0 where there was room in all, and each counts one more.
_TRY = """
for number, key in ipairs(KEYS) do
  local most = tonumber(ARGV[2 * number - 1])
  if tonumber(redis.call('GET', key) or '0') >= most then
    return math.max(1, redis.call('PTTL', key))
  end
end
for number, key in ipairs(KEYS) do
  if redis.call('INCR', key) == 1 then
    redis.call('EXPIRE', key, ARGV[2 * number])
  end
end
return 0
"""
#: What has run out meanwhile stays away.
_TAKE_BACK = """
if tonumber(redis.call('GET', KEYS[1]) or '0') > 0 then
  redis.call('DECR', KEYS[1])
end
"""


class Tries:
    """What was tried of late."""

    def __init__(self, tools: Tools, *, slowly_s: float = _SLOWLY_S) -> None:
        """Answers are so much slower while nothing can be counted."""
        self._valkey: Valkey = tools.valkey
        self._slowly_s = slowly_s

    async def wait_s(self, counters: Sequence[Counter]) -> float:
        """Count one more try, before it is made; answer how long to wait if there is no room."""
        keys = [_key(one) for one in counters]
        told = [str(number) for one in counters for number in (one.most, one.within_s)]
        try:
            async with asyncio.timeout(_PATIENCE_S):
                with reached():
                    return int(await self._valkey.eval(_TRY, len(keys), *keys, *told)) / 1000
        except (Unavailable, TimeoutError):
            log.warning("valkey is away, tries are not counted")
            await asyncio.sleep(self._slowly_s)
            return 0.0

    async def take_back(self, counters: Sequence[Counter]) -> None:
        """Count a try no more: it was right."""
        try:
            async with asyncio.timeout(_PATIENCE_S):
                with reached():
                    for one in counters:
                        await self._valkey.eval(_TAKE_BACK, 1, _key(one))
        except (Unavailable, TimeoutError):
            log.warning("valkey is away, tries are not counted")


def _key(counter: Counter) -> str:
    return f"{NAMESPACE}:tries:{counter.name}"
