"""Rules that compare what was stated with what was decoded: length, loudness, true peak.

Apple 2.19 to 2.23; ISO/IEC 14496-12, 12.2.7. What is in the file decides, not what it was made of.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from refrain.conformance.findings import Finding, error, warning
from refrain.conformance.limits import DECODED_S, SAME_FINDINGS
from refrain.conformance.loudness_box import StatedLoudness
from refrain.conformance.media import Media, presented
from transcode.loudness import Loudness

#: The box counts in quarters; a lossy decoder may differ by so much more.
_STEP_LU, _LOSSY_LU = 0.25, 0.3
#: EBU Tech 3341, 2.12 lets a meter read 0.4 dB below; a lossy decoder may differ by more.
_PEAK_DB, _LOSSY_PEAK_DB = 0.5, 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """What came out of a decoder."""

    samples: int
    sample_rate: int
    channels: int
    loudness: Loudness
    errors: tuple[str, ...]
    is_whole: bool


def check_decoded(media: Media, decoded: Decoded | None) -> Iterator[Finding]:
    """Compare the samples that came out with those that the boxes promise."""
    if decoded is None or not decoded.samples:
        yield error("Decoding", media.where, "Nothing can be decoded.")
        return
    if not decoded.is_whole:
        yield warning("Limits", media.where, f"Only the first {DECODED_S} s were decoded.")
        return
    for line in decoded.errors[:SAME_FINDINGS]:
        yield warning("Decoding", media.where, f"The decoder says: {line[:200]}")
    heard = presented(media)
    if heard is None or media.track is None:
        return
    promised = round(heard.length * decoded.sample_rate / media.track.timescale)
    off = decoded.samples - promised
    slack = round(heard.precision * decoded.sample_rate / media.track.timescale)
    if off < -slack:
        sentence = f"{promised} samples are promised and {decoded.samples} come out: {off}."
        yield error("Decoding", media.where, sentence)
    # A decoder gives whole frames; that the last one is cut is for the player to know.
    elif off > slack + media.frame * decoded.sample_rate // media.track.timescale:
        sentence = f"{promised} samples are promised and {decoded.samples} come out: {off:+d}."
        yield warning("Decoding", media.where, sentence)


def check_loudness(media: Media, decoded: Decoded | None) -> Iterator[Finding]:
    """Check the loudness box of the track, and compare it with the audio."""
    if media.track is None:
        return
    for fault in media.track.loudness_faults[:SAME_FINDINGS]:
        yield error("ISO 12.2.7", media.where, f"Loudness cannot be read: {fault}.")
    stated = [one for one in media.track.loudness if one.box == "tlou" and one.is_plain]
    if not stated:
        yield warning("Apple 2.19", media.where, "The track carries no loudness.")
        return
    yield from _completeness(stated[0], media.where)
    if decoded is not None and decoded.is_whole and decoded.samples:
        yield from _truth(stated[0], media, decoded.loudness)


def _completeness(stated: StatedLoudness, where: str) -> Iterator[Finding]:
    if stated.integrated_lufs is None:
        yield error("Apple 2.21", where, "The loudness of the programme is not stated.")
    elif stated.measurement_system == 0:
        yield error("Apple 2.21", where, "The system that loudness was measured by is not stated.")
    if stated.true_peak_dbtp is None:
        yield error("Apple 2.21", where, "The true peak is not stated.")
    elif stated.peak_system == 0:
        yield error("Apple 2.21", where, "The system that the peak was measured by is not stated.")


def _truth(stated: StatedLoudness, media: Media, true: Loudness) -> Iterator[Finding]:
    is_lossy = media.entry is None or not media.entry.is_lossless
    pairs = [
        (stated.integrated_lufs, true.integrated_lufs, "LUFS", _STEP_LU + is_lossy * _LOSSY_LU),
        (
            stated.true_peak_dbtp,
            true.true_peak_dbtp,
            "dBTP",
            _LOSSY_PEAK_DB if is_lossy else _PEAK_DB,
        ),
    ]
    for said, measured, unit, tolerance in pairs:
        if said is not None and measured is not None and abs(said - measured) > tolerance:
            sentence = f"{said:.2f} {unit} is stated, the audio has {measured:.2f}."
            yield error("Apple 2.23", media.where, sentence)
