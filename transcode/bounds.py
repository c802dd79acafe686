"""From where on a measurement is worth a finding, and the measurement that says so.

One table, for all rules; docs/quality-report.md prints it.
"""

from __future__ import annotations

from typing import NamedTuple


class Bound(NamedTuple):
    """A value in its unit, and why it is this one."""

    value: float
    unit: str
    because: str


CLIPPED_SAMPLES = Bound(
    32,
    "samples",
    "all flat tops together; fewer are a note. The driven master has 252258, the others 0.",
)
DC_NOTED = Bound(
    0.001,
    "of full scale",
    "-60 dB, a sixteenth of what an 8-bit converter was off; the sound font's masters have 0.005.",
)
DC_AUDIBLE = Bound(0.01, "of full scale", "-40 dB: clicks where tracks begin and end.")
SILENT_START_S = Bound(
    1.0, "s", "The shared masters begin within 2 ms, albums within half a second."
)
SILENT_END_S = Bound(5.0, "s", "A fade and its room need 2 to 4 s after the last note.")
SILENT_GAP_S = Bound(2.0, "s", "The longest rest inside the shared masters is 0.1 s.")
OUT_OF_PHASE = Bound(
    -0.5,
    "correlation",
    "Mono loses 3 dB more than from unrelated channels; wide shared masters go down to -0.38.",
)
TURNED_OVER = Bound(-0.98, "correlation", "20 dB and more are lost in mono.")
SAME_CHANNELS = Bound(
    0.99999, "correlation", "50 dB below the sound is no room, no microphone, no reverb."
)
SILENT_CHANNEL_DB = Bound(
    60.0, "dB", "The weaker channel lies below what 16 bits say of the other."
)
LOSSY_STRENGTH = Bound(
    6.2,
    "standard deviations",
    "More than any honest material has, and less than MP3 up to 192 and AAC up to 128 kb/s: see "
    "the figures.",
)
SPARE_BITS = Bound(4, "bits", "Converters of 20 bits in 24 are honest; 16 in 24 are padding.")
COARSE_BITS = Bound(20, "bits", "A recording of 16 bits made 24 dB quieter has steps worth this.")
LOUD_LU = Bound(1.0, "LU", "A difference that listeners notice.")
QUIET_LU = Bound(3.0, "LU", "Services turn up by less, or not at all.")
NORMAL_LUFS = Bound(-14.0, "LUFS", "Spotify, YouTube, Tidal and Amazon; Apple has -16.")
SERVICE_PEAK_DBTP = Bound(-1.0, "dBTP", "Up to where services turn up; EBU R 128's maximum.")
OVER_NOTED_DBTP = Bound(0.1, "dBTP", "Less is within the meter's own error.")
OVER_DBTP = Bound(0.5, "dBTP", "BS.1770's meter reads up to 0.4 dB less than the true peak.")

BOUNDS = {name: value for name, value in dict(globals()).items() if isinstance(value, Bound)}
