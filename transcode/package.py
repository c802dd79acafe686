"""From a master to renditions that may be published: encoded, heard, certified, stated."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from base.errors import Broken
from base.units import Lufs
from transcode.assemble import state
from transcode.cmaf import Description
from transcode.encode import Workbench, encode, failed
from transcode.encoded import Encoded, Made, describe
from transcode.graphs import UNPACKED, unpack
from transcode.ladder import Rung, layout_for
from transcode.loudness import Loudness
from transcode.ludt import Levels
from transcode.parallel import in_parallel
from transcode.plan import Order
from transcode.process import Limits, run
from transcode.source import SourceInfo
from transcode.verify import Certificate, Original, certify

#: A rendition that clips is made again with so much more room than it lacked.
_ROOM_DB = 0.1
#: The second try is nearly always quiet enough; who still clips then has another fault.
_MOST_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Packaged:
    """A rendition, and what it was found to be."""

    encoded: Encoded
    certificate: Certificate


async def seekable(bench: Workbench, info: SourceInfo) -> Workbench:
    """Answer a bench whose source can be read from the middle, unpacked if need be.

    Raises:
        Broken: ffmpeg failed.

    """
    if info.is_seekable:
        return bench
    path = bench.folder / UNPACKED
    outcome = await run(unpack(bench.tools.ffmpeg, bench.source, path), limits=Limits())
    if outcome.status != 0:
        raise failed(outcome.errors)
    return replace(bench, source=path)


async def package(
    bench: Workbench,
    original: Original,
    rungs: Sequence[Rung],
    *,
    gain_db: float,
    album: Loudness | None = None,
) -> list[Packaged]:
    """Make and certify the rungs; a lossy one that clips is made again, quieter.

    Raises:
        Broken: ffmpeg failed, or a rendition is not what was asked for.

    """
    order = Order(info=original.info, samples=original.samples, rungs=tuple(rungs), gain_db=gain_db)
    done: dict[Rung, Packaged] = {}
    for _ in range(_MOST_TRIES):
        headers = await encode(bench, order)
        made = await certified(bench, original, order, headers, album=album)
        done |= {rung: one for rung, one in made.items() if not is_clipping(one)}
        rest = tuple(rung for rung in rungs if rung not in done)
        if not rest:
            return [done[rung] for rung in rungs]
        excess_db = max(made[rung].certificate.clips_by_db for rung in rest)
        gain_db = round(order.gain_db - excess_db - _ROOM_DB, 2)
        order = replace(order, rungs=rest, gain_db=gain_db)
    raise Broken("clips", f"{order.rungs[0].name} still clips at a gain of {order.gain_db} dB.")


async def certified(
    bench: Workbench,
    original: Original,
    order: Order,
    headers: Mapping[Rung, Description | None],
    *,
    album: Loudness | None = None,
) -> dict[Rung, Packaged]:
    """Hear what was encoded, write what was heard into the headers, and read the files back.

    Raises:
        Broken: a rendition is not what was asked for.

    """
    works = [
        partial(_certified, bench, original, made_of(order, rung, bench.folder), header, album)
        for rung, header in headers.items()
    ]
    return dict(zip(headers, await in_parallel(works, cores=bench.cores), strict=True))


def made_of(order: Order, rung: Rung, folder: Path) -> Made:
    """Say how the file of a rung was made."""
    return Made(
        rung=rung,
        path=folder / rung.file_name,
        line=layout_for(order.info, rung, order.samples),
        channels=order.info.channels,
        gain_db=order.gain_of(rung),
    )


def is_clipping(packaged: Packaged) -> bool:
    """Whether a player that makes integers of it would clip, and a quieter one would not."""
    lossless = packaged.encoded.made.rung.codec.is_lossless
    return not lossless and packaged.certificate.clips_by_db > 0


async def _certified(
    bench: Workbench,
    original: Original,
    made: Made,
    header: Description | None,
    album: Loudness | None,
) -> Packaged:
    certificate = await certify(bench.tools, made, original, source=bench.source)
    if header is not None:
        track = certificate.loudness if made.rung.is_preview else original.loudness
        levels = _levels(track, certificate)
        joint = None if album is None else _levels(album, certificate)
        await asyncio.to_thread(state, made.path, replace(header, levels=levels, album=joint))
    return Packaged(encoded=await describe(made), certificate=certificate)


def _levels(loudness: Loudness, certificate: Certificate) -> Levels:
    """Answer what the header says: the loudness that all places say, and peaks of its own.

    A lossy encoder makes new peaks; its loudness is that of the master, and of its gain. What was
    measured of a preview has its gain in it already.
    """
    gain_db = certificate.gain_db if loudness is not certificate.loudness else 0.0
    return Levels(
        integrated_lufs=_raised(loudness.integrated_lufs, gain_db),
        range_lu=loudness.range_lu,
        max_momentary_lufs=_raised(loudness.max_momentary_lufs, gain_db),
        max_short_term_lufs=_raised(loudness.max_short_term_lufs, gain_db),
        sample_peak_dbfs=certificate.sample_peak_dbfs,
        true_peak_dbtp=certificate.loudness.true_peak_dbtp,
    )


def _raised(lufs: Lufs | None, by_db: float) -> Lufs | None:
    return None if lufs is None else Lufs(lufs + by_db)
