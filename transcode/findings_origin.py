"""Findings of what a master was before: encoded, of a lower rate, of fewer bits, filtered."""

from __future__ import annotations

from collections.abc import Iterator

from transcode.bounds import COARSE_BITS, LOSSY_STRENGTH, SPARE_BITS
from transcode.findings import Examined, Finding, Severity, kilohertz
from transcode.traces import Traces

_NAMES = {"mp3": "MP3", "aac": "AAC", "vorbis": "Vorbis", "opus": "Opus"}
_USUAL_RATES = (44_100, 48_000, 88_200, 96_000, 176_400, 192_000)
_USUAL_DEPTHS = (16, 24)
_FLOAT_BITS = 32
#: At the bound, for each standard deviation above it, and at most.
_CONFIDENCE, _CONFIDENCE_STEP, _MOST_CONFIDENCE = 0.9, 0.03, 0.99
#: Who filters a recording of a high rate where an old rate would end cannot be told apart.
_UPSAMPLED_CONFIDENCE = 0.95


def lossy_source(examined: Examined) -> Iterator[Finding]:
    """Find that it was MP3, AAC, Vorbis or Opus, or still is lossy."""
    info = examined.info
    traces = encoded(examined)
    if not info.is_lossless:
        rate = f" of {info.bitrate_bps / 1000:.0f} kb/s" if info.bitrate_bps else ""
        text, confidence = f"The file is lossy: {info.codec}{rate}.", None
    elif traces is not None:
        above = (traces.strength - LOSSY_STRENGTH.value) * _CONFIDENCE_STEP
        confidence = round(min(_MOST_CONFIDENCE, _CONFIDENCE + above), 2)
        text = f"It was {_NAMES[traces.codec]} before: its sound has what that encoder left of it."
    else:
        return
    yield Finding(
        code="lossy_source",
        severity=Severity.WARNING,
        text=text,
        advice="Send the mix as it was before it was encoded; every rendition that we make would "
        "be encoded twice.",
        confidence=confidence,
    )


def upsampled(examined: Examined) -> Iterator[Finding]:
    """Find that its sample rate was lower."""
    bandwidth, info = examined.heard.quality.bandwidth, examined.info
    traces = encoded(examined)
    # An encoder that worked at this very rate ends the spectrum itself.
    is_its_own = traces is not None and traces.sample_rate == info.sample_rate
    if bandwidth.old_rate is None or is_its_own:
        return
    end = kilohertz(bandwidth.cutoff_hz or bandwidth.old_rate / 2)
    yield Finding(
        code="upsampled",
        severity=Severity.WARNING,
        text=f"A file of {kilohertz(info.sample_rate)} with nothing above {end}: it was probably "
        f"made at {kilohertz(bandwidth.old_rate)}.",
        advice="Send it at the rate that it was made at: a higher one adds nothing, and listeners "
        "are promised what is not there.",
        confidence=_UPSAMPLED_CONFIDENCE,
    )


def padded_bits(examined: Examined) -> Iterator[Finding]:
    """Find bits that are never used, or only by a gain."""
    quality, bits = examined.heard.quality, examined.info.bit_depth
    if quality.depth_bits and quality.depth_bits <= min(bits, 24) - SPARE_BITS.value:
        text = f"A file of {bits} bits of which only {quality.depth_bits} are used."
    elif quality.step_bits is not None and quality.step_bits <= min(bits - 1, COARSE_BITS.value):
        text = (
            f"A file of {bits} bits whose values are as few as those of {quality.step_bits} bits."
        )
    else:
        return
    yield Finding(
        code="padded_bits",
        severity=Severity.WARNING,
        text=text,
        advice="Send it at the depth that it was mixed at; zeros behind fewer bits add nothing.",
    )


def band_limited(examined: Examined) -> Iterator[Finding]:
    """Find a sharp end of the spectrum that neither of these explains."""
    bandwidth = examined.heard.quality.bandwidth
    is_explained = bandwidth.old_rate is not None or encoded(examined) is not None
    if bandwidth.is_cut and bandwidth.cutoff_hz and not is_explained:
        yield Finding(
            code="band_limited",
            severity=Severity.NOTE,
            text=f"Nothing sounds above {kilohertz(bandwidth.cutoff_hz)}; it ends there at once, "
            "as filters do.",
            advice="If you know of no such filter, look for an earlier copy: old radio and some "
            "lossy files end like this.",
        )


def odd_format(examined: Examined) -> Iterator[Finding]:
    """Find rates and depths that players do not expect."""
    info = examined.info
    if info.sample_rate not in _USUAL_RATES:
        yield Finding(
            code="odd_rate",
            severity=Severity.NOTE,
            text=f"Its sample rate is {kilohertz(info.sample_rate)}, which is unusual for music.",
            advice="Check what it was mixed at; its lossy renditions are converted.",
        )
    is_usual = info.bit_depth in _USUAL_DEPTHS or (info.is_float and info.bit_depth == _FLOAT_BITS)
    if info.is_lossless and not is_usual:
        yield Finding(
            code="odd_depth",
            severity=Severity.NOTE,
            text=f"Its samples have {info.bit_depth} bits, which is unusual for music.",
            advice="16 and 24 bits are what studios send.",
        )


def encoded(examined: Examined) -> Traces | None:
    """Answer the traces of an encoder where they are more than chance."""
    traces = examined.heard.quality.traces
    return traces if traces is not None and traces.strength >= LOSSY_STRENGTH.value else None
