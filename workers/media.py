"""The jobs of a master: examine it, publish what makes it playable, then the rest."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID, uuid4

import structlog

from base.clock import Clock
from base.database import Session
from base.errors import Refused
from base.storage.port import Key, key_of
from base.units import Dbtp, Lufs, Samples
from catalog.ern_messages import order_examined
from catalog.events import EventKind, tell_of_tracks
from catalog.growth import end_growth, has_ended
from catalog.jobs import NewJob, add
from catalog.kinds import Kind
from catalog.likeness import add_terms
from catalog.masters import (
    finish_tracks,
    is_made,
    lock_master,
    measured_of,
    move_tracks,
    tracks_of,
)
from catalog.models.files import Master, Rendition
from catalog.models.jobs import Job
from catalog.models.music import Track
from catalog.music import add_rendition, describe_master, renditions_of
from catalog.objects import hold, own_keys
from catalog.progress import Phase
from catalog.rechecks import choose
from catalog.states import TrackEvent
from transcode.album import to_bytes
from transcode.boxes import Layout
from transcode.encode import Workbench
from transcode.growth import Grown
from transcode.ladder import FIRST, REST, rungs_for
from transcode.loudness import Loudness
from transcode.package import Packaged, package_order, seekable
from transcode.plan import Order
from transcode.probe import probe
from transcode.recipe import recipe_of
from transcode.soon import Opened, open_master
from transcode.source import SourceInfo
from transcode.verify import Original
from workers.comparing import terms_in
from workers.growth import Growing, describe_source
from workers.holding import LATER, Holding
from workers.leases import Leased, finish
from workers.pictures import store_pictures
from workers.publishing import publishing
from workers.report import finding_against, findings_in
from workers.sources import source
from workers.tagging import tags_in, write_tags
from workers.telling import telling
from workers.waveforms import store_waveforms

log = structlog.get_logger()


async def examine_master(holding: Holding, leased: Leased) -> None:
    """Examine a new master and publish its first renditions, or reject it with a reason.

    One that was examined before is found out about anew. What listeners have of it stays.

    Raises:
        Refused: the master is not sound any more, of which listeners have renditions.

    """
    tools, master_id = holding.tools, UUID(leased.subject)
    async with tools.database.begin() as session:
        master = await session.get_one(Master, master_id)
        is_heard = bool(await renditions_of(session, master_id))
        has_grown = await has_ended(session, master_id)
        tracks = await move_tracks(session, master_id, TrackEvent.EXAMINE, now=tools.clock())
    with holding.folder(needs_bytes=holding.needs_bytes(Kind.EXAMINE, master)) as folder:
        try:
            async with source(tools.storage, Key(master.storage_key), folder) as path:
                bench = holding.bench(path, folder)
                opened = await _open(
                    holding, leased, tracks, bench, grows=not (is_heard or has_grown)
                )
        except Refused as refused:
            if is_heard:
                raise
            await _reject(holding, leased, refused)
            return
        found = opened.examination
        pictures = await store_pictures(holding, master_id, found.heard)
        waveforms = await store_waveforms(holding, master_id, found.heard.zooms)
        drawn = {**pictures, "waveforms": waveforms, "findings": findings_in(opened)}
        facts = {**_facts(opened), **drawn}
        rows = await store_renditions(holding, opened.renditions, master_id)
    async with publishing(tools) as session:
        await finish(session, leased, now=tools.clock())
        await _tell_labels(session, holding, leased, master)
        await end_growth(session, master_id, tools.clock)
        drawn_before = own_keys(await lock_master(session, master_id), None)
        master = await describe_master(session, master_id, facts)
        await hold(session, drawn_before - own_keys(master, None), until=tools.clock())
        await add_terms(session, master_id, terms_in(found.heard.fingerprint))
        tracks = await move_tracks(session, master_id, TrackEvent.PUBLISH, now=tools.clock())
        measured = measured_of(master)
        await tell_of_tracks(session, tracks, EventKind.TRACK_MEASURED, measured, now=tools.clock())
        await _add(session, tracks, rows, now=tools.clock())
        await _order_rest(holding, session, leased, master)
        if await is_made(session, leased.subject):
            await finish_tracks(
                session, master_id, now=tools.clock(), reviews=tools.settings.reviews
            )
    for track in tracks:
        log.info("track examined", track=str(track.id), complaints=found.complaints)


async def _tell_labels(session: Session, holding: Holding, leased: Leased, master: Master) -> None:
    """Let messages be looked at again that wait for a master; before it is locked, as they do."""
    now = holding.tools.clock()
    await order_examined(session, master.sha256, request_id=leased.request_id, now=now)


async def _order_rest(holding: Holding, session: Session, leased: Leased, master: Master) -> None:
    duration_s, now = master.duration_s or 0.0, holding.tools.clock()
    # Whoever raised the one wants the rest as well.
    priority = (await session.get_one(Job, leased.id)).priority
    # The ladder of a long master only plans; what is made of it is about its music.
    is_split = is_long(duration_s, holding.tools.settings.split_after_s)
    for kind in (Kind.LADDER, Kind.COMPARE):
        job = NewJob(
            kind=kind,
            subject=leased.subject,
            request_id=leased.request_id,
            owner_id=leased.owner_id,
            audio_s=0.0 if kind is Kind.LADDER and is_split else duration_s,
            priority=priority,
            trace=leased.trace,
        )
        await add(session, job, now=now)


def is_long(duration_s: float, longest_s: float) -> bool:
    """Whether a ladder is made by several workers; a limit of 0 is none."""
    return 0 < longest_s < duration_s


async def _open(
    holding: Holding, leased: Leased, tracks: Sequence[Track], bench: Workbench, *, grows: bool
) -> Opened:
    info = await probe(bench.tools, bench.source)
    await write_tags(holding, leased, await tags_in(bench.source, bench.folder))
    async with telling(holding.tools, tracks, Phase.EXAMINING) as tale:
        growing = Growing(holding=holding, leased=leased, tale=tale)
        return await open_master(bench, info, growing.tell if grows else _tell_nobody)


async def _tell_nobody(grown: Grown) -> None:
    del grown


async def make_ladder(holding: Holding, leased: Leased) -> None:
    """Make the renditions that are still missing, and call the tracks complete."""
    tools, master_id = holding.tools, UUID(leased.subject)
    async with tools.database.read() as session:
        master = await session.get_one(Master, master_id)
        tracks = await tracks_of(session, master_id)
        known = {rendition.rung for rendition in await renditions_of(session, master_id)}
    with holding.folder(needs_bytes=holding.needs_bytes(Kind.LADDER, master)) as folder:
        async with (
            source(tools.storage, Key(master.storage_key), folder) as path,
            telling(tools, tracks, Phase.ENCODING) as tale,
        ):
            info = await probe(holding.engine, path)
            # It stands back for the next master, whose listeners wait for its beginning.
            bench = holding.bench(path, folder, niceness=LATER, progress=tale.done)
            order = ladder_order(master, info, missing_rungs(known))
            made = await _packaged(bench, master, order)
        rows = await store_renditions(holding, made, master_id)
    async with publishing(tools) as session:
        await finish(session, leased, now=tools.clock())
        tracks = await complete_tracks(session, holding, leased, master_id=master_id, rows=rows)
    for track in tracks:
        log.info("track complete", track=str(track.id), renditions=len(rows))


async def _packaged(bench: Workbench, master: Master, order: Order) -> list[Packaged]:
    if not order.rungs:
        return []
    original = remembered(master, order.info)
    return await package_order(await seekable(bench, order.info), original, order)


async def complete_tracks(
    session: Session,
    holding: Holding,
    leased: Leased,
    *,
    master_id: UUID,
    rows: Sequence[Rendition],
) -> list[Track]:
    """Publish the rest of a ladder; answer the tracks that are complete with it.

    Of some masters one of the rungs is made again elsewhere, see workers.recheck.
    """
    now, share = holding.tools.clock(), holding.tools.settings.recheck_share
    await _tell_labels(session, holding, leased, await session.get_one(Master, master_id))
    await lock_master(session, master_id)
    await _add(session, await tracks_of(session, master_id), rows, now=now)
    await choose(session, master_id, share=share, request_id=leased.request_id, now=now)
    reviews = holding.tools.settings.reviews
    return await finish_tracks(session, master_id, now=now, reviews=reviews)


async def _add(
    session: Session, tracks: Sequence[Track], rows: Sequence[Rendition], *, now: datetime
) -> None:
    new = [row.rung for row in rows if await add_rendition(session, row)]
    if new:
        data = {"rungs": new}
        await tell_of_tracks(session, tracks, EventKind.TRACK_RENDITIONS, data, now=now)


async def _reject(holding: Holding, leased: Leased, refused: Refused) -> None:
    tools, master_id = holding.tools, UUID(leased.subject)
    async with tools.database.begin() as session:
        # Where the lease was lost, which is refused too, this is refused as well.
        now = tools.clock()
        await finish(session, leased, now=now, reason=refused.code)
        master = await session.get_one(Master, master_id)
        await _tell_labels(session, holding, leased, master)
        await end_growth(session, master_id, tools.clock)
        await describe_master(session, master_id, {"findings": finding_against(refused)})
        tracks = await move_tracks(
            session, master_id, TrackEvent.REJECT, now=now, reason=refused.sentence
        )
    for track in tracks:
        log.info("track rejected", track=str(track.id), code=refused.code)


async def store_renditions(
    holding: Holding, made: Sequence[Packaged], master_id: UUID
) -> list[Rendition]:
    """Put renditions into storage; nobody sees them before their rows are committed."""
    files = [one.encoded.made.path for one in made]
    keys = [
        key_of("renditions", one.encoded.sha256, path.suffix)
        for one, path in zip(made, files, strict=True)
    ]
    for one, path, key in zip(made, files, keys, strict=True):
        await holding.claims.store_file(key, path, sha256=one.encoded.sha256)
    rows = [
        rendition_row(one, key, master_id, holding.tools.clock)
        for one, key in zip(made, keys, strict=True)
    ]
    for row in rows:
        row.made_by = holding.post.name
    return rows


def rendition_row(packaged: Packaged, key: Key, master_id: UUID, clock: Clock) -> Rendition:
    """Answer what the catalogue writes down of a rendition."""
    encoded, made = packaged.encoded, packaged.encoded.made
    layout = encoded.layout or Layout.without_fragments(made.line.rate)
    return Rendition(
        id=uuid4(),
        master_id=master_id,
        rung=made.rung.name,
        is_preview=made.rung.is_preview,
        is_download=made.rung.is_download,
        codec=made.rung.codec,
        codecs=made.rung.codecs,
        mime=made.rung.mime,
        sample_rate=made.line.rate,
        channels=made.channels,
        nominal_bps=made.rung.bitrate_bps,
        average_bps=encoded.average_bps,
        peak_bps=encoded.peak_bps,
        size_bytes=encoded.size_bytes,
        sha256=encoded.sha256,
        storage_key=key,
        init_bytes=layout.init_bytes,
        index_offset=layout.index_offset,
        index_bytes=layout.index_bytes,
        timescale=layout.timescale,
        samples=made.line.samples,
        edit=made.line.edit,
        fragments=[[f.offset, f.size_bytes, f.duration] for f in layout.fragments],
        certificate=asdict(packaged.certificate),
        recipe=recipe_of(made.rung),
        encoder=packaged.certificate.encoder,
        created_at=clock(),
    )


def _facts(opened: Opened) -> dict[str, object]:
    heard = opened.examination.heard
    return {
        **describe_source(opened.examination.info),
        "samples": heard.samples,
        "pcm_sha256": heard.pcm_sha256,
        "integrated_lufs": heard.loudness.integrated_lufs,
        "range_lu": heard.loudness.range_lu,
        "max_momentary_lufs": heard.loudness.max_momentary_lufs,
        "max_short_term_lufs": heard.loudness.max_short_term_lufs,
        "true_peak_dbtp": heard.loudness.true_peak_dbtp,
        "quality": asdict(heard.quality),
        "fingerprint": heard.fingerprint,
        "powers": to_bytes(heard.powers),
        "gain_db": opened.gain_db,
    }


def missing_rungs(known: Collection[str]) -> list[str]:
    """Name what a ladder still needs; of the first rungs one may have been lost since."""
    return [rung.name for rung in (*FIRST, *REST) if rung.name not in known]


def ladder_order(master: Master, info: SourceInfo, names: Collection[str]) -> Order:
    """Answer which of these rungs are to be made of an examined master, and how."""
    return Order(
        info=info,
        samples=Samples(master.samples or 0),
        rungs=tuple(rung for rung in rungs_for(info, (*FIRST, *REST)) if rung.name in names),
        gain_db=master.gain_db or 0.0,
    )


def remembered(master: Master, info: SourceInfo) -> Original:
    """Answer what the examination wrote down."""
    loudness = Loudness(
        integrated_lufs=_lufs(master.integrated_lufs),
        range_lu=master.range_lu,
        max_momentary_lufs=_lufs(master.max_momentary_lufs),
        max_short_term_lufs=_lufs(master.max_short_term_lufs),
        true_peak_dbtp=None if master.true_peak_dbtp is None else Dbtp(master.true_peak_dbtp),
    )
    return Original(
        info=info,
        samples=Samples(master.samples or 0),
        pcm_sha256=str(master.pcm_sha256),
        loudness=loudness,
    )


def _lufs(value: float | None) -> Lufs | None:
    return None if value is None else Lufs(value)
