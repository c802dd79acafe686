"""Make a new master heard soon: its first rung grows while the master is still examined."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from base.errors import Broken
from base.units import Dbtp, Samples
from transcode.cmaf import Description
from transcode.encode import Workbench
from transcode.examine import Examination, examine
from transcode.excerpts import Excerpts
from transcode.growth import OnGrown, grow
from transcode.ladder import FIRST, Rung, rungs_for
from transcode.package import Packaged, lowered, made_of, package_order, stated
from transcode.parallel import together
from transcode.plan import Order, headroom_db
from transcode.source import SourceInfo
from transcode.verify import Original, certify

#: The rung that grows, and those that are made when it is done.
OPENING = next(rung for rung in FIRST if rung.opens)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Opened:
    """A sound master, its first renditions, and the gain that the other lossy ones shall have."""

    examination: Examination
    original: Original
    gain_db: float
    renditions: tuple[Packaged, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """What was ordered before all was known, and the header of what came of it."""

    order: Order
    header: Description


async def open_master(bench: Workbench, info: SourceInfo, on_grown: OnGrown) -> Opened:
    """Examine a master and make its first rungs; tell of each piece of the first as it is done.

    Raises:
        Refused: the master is not sound, which may be found after pieces were told of.
        Broken: ffmpeg failed, or a rendition is not what was asked for.

    """
    surveyed: asyncio.Future[Dbtp | None] = asyncio.get_running_loop().create_future()
    grown: Growth | None = None
    async with together() as group:
        examining = group.create_task(
            examine(
                bench.tools,
                bench.source,
                info,
                folder=bench.folder,
                on_surveyed=surveyed.set_result,
            )
        )
        if info.is_seekable and info.declared_samples:
            # An examination that fails before it was surveyed ends the group, and this wait.
            order = _order(info, info.declared_samples, await surveyed)
            try:
                grown = Growth(order=order, header=await grow(bench, order, on_grown))
            except Broken:
                # Where music is missing both find it missing, and the examination knows why.
                await examining
                raise
    examination = examining.result()
    bench = replace(bench, source=examination.source)
    if grown is None:
        heard = examination.heard
        order = _order(info, heard.samples, heard.loudness.true_peak_dbtp)
        grown = Growth(order=order, header=await grow(bench, order, on_grown))
    return await _finish(bench, examination, grown)


def original_of(examination: Examination) -> Original:
    """Answer what renditions are compared with."""
    heard = examination.heard
    return Original(
        info=examination.info,
        samples=heard.samples,
        pcm_sha256=heard.pcm_sha256,
        loudness=heard.loudness,
    )


def _order(info: SourceInfo, samples: Samples, peak_dbtp: Dbtp | None) -> Order:
    return Order(info=info, samples=samples, rungs=(OPENING,), gain_db=headroom_db(peak_dbtp))


async def _finish(bench: Workbench, examination: Examination, grown: Growth) -> Opened:
    """Certify what grew, or make it again: now all is known of the master."""
    original = original_of(examination)
    gain_db = headroom_db(original.loudness.true_peak_dbtp)
    made: dict[Rung, Packaged] = {}
    quieter: dict[Rung, float] = {}
    if grown.order.samples == original.samples and grown.order.gain_db == gain_db:
        one = await _certified(bench, original, grown)
        if one.certificate.clips_by_db:
            quieter[OPENING] = lowered(one)
        else:
            made[OPENING] = one
    rest = tuple(rung for rung in rungs_for(examination.info, FIRST) if rung not in made)
    order = replace(
        grown.order, samples=original.samples, rungs=rest, gain_db=gain_db, gains=quieter
    )
    made |= dict(zip(rest, await package_order(bench, original, order), strict=True))
    return Opened(
        examination=examination,
        original=original,
        gain_db=gain_db,
        renditions=tuple(made.values()),
    )


async def _certified(bench: Workbench, original: Original, grown: Growth) -> Packaged:
    made = made_of(grown.order, OPENING, bench.folder)
    excerpts = Excerpts(bench.tools, bench.source, original.info.channels)
    certificate = await certify(bench.tools, made, original, excerpts=excerpts)
    return await stated(made, certificate, grown.header, original)
