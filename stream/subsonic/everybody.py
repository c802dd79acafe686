"""All artists, as players ask for them when they begin: read once for each change.

There may be twenty thousand, and what is answered is the same for everybody. So it is kept with the
number of the last change, and written once in each form.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import web

from base.clock import Clock
from base.database import Database
from catalog.change_marks import is_settled, last_mark
from catalog.collection import Performer, performers
from stream.keys import MOMENTS
from stream.subsonic.answers import Form, Written

#: More artists than these are found by search, and not by turning pages.
MOST_ARTISTS = 20_000
#: What no mark tells of, a picture, is told after that.
_KEPT_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Everybody:
    """All artists, since when they are so, and the answers that were written of them, by call."""

    artists: Sequence[Performer]
    changed_at: datetime
    written: dict[tuple[str, Form], Written] = field(default_factory=dict)


class Listed:
    """All artists of a house, as they were when somebody last asked and they had changed."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Know of nobody yet."""
        self._database, self._clock = database, clock
        self._known: Everybody | None = None
        self._mark: int | None = None
        self._until_s = 0.0

    async def now(self) -> Everybody:
        """Answer them as they are."""
        now_s = asyncio.get_running_loop().time()
        async with self._database.read() as session:
            # Before they are read: what changes meanwhile has another number.
            mark = await last_mark(session)
            known, is_same = self._known, mark is not None and mark == self._mark
            if known is not None and is_same and now_s < self._until_s:
                return known
            if mark is not None and not await is_settled(session):
                mark = None
            artists = await performers(session, limit=MOST_ARTISTS)
        if known is None or artists != known.artists:
            known = Everybody(artists=artists, changed_at=self._clock())
        self._known, self._mark, self._until_s = known, mark, now_s + _KEPT_S
        return known


LISTED = web.AppKey("listed", Listed)


async def everybody(request: web.Request) -> Everybody:
    """Answer all artists: whether they have changed is asked once for a moment."""
    return await request.app[MOMENTS].of("subsonic artists", request.app[LISTED].now)
