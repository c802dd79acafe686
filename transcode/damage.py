"""Where a damaged master cannot be decoded, found by decoding it once more.

Who listens to the first decode hears no gap: what is missing is missing. But frames say when they
begin, and the next sound one begins too late.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from transcode.graphs import frames
from transcode.process import Limits, started
from transcode.reach import Reach
from transcode.tools import Tools

#: As many places as are worth telling.
_MOST_PLACES = 32
_BLOCK_BYTES = 1 << 16
#: Of a line: its stream, when it is decoded, when it is heard, how long; size and sum follow.
_HEARD, _LENGTH, _COLUMNS = 2, 3, 6


async def damage(tools: Tools, source: Path) -> list[tuple[int, int]]:
    """Answer what is missing inside a lossless master: first and number of samples.

    Where its clock goes back nothing is missing, and what comes after has no place: it is the last.
    """
    found: list[tuple[int, int]] = []
    end, rest = 0, b""
    reach = Reach(reads=(source,))
    async with started(frames(tools.ffmpeg, source), limits=Limits(), reach=reach) as child:
        async for block in child.blocks(_BLOCK_BYTES):
            *lines, rest = (rest + block).split(b"\n")
            for start, length in _read(lines):
                if start < end:
                    return [*found, (end, 0)]
                if start > end and len(found) < _MOST_PLACES:
                    found.append((end, start - end))
                end = start + length
    return found


def _read(lines: list[bytes]) -> Iterator[tuple[int, int]]:
    for line in lines:
        columns = line.split(b",")
        if len(columns) == _COLUMNS and not line.startswith(b"#"):
            yield int(columns[_HEARD]), int(columns[_LENGTH])
