"""The tags of ReplayGain and R128 for a track, and its album where there is one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from base.loudness_tags import REPLAYGAIN_REFERENCE, r128, replaygain, replaygain_peak
from transcode.ludt import Levels


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
        tags["replaygain_reference_loudness"] = REPLAYGAIN_REFERENCE
    return tags


def r128_tags(gains: Gains) -> dict[str, str]:
    """Answer the tags of RFC 7845."""
    loudness = {"R128_TRACK_GAIN": gains.track, "R128_ALBUM_GAIN": gains.album}
    return {
        name: r128(each.integrated_lufs)
        for name, each in loudness.items()
        if each is not None and each.integrated_lufs is not None
    }


def _replaygain(scope: str, loudness: Levels) -> Iterator[tuple[str, str]]:
    if loudness.integrated_lufs is not None:
        yield f"replaygain_{scope}_gain", replaygain(loudness.integrated_lufs)
    if loudness.true_peak_dbtp is not None:
        yield f"replaygain_{scope}_peak", replaygain_peak(loudness.true_peak_dbtp)
