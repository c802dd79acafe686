"""The job of an archive: each of its audio files becomes a track of a draft.

Done twice, it finds the tracks of the first time: the same bytes of the same owner on the same
draft are the same track.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, field
from uuid import UUID

import structlog

from base.errors import Refused
from base.storage.port import Key, key_of
from catalog.artworks import ARTWORK, NewArtwork, take_artwork
from catalog.callers import Caller
from catalog.events import EventKind, NewEvent, tell
from catalog.findings import Finding, Severity
from catalog.models.releases import Archive
from catalog.people import caller_with
from catalog.releases import move_archive, release_of
from catalog.states import ArchiveEvent, ArchiveState
from catalog.upload_rows import usage_of
from ingest.accept import accept
from ingest.archive import members_of, unpacked
from ingest.describing import rearrange
from ingest.packed import Packed, Plan, plan
from ingest.quotas import require_room
from ingest.receive import receive
from workers.holding import Holding
from workers.leases import Leased, finish, held

log = structlog.get_logger()


@dataclass(slots=True, kw_only=True)
class _Unpacking:
    """One archive, whose it is, and what came of it so far."""

    holding: Holding
    leased: Leased
    archive: Archive
    owner: Caller
    findings: list[Finding] = field(default_factory=list)
    tracks: set[UUID] = field(default_factory=set)
    cover: NewArtwork | None = None

    @property
    def key(self) -> Key:
        return Key(self.archive.storage_key)


async def unpack_archive(holding: Holding, leased: Leased) -> None:
    """Take the tracks and the cover out of an archive that was not read yet."""
    async with holding.tools.database.read() as session:
        archive = await session.get_one(Archive, UUID(leased.subject))
        release = await release_of(session, archive.release_id)
        owner = await caller_with(session, release.owner_id)
    if archive.state != ArchiveState.RECEIVED:
        await holding.ends.finish(leased)  # it was read, and is not kept after that
        return
    work = _Unpacking(holding=holding, leased=leased, archive=archive, owner=owner)
    try:
        await _take_all(work, await _planned(work))
    except Refused as refused:
        if refused.code == "lease-lost":
            raise
        work.findings.append(_error(refused, None))
    if not work.tracks:
        work.findings.append(_NOTHING)
    await _end(work)


_NOTHING = Finding(
    code="no-audio",
    severity=Severity.ERROR,
    text="The archive holds no audio that could be used.",
    advice="Put the masters in as FLAC, WAV or AIFF files.",
)


async def _planned(work: _Unpacking) -> Plan:
    tools, archive = work.holding.tools, work.archive
    members = await members_of(tools.storage, work.key, archive.size_bytes)
    return await asyncio.to_thread(
        plan,
        members,
        archive_bytes=archive.size_bytes,
        track_bytes=tools.settings.upload_limit_bytes,
    )


async def _take_all(work: _Unpacking, planned: Plan) -> None:
    work.findings += planned.findings
    for packed in planned.tracks:
        await _take(work, packed)
    if planned.cover is not None:
        work.cover = await _take_cover(work, planned.cover)


async def _take(work: _Unpacking, packed: Packed) -> None:
    """Store a file as a master and put its track on the draft."""
    tools = work.holding.tools
    try:
        await _require_room(work, packed)
        received = await receive(
            tools.storage,
            unpacked(tools.storage, work.key, packed.member),
            limit_bytes=packed.member.size_bytes,
            expected_bytes=packed.member.size_bytes,
            claim=work.holding.claims.claim,
        )
    except Refused as refused:
        work.findings.append(_error(refused, packed.path))
        return
    async with tools.database.begin() as session:
        await held(session, work.leased)
        accepted = await accept(
            session,
            received,
            filename=packed.path,
            caller=work.owner,
            request_id=work.leased.request_id,
            now=tools.clock(),
            release_id=work.archive.release_id,
        )
    if accepted.track_id in work.tracks:
        work.findings.append(_twice(packed.path))
    work.tracks.add(accepted.track_id)


async def _require_room(work: _Unpacking, packed: Packed) -> None:
    tools = work.holding.tools
    async with tools.database.read() as session:
        usage = await usage_of(session, work.owner.id)
    require_room(usage, packed.member.size_bytes, tools.settings)


async def _take_cover(work: _Unpacking, packed: Packed) -> NewArtwork | None:
    tools, path = work.holding.tools, packed.path
    try:
        chunks = unpacked(tools.storage, work.key, packed.member)
        data = b"".join([chunk async for chunk in chunks])
    except Refused as refused:
        work.findings.append(_error(refused, path))
        return None
    digest = hashlib.sha256(data).hexdigest()
    key = key_of("artwork", digest)
    await work.holding.claims.store(key, data)
    return NewArtwork(
        sha256=digest, size_bytes=len(data), storage_key=key, request_id=work.leased.request_id
    )


async def _end(work: _Unpacking) -> None:
    tools = work.holding.tools
    event = ArchiveEvent.UNPACK if work.tracks else ArchiveEvent.REJECT
    async with tools.database.begin() as session:
        now = tools.clock()
        await finish(session, work.leased, now=now)
        release = await release_of(session, work.archive.release_id, lock=True)
        archive = await session.get_one(Archive, work.archive.id)
        move_archive(archive, event, [found.as_json() for found in work.findings])
        if work.cover is not None and ARTWORK not in release.edited:
            release.artwork_id = (await take_artwork(session, work.cover, now=now)).id
            release.edited = [*release.edited, ARTWORK]  # who packed it chose it
        await rearrange(session, release, now=now)
        await tell(session, _told(work), now=now)
    log.info("archive read", release=str(release.id), tracks=len(work.tracks), state=archive.state)


def _told(work: _Unpacking) -> NewEvent:
    return NewEvent(
        owner_id=work.owner.id,
        kind=EventKind.RELEASE_UNPACKED,
        request_id=work.leased.request_id,
        data={
            "release": str(work.archive.release_id),
            "tracks": len(work.tracks),
            "findings": [one.code for one in work.findings if one.severity is Severity.ERROR],
        },
    )


def _error(refused: Refused, path: str | None) -> Finding:
    return Finding(
        code=refused.code,
        severity=Severity.ERROR,
        about=path,
        text=refused.sentence,
        advice="Send the file again, by itself or in a new archive." if path else "",
    )


def _twice(path: str) -> Finding:
    return Finding(
        code="file-twice",
        severity=Severity.WARNING,
        about=path,
        text="The archive has this very file under two names; it was taken once.",
        advice="Look whether one of them should be another track.",
    )
