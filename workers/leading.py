"""One of many does what need not be done by all: whoever holds a key that does not last."""

from __future__ import annotations

import asyncio

from base.valkey import NAMESPACE, Valkey, reached

#: Who leads says so again long before this; another takes over when it did not.
_TERM_MS = 3_000
_AGAIN_S = 1.0


class Leading:
    """Whether this process leads. Two may for a moment: what they do must bear that."""

    def __init__(self, valkey: Valkey, what: str, name: str) -> None:
        """Stand for election; nothing is asked yet."""
        self._valkey = valkey
        self._key = f"{NAMESPACE}:leader:{what}"
        self._name = name.encode()
        self._is_leader = False
        self._asked_s = float("-inf")

    async def leads(self) -> bool:
        """Answer whether we lead, as it was a second ago at the longest.

        Raises:
            Unavailable: Valkey is away.

        """
        now_s = asyncio.get_running_loop().time()
        if now_s - self._asked_s >= _AGAIN_S:
            self._is_leader = await self._elected()
            self._asked_s = now_s
        return self._is_leader

    async def _elected(self) -> bool:
        with reached():
            if await self._valkey.set(self._key, self._name, nx=True, px=_TERM_MS):
                return True
            if await self._valkey.get(self._key) != self._name:
                return False
            return bool(await self._valkey.pexpire(self._key, _TERM_MS))

    async def resign(self) -> None:
        """Let another lead at once, if we do."""
        with reached():
            if self._is_leader and await self._valkey.get(self._key) == self._name:
                await self._valkey.delete(self._key)
