"""All findings of a master, the worst first."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from transcode.findings import Examined, Finding, Severity
from transcode.findings_level import lossy_headroom, normalised, true_peak
from transcode.findings_origin import (
    band_limited,
    lossy_source,
    odd_format,
    padded_bits,
    upsampled,
)
from transcode.findings_sound import clipped, complaints, offset, silence
from transcode.findings_stereo import fake_stereo, out_of_phase

RULES: tuple[Callable[[Examined], Iterator[Finding]], ...] = (
    complaints,
    clipped,
    lossy_source,
    upsampled,
    padded_bits,
    band_limited,
    out_of_phase,
    fake_stereo,
    silence,
    offset,
    true_peak,
    normalised,
    lossy_headroom,
    odd_format,
)
_ORDER = tuple(Severity)


def findings_of(examined: Examined) -> tuple[Finding, ...]:
    """Answer what every rule finds; those of equal severity in the order of the rules."""
    found = [finding for rule in RULES for finding in rule(examined)]
    return tuple(sorted(found, key=lambda finding: _ORDER.index(finding.severity)))
