"""What benchmarks print: figures as JSON lines, each beside a reference and held to a bar."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path

import typer

from transcode.tools import Tools


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The master that is measured, and what it is measured with."""

    tools: Tools
    path: Path


class Better(Enum):
    """Which way a figure may miss its bar."""

    LESS = "less"
    MORE = "more"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One figure; `ratio` is value over reference, and `ok` what the bar says of the ratio."""

    metric: str
    value: float
    unit: str
    reference: float
    ratio: float
    bar: float | None
    ok: bool
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """What is measured, and the bar that its ratio to the reference must meet."""

    name: str
    unit: str
    bar: float | None = None
    better: Better = Better.LESS

    def measured(self, value: float, reference: float, *, file: str) -> Measurement:
        """Compare a figure with its reference, in the unit of both."""
        ratio = value / reference
        return Measurement(
            metric=self.name,
            value=round(value, 3),
            unit=self.unit,
            reference=round(reference, 3),
            ratio=round(ratio, 3),
            bar=self.bar,
            ok=self._meets(ratio),
            file=file,
        )

    def _meets(self, ratio: float) -> bool:
        if self.bar is None:
            return True
        return ratio <= self.bar if self.better is Better.LESS else ratio >= self.bar


def say(measurement: Measurement) -> None:
    """Print a figure."""
    typer.echo(json.dumps(asdict(measurement)))
