"""The loudness boxes of a track, `tlou` and `alou` (ISO/IEC 14496-12, 12.2.7).

What their numbers mean stands in ISO/IEC 23003-4, 6.1 (levels) and 6.2 (methods).
"""

from __future__ import annotations

from dataclasses import dataclass

from refrain.conformance.iso import Bytes, CutOff, Fields, Node

#: 23003-4: a method of 1 is the loudness of the programme; steps of a quarter LU from here.
_PROGRAMME = 1
_LOWEST_LUFS, _STEP_LU = -57.75, 0.25
#: Peaks count downwards from 20 dB in 1/32 dB; zero says that there is none.
_HIGHEST_DB, _STEPS_PER_DB = 20.0, 32
_SIGN = 1 << 11


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedLoudness:
    """One entry of a loudness box; None where it does not say."""

    box: str
    is_plain: bool
    integrated_lufs: float | None
    measurement_system: int
    true_peak_dbtp: float | None
    peak_system: int


def read_loudness(data: Bytes, track: Node) -> tuple[tuple[StatedLoudness, ...], tuple[str, ...]]:
    """Answer what the boxes of a `trak` state, and which of them could not be read."""
    found: list[StatedLoudness] = []
    faults = []
    for kind in ("tlou", "alou"):
        for box in track.all("udta", "ludt", kind):
            try:
                found += _entries(Fields(data, box.body, box.end), kind)
            except CutOff:
                faults.append(f"the {kind} box is cut off")
    return tuple(found), tuple(faults)


def _entries(fields: Fields, kind: str) -> list[StatedLoudness]:
    version, _ = fields.full()
    count = fields.unsigned(1) & 0x3F if version else 1
    return [_entry(fields, kind, version) for _ in range(count)]


def _entry(fields: Fields, kind: str, version: int) -> StatedLoudness:
    equaliser = fields.unsigned(1) & 0x3F if version else 0
    target = fields.unsigned(2) & 0x1FFF
    peaks = fields.unsigned(3)
    system = fields.unsigned(1)
    rows = fields.table(fields.unsigned(1), ">BBB")
    programme = next((row for row in rows if row[0] == _PROGRAMME), None)
    return StatedLoudness(
        box=kind,
        is_plain=not equaliser and not target,
        integrated_lufs=_LOWEST_LUFS + _STEP_LU * programme[1] if programme else None,
        measurement_system=programme[2] >> 4 if programme else 0,
        true_peak_dbtp=_level(peaks & 0xFFF),
        peak_system=system >> 4,
    )


def _level(packed: int) -> float | None:
    if packed == 0:
        return None
    signed = packed - 2 * _SIGN if packed & _SIGN else packed
    return _HIGHEST_DB - signed / _STEPS_PER_DB
