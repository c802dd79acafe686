"""How many machines so many listeners need, of figures that the benchmarks measured.

Arithmetic alone: what was measured is in `MEASURED`, what is taken for granted in `Assumed`, and
`docs/capacity.md` names the command behind each figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

_DAY_S = 86_400
_MONTH_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumed:
    """What people do, and how full a core may be."""

    #: Of all listeners, plays in a day, and how much of a track one hears.
    plays_per_day: float = 12.0
    play_s: float = 210.0
    #: The busiest hour, beside the mean of the day.
    peak_factor: float = 3.0
    #: Bits a second of what is heard: half at 96, a third at 160, the rest lossless, mixed.
    heard_kbps: float = 260.0
    #: Reads of the interface for each play: pages, searches, lists.
    reads_per_play: float = 4.0
    #: How much of a core is used at the peak, so that one machine may fail.
    filled: float = 0.5
    #: Hours of new music in a day for each thousand listeners.
    new_hours_per_thousand: float = 0.05
    catalogue_hours_per_thousand: float = 50.0
    #: A lossless copy, of which there are three: the master, FLAC and ALAC.
    lossless_bps: float = 900e3
    #: What a play leaves in the database, with its evidence, its entries and their indexes.
    play_bytes: float = 2_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a benchmark found on one core of a machine with two."""

    #: `refrain bench listeners`: 1000 listeners who open, fetch and report, of a core.
    listener_core: float = 0.64 / 1_000
    #: `refrain bench api`: seconds of the server's core for a read, and of PostgreSQL's.
    read_core_s: float = 0.0031
    read_database_s: float = 0.0026
    #: `refrain bench plays`: plays that one worker counts in a second.
    plays_counted_s: float = 2_862.0
    #: Seconds of a core for a second of music, by codec as in `transcode.shares` (three AAC, three
    #: Opus, FLAC, ALAC, MP3), times 1.31 for hearing what was made, and 1/286 for examining;
    #: `refrain bench media` found a tenth more for the whole.
    ladder_core: float = (3 * 0.017 + 3 * 0.009 + 0.004 + 0.005 + 0.019) * 1.31 + 1 / 286
    #: All rungs of a second of music that have a bitrate, in bits: those of `transcode.ladder`.
    lossy_bps: float = 128e3 + 64e3 + 256e3 + 48e3 + 96e3 + 160e3 + 320e3


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What so many listeners need, at their peak."""

    at_once: int
    plays_s: float
    reads_s: float
    server_cores: float
    database_cores: float
    worker_cores: float
    egress_bits_s: float
    month_egress_bytes: float
    stored_bytes: float
    year_rows_bytes: float

    @property
    def first_to_give_in(self) -> str:
        """Answer which part comes to the end of one machine of `MACHINE_CORES` first."""
        shares = {
            "the line": self.egress_bits_s / MACHINE_LINE_BITS_S,
            "the server": self.server_cores / MACHINE_CORES,
            "the database": self.database_cores / MACHINE_CORES,
            "the workers": self.worker_cores / MACHINE_CORES,
        }
        return max(shares, key=lambda part: shares[part])

    @property
    def servers(self) -> int:
        """Answer how many machines serve: by their cores, or by their lines."""
        by_line = self.egress_bits_s / MACHINE_LINE_BITS_S
        return max(1, ceil(max(self.server_cores / MACHINE_CORES, by_line)))


#: A machine as it is rented, and its line, of which half is used.
MACHINE_CORES = 8
MACHINE_LINE_BITS_S = 5e8
MEASURED, ASSUMED = Measured(), Assumed()


def needs(listeners: int, *, assumed: Assumed = ASSUMED, measured: Measured = MEASURED) -> Needs:
    """Answer what so many listeners need.

    Raises:
        ValueError: there are fewer than one.

    """
    if listeners < 1:
        raise ValueError("A house without listeners needs nothing.")
    mean_plays_s = listeners * assumed.plays_per_day / _DAY_S
    plays_s = mean_plays_s * assumed.peak_factor
    at_once = ceil(plays_s * assumed.play_s)
    reads_s = plays_s * assumed.reads_per_play
    thousands = listeners / 1_000
    new_s = thousands * assumed.new_hours_per_thousand * 3_600 / _DAY_S
    hours = thousands * assumed.catalogue_hours_per_thousand
    counting = plays_s / measured.plays_counted_s
    serving = at_once * measured.listener_core + reads_s * measured.read_core_s
    month_s = mean_plays_s * _DAY_S * _MONTH_DAYS * assumed.play_s
    return Needs(
        at_once=at_once,
        plays_s=plays_s,
        reads_s=reads_s,
        server_cores=serving / assumed.filled,
        database_cores=(reads_s * measured.read_database_s + counting) / assumed.filled,
        worker_cores=(new_s * measured.ladder_core + counting) / assumed.filled,
        egress_bits_s=at_once * assumed.heard_kbps * 1_000,
        month_egress_bytes=month_s * assumed.heard_kbps * 1_000 / 8,
        stored_bytes=hours * 3_600 * (measured.lossy_bps + 3 * assumed.lossless_bps) / 8,
        year_rows_bytes=mean_plays_s * _DAY_S * 365 * assumed.play_bytes,
    )


def row(listeners: int) -> str:
    """Answer a row of the table of `docs/capacity.md`."""
    found = needs(listeners)
    cells = (
        f"{listeners:,}",
        f"{found.at_once:,}",
        f"{found.plays_s:,.1f}",
        f"{found.server_cores:,.1f}",
        f"{found.database_cores:,.1f}",
        f"{found.worker_cores:,.1f}",
        f"{found.egress_bits_s / 1e9:,.2f} Gb/s",
        f"{found.month_egress_bytes / 1e12:,.1f} TB",
        f"{found.stored_bytes / 1e12:,.2f} TB",
        f"{found.year_rows_bytes / 1e12:,.2f} TB",
        f"{found.servers:,}",
        found.first_to_give_in,
    )
    return f"| {' | '.join(cells)} |".replace(",", " ")
