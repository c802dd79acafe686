"""What each player has in front, so that what it fetches ahead is not taken for what it plays.

And which players tell by themselves what they play: of these nothing is inferred. Short memory, of
all servers together, in Valkey: while it is away nothing is inferred, and nobody is charged for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

from base.errors import Unavailable
from base.valkey import NAMESPACE, Valkey, reached

_TELLS = timedelta(days=30)
_PATIENCE_S = 0.5


class Fronts:
    """By whatever a player is known by, the session that it plays, and until when it lasts."""

    def __init__(self, valkey: Valkey) -> None:
        """Remember in Valkey."""
        self._valkey = valkey

    async def free_after_s(self, player: UUID, play_id: UUID) -> float:
        """Answer in how long a player can play a session: when what it has in front has ended.

        Raises:
            Unavailable: nobody knows.

        """
        async with _soon():
            front = await self._valkey.get(_front(player))
            if front in {None, str(play_id).encode()}:
                return 0.0
            left_ms: int = await self._valkey.pttl(_front(player))
        return max(0, left_ms) / 1000

    async def take(self, player: UUID, play_id: UUID, *, lasts_s: float) -> None:
        """Say that a player has a session in front, which lasts so long if nothing happens.

        Raises:
            Unavailable: it cannot be remembered.

        """
        async with _soon():
            lasts_ms = max(1, round(lasts_s * 1000))
            await self._valkey.set(_front(player), str(play_id), px=lasts_ms)

    async def leave(self, player: UUID, play_id: UUID) -> None:
        """Say that a player let go of a session before all of it was fetched.

        Raises:
            Unavailable: it cannot be remembered.

        """
        async with _soon():
            front = await self._valkey.get(_front(player))
            if front == str(play_id).encode():
                await self._valkey.delete(_front(player))

    async def note_telling(self, player: UUID) -> None:
        """Remember that a player tells by itself what it plays.

        Raises:
            Unavailable: it cannot be remembered.

        """
        async with _soon():
            await self._valkey.set(_tells(player), 1, ex=_TELLS)

    async def tells(self, player: UUID) -> bool:
        """Answer whether a player has told of late what it plays.

        Raises:
            Unavailable: nobody knows.

        """
        async with _soon():
            return bool(await self._valkey.exists(_tells(player)))


@asynccontextmanager
async def _soon() -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(_PATIENCE_S):
            with reached():
                yield
    except TimeoutError:
        raise Unavailable("valkey-unavailable", "What a player plays is not known now.") from None


def _front(player: UUID) -> str:
    return f"{NAMESPACE}:front:{player}"


def _tells(player: UUID) -> str:
    return f"{NAMESPACE}:tells:{player}"
