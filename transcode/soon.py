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
from transcode.growth import Grown, OnGrown, grow
from transcode.ladder import FIRST, rungs_for
from transcode.package import Packaged, lowered, made_of, package, package_order, stated
from transcode.parallel import together
from transcode.plan import Order, headroom_db
from transcode.source import SourceInfo
from transcode.verify import Original, certify

#: The rung that grows.
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
    is_heard = asyncio.Event()

    def survey_ended(peak_dbtp: Dbtp | None) -> None:
        if not surveyed.done():  # who waited for it may have been cancelled
            surveyed.set_result(peak_dbtp)

    async def tell(grown: Grown) -> None:
        await on_grown(grown)
        is_heard.set()

    async with together() as group:
        examining = group.create_task(
            examine(
                bench.tools,
                bench.source,
                info,
                folder=bench.folder,
                limits=bench.limits,
                on_surveyed=survey_ended,
            )
        )
        growing = group.create_task(_grow(bench, info, surveyed, examining, tell))
        # Somebody waits for the first piece; nobody yet for anything else.
        previews = group.create_task(_previews(bench, examining, is_heard))
        first = group.create_task(_finished(bench, examining, growing, previews))
    examination = examining.result()
    original = original_of(examination)
    return Opened(
        examination=examination,
        original=original,
        gain_db=_gain_db(original),
        renditions=(first.result(), *previews.result()),
    )


def original_of(examination: Examination) -> Original:
    """Answer what renditions are compared with."""
    heard = examination.heard
    return Original(
        info=examination.info,
        samples=heard.samples,
        pcm_sha256=heard.pcm_sha256,
        loudness=heard.loudness,
    )


async def _grow(
    bench: Workbench,
    info: SourceInfo,
    surveyed: asyncio.Future[Dbtp | None],
    examining: asyncio.Task[Examination],
    tell: OnGrown,
) -> Growth:
    """Let the first rung grow as soon as its gain is known, and what it is read from."""
    if not (info.is_seekable and info.declared_samples):
        heard = (await examining).heard
        order = _order(info, heard.samples, heard.loudness.true_peak_dbtp)
        bench = replace(bench, source=examining.result().source)
        return Growth(order=order, header=await grow(bench, order, tell))
    # An examination that fails before it was surveyed ends the group, and this wait.
    order = _order(info, info.declared_samples, await surveyed)
    try:
        return Growth(order=order, header=await grow(bench, order, tell))
    except Broken:
        # Where music is missing both find it missing, and the examination knows why.
        await examining
        raise


async def _previews(
    bench: Workbench, examining: asyncio.Task[Examination], is_heard: asyncio.Event
) -> list[Packaged]:
    examination = await examining
    await is_heard.wait()
    rungs = [rung for rung in rungs_for(examination.info, FIRST) if rung != OPENING]
    original = original_of(examination)
    bench = replace(bench, source=examination.source)
    return await package(bench, original, rungs, gain_db=_gain_db(original))


def _gain_db(original: Original) -> float:
    return headroom_db(original.loudness.true_peak_dbtp)


def _order(info: SourceInfo, samples: Samples, peak_dbtp: Dbtp | None) -> Order:
    return Order(info=info, samples=samples, rungs=(OPENING,), gain_db=headroom_db(peak_dbtp))


async def _finished(
    bench: Workbench,
    examining: asyncio.Task[Examination],
    growing: asyncio.Task[Growth],
    previews: asyncio.Task[list[Packaged]],
) -> Packaged:
    """Certify what grew, or make it again: when all is known of the master."""
    examination = await examining
    original = original_of(examination)
    bench = replace(bench, source=examination.source)
    grown = await growing
    order = replace(grown.order, samples=original.samples, gain_db=_gain_db(original))
    if order == grown.order:
        one = await _certified(bench, original, grown)
        if not one.certificate.clips_by_db:
            return one
        order = replace(order, gains={OPENING: lowered(one)})
    await previews  # two who encode in one folder would write down their progress in one place
    [again] = await package_order(bench, original, order)
    return again


async def _certified(bench: Workbench, original: Original, grown: Growth) -> Packaged:
    made = made_of(grown.order, OPENING, bench.folder)
    excerpts = Excerpts(bench, original.info.channels)
    certificate = await certify(bench, made, original, excerpts=excerpts)
    return await stated(made, certificate, grown.header, original)
