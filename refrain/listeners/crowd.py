"""A crowd: listeners come one after the other, stay, and what they met is added up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path

from base.errors import Refused
from refrain.listeners.listener import Listener, Play, Stream
from refrain.listeners.tally import Tally


def sources_of(
    streams: Sequence[str], tracks: Sequence[str], *, tokens: Path | None, server: str
) -> list[Stream | Play]:
    """Answer what there is to listen to: streams, and tracks, which every account plays in turn.

    Raises:
        Refused: there is nothing, or nobody who could play the tracks.

    """
    accounts = tokens.read_text().split() if tokens else []
    if (tracks and not accounts) or not (streams or tracks):
        raise Refused(
            "nothing-to-hear",
            "Name HLS streams, or tracks by --track with the --tokens of those who listen.",
        )
    # So many that each account is there, and each track.
    plays = [
        Play(server=server, track=track, token=token)
        for track, token, _ in zip(
            cycle(tracks), cycle(accounts), range(max(len(tracks), len(accounts))), strict=False
        )
    ]
    return [*(Stream(url=one) for one in streams), *(plays if tracks else [])]


async def crowd(
    sources: Sequence[Stream | Play], *, listeners: int, seconds: float, ramp_s: float
) -> Tally:
    """Have so many listen for so long, of which they take `ramp_s` to come; answer what they met.

    Each listens to one source; where there are fewer sources, several listen to the same.
    """
    tally, until = Tally(), time.monotonic() + seconds

    async def come(number: int) -> None:
        await asyncio.sleep(ramp_s * number / listeners)
        await Listener(sources[number % len(sources)], tally, number=number).listen(until)

    async with asyncio.TaskGroup() as group:
        for number in range(listeners):
            group.create_task(come(number))
    return tally
