"""A fleet that has a bit of everything, so that all numbers of it are told."""

from base.clock import ManualClock
from catalog.capacity import LaneFigures, Recent
from catalog.fleet_figures import LANES, Checked, Fleet, Reconciled
from stream.fleet import EvidenceWaiting, Seen
from tests.support.catalog import NOON


def seen() -> Seen:
    """Answer a fleet that has a bit of everything."""
    recent = Recent(
        window_s=600, cpu_s=1, cpu_audio_s=1, attempts={("done", ""): 1, ("failed", "crash"): 1}
    )
    fleet = Fleet(
        at=ManualClock(NOON)(),
        lanes={lane: LaneFigures(recent=recent) for lane in LANES},
        workers=[],
        running=[],
        uploads=0,
        plays=0,
        plays_age_s=0,
        checked=Checked(findings={"master-lost": 1}, losses=1),
        reconciled=Reconciled(differences={"wallet-lots": 1}, age_s=1),
    )
    return Seen(
        reachable={"database": True, "valkey": True, "storage": True},
        fleet=fleet,
        evidence=EvidenceWaiting(batches=0, age_s=0),
    )
