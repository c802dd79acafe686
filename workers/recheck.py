"""The job that makes a rendition again, elsewhere than it was made, and compares the two.

What is published was decoded and compared with its master by who made it. A machine that computes
wrongly may find itself right; so others look at a share of what it made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import structlog

from base.database import Session
from base.errors import Broken
from base.storage.port import Key, fetch_file
from catalog.kinds import Kind
from catalog.models.files import Master, Rendition
from catalog.models.reencoding import Recheck
from catalog.rechecks import MISMATCHES, Verdict, add_job, subject, suspects
from transcode.comparing import difference
from transcode.encode import Workbench
from transcode.ladder import FIRST, REST
from transcode.package import Packaged, package_order, seekable
from transcode.plan import Order
from transcode.probe import probe
from transcode.recipe import recipe_of
from transcode.verify import Original
from workers.holding import IDLE, Holding
from workers.leases import Leased, finish
from workers.media import remembered
from workers.sources import source

log = structlog.get_logger()

#: How far two encoders may be apart: in a second of a channel, and in the loudness of the whole.
_LEVEL_DB, _LOUDNESS_LU = 6.0, 0.5
_RUNGS = {rung.name: rung for rung in (*FIRST, *REST)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What was found."""

    verdict: Verdict
    details: Mapping[str, Any]


async def recheck_rendition(holding: Holding, leased: Leased) -> None:
    """Make a rendition again and write down how it compares; look at more where it is wrong."""
    tools = holding.tools
    async with tools.database.read() as session:
        row = await subject(session, leased.subject)
        master = None if row is None else await session.get_one(Master, row.master_id)
    if row is None or master is None or row.rung not in _RUNGS:
        async with tools.database.begin() as session:
            await finish(session, leased, now=tools.clock(), reason="it is not current any more")
        return
    found = await _compared(holding, master, row)
    async with tools.database.begin() as session:
        await finish(session, leased, now=tools.clock())
        session.add(_written(holding, row, found))
        queued = await _suspect(session, holding, leased, row, found)
    tell = log.error if found.verdict in MISMATCHES else log.info
    tell(
        "rendition made again",
        verdict=found.verdict,
        master=str(row.master_id),
        rung=row.rung,
        made_by=row.made_by,
        checked_by=holding.post.name,
        suspects=queued,
        **found.details,
    )


async def _compared(holding: Holding, master: Master, row: Rendition) -> Compared:
    storage = holding.tools.storage
    with holding.folder(needs_bytes=holding.needs_bytes(Kind.RECHECK, master)) as folder:
        async with source(storage, Key(master.storage_key), folder) as path:
            info = await probe(holding.engine, path)
            bench = holding.bench(path, folder, niceness=IDLE)
            bench = await seekable(bench, info)
            original = remembered(master, info)
            [made] = await package_order(bench, original, _order(original, row))
        if made.encoded.sha256 == row.sha256:
            return Compared(verdict=Verdict.SAME, details={})
        stored = folder / f"stored{Path(row.storage_key).suffix}"
        await fetch_file(storage, Key(row.storage_key), stored)
        return await _sounds(bench, made, stored, row)


def _order(original: Original, row: Rendition) -> Order:
    """Ask for the same once more, at the gain that it was found to need."""
    rung = _RUNGS[row.rung]
    return Order(
        info=original.info,
        samples=original.samples,
        rungs=(rung,),
        gains={rung: row.certificate.get("gain_db", 0.0)},
    )


async def _sounds(bench: Workbench, made: Packaged, stored: Path, row: Rendition) -> Compared:
    file = made.encoded.made
    try:
        found = await difference(
            bench, file.path, stored, channels=file.channels, rate=file.line.rate
        )
    except Broken as broken:
        return Compared(verdict=Verdict.SOUND, details={"error": broken.sentence[:500]})
    gains_db = made.certificate.gain_db - row.certificate.get("gain_db", 0.0)
    off_lu = _loudness_off(made, row, gains_db)
    details = {**asdict(found), "loudness_lu": off_lu, "sha256": made.encoded.sha256}
    is_alike = (
        found.samples == found.other_samples
        and found.level_db <= _LEVEL_DB + abs(gains_db)
        and abs(off_lu or 0.0) <= _LOUDNESS_LU
    )
    if not is_alike:
        return Compared(verdict=Verdict.SOUND, details=details)
    is_same_way = row.encoder == bench.tools.encoder and row.recipe == recipe_of(file.rung)
    return Compared(verdict=Verdict.BYTES if is_same_way else Verdict.ALIKE, details=details)


def _loudness_off(made: Packaged, row: Rendition, gains_db: float) -> float | None:
    """Answer how far apart they are, each as loud as it was found to be, less its own gain."""
    here = made.certificate.loudness.integrated_lufs
    there = (row.certificate.get("loudness") or {}).get("integrated_lufs")
    if here is None or there is None:
        return None
    return round(float(here - there - gains_db), 2)


def _written(holding: Holding, row: Rendition, found: Compared) -> Recheck:
    return Recheck(
        id=uuid4(),
        master_id=row.master_id,
        rung=row.rung,
        sha256=row.sha256,
        made_by=row.made_by,
        checked_by=holding.post.name,
        encoder=holding.engine.encoder,
        verdict=found.verdict,
        details=dict(found.details),
        at=holding.tools.clock(),
    )


async def _suspect(
    session: Session, holding: Holding, leased: Leased, row: Rendition, found: Compared
) -> int:
    """Let others look at what the same worker made lately, where it made something wrong."""
    if found.verdict is not Verdict.SOUND or row.made_by is None:
        return 0
    rows = await suspects(session, row.made_by)
    now = holding.tools.clock()
    return sum([await add_job(session, one, request_id=leased.request_id, now=now) for one in rows])
