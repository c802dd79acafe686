"""Curves as SVG paths, on a canvas that a page stretches to its width.

Coordinates are rounded to a tenth: a thousand points are some ten kilobytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

#: What all drawings are high and wide, in units of their own.
HEIGHT, WIDTH = 100.0, 1_000.0
#: What loudness curves show; louder and quieter lie at the rim.
LOUDEST_LUFS, QUIETEST_LUFS = 0.0, -60.0
#: A mark is never so narrow that it could not be seen.
_NARROWEST = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A stretch of the canvas."""

    x: float
    width: float


def waveform_path(lowest: Sequence[float], highest: Sequence[float]) -> str:
    """Draw a filled shape from peaks between -1 and 1, along the top and back below."""
    if not lowest:
        return ""
    points = [*_points(highest, 1.0, -1.0), *reversed(_points(lowest, 1.0, -1.0))]
    return f"M{' L'.join(points)} Z"


def loudness_path(lufs: Sequence[float]) -> str:
    """Draw a line, from the first moment on at which the meter showed anything."""
    first = next((at for at, level in enumerate(lufs) if level > QUIETEST_LUFS), len(lufs))
    points = _points(lufs, LOUDEST_LUFS, QUIETEST_LUFS)[first:]
    return f"M{' L'.join(points)}" if points else ""


def loudness_y(lufs: float) -> float:
    """Answer where a level is, from the top."""
    return round(_height(lufs, LOUDEST_LUFS, QUIETEST_LUFS), 1)


def marks(at: Sequence[Sequence[float]], duration_s: float) -> list[Mark]:
    """Answer where spans in seconds lie; none reaches over the end of the canvas."""
    if duration_s <= 0:
        return []
    return [_mark(start / duration_s, end / duration_s) for start, end in at]


def _mark(start: float, end: float) -> Mark:
    width = min(WIDTH, max(_NARROWEST, (end - start) * WIDTH))
    x = min(max(0.0, start * WIDTH), WIDTH - width)
    return Mark(x=round(x, 1), width=round(width, 1))


def _points(values: Sequence[float], top: float, bottom: float) -> list[str]:
    step = WIDTH / max(1, len(values) - 1)
    return [
        f"{number * step:.1f},{_height(value, top, bottom):.1f}"
        for number, value in enumerate(values)
    ]


def _height(value: float, top: float, bottom: float) -> float:
    inside = min(max(value, bottom), top)
    return (top - inside) / (top - bottom) * HEIGHT
