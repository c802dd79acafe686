"""What an artist should know of a master: each thing with what it means and what to do.

The rules that find things are sorted by subject: `findings_sound`, `findings_origin`,
`findings_stereo` and `findings_level`; what they hold measurements against is in `bounds`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from base.errors import Refused
from base.units import Dbtp
from transcode.hearing import Heard
from transcode.source import SourceInfo

#: Places nearer to each other than this are one.
_APART_S = 0.05
#: As many places as a page shows and anybody listens to.
_MOST_PLACES = 32

#: From when to when, in seconds from the beginning.
Stretch = tuple[float, float]


class Severity(StrEnum):
    """An error keeps a track from being published; the other two do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to know: what, where, and what to do; `confidence` where it is no certainty."""

    code: str
    severity: Severity
    text: str
    advice: str
    at: tuple[Stretch, ...] | None = None
    confidence: float | None = None


class Unsound(Refused):
    """A master that cannot be published, and the finding that says why."""

    def __init__(self, finding: Finding) -> None:
        """Say its text and its advice."""
        super().__init__(finding.code, f"{finding.text} {finding.advice}".strip())
        self.finding = finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Lossy:
    """A lossy rendition: what was taken off before it was encoded, and its highest peak then."""

    name: str
    gain_db: float
    peak_dbfs: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Examined:
    """All that findings are made of.

    `complaints` are the decoder's. `true_peak_dbtp` and `gain_db` decide what lossy renditions
    get; `lossy` are those that were already made.
    """

    info: SourceInfo
    heard: Heard
    complaints: tuple[str, ...] = ()
    gain_db: float = 0.0
    lossy: tuple[Lossy, ...] = ()

    @property
    def true_peak_dbtp(self) -> Dbtp | None:
        """The highest peak of all channels."""
        return self.heard.loudness.true_peak_dbtp

    @property
    def sample_peak_dbfs(self) -> float | None:
        """The highest sample of all channels; above 0 in floats only."""
        peaks = (peak.sample_peak_dbfs for peak in self.heard.peaks)
        return max((peak for peak in peaks if peak is not None), default=None)

    def stretches(self, spans: Iterable[tuple[int, int]]) -> tuple[Stretch, ...]:
        """Answer spans of samples in seconds, in order, those that touch as one."""
        rate = self.info.sample_rate
        ends = sorted((first / rate, (first + length) / rate) for first, length in spans)
        return tuple(_joined(ends))[:_MOST_PLACES]


def finding_of(refused: Refused) -> Finding:
    """Answer why a master was refused, as a finding."""
    if isinstance(refused, Unsound):
        return refused.finding
    return Finding(code=refused.code, severity=Severity.ERROR, text=refused.sentence, advice="")


def clock(seconds: float) -> str:
    """Print a place in a track as players do."""
    return f"{int(seconds) // 60}:{seconds % 60:04.1f}"


def kilohertz(hertz: float) -> str:
    """Print a frequency."""
    return f"{hertz / 1000:.4g} kHz"


def _joined(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    current: Stretch | None = None
    for start, end in stretches:
        if current is not None and start - current[1] <= _APART_S:
            current = (current[0], max(current[1], end))
            continue
        if current is not None:
            yield current
        current = (start, end)
    if current is not None:
        yield current
