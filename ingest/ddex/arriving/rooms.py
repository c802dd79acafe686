"""How much a label may still send by HTTP: counted once, and shared by what it sends at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from base.errors import Refused
from base.threads import to_the_end
from ingest.ddex.arriving.inbox import MOST_ENTRIES
from ingest.ddex.arriving.jail import Jail

#: Others fill and empty an inbox, too: so long is believed what was counted.
_BELIEVED_S = 60.0


@dataclass(slots=True, kw_only=True)
class Room:
    """What lies in an inbox, and the most that may, of one file and of all, in bytes."""

    file_bytes: int
    inbox_bytes: int
    most_entries: int = MOST_ENTRIES
    used_bytes: int = 0
    entries: int = 0

    def grow(self, size_bytes: int, by: int) -> None:
        """Take room for a file that comes to have `size_bytes`, by so many more.

        Raises:
            Refused: `too-large` or `inbox-full`, 413; nothing is taken then.

        """
        if size_bytes > self.file_bytes:
            raise Refused("too-large", f"A file has at most {self.file_bytes} bytes.", status=413)
        if self.used_bytes + by > self.inbox_bytes:
            raise Refused(
                "inbox-full",
                f"Your inbox holds at most {self.inbox_bytes} bytes: remove what was answered.",
                status=413,
            )
        self.used_bytes += by

    def begin(self) -> None:
        """Take room for one more file.

        Raises:
            Refused: `inbox-full`, 413.

        """
        if self.entries >= self.most_entries:
            raise Refused(
                "inbox-full",
                f"Your inbox holds at most {self.most_entries} files: remove what was answered.",
                status=413,
            )
        self.entries += 1

    def give_back(self, size_bytes: int, *, entries: int = 0) -> None:
        """Let go of what is there no more."""
        self.used_bytes = max(0, self.used_bytes - size_bytes)
        self.entries = max(0, self.entries - entries)


@dataclass(slots=True, kw_only=True)
class _Counted:
    room: Room
    at_s: float
    users: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rooms:
    """The rooms of all inboxes, as one server sees them."""

    file_bytes: int
    inbox_bytes: int
    most_entries: int = MOST_ENTRIES
    _known: dict[str, _Counted] = field(default_factory=dict)
    _counting: asyncio.Lock = field(default_factory=asyncio.Lock)

    @asynccontextmanager
    async def of(self, name: str, jail: Jail) -> AsyncIterator[Room]:
        """Share the room of an inbox; it is counted if that was not done for a while.

        Raises:
            OSError: the folder cannot be read.

        """
        counted = await self._counted(name, jail)
        try:
            yield counted.room
        finally:
            counted.users -= 1

    async def _counted(self, name: str, jail: Jail) -> _Counted:
        async with self._counting:
            now_s = asyncio.get_running_loop().time()
            known = self._known.get(name)
            if known is None or (not known.users and now_s - known.at_s > _BELIEVED_S):
                used, entries = await to_the_end(jail.holds)
                room = Room(
                    file_bytes=self.file_bytes,
                    inbox_bytes=self.inbox_bytes,
                    most_entries=self.most_entries,
                    used_bytes=used,
                    entries=entries,
                )
                known = self._known[name] = _Counted(room=room, at_s=now_s)
            known.users += 1
            return known
