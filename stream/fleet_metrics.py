"""What /metrics says of the fleet, which is the same whoever of us is asked.

All are gauges, also of what was done: they tell of the last ten minutes. So nothing counts
backwards when history is forgotten, and nothing needs a row that all workers would queue up on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from math import inf
from typing import TypeVar

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from accounting.reconciliation import Check
from catalog.capacity import DRAIN_WITHIN_S, LaneFigures, Stock, Wanted, drain_s
from catalog.fleet_figures import Checked, Fleet, Reconciled
from catalog.states import JobState
from stream.fleet import Seen

_STANDING = {True: "draining", False: "taking"}
#: The values of labels.
K = TypeVar("K", bound=tuple[str, ...])


class FleetMetrics(Collector):
    """What could be found out, as families of metrics; of what is away there are none."""

    def __init__(self, seen: Seen) -> None:
        """Tell of what was seen."""
        self._seen = seen

    def collect(self) -> Iterable[Metric]:
        """Answer all families."""
        seen = self._seen
        yield _gauge(
            "reachable",
            "Whether a part of the service answers.",
            {(part,): float(answers) for part, answers in seen.reachable.items()},
            "part",
        )
        if seen.fleet is not None:
            yield from _of_lanes(seen.fleet.lanes)
            yield from _of_fleet(seen.fleet)
            yield from _of_labels(seen.fleet)
            if seen.fleet.checked is not None:
                yield from _of_store(seen.fleet.checked)
            if seen.fleet.reconciled is not None:
                yield from _of_books(seen.fleet.reconciled)
        if seen.evidence is not None:
            yield _one("evidence_waiting", "Batches of evidence.", seen.evidence.batches)
            yield _one(
                "evidence_waiting_age_seconds",
                "How long the oldest batch of evidence has waited.",
                seen.evidence.age_s,
            )


def _of_lanes(lanes: Mapping[str, LaneFigures]) -> Iterable[Metric]:
    states = {
        (lane, state): stock
        for lane, figures in lanes.items()
        for state, stock in _stocks(figures).items()
    }
    yield _gauge("jobs", "Jobs by lane and state.", _part(states, "jobs"), "lane", "state")
    yield _gauge(
        "jobs_audio_seconds", "The music of jobs.", _part(states, "audio_s"), "lane", "state"
    )
    yield _gauge(
        "jobs_cost_seconds",
        "What jobs take of one core, as estimated.",
        _part(states, "cost_s"),
        "lane",
        "state",
    )
    for name, meaning, read in _LANE_FIGURES:
        found = {(lane,): read(figures) for lane, figures in lanes.items()}
        known = {key: value for key, value in found.items() if value is not None}
        yield _gauge(f"lane_{name}", meaning, known, "lane")
    yield _gauge(
        "recent_attempts",
        "Attempts that ended in the last ten minutes, by outcome and cause.",
        {
            (lane, outcome, cause): number
            for lane, figures in lanes.items()
            for (outcome, cause), number in figures.recent.attempts.items()
        },
        *("lane", "outcome", "cause"),
    )


def _of_fleet(fleet: Fleet) -> Iterable[Metric]:
    each, in_all = fleet.wanted(DRAIN_WITHIN_S)
    yield from _wanted("lane", {(lane,): one for lane, one in each.items()}, "lane")
    yield from _wanted("fleet", {(): in_all})
    workers = Counter((one.version, _STANDING[one.is_draining]) for one in fleet.workers)
    yield _gauge("workers", "Workers that live.", workers, "version", "state")
    yield _one("fleet_cores", "Cores of those that take jobs.", fleet.crew.cores)
    yield _one("uploads_under_way", "Uploads written to in the last minute.", fleet.uploads)
    yield _one("plays_waiting", "Plays that qualified and are not settled.", fleet.plays)
    yield _one("plays_held", "Plays that wait for a person to look at them.", fleet.held)
    yield _one(
        "recheck_mismatches",
        "Renditions that came out otherwise when they were made again, within a day.",
        fleet.mismatches,
    )
    yield _one(
        "plays_waiting_age_seconds", "How long the oldest of them has waited.", fleet.plays_age_s
    )


def _of_labels(fleet: Fleet) -> Iterable[Metric]:
    found = {"deliveries": fleet.deliveries, "messages": fleet.messages}
    for name, by_state in found.items():
        meaning = f"{name.capitalize()} of labels, by the label's DPID and by what became of them."
        yield _gauge(f"ddex_{name}", meaning, by_state, "partner", "state")


def _of_store(checked: Checked) -> Iterable[Metric]:
    findings = {(code,): number for code, number in checked.findings.items()}
    yield _gauge("fsck_findings", "What the last check of the store found.", findings, "code")
    yield _one("fsck_losses", "What of it nothing here can make again.", checked.losses)


def _of_books(reconciled: Reconciled) -> Iterable[Metric]:
    found = {(check.value,): reconciled.differences.get(check, 0) for check in Check}
    yield _gauge(
        "books_differences", "What did not agree when the books were reconciled.", found, "code"
    )
    yield _one(
        "books_reconciled_age_seconds",
        "How long ago the books were reconciled.",
        reconciled.age_s,
    )


def _wanted(whose: str, found: Mapping[K, Wanted], *labels: str) -> Iterable[Metric]:
    within = f"that would do what waits within {DRAIN_WITHIN_S:.0f} s."
    workers = {key: one.workers for key, one in found.items()}
    yield _gauge(f"{whose}_wanted_workers", f"The fewest workers {within}", workers, *labels)
    cores = {key: one.cores for key, one in found.items()}
    yield _gauge(f"{whose}_wanted_cores", f"The fewest cores {within}", cores, *labels)


def _stocks(figures: LaneFigures) -> Mapping[str, Stock]:
    return {
        JobState.WAITING: figures.due,
        "put-off": figures.put_off,
        JobState.LEASED: figures.running,
        JobState.QUARANTINED: figures.quarantined,
    }


def _part(stocks: Mapping[K, Stock], name: str) -> Mapping[K, float]:
    return {key: getattr(stock, name) for key, stock in stocks.items()}


def _drain_s(figures: LaneFigures) -> float:
    found = drain_s(figures)
    return inf if found is None else found


#: Of each lane: name, meaning, and where it is read.
_LANE_FIGURES = (
    ("queue_age_seconds", "How long the oldest job has been due.", lambda one: one.age_s),
    ("drain_seconds", "When what is there now will be done.", _drain_s),
    ("workers", "Workers that take its jobs.", lambda one: one.crew.workers),
    ("slots", "Jobs that can be done at a time.", lambda one: one.crew.slots),
    ("slots_busy", "Jobs that are being done.", lambda one: one.running.jobs),
    (
        "throughput_ratio",
        "Seconds of music done in a second, in the last ten minutes.",
        lambda one: one.recent.throughput,
    ),
    (
        "cpu_ratio",
        "What a second of music took of the processors in the last ten minutes, in seconds.",
        lambda one: one.recent.cpu_ratio,
    ),
    ("recent_added", "Jobs added in the last ten minutes.", lambda one: one.recent.added),
)


def _one(name: str, meaning: str, value: float) -> Metric:
    return _gauge(name, meaning, {(): value})


def _gauge(name: str, meaning: str, values: Mapping[K, float], *labels: str) -> Metric:
    family = GaugeMetricFamily(f"refrain_{name}", meaning, labels=labels)
    for key, value in values.items():
        family.add_metric(key, value)
    return family
