"""A rendition with its media read: the head, the segments, and how long all of it is."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from refrain.conformance.codecs import Entry, Family
from refrain.conformance.fragments import Fragment, Fragments
from refrain.conformance.movie import Movie, Track


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A segment: what the playlist says of it and what it holds."""

    line: int
    size_bytes: int
    stated_s: Fraction | None
    is_discontinuous: bool
    content: Fragments

    @property
    def duration(self) -> int:
        """The length of its samples in ticks."""
        return sum(fragment.duration for fragment in self.content.fragments)


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """One rendition; `movie` is None where it is not an ISO file."""

    where: str
    movie: Movie | None
    pieces: tuple[Piece, ...]
    target_s: int | None = None

    @property
    def track(self) -> Track | None:
        """The track that is heard."""
        tracks = self.movie.tracks if self.movie else ()
        return tracks[0] if tracks and tracks[0].timescale else None

    @property
    def entry(self) -> Entry | None:
        """The format of that track."""
        return self.track.entry if self.track else None

    @property
    def family(self) -> Family:
        """The family of that format."""
        return self.entry.family if self.entry else Family.OTHER

    @property
    def fragments(self) -> tuple[Fragment, ...]:
        """All fragments in order."""
        return tuple(one for piece in self.pieces for one in piece.content.fragments)

    @property
    def duration(self) -> int:
        """The length of all samples in ticks, before any edit."""
        table = self.track.media_duration if self.track else 0
        return table + sum(fragment.duration for fragment in self.fragments)

    @property
    def frame(self) -> int:
        """The longest sample in ticks: the codec's frame."""
        longest = (run.longest for fragment in self.fragments for run in fragment.runs)
        return max(longest, default=1024)

    @property
    def frame_s(self) -> Fraction:
        """The codec's frame in seconds."""
        return Fraction(self.frame, self.track.timescale) if self.track else Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """What edits leave of a track: ticks from where, how many, and how exactly that is said."""

    start: int
    length: int
    precision: int


def presented(media: Media) -> Presented | None:
    """Apply the edits of a track to its length (8.6.6); None where there is no track."""
    track, movie = media.track, media.movie
    if track is None or movie is None:
        return None
    edits = [edit for edit in track.edits if edit.media_time >= 0]
    if not edits:
        return Presented(start=0, length=media.duration, precision=0)
    start = edits[0].media_time
    if not any(edit.duration for edit in edits) or not movie.timescale:
        return Presented(start=start, length=media.duration - start, precision=0)
    scale = Fraction(track.timescale, movie.timescale)
    length = round(sum(edit.duration for edit in edits) * scale)
    # A movie that counts milliseconds cannot say a sample.
    return Presented(start=start, length=length, precision=int(scale) if scale > 1 else 0)


def presented_s(media: Media) -> Fraction | None:
    """Answer how long the rendition is heard, in seconds."""
    heard = presented(media)
    return Fraction(heard.length, media.track.timescale) if heard and media.track else None
