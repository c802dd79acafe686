"""What a player should turn a track up or down by, as tags of files say it.

All tags tell of the same measurement (BS.1770-5): ReplayGain 2 refers to -18 LUFS and is in
decibels; R128_* refer to -23 LUFS and are integers of 1/256 dB (RFC 7845, 5.2.1). Whoever mixes
up the two is 5 dB off.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from transcode.ludt import Levels

REPLAYGAIN_LUFS = -18.0
R128_LUFS = -23.0
_R128_STEPS = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Gains:
    """What is known of a file; its album's too, where there is one."""

    track: Levels
    album: Levels | None = None


def replaygain_tags(gains: Gains) -> dict[str, str]:
    """Answer the tags of ReplayGain 2, as players spell them."""
    tags = dict(_replaygain("track", gains.track))
    if gains.album is not None:
        tags |= _replaygain("album", gains.album)
    if tags:
        tags["replaygain_reference_loudness"] = f"{REPLAYGAIN_LUFS:.2f} LUFS"
    return tags


def r128_tags(gains: Gains) -> dict[str, str]:
    """Answer the tags of RFC 7845."""
    loudness = {"R128_TRACK_GAIN": gains.track, "R128_ALBUM_GAIN": gains.album}
    return {
        name: str(round((R128_LUFS - each.integrated_lufs) * _R128_STEPS))
        for name, each in loudness.items()
        if each is not None and each.integrated_lufs is not None
    }


def _replaygain(scope: str, loudness: Levels) -> Iterator[tuple[str, str]]:
    if loudness.integrated_lufs is not None:
        gain_db = REPLAYGAIN_LUFS - loudness.integrated_lufs
        yield f"replaygain_{scope}_gain", f"{gain_db:.2f} dB"
    if loudness.true_peak_dbtp is not None:
        yield f"replaygain_{scope}_peak", f"{10 ** (loudness.true_peak_dbtp / 20):.6f}"
