"""Findings of how loud it is, and what listeners will get of it."""

from __future__ import annotations

from collections.abc import Iterator

from transcode.bounds import (
    LOUD_LU,
    NORMAL_LUFS,
    OVER_DBTP,
    OVER_NOTED_DBTP,
    QUIET_LU,
    SERVICE_PEAK_DBTP,
)
from transcode.findings import Examined, Finding, Severity


def normalised(examined: Examined) -> Iterator[Finding]:
    """Find what services that normalise make of it."""
    lufs = examined.heard.loudness.integrated_lufs
    if lufs is None:
        return
    above = lufs - NORMAL_LUFS.value
    where = f"services that normalise to {NORMAL_LUFS.value:.0f} LUFS"
    if above >= LOUD_LU.value:
        yield Finding(
            code="loud",
            severity=Severity.NOTE,
            text=f"Plays {above:.1f} dB quieter on {where}: it has {lufs:.1f} LUFS.",
            advice="Being louder gains nothing there; with as much less limiting it would play as "
            "loud and keep its dynamics.",
        )
    elif -above >= QUIET_LU.value:
        peak = examined.true_peak_dbtp or 0.0
        room = max(0.0, SERVICE_PEAK_DBTP.value - peak)
        text = (
            f"Plays up to {-above - room:.1f} dB quieter than others on {where}: "
            f"it has {lufs:.1f} LUFS, and its peaks leave {room:.1f} dB to turn it up."
        )
        if room >= -above:
            text = (
                f"Plays {-above:.1f} dB quieter than others where a service turns nothing up: "
                f"it has {lufs:.1f} LUFS, and its peaks leave {room:.1f} dB to turn it up."
            )
        yield Finding(
            code="quiet",
            severity=Severity.NOTE,
            text=text,
            advice="Right for music of great dynamics; else bring up the level of the mix.",
        )


def true_peak(examined: Examined) -> Iterator[Finding]:
    """Find a wave that goes beyond full scale: between its samples, or in floats at them."""
    peak, highest = examined.true_peak_dbtp, examined.sample_peak_dbfs
    if highest is not None and highest >= OVER_NOTED_DBTP.value:
        yield Finding(
            code="true_peak",
            severity=Severity.WARNING if highest >= OVER_DBTP.value else Severity.NOTE,
            text=f"Its samples go {highest:.1f} dB beyond full scale, as only floating point can.",
            advice="Nothing is cut off yet, but players and converters will: export it "
            f"{highest + 1:.1f} dB quieter, or with a limiter whose ceiling is -1 dBTP.",
        )
    elif peak is not None and peak >= OVER_NOTED_DBTP.value:
        yield Finding(
            code="true_peak",
            severity=Severity.WARNING if peak >= OVER_DBTP.value else Severity.NOTE,
            text=f"Between its samples the wave goes {peak:.1f} dB beyond full scale.",
            advice="Players may clip there: set the limiter's ceiling to -1 dBTP.",
        )


def lossy_headroom(examined: Examined) -> Iterator[Finding]:
    """Find what lossy renditions were lowered by, and what would have become of them."""
    made = [one for one in examined.lossy if one.peak_dbfs is not None and one.gain_db < 0]
    overs = {one: (one.peak_dbfs or 0.0) - one.gain_db for one in made}
    worst = max(overs, key=lambda one: overs[one], default=None)
    if worst is not None and overs[worst] > 0:
        more = worst.gain_db < examined.gain_db
        others = f", {-examined.gain_db:.1f} dB of which all have" if more else ""
        text = (
            f"Clips by {overs[worst]:.1f} dB after {worst.name}: encoded with "
            f"{-worst.gain_db:.1f} dB headroom{others}."
        )
    elif examined.gain_db < 0:
        text = f"Lossy renditions are encoded with {-examined.gain_db:.1f} dB headroom, to be safe."
    else:
        return
    yield Finding(
        code="lossy_headroom",
        severity=Severity.NOTE,
        text=text,
        advice="Nothing has to be done; a ceiling of -1 dBTP leaves all renditions as loud as the "
        "master.",
    )
