"""A long track encoded in pieces, so that several cores, or several workers, share it.

Where pieces end depends on the track alone, never on who encodes them: the same bytes come out of
one core and of twenty. Each piece is encoded with music before and behind it that belongs to its
neighbours, so that its encoder has come into its stride where its own frames begin, and knows what
comes next where they end. At both ends of the track, where there is no neighbour, the music is
mirrored: an encoder that meets a sudden beginning spends its bits on a click.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from transcode.timeline import FRAGMENT_S, Timeline

#: Long enough that what is encoded twice hardly counts, short enough to keep cores busy.
PIECE_S = 120
#: The first piece of what must be heard soon.
OPENING_S = 12
#: How much an encoder hears before its own frames begin.
_RUN_UP_S = 3
#: Frames before the music, where a track begins: the first two of AAC meet silence.
_LEAD_FRAMES = 2
#: Frames that both neighbours make, to choose where one takes over from the other.
JOINT_FRAMES = 8
#: Frames behind those, for what an encoder wants to know of the future.
_TRAIL_FRAMES = 4
#: A resampler at the edge of what it was given hears silence; so far away it does not matter.
_MARGIN_S = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of a track in whole seconds; None where it goes to the track's end."""

    number: int
    start_s: int
    end_s: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What the encoder of a piece is given, in samples at the rendition's rate, and what is kept.

    `start` and `end` are positions in the music. Of the frames that come out, `drop` are thrown
    away at the beginning and `keep` are kept, which are the track's from `first` on; the last
    `shared` of them are the next piece's, who may want some of them.
    """

    mirrored_before: int
    start: int
    end: int
    mirrored_behind: int
    drop: int
    first: int
    keep: int
    shared: int = 0

    @property
    def end_frame(self) -> int:
        """The first frame of the next piece."""
        return self.first + self.keep - self.shared


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What is read of a master for a piece; it may reach beyond the end."""

    start_s: int
    length_s: int


def pieces_of(
    duration_s: Fraction, *, opening: bool = False, piece_s: int = PIECE_S
) -> tuple[Piece, ...]:
    """Cut a track at whole fragments, into pieces as nearly equal as these allow.

    With an `opening` the first piece is short, to be heard while the others are made, and those
    are half as long: nothing else of the track is there yet for the other cores.
    """
    begin = OPENING_S if opening and duration_s > 2 * OPENING_S else 0
    piece_s = piece_s // 2 if begin else piece_s
    count = max(1, ceil((duration_s - begin) / piece_s))
    length = (duration_s - begin) / count
    cuts = [begin + round(length * n / FRAGMENT_S) * FRAGMENT_S for n in range(count)]
    starts = [0, *cuts] if begin else cuts
    ends = [*starts[1:], None]
    return tuple(
        Piece(number=number, start_s=start, end_s=end)
        for number, (start, end) in enumerate(zip(starts, ends, strict=True))
    )


def feed_for(line: Timeline, piece: Piece) -> Feed:
    """Answer what to encode so that the frames of a piece come out as if of the whole track."""
    frame = line.framing.frame
    # The encoder's clock: its sample 0 is this much before the music, its frame 0 the track's.
    ahead = line.priming - line.framing.delay
    if not line.framing.pads:
        return _plain_feed(line, piece)
    first = line.frame_at(piece.start_s) if piece.start_s else 0
    shared = 0 if piece.end_s is None else JOINT_FRAMES
    last = line.frames if piece.end_s is None else line.frame_at(piece.end_s) + shared
    if first == 0:
        lead = _LEAD_FRAMES if line.framing.delay >= frame else 0
        start, before = 0, ahead + lead * frame
    else:
        lead = ceil(Fraction(_RUN_UP_S * line.rate, frame))
        start, before = (first - lead) * frame - ahead, 0
    end = (last + _TRAIL_FRAMES) * frame - ahead
    return Feed(
        mirrored_before=before,
        start=start,
        end=min(end, line.samples),
        mirrored_behind=max(0, end - line.samples),
        drop=lead,
        first=first,
        keep=last - first,
        shared=shared,
    )


def _plain_feed(line: Timeline, piece: Piece) -> Feed:
    """Frames that know nothing of each other need nobody else's samples."""
    first = line.frame_at(piece.start_s)
    last = line.frames if piece.end_s is None else line.frame_at(piece.end_s)
    frame = line.framing.frame
    return Feed(
        mirrored_before=0,
        start=first * frame,
        end=min(last * frame, line.samples),
        mirrored_behind=0,
        drop=0,
        first=first,
        keep=last - first,
    )


def window_for(feeds: Iterable[tuple[Timeline, Feed]]) -> Window:
    """Answer what of the master all these need; whole seconds are samples at every rate."""
    bounds = [
        (Fraction(feed.start, line.rate), Fraction(feed.end, line.rate)) for line, feed in feeds
    ]
    start_s = max(0, floor(min(start for start, _ in bounds)) - _MARGIN_S)
    end_s = ceil(max(end for _, end in bounds)) + _MARGIN_S
    return Window(start_s=start_s, length_s=end_s - start_s)


def joint(
    before: Callable[[int], object | None],
    after: Callable[[int], object | None],
    *,
    first: int,
) -> int:
    """Answer the first frame to take from the later piece.

    Frames overlap with their neighbours in the way that each says of itself (`before`, `after`
    tell of a frame by its number; None: it does not say). Where both pieces say the same of the
    frame before the joint, the later piece goes on as the earlier would have.
    """
    for frame in range(first, first + JOINT_FRAMES):
        said = before(frame - 1)
        if said is not None and said == after(frame - 1):
            return frame
    return first
