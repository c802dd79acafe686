"""Pictures of figures by day, drawn by the server: parts of a hundred, which no style has to say.

Pure: what is drawn stands in a table beside it, for who cannot see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

#: The picture is a hundred wide and high; a little is left above the highest bar.
_WHOLE, _HEAD, _TICKS = 100.0, 8.0, 4
#: What of its place a bar leaves to the next, where there is room.
_GAP, _MANY = 0.24, 120
_STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A day: where its bar stands, and its whole place, which can be pointed at."""

    day: date
    value: int
    before: int | None
    x: str
    y: str
    width: str
    height: str
    place_x: str
    place_width: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A part of the line of as many days before."""

    x1: str
    y1: str
    x2: str
    y2: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A height, and the value that it is at."""

    value: int
    y: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Bars by day, the line of the days before, and heights to read them by."""

    bars: Sequence[Bar]
    line: Sequence[Stretch]
    ticks: Sequence[Tick]
    #: Days that are named below: the first, one in the middle, and the last.
    named: Sequence[date]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to see."""
        return not any(one.value or one.before for one in self.bars)


def chart_of(values: Sequence[tuple[date, int]], before: Sequence[int] = ()) -> Chart:
    """Draw values by day, and beside each what there was as many days before."""
    ticks = ticks_to(max([0, *(value for _, value in values), *before]))
    top = ticks[-1]
    place = _WHOLE / max(1, len(values))
    gap = 0.0 if len(values) > _MANY else place * _GAP
    past: list[int | None] = [*before[: len(values)]]
    past += [None] * (len(values) - len(past))
    bars = [
        _bar(day, value, past[n], at=n * place, place=place, gap=gap, top=top)
        for n, (day, value) in enumerate(values)
    ]
    middles = [((n + 0.5) * place, _height(value, top)) for n, value in enumerate(before)]
    return Chart(
        bars=bars,
        line=[_stretch(*one) for one in pairwise(middles) if any(before)],
        ticks=[Tick(value=one, y=_part(_WHOLE - _height(one, top))) for one in ticks],
        named=_named([day for day, _ in values]),
    )


def ticks_to(most: int) -> Sequence[int]:
    """Answer round values from nothing up to one that is as high as the highest.

    >>> ticks_to(37)
    [0, 10, 20, 30, 40]
    """
    step, power = 1, 1
    while True:
        for part in _STEPS:
            step = part * power
            if step * _TICKS >= most:
                return list(range(0, max(most, 1) + step, step))[: _rounds(most, step) + 1]
        power *= 10


def part_of(value: int, whole: int) -> str:
    """Answer how long a bar is of which the longest is `whole`."""
    return _part(_WHOLE * value / whole if whole else 0.0)


def _rounds(most: int, step: int) -> int:
    return max(1, -(-most // step))


def _height(value: int, top: int) -> float:
    return (_WHOLE - _HEAD) * max(0, value) / top


def _bar(  # noqa: PLR0913 - where it stands
    day: date, value: int, before: int | None, *, at: float, place: float, gap: float, top: int
) -> Bar:
    height = _height(value, top)
    return Bar(
        day=day,
        value=value,
        before=before,
        x=_part(at + gap / 2),
        y=_part(_WHOLE - height),
        width=_part(place - gap),
        height=_part(height),
        place_x=_part(at),
        place_width=_part(place),
    )


def _stretch(here: tuple[float, float], there: tuple[float, float]) -> Stretch:
    return Stretch(
        x1=_part(here[0]),
        y1=_part(_WHOLE - here[1]),
        x2=_part(there[0]),
        y2=_part(_WHOLE - there[1]),
    )


def _named(days: Sequence[date]) -> Sequence[date]:
    if len(days) < len(("first", "middle", "last")):
        return days
    return days[0], days[len(days) // 2], days[-1]


def _part(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") + "%"
