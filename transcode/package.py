"""From a master to renditions that may be published: encoded, heard, certified, stated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from base.errors import Broken
from base.units import Lufs
from transcode.assemble import state
from transcode.cmaf import Description
from transcode.encode import Workbench, encode
from transcode.encoded import Encoded, Made, describe
from transcode.excerpts import Excerpts
from transcode.gains import Gains
from transcode.graphs import UNPACKED, unpack
from transcode.ladder import Rung, layout_for
from transcode.loudness import Loudness
from transcode.ludt import Levels
from transcode.parallel import in_thread
from transcode.plan import Order
from transcode.process import failed, run
from transcode.sample_entry import with_md5
from transcode.source import SourceInfo
from transcode.tagging import tag_download
from transcode.verify import Certificate, Original, certify

#: A rendition that clips is made again with more room than it lacked; with ever more, as what a
#: codec makes of noise or of a square wave is another thing at every level.
ROOMS_DB = (0.1, 0.3, 1.0, 3.0, 9.0)


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
    argv = unpack(bench.tools.ffmpeg, bench.source, path)
    outcome = await run(argv, limits=bench.limits, reach=bench.reach)
    if outcome.status != 0:
        raise failed(outcome)
    return replace(bench, source=path)


async def package(
    bench: Workbench,
    original: Original,
    rungs: Sequence[Rung],
    *,
    gain_db: float,
    album: Loudness | None = None,
) -> list[Packaged]:
    """Make and certify the rungs; one that clips is made again, quieter.

    Raises:
        Broken: ffmpeg failed, or a rendition is not what was asked for.

    """
    order = Order(
        info=original.info,
        samples=original.samples,
        rungs=tuple(rungs),
        gain_db=gain_db,
        has_album=album is not None,
    )
    return await package_order(bench, original, order, album=album)


async def package_order(
    bench: Workbench, original: Original, order: Order, *, album: Loudness | None = None
) -> list[Packaged]:
    """Do the same where the gains of some rungs are known already.

    Raises:
        Broken: as before.

    """
    done: dict[Rung, Packaged] = {}
    missing = order
    for room_db in ROOMS_DB:
        made = await _made(bench, original, missing, album)
        done |= {rung: one for rung, one in made.items() if not one.certificate.clips_by_db}
        quieter = {rung: lowered(one, room_db) for rung, one in made.items() if rung not in done}
        if not quieter:
            return [done[rung] for rung in order.rungs]
        # What is made again was counted once: there is no going back from what was told.
        bench = replace(bench, progress=None, made=frozenset())
        missing = replace(missing, rungs=tuple(quieter), gains={**missing.gains, **quieter})
    raise Broken("clips", f"{', '.join(rung.name for rung in quieter)} clip at every gain.")


def lowered(clipping: Packaged, room_db: float = ROOMS_DB[0]) -> float:
    """Answer the gain that a rendition needs which clips, and some room."""
    excess_db = clipping.certificate.clips_by_db + room_db
    return round(clipping.encoded.made.gain_db - excess_db, 2)


async def _made(
    bench: Workbench, original: Original, order: Order, album: Loudness | None
) -> dict[Rung, Packaged]:
    excerpts = Excerpts(bench, original.info.channels)

    async def then(rung: Rung, header: Description | None) -> Packaged:
        made = made_of(order, rung, bench.folder)
        certificate = await certify(bench, made, original, excerpts=excerpts)
        return await stated(made, certificate, header, original, album=album)

    return await encode(bench, order, then)


def made_of(order: Order, rung: Rung, folder: Path) -> Made:
    """Say how the file of a rung was made."""
    return Made(
        rung=rung,
        path=folder / rung.file_name,
        line=layout_for(order.info, rung, order.samples),
        channels=order.info.channels,
        gain_db=order.gain_of(rung),
    )


async def stated(
    made: Made,
    certificate: Certificate,
    header: Description | None,
    original: Original,
    *,
    album: Loudness | None = None,
) -> Packaged:
    """Write what was heard into the header of a file, or its tags, and read it back.

    Raises:
        Broken: it is not a file that a player could use.

    """
    track = certificate.loudness if made.rung.is_preview else original.loudness
    # What was measured of a preview has its gain in it already.
    gain_db = 0.0 if made.rung.is_preview else made.gain_db
    levels = _levels(track, certificate, gain_db=gain_db)
    joint = None if album is None else _levels(album, certificate, gain_db=made.gain_db)
    if header is None:
        gains = Gains(track=levels, album=joint)
        await in_thread(tag_download, made.path, made.rung.codec, gains)
    else:
        if certificate.pcm_md5 is not None:
            entry = with_md5(header.sample_entry, bytes.fromhex(certificate.pcm_md5))
            header = replace(header, sample_entry=entry)
        await in_thread(state, made.path, replace(header, levels=levels, album=joint))
    return Packaged(encoded=await describe(made), certificate=certificate)


def _levels(loudness: Loudness, certificate: Certificate, *, gain_db: float) -> Levels:
    """Answer what the header says: the loudness that all places say, and peaks of its own.

    A lossy encoder makes new peaks; its loudness is that of the master, and of its gain.
    """
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
