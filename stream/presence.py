"""Who listens now: each session that asks for media or reports is alive, and counted once.

What is known here is short memory: how many plays an account or an address hears at once is
counted in Valkey, for all servers together. A session that is heard also keeps its address from
running out, though its player reports nothing. When Valkey is away nobody is counted, and sound
goes on.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from datetime import timedelta
from itertools import islice
from uuid import UUID

import structlog

from base.errors import Refused, Unavailable
from base.tools import Tools
from base.valkey import NAMESPACE, reached
from catalog.plays import keep_active

log = structlog.get_logger()

_TURN_S = 10.0
#: A play is heard as long as it was asked for within this, in milliseconds.
_HEARD_MS = 90_000
#: Valkey is near, or away; then it is not asked again for a moment.
_PATIENCE_S, _AWAY_S = 0.5, 5.0
_BATCH = 250
#: An address is renewed in the database when this part of its lifetime is over.
_RENEWED = 12

#: KEYS: what is counted in; ARGV: now, how long a play is heard, its id, the most of each key.
#: Answers how long to wait in milliseconds, or 0 where the play was added.
_OPEN = """
local now, heard = tonumber(ARGV[1]), tonumber(ARGV[2])
for number, key in ipairs(KEYS) do
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now - heard)
  local most = tonumber(ARGV[3 + number])
  if most > 0 and redis.call('ZCARD', key) >= most then
    return math.max(1, redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')[2] + heard - now)
  end
end
for _, key in ipairs(KEYS) do
  redis.call('ZADD', key, now, ARGV[3])
  redis.call('PEXPIRE', key, heard)
end
return 0
"""


class Presence:
    """The sessions that are heard by way of this process."""

    def __init__(self, tools: Tools) -> None:
        """Nobody listens yet."""
        self._tools = tools
        self._most = (tools.settings.account_plays, tools.settings.address_plays)
        self._renewed_after = timedelta(seconds=tools.settings.ticket_lifetime_s / _RENEWED)
        self._seen: dict[UUID, tuple[UUID, str]] = {}
        self._away_until_s = 0.0
        self._is_without = False
        #: How many there were in the last turn.
        self.listening = 0

    def note(self, session_id: UUID, account_id: UUID, address: str) -> None:
        """Remember that a session asked for something."""
        self._seen[session_id] = (account_id, address)

    async def require_room(self, session_id: UUID, account_id: UUID, address: str) -> None:
        """Count a new play.

        Raises:
            Refused: `too-many-plays`, 429: too many are heard by the account or at the address.

        """
        if self._is_away():
            return
        keys = _keys(account_id, address)
        told = [str(self._now_ms()), str(_HEARD_MS), str(session_id), *map(str, self._most)]
        try:
            async with asyncio.timeout(_PATIENCE_S):
                with reached():
                    wait_ms = await self._tools.valkey.eval(_OPEN, len(keys), *keys, *told)
            self._be_with()
        except (Unavailable, TimeoutError):
            self._be_without()
            return
        if wait_ms:
            raise _too_many_plays(math.ceil(int(wait_ms) / 1000))

    async def forget(self, session_id: UUID, account_id: UUID, address: str) -> None:
        """Count a play no more: it was ended."""
        self._seen.pop(session_id, None)
        if self._is_away():
            return
        try:
            async with asyncio.timeout(_PATIENCE_S):
                with reached():
                    for key in _keys(account_id, address):
                        await self._tools.valkey.zrem(key, str(session_id))
        except (Unavailable, TimeoutError):
            self._be_without()

    async def run(self) -> None:
        """Tell of who was heard, until cancelled."""
        while True:
            await asyncio.sleep(_TURN_S)
            await self.turn()

    async def turn(self) -> None:
        """Tell of who was heard since the last turn."""
        seen, self._seen = self._seen, {}
        self.listening = len(seen)
        left = iter(seen.items())
        while batch := list(islice(left, _BATCH)):
            await self._renew([session_id for session_id, _ in batch])
            await self._count(batch)

    async def _renew(self, sessions: Sequence[UUID]) -> None:
        now = self._tools.clock()
        try:
            async with self._tools.database.begin() as session:
                await keep_active(session, sessions, now=now, before=now - self._renewed_after)
        except Unavailable as error:
            log.warning("renewals wait", error=str(error))

    async def _count(self, batch: Sequence[tuple[UUID, tuple[UUID, str]]]) -> None:
        if self._is_away():
            return
        now_ms = self._now_ms()
        try:
            async with asyncio.timeout(_TURN_S):
                with reached():
                    pipe = self._tools.valkey.pipeline(transaction=False)
                    for session_id, (account_id, address) in batch:
                        for key in _keys(account_id, address):
                            pipe.zadd(key, {str(session_id): now_ms})
                            pipe.pexpire(key, _HEARD_MS)
                    await pipe.execute()
            self._be_with()
        except (Unavailable, TimeoutError):
            self._be_without()

    def _now_ms(self) -> int:
        return round(self._tools.clock().timestamp() * 1000)

    def _is_away(self) -> bool:
        return asyncio.get_running_loop().time() < self._away_until_s

    def _be_without(self) -> None:
        self._away_until_s = asyncio.get_running_loop().time() + _AWAY_S
        if not self._is_without:  # said once, and not every ten seconds
            log.warning("valkey is away, plays are not counted")
        self._is_without = True

    def _be_with(self) -> None:
        if self._is_without:
            log.info("valkey is back, plays are counted")
        self._is_without = False


def _keys(account_id: UUID, address: str) -> tuple[str, str]:
    return f"{NAMESPACE}:plays:account:{account_id}", f"{NAMESPACE}:plays:address:{address}"


def _too_many_plays(again_s: int) -> Refused:
    return Refused(
        "too-many-plays",
        "Too many plays are being heard at once; end one, or try again in a moment.",
        status=429,
        retry_after_s=again_s,
    )
