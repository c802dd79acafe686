"""Findings of two channels that are not two, or against each other."""

from __future__ import annotations

from collections.abc import Iterator

from transcode.bounds import OUT_OF_PHASE, SAME_CHANNELS, SILENT_CHANNEL_DB, TURNED_OVER
from transcode.findings import Examined, Finding, Severity

_PAIR = 2
_SIDES = ("left", "right")


def fake_stereo(examined: Examined) -> Iterator[Finding]:
    """Find a pair of channels that holds one."""
    if examined.info.channels != _PAIR:
        return
    quality = examined.heard.quality
    silent = _silent_side(quality.levels_dbfs)
    if silent is not None:
        yield Finding(
            code="fake_stereo",
            severity=Severity.WARNING,
            text=f"The {_SIDES[silent]} channel is silent.",
            advice="Export it with both, or as mono, which plays on both sides.",
        )
    elif any(level is not None for level in quality.levels_dbfs) and (
        quality.is_mono or (quality.correlation or 0) >= SAME_CHANNELS.value
    ):
        same = "the same" if quality.is_mono else "the same at different levels"
        yield Finding(
            code="fake_stereo",
            severity=Severity.NOTE,
            text=f"Both channels are {same}: it is mono.",
            advice="If you mixed in stereo, something on the way made it mono; else a mono file "
            "says the same in half the size.",
        )


def out_of_phase(examined: Examined) -> Iterator[Finding]:
    """Find channels that take each other away where somebody listens in mono."""
    correlation = examined.heard.quality.correlation
    if correlation is None or correlation > OUT_OF_PHASE.value:
        return
    is_whole = correlation <= TURNED_OVER.value
    yield Finding(
        code="out_of_phase",
        severity=Severity.WARNING,
        text="One channel is the other turned over: in mono nothing is left."
        if is_whole
        else f"The channels work against each other (correlation {correlation:.2f}): in mono much "
        "of it is lost.",
        advice="Turn the polarity of one channel round."
        if is_whole
        else "Listen in mono, as telephones and many speakers do, and look for a widener or a "
        "turned-over track.",
    )


def _silent_side(levels_dbfs: tuple[float | None, ...]) -> int | None:
    left, right = levels_dbfs
    if left is None and right is None:
        return None
    if left is None or right is None:
        return 0 if left is None else 1
    if abs(left - right) < SILENT_CHANNEL_DB.value:
        return None
    return 0 if left < right else 1
