"""A rendition that can be heard while it is made: its pieces are handed on as they are done.

What is handed on are fragments of the file that comes of it in the end, in its order and as they
stand there; only the header differs, which cannot yet say how long or how loud the track is.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from pathlib import Path

from base.units import SizeBytes
from transcode.assemble import EncodedPiece, assemble, open_piece, own_frames
from transcode.boxes import Fragment
from transcode.cmaf import Description, fragment, init_segment
from transcode.encode import Workbench, run_command
from transcode.parallel import in_thread, together, within
from transcode.plan import Order, plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """A file with the fragments of one piece, the first of which has the header before them.

    Durations of fragments are in units of `timescale`, and `edit`, what the edit list hides before
    the music of the whole; `order` is what was asked for.
    """

    order: Order
    timescale: int
    edit: int
    number: int
    path: Path
    init_bytes: SizeBytes
    fragments: tuple[Fragment, ...]
    is_last: bool


#: Who hears the first piece has time: what follows stands back for the first piece of another.
_NICENESS = 5

OnGrown = Callable[[Grown], Awaitable[None]]


async def grow(bench: Workbench, order: Order, on_grown: OnGrown) -> Description:
    """Make the one rung of an order piece by piece; answer the header of the whole.

    Raises:
        Broken: ffmpeg failed, or made what was not asked for.

    """
    commands = plan(order, bench.folder)
    targets = [target for [target] in commands]
    slots = bench.slots()
    async with together() as group:
        with ExitStack() as stack:
            # The first piece has all cores for itself: somebody waits for it.
            await run_command(bench, order, commands[0])
            nice = replace(bench.limits, niceness=max(bench.limits.niceness, _NICENESS))
            rest = replace(bench, limits=nice)
            works = [partial(run_command, rest, order, command) for command in commands[1:]]
            tasks = [group.create_task(within(slots, work)) for work in works]
            before: EncodedPiece | None = None
            for number, target in enumerate(targets):
                if number:
                    await tasks[number - 1]
                piece = open_piece(stack, target)
                await on_grown(await in_thread(_write, order, number, before, piece))
                before = piece
    path = bench.folder / targets[0].rung.file_name
    return await in_thread(assemble, targets, path, has_album=order.has_album)


def _write(order: Order, number: int, before: EncodedPiece | None, piece: EncodedPiece) -> Grown:
    line, feed = piece.target.line, piece.target.feed
    frames = own_frames(before, piece)
    header = init_segment(Description(timeline=line, sample_entry=piece.entry))
    path = piece.target.path.with_suffix(".grown.mp4")
    fragments, durations = [], line.durations()
    with path.open("wb") as file:
        file.write(header if before is None else b"")
        for index, (first, end) in enumerate(pairwise(line.starts())):
            if not feed.first <= first < feed.end_frame:
                continue
            inside = frames.between(first - feed.first, end - feed.first)
            offset = file.tell()
            file.writelines(fragment(line, inside, number=index + 1, first=first))
            fragments.append(
                Fragment(
                    offset=SizeBytes(offset),
                    size_bytes=SizeBytes(file.tell() - offset),
                    duration=durations[index],
                )
            )
    return Grown(
        order=order,
        timescale=line.rate,
        edit=line.edit,
        number=number,
        path=path,
        init_bytes=SizeBytes(len(header)),
        fragments=tuple(fragments),
        is_last=feed.end_frame == line.frames,
    )
