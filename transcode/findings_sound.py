"""Findings of what the samples say: clipping, offset, silence, a decoder's complaints."""

from __future__ import annotations

from collections.abc import Iterator

from transcode.bounds import (
    CLIPPED_SAMPLES,
    DC_AUDIBLE,
    DC_NOTED,
    SILENT_END_S,
    SILENT_GAP_S,
    SILENT_START_S,
)
from transcode.findings import Examined, Finding, Severity


def clipped(examined: Examined) -> Iterator[Finding]:
    """Find where the wave was cut off at full scale."""
    channels = examined.heard.quality.clipping
    runs = sum(channel.runs for channel in channels)
    if not runs:
        return
    total = sum(channel.total_samples for channel in channels)
    longest = max(channel.longest_samples for channel in channels)
    most = f"{longest} samples ({1000 * longest / examined.info.sample_rate:.1f} ms) long"
    places = "one place" if runs == 1 else f"{runs} places"
    text = f"The tops of the wave were cut off in {places}, the longest {most}."
    if runs > sum(len(one.worst) for one in channels):
        shown = "The longest are shown."
        text = f"{text} {shown}"
    is_much = total >= CLIPPED_SAMPLES.value
    yield Finding(
        code="clipped",
        severity=Severity.WARNING if is_much else Severity.NOTE,
        text=text,
        advice="Export the mix again with less level, or let a limiter end below full scale; what "
        "was cut off cannot be put back later.",
        at=examined.stretches(span for channel in channels for span in channel.worst),
    )


def offset(examined: Examined) -> Iterator[Finding]:
    """Find a wave that does not swing about zero."""
    most = max(map(abs, examined.heard.quality.dc_offsets), default=0.0)
    if most >= DC_NOTED.value:
        yield Finding(
            code="dc_offset",
            severity=Severity.WARNING if most >= DC_AUDIBLE.value else Severity.NOTE,
            text=f"The wave lies {100 * most:.2g} % of full scale off zero.",
            advice="A high-pass filter at 10 Hz takes it away; it costs headroom, and may click "
            "where the track begins and ends.",
        )


def silence(examined: Examined) -> Iterator[Finding]:
    """Find long silence at the ends and inside, or nothing but silence."""
    heard, found = examined.heard, examined.heard.quality.silence
    rate = examined.info.sample_rate
    if found.start_samples == heard.samples:
        yield _silent(examined, [(0, heard.samples)], "Nothing sounds in the whole track.")
        return
    start_s, end_s = found.start_samples / rate, found.end_samples / rate
    if start_s >= SILENT_START_S.value:
        text = f"It begins with {start_s:.1f} s of silence."
        yield _silent(examined, [(0, found.start_samples)], text)
    if end_s >= SILENT_END_S.value:
        text = f"It ends with {end_s:.1f} s of silence."
        yield _silent(examined, [(heard.samples - found.end_samples, found.end_samples)], text)
    gaps = [gap for gap in found.gaps if gap[1] >= SILENT_GAP_S.value * rate]
    if gaps:
        longest_s = max(length for _, length in gaps) / rate
        how_often = "once" if len(gaps) == 1 else f"{len(gaps)} times"
        text = f"It falls silent inside, {how_often}, for {longest_s:.1f} s at most."
        yield _silent(examined, gaps, text)


def complaints(examined: Examined) -> Iterator[Finding]:
    """Find that a lossy master was decoded, but not without trouble."""
    if examined.complaints:
        yield Finding(
            code="damaged",
            severity=Severity.WARNING,
            text=f"The decoder complained {len(examined.complaints)} times; parts may be missing.",
            advice="Listen to it, and export it again if you hear gaps or noises.",
        )


def _silent(examined: Examined, spans: list[tuple[int, int]], text: str) -> Finding:
    return Finding(
        code="silence",
        severity=Severity.NOTE if spans[0][1] < examined.heard.samples else Severity.WARNING,
        text=text,
        advice="If you did not mean it, cut it off or export the track again.",
        at=examined.stretches(spans),
    )
