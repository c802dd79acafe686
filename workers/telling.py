"""Tell who looks how far the work on a track is, twice a second and only what is new."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress

from base.errors import Unavailable
from base.tools import Tools
from catalog.models.music import Track
from catalog.progress import Phase, Progress, publish
from transcode.progress import Done
from workers.pace import Pace

_TURN_S = 0.5


class Telling:
    """What is to be told of one phase of the work."""

    def __init__(self, phase: Phase) -> None:
        """Begin with nothing to tell."""
        self._phase = phase
        self._pace = Pace()
        self._grown_s = 0.0
        self._next: Done | None = None

    def done(self, done: Done) -> None:
        """Take the newest word; the one before it may remain untold."""
        self._next = done

    def grown(self, rung: str, seconds: float, total_s: float) -> None:
        """Take by how much a rendition grew that grows alone."""
        self._grown_s += seconds
        part = min(1.0, self._grown_s / total_s)
        self.done(Done(whole=part, rungs={rung: part}))

    def taken(self, seconds: float) -> Callable[[Track], Progress] | None:
        """Answer what has not been told yet, of whichever track of the master."""
        done, self._next = self._next, None
        if done is None:
            return None
        self._pace.at(seconds, done.whole)
        remaining_s = self._pace.remaining_s
        return lambda track: Progress(
            track=str(track.id),
            phase=self._phase,
            part=round(done.whole, 3),
            rungs=_rounded(done.rungs),
            remaining_s=None if remaining_s is None else round(remaining_s, 1),
        )


@asynccontextmanager
async def telling(tools: Tools, tracks: Sequence[Track], phase: Phase) -> AsyncIterator[Telling]:
    """Tell the owners of the tracks while the block lasts, and what is left at its end."""
    tale = Telling(phase)
    turns = asyncio.create_task(_turns(tools, tracks, tale))
    try:
        yield tale
    finally:
        turns.cancel()
        await asyncio.gather(turns, return_exceptions=True)
    await _tell(tools, tracks, tale)


async def _turns(tools: Tools, tracks: Sequence[Track], tale: Telling) -> None:
    while True:
        await asyncio.sleep(_TURN_S)
        await _tell(tools, tracks, tale)


async def _tell(tools: Tools, tracks: Sequence[Track], tale: Telling) -> None:
    progress_of = tale.taken(asyncio.get_running_loop().time())
    if progress_of is not None:
        with suppress(Unavailable):  # who looks sees the next one
            for track in tracks:
                await publish(tools.valkey, track.owner_id, progress_of(track))


def _rounded(parts: Mapping[str, float]) -> dict[str, float]:
    return {name: round(part, 3) for name, part in parts.items()}
