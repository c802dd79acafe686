"""Masters that exist as a description only."""

from __future__ import annotations

from hypothesis import strategies as st

from base.units import Samples
from transcode.source import SourceInfo

#: What probe lets in, the usual ones first.
RATES = st.sampled_from([44_100, 48_000, 88_200, 96_000, 8_000, 384_000, 11_025]) | st.integers(
    8_000, 384_000
)
HOURS = 3


def source(  # noqa: PLR0913 - a master has so many properties
    *,
    rate: int = 44_100,
    channels: int = 2,
    bits: int = 16,
    is_float: bool = False,
    is_lossless: bool = True,
    samples: int | None = None,
) -> SourceInfo:
    return SourceInfo(
        container="wav",
        codec="pcm_f32le" if is_float else f"pcm_s{bits}le",
        sample_rate=rate,
        channels=channels,
        bit_depth=bits,
        is_float=is_float,
        is_lossless=is_lossless,
        declared_samples=None if samples is None else Samples(samples),
        is_seekable=True,
    )


@st.composite
def tracks(draw: st.DrawFn, least: int = 1) -> tuple[SourceInfo, Samples]:
    """Draw a master and how many samples it has, from one to hours, often near whole fragments."""
    rate = draw(RATES)
    near = st.builds(
        lambda fragments, more: fragments * 6 * rate + more,
        st.integers(0, 50),
        st.integers(-rate, rate),
    )
    samples = draw(st.integers(least, HOURS * 3600 * rate) | st.integers(least, 10 * rate) | near)
    info = source(rate=rate, channels=draw(st.sampled_from([1, 2])))
    return info, Samples(max(least, samples))
