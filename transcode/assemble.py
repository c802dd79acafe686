"""From the pieces that encoders made to the one file that is published."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from base.errors import Broken
from transcode.aac_windows import windows_of
from transcode.boxes import malformed, top_level
from transcode.cmaf import Description, fragment, fragment_bytes, init_segment, segment_index
from transcode.encoded import let_go, mapped
from transcode.graphs import Target
from transcode.ladder import Codec
from transcode.ludt import Levels
from transcode.packets import Frames, Packets, read_wrapped
from transcode.pieces import joint
from transcode.sample_entry import sample_entry_for, with_frame_sizes


def assemble(targets: Sequence[Target], path: Path, *, has_album: bool = False) -> Description:
    """Write the rendition that these pieces make, and answer what its header says.

    The levels are left open: they are known when the file was heard, see `state`.

    Raises:
        Broken: a piece is not what was asked for.

    """
    line = targets[0].line
    with ExitStack() as stack, path.open("wb") as file:
        pieces = [open_piece(stack, target) for target in targets]
        before = [None, *pieces[:-1]]
        own = [own_frames(*pair) for pair in zip(before, pieces, strict=True)]
        frames = Frames(tuple(packets for each in own for packets in each.parts))
        entry = pieces[0].entry
        if targets[0].rung.codec is Codec.FLAC:
            entry = with_frame_sizes(entry, int(frames.sizes.min()), int(frames.sizes.max()))
        album = Levels() if has_album else None
        description = Description(timeline=line, sample_entry=entry, levels=Levels(), album=album)
        file.write(init_segment(description))
        bounds = list(pairwise(line.starts()))
        sizes = [fragment_bytes(line, frames.between(*each), first=each[0]) for each in bounds]
        file.write(segment_index(line, sizes))
        for number, each in enumerate(bounds, start=1):
            inside = frames.between(*each)
            file.writelines(fragment(line, inside, number=number, first=each[0]))
            for packets in inside.parts:
                let_go(packets.data)
    return description


def state(path: Path, description: Description) -> None:
    """Write what was heard into the header of a finished file.

    Raises:
        Broken: there is no room for it, as nobody said that there is an album.

    """
    header = init_segment(description)
    with mapped(path) as view:
        room = next(box.offset for box in top_level(view) if box.kind == "sidx")
    if len(header) != room:
        raise malformed(f"a header of {len(header)} bytes does not fit into {room}")
    with path.open("r+b") as file:
        file.write(header)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EncodedPiece:
    """A piece as its encoder made it; frames are numbered as in the track."""

    target: Target
    entry: bytes
    packets: Packets

    def between(self, first: int, end: int) -> Packets:
        """Answer some of its frames."""
        at = self.target.feed.drop - self.target.feed.first
        return self.packets.between(first + at, end + at)

    def windows(self, frame: int) -> object | None:
        """Answer how a frame overlaps with its neighbours, where that is not always the same."""
        if self.target.rung.codec is not Codec.AAC:
            return ()
        at = self.target.feed.drop - self.target.feed.first
        return windows_of(self.packets.frame(frame + at))


def open_piece(stack: ExitStack, target: Target) -> EncodedPiece:
    """Read a piece, mapped into memory while `stack` lives.

    Raises:
        Broken: it has fewer frames than were asked for.

    """
    wrapped = read_wrapped(stack.enter_context(mapped(target.path)))
    feed = target.feed
    if len(wrapped.packets) < feed.drop + feed.keep:
        raise Broken(
            "wrong-rendition",
            f"A piece of {target.rung.name} has {len(wrapped.packets)} frames "
            f"instead of {feed.drop + feed.keep}.",
        )
    entry = sample_entry_for(target.rung.codec, wrapped.sample_entry, target.line)
    return EncodedPiece(target=target, entry=entry, packets=wrapped.packets)


def own_frames(before: EncodedPiece | None, piece: EncodedPiece) -> Frames:
    """Answer the frames of a piece, the first of them from the one before where that fits."""
    feed = piece.target.feed
    if before is None:
        return Frames((piece.between(feed.first, feed.end_frame),))
    start = joint(before.windows, piece.windows, first=feed.first)
    return Frames((before.between(feed.first, start), piece.between(start, feed.end_frame)))
