"""Releases as documents: begun, edited, published, deleted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime

from base.database import Session
from catalog.acts import Act
from catalog.audit import note_act
from catalog.callers import Caller
from catalog.models.releases import Archive, Release
from catalog.permissions import Permission
from catalog.pictures import PictureOf, Shown, cover_of
from catalog.plays import owns_any_on
from catalog.release_types import ReleaseType
from catalog.releases import (
    Called,
    Standing,
    archives_of,
    concerns,
    create_release,
    release_of,
    releases_of,
    require_draft,
    standing_on,
    unknown_archive,
    unknown_release,
)
from catalog.removal import remove_archive, remove_release
from catalog.said import said_of_releases, said_of_tracks
from catalog.states import ArchiveState, ReleaseState, TrackState
from catalog.words import Explicit
from ingest.drafts import Edit, TrackEdit, draft_findings, edit
from ingest.readiness import UNTITLED, errors_in
from ingest.saying import Said
from ingest.words import one_line
from stream.api.answers import NEVER_KEPT, answered
from stream.api.asking import asking, told
from stream.api.cards import artwork_url
from stream.api.catalogue_documents import (
    credit_facts,
    line_facts,
    line_in,
    list_in,
    mbid_facts,
    named_facts,
    said_of,
    words_in,
)
from stream.api.paging import Keyset
from stream.api.picture_documents import ArtworkFacts, picture_url, pictures_told
from stream.api.preconditions import require_match
from stream.api.release_documents import (
    ArchiveFacts,
    EditRelease,
    EditTrack,
    NewRelease,
    ReleaseDocument,
    ReleaseFinding,
    ReleaseList,
    ReleasesQuery,
    ReleaseSummary,
    TrackOnRelease,
)
from stream.api.tracks import track_id_of
from stream.identity.callers import caller, caller_or_none
from stream.keys import TOOLS

RELEASE_PLACES = Keyset("releases", tuple[AwareDatetime, UUID])
_WORDS = (
    *("title", "artist", "label", "upc", "released_on", "type", "grid", "catalogue_number"),
    *("original_on", "language", "mbid", "group_mbid"),
)


async def post_release(request: web.Request) -> web.Response:
    """Begin a draft, for files that are sent one by one."""
    artist = await caller(request)
    body = await told(request, NewRelease)
    tools = request.app[TOOLS]
    async with tools.database.begin() as session:
        release = await create_release(
            session,
            artist,
            title=one_line(body.title) or UNTITLED,
            artist=one_line(body.artist) or artist.name,
            now=tools.clock(),
        )
        words = {"title": body.title, "artist": body.artist}
        release.edited = sorted(name for name, text in words.items() if one_line(text))
        answer = await document(session, release, artist)
    where = {"Location": f"/api/v1/releases/{answer.id}"}
    return answered(request, answer, status=201, headers=where, cache=NEVER_KEPT)


async def get_releases(request: web.Request) -> web.Response:
    """Answer the caller's releases."""
    artist, asked = await caller(request), asking(request, ReleasesQuery)
    after = RELEASE_PLACES.after(asked.cursor)
    async with request.app[TOOLS].database.read() as session:
        called = Called(title=asked.title, upc=asked.upc, mbid=asked.mbid)
        found = await releases_of(
            session, artist.id, called=called, after=after, limit=asked.limit + 1
        )
    page = RELEASE_PLACES.page(found, limit=asked.limit, place=lambda one: (one.created_at, one.id))
    body = ReleaseList(releases=[summary(one) for one in page.items], next=page.next)
    return answered(request, body)


async def get_release(request: web.Request) -> web.Response:
    """Answer a release: a published one to all, a draft to its owner, a withdrawn one to buyers."""
    async with request.app[TOOLS].database.read() as session:
        who = await caller_or_none(request, session)
        release = await visible_release(session, request, who)
        answer = await document(session, release, who)
    return answered(request, answer, cache=NEVER_KEPT)


async def patch_release(request: web.Request) -> web.Response:
    """Write on a draft."""
    artist, release_id = await caller(request), release_id_in(request)
    change = change_of(await told(request, EditRelease))
    tools = request.app[TOOLS]
    async with tools.database.begin() as session:
        before = await release_of(session, release_id, lock=True)
        if not concerns(before, artist):
            raise unknown_release()
        await require_match(request, lambda: document(session, before, artist))
        release = await edit(session, release_id, artist, change, now=tools.clock())
        await session.flush()
        answer = await document(session, release, artist)
    return answered(request, answer, cache=NEVER_KEPT)


async def delete_release(request: web.Request) -> web.Response:
    """Delete a draft and its tracks."""
    artist, release_id = await caller(request), release_id_in(request)
    tools = request.app[TOOLS]
    until = tools.clock() + timedelta(seconds=tools.settings.removal_grace_s)

    async def remove(session: Session) -> None:
        release = await release_of(session, release_id)
        require_draft(release, artist)
        if artist.id != release.owner_id:
            await note_act(session, artist, Act.RELEASE_REMOVED, release_id, now=tools.clock())
        await remove_release(
            session,
            release_id,
            now=tools.clock(),
            until=until,
            once_locked=lambda: require_match(request, lambda: document(session, release, artist)),
        )

    await tools.database.run(remove)
    return web.Response(status=204)


async def delete_archive(request: web.Request) -> web.Response:
    """Forget an archive of a draft; the tracks that were taken out of it stay."""
    artist, release_id = await caller(request), release_id_in(request)
    tools, archive_id = request.app[TOOLS], _archive_id_in(request)
    until = tools.clock() + timedelta(seconds=tools.settings.removal_grace_s)

    async def remove(session: Session) -> None:
        require_draft(await release_of(session, release_id), artist)
        await remove_archive(
            session,
            release_id,
            archive_id,
            until=until,
            once_locked=lambda release: require_match(
                request, lambda: document(session, release, artist)
            ),
        )

    await tools.database.run(remove)
    return web.Response(status=204)


def release_id_in(request: web.Request) -> UUID:
    """Answer the release of the path.

    Raises:
        Refused: `release-unknown`: what is no id is no release's.

    """
    try:
        return UUID(request.match_info["release"])
    except ValueError:
        raise unknown_release() from None


def _archive_id_in(request: web.Request) -> UUID:
    try:
        return UUID(request.match_info["archive"])
    except ValueError:
        raise unknown_archive() from None


async def visible_release(session: Session, request: web.Request, who: Caller | None) -> Release:
    """Answer the release of the path if the caller may know of it.

    Raises:
        Refused: `release-unknown`, 404, also when it is not theirs to see.

    """
    release = await release_of(session, release_id_in(request))
    if not concerns(release, who) and not await _is_told_of(session, release, who):
        raise unknown_release()
    return release


async def _is_told_of(session: Session, release: Release, who: Caller | None) -> bool:
    """Whether somebody may know of a release of another: once withdrawn, who owns any of it."""
    match release.state:
        case ReleaseState.PUBLISHED:
            return True
        case ReleaseState.SCHEDULED:
            return release.is_announced
        case ReleaseState.WITHDRAWN if who is not None and who.may(Permission.LIBRARY_READ):
            return await owns_any_on(session, listener_id=who.id, release_id=release.id)
        case _:
            return False


async def document(
    session: Session, release: Release, who: Caller | None, *, is_told_all: bool = False
) -> ReleaseDocument:
    """Say of a release what a caller may know; all of it to who looks at it."""
    is_own = is_told_all or concerns(release, who)
    standing = await standing_on(session, release.id) if is_own or not release.is_draft else []
    findings = await draft_findings(session, release) if is_own and release.is_draft else None
    [said] = (await said_of_releases(session, [release.id])).values()
    told = [ReleaseFinding(**one.as_json()) for one in findings] if findings is not None else None
    archives = await archives_of(session, release.id) if is_own else None
    return ReleaseDocument(
        id=str(release.id),
        state=ReleaseState(release.state),
        title=release.title,
        artist=release.artist,
        label=release.label,
        upc=release.upc,
        released_on=release.released_on,
        type=ReleaseType(release.type) if release.type else None,
        artists=named_facts(said.named),
        label_id=str(said.label_id) if said.label_id else None,
        grid=release.grid,
        catalogue_number=release.catalogue_number,
        original_on=release.original_on,
        language=release.language,
        mbid=mbid_facts(release),
        group_mbid=str(release.group_mbid) if release.group_mbid else None,
        p_line=line_facts(release.p_year, release.p_owner),
        c_line=line_facts(release.c_year, release.c_owner),
        genres=said.genres,
        tags=said.tags,
        publish_at=release.publish_at,
        publish_zone=release.publish_zone,
        is_announced=release.is_announced,
        reason=release.reason if is_own else None,
        created_at=release.created_at,
        changed_at=release.changed_at,
        published_at=release.published_at,
        artwork=await _artwork(session, release, is_own=is_own),
        tracks=await _tracks(session, release, standing, is_own=is_own),
        archives=None if archives is None else [_archive(one) for one in archives],
        findings=told,
        may_publish=None if findings is None else not errors_in(findings),
    )


def summary(release: Release) -> ReleaseSummary:
    """Say of a release what lists say."""
    return ReleaseSummary(
        id=str(release.id),
        state=ReleaseState(release.state),
        title=release.title,
        artist=release.artist,
        created_at=release.created_at,
        published_at=release.published_at,
        artwork=artwork_url(release.id) if release.artwork_id else None,
    )


async def _tracks(
    session: Session, release: Release, standing: list[Standing], *, is_own: bool
) -> list[TrackOnRelease]:
    said = await said_of_tracks(session, [one.track.id for one in standing])
    return [
        TrackOnRelease(
            track=str(one.track.id),
            disc=one.place.disc,
            position=one.place.position,
            title=one.track.title,
            artist=one.track.artist,
            isrc=one.recording.isrc,
            artists=named_facts(said[one.track.id].named),
            credits=credit_facts(said[one.track.id].done),
            genres=said[one.track.id].genres,
            tags=said[one.track.id].tags,
            language=one.track.language,
            explicit=Explicit(one.track.explicit),
            iswc=one.track.iswc,
            mbid=mbid_facts(one.track),
            p_line=line_facts(one.track.p_year, one.track.p_owner),
            artwork=picture_url(_cover(release, one)),
            state=TrackState(one.track.state),
            reason=one.track.reason if is_own else None,
            duration=one.master.duration_s,
            sha256=one.master.sha256 if is_own else None,
        )
        for one in standing
    ]


def _archive(archive: Archive) -> ArchiveFacts:
    return ArchiveFacts(
        id=str(archive.id),
        filename=archive.filename,
        bytes=archive.size_bytes,
        state=ArchiveState(archive.state),
    )


def _cover(release: Release, one: Standing) -> PictureOf | None:
    return cover_of(
        one.track.id,
        has_own=one.has_cover,
        release_id=release.id,
        has_release_one=release.artwork_id is not None,
    )


async def _artwork(session: Session, release: Release, *, is_own: bool) -> ArtworkFacts | None:
    cover = PictureOf(kind=Shown.RELEASE, id=release.id)
    told = await pictures_told(session, {cover: release.artwork_id}, is_own=is_own)
    return told.get(cover)


def change_of(body: EditRelease) -> Edit:
    """Answer what a body says of a release and its tracks."""
    order = body.order
    said = Said(
        words=words_in(body, _WORDS),
        artists=None if body.artists is None else [one.named() for one in body.artists],
        genres=list_in(body, "genres"),
        tags=list_in(body, "tags"),
        p_line=line_in(body, "p_line"),
        c_line=line_in(body, "c_line"),
    )
    return Edit(
        said=said,
        tracks=[_track_edit(one) for one in body.tracks],
        order=None if order is None else [[track_id_of(one) for one in disc] for disc in order],
        label_id=body.label_id,
    )


def _track_edit(body: EditTrack) -> TrackEdit:
    said = said_of(body)
    isrc = words_in(body, ("isrc",))
    return TrackEdit(
        track_id=track_id_of(body.track), said=replace(said, words={**said.words, **isrc})
    )
