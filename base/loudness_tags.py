"""What a player should turn a track up or down by, as tags of files say it.

All tags tell of the same measurement (BS.1770-5): ReplayGain 2 refers to -18 LUFS and is in
decibels; R128_* refer to -23 LUFS and are integers of 1/256 dB (RFC 7845, 5.2.1). Whoever mixes
up the two is 5 dB off.
"""

from __future__ import annotations

REPLAYGAIN_LUFS = -18.0
R128_LUFS = -23.0
_R128_STEPS = 256
REPLAYGAIN_REFERENCE = f"{REPLAYGAIN_LUFS:.2f} LUFS"


def replaygain(integrated_lufs: float) -> str:
    """Answer the gain of ReplayGain 2, as players spell it."""
    return f"{REPLAYGAIN_LUFS - integrated_lufs:.2f} dB"


def replaygain_peak(true_peak_dbtp: float) -> str:
    """Answer the peak, where 1 is full scale."""
    return f"{10 ** (true_peak_dbtp / 20):.6f}"


def r128(integrated_lufs: float) -> str:
    """Answer the gain of RFC 7845."""
    return str(round((R128_LUFS - integrated_lufs) * _R128_STEPS))
