"""Where the samples of a track lie in the frames of a rendition.

Decoders agree on how to skip samples at the beginning of a track, and on little else: what lies
behind the end is played by most, whatever a box says. So nothing lies there. All of an encoder's
padding is put before the music, as many samples as make the last frame end where the music does.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil

from base.units import Samples

#: Apple's authoring rules 7.5 to 7.7; rungs are cut at the same times, as near as frames allow.
FRAGMENT_S = 6
#: What is left of a track after its last whole fragment joins it when it is no longer than this,
#: so that no fragment is nearly empty, and none is said to last 7 s.
_REST_S = Fraction(4, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Framing:
    """How a codec packs samples, in samples of its own rate.

    `delay` is how much later a decoder answers than its encoder was told, `least_priming` what is
    at least skipped before the music, and `roll` how many frames a decoder must begin earlier to
    be right (ISO/IEC 14496-12, 10.1). A codec that `pads` can only end with a whole frame. Where
    `decoder_skips`, the sample entry tells the decoder how much (Opus), and not the edit list.
    """

    frame: int
    delay: int = 0
    least_priming: int = 0
    roll: int = 0
    pads: bool = False
    decoder_skips: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A track of `samples` at `rate` Hz in frames, with `priming` samples before the music."""

    rate: int
    samples: Samples
    framing: Framing
    priming: int
    fragments: int

    @property
    def frames(self) -> int:
        """How many frames there are."""
        return -(-(self.priming + self.samples) // self.framing.frame)

    @property
    def edit(self) -> int:
        """How much of the priming the edit list hides: all, or nothing where the decoder skips.

        Chromium's decoder skips again after every seek, and its edit list does not hide again: of
        what the two share, the music would be that much too early from then on.
        """
        return 0 if self.framing.decoder_skips else self.priming

    @property
    def last_frames(self) -> tuple[int, int]:
        """How long the last two frames are said to last, so that all together end on time.

        What the decoder skips is taken off them, and may be more than one; none lasts nothing.
        """
        frame = self.framing.frame
        excess = self.frames * frame - self.edit - self.samples
        last = max(1, frame - excess)
        return 2 * frame - excess - last, last

    def starts(self) -> tuple[int, ...]:
        """Answer the first frame of every fragment, and behind them the number of frames."""
        begins = (self.frame_at(n * FRAGMENT_S) for n in range(1, self.fragments))
        return (0, *begins, self.frames)

    def frame_at(self, second: int) -> int:
        """Answer the frame that a player would begin with at a time, to the nearest."""
        half = self.framing.frame // 2
        return (self.edit + second * self.rate + half) // self.framing.frame

    def time_of(self, frame: int) -> Samples:
        """Answer when a player begins a frame; the first ones come before the music."""
        return Samples(frame * self.framing.frame - self.edit)

    def durations(self) -> tuple[Samples, ...]:
        """Answer how long each fragment lasts; together they last as long as the music."""
        begins = [max(0, self.time_of(frame)) for frame in self.starts()[:-1]]
        return tuple(Samples(b - a) for a, b in pairwise([*begins, self.samples]))


def timeline(
    framing: Framing, *, rate: int, samples: Samples, fragments: int | None = None
) -> Timeline:
    """Lay out a track, its end at the end of a frame where its codec needs that.

    Renditions of one track have the same number of `fragments`; they are told it, as their own
    rates would round it differently.
    """
    priming = framing.least_priming
    if framing.pads:
        priming += -(priming + samples) % framing.frame
    if fragments is None:
        fragments = fragments_in(Fraction(samples, rate))
    return Timeline(
        rate=rate, samples=samples, framing=framing, priming=priming, fragments=fragments
    )


def fragments_in(duration_s: Fraction) -> int:
    """Answer how many fragments a track of this length has."""
    return max(1, ceil((duration_s - _REST_S) / FRAGMENT_S))


def resampled(samples: int, *, rate: int, to: int) -> Samples:
    """Answer how many samples a track has at another rate: as many as begin before its end."""
    return Samples(-(-samples * to // rate))
