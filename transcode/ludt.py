"""The loudness box: how loud a rendition is, and how high it peaks, for players that level it.

Sources: ISO/IEC 14496-12, 12.2.7 (`ludt`, `tlou`, `alou`); the coding of levels is that of
ISO/IEC 23003-4, 7.3.1 and tables A.48 and A.49 (loudness in steps of 0.25 LU, peaks of 1/32 dB).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from base.units import Dbtp, Lufs
from transcode.boxes import box, full_box

_PROGRAM, _MAX_MOMENTARY, _MAX_SHORT_TERM, _RANGE = 1, 4, 5, 6
_EBU_R128, _BS_1770 = 1, 2
_MEASURED = 3
_UNKNOWN_PEAK = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """What a box can tell; None where it was not measured, or nothing sounded."""

    integrated_lufs: Lufs | None = None
    range_lu: float | None = None
    max_momentary_lufs: Lufs | None = None
    max_short_term_lufs: Lufs | None = None
    sample_peak_dbfs: float | None = None
    true_peak_dbtp: Dbtp | None = None


def print_ludt(track: Levels, album: Levels | None = None) -> bytes:
    """Print the box; its size depends on nothing but whether an album is known."""
    parts = [_print("tlou", track)]
    if album is not None:
        parts.append(_print("alou", album))
    return box("ludt", *parts)


def _print(kind: str, levels: Levels) -> bytes:
    measurements = (
        (_PROGRAM, _loudness(levels.integrated_lufs), _BS_1770),
        (_MAX_MOMENTARY, _loudness(levels.max_momentary_lufs), _EBU_R128),
        (_MAX_SHORT_TERM, _loudness(levels.max_short_term_lufs), _EBU_R128),
        (_RANGE, _range(levels.range_lu), _EBU_R128),
    )
    # 3 bits reserved, 7 of a downmix (none), 6 of a DRC set (none); then two peaks of 12 bits.
    peaks = _peak(levels.sample_peak_dbfs) << 12 | _peak(levels.true_peak_dbtp)
    head = struct.pack(">HI", 0, peaks << 8 | _BS_1770 << 4 | _MEASURED)
    body = b"".join(
        # A method of 0 is an unknown one: what nobody measured keeps its place.
        struct.pack(">BBB", method if value is not None else 0, value or 0, system << 4 | _MEASURED)
        for method, value, system in measurements
    )
    return full_box(kind, head, struct.pack(">B", len(measurements)), body)


def _loudness(lufs: float | None) -> int | None:
    return None if lufs is None else min(255, max(0, round((lufs + 57.75) * 4)))


def _peak(db: float | None) -> int:
    # 20 dB down to -107.9 dB; 0 says that it is not known.
    return _UNKNOWN_PEAK if db is None else min(4095, max(1, round((20 - db) * 32)))


def _range(lu: float | None) -> int | None:
    if lu is None:
        return None
    # Fine where ranges usually are, coarser above 32 LU and above 70 LU.
    steps = lu * 4 if lu <= 32 else (lu + 32) * 2 if lu <= 70 else lu + 134  # noqa: PLR2004 - table A.48
    return min(255, round(steps))
