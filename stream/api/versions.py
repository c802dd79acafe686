"""Masters of a track: which there are, and which one is heard."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel

from base.database import Session
from base.errors import Refused
from catalog.models.files import Master
from catalog.models.publishing import TrackVersion
from catalog.permissions import Permission
from catalog.removal import remove_holder
from catalog.version_states import VersionState
from catalog.versions import cancel_version, use_version, versions_of
from stream.api.answers import answered
from stream.api.preconditions import require_match
from stream.api.tracks import own_track
from stream.identity.callers import caller
from stream.keys import TOOLS


class VersionFacts(BaseModel):
    """A master of a track; duration in seconds, once it was examined."""

    number: int
    state: VersionState
    reason: str | None
    master: str
    filename: str
    duration: float | None
    integrated_lufs: float | None
    made_at: datetime
    used_at: datetime | None


class VersionList(BaseModel):
    """The masters of a track that has had several, the newest first."""

    items: list[VersionFacts]
    next: None = None


async def get_versions(request: web.Request) -> web.Response:
    """Answer the masters that a track of the caller's has and had."""
    found = await own_track(request, request.match_info["track"])
    async with request.app[TOOLS].database.read() as session:
        versions = await versions_of(session, found.track.id)
    return _answered(request, versions)


async def use(request: web.Request) -> web.Response:
    """Let a version of the caller's track be the one that is heard."""
    found, tools = await own_track(request, request.match_info["track"]), request.app[TOOLS]
    number, who = number_in(request), await caller(request)

    async def work(session: Session) -> list[tuple[TrackVersion, Master]]:
        await _require_match(session, request, found.track.id)
        await use_version(
            session,
            found.track.id,
            number,
            now=tools.clock(),
            reviews=tools.settings.reviews,
            is_overseeing=who.may(Permission.MUSIC_OVERSEE),
        )
        return await versions_of(session, found.track.id)

    return _answered(request, await tools.database.run(work))


async def delete_version(request: web.Request) -> web.Response:
    """Let a master be none of the caller's track any more; its bytes go unless others need them."""
    found, tools = await own_track(request, request.match_info["track"]), request.app[TOOLS]
    number = number_in(request)
    until = tools.clock() + timedelta(seconds=tools.settings.removal_grace_s)

    async def work(session: Session) -> None:
        await _require_match(session, request, found.track.id)
        holder_id = await cancel_version(session, found.track.id, number)
        if holder_id is not None:
            await remove_holder(session, holder_id, now=tools.clock(), until=until)

    await tools.database.run(work)
    return web.Response(status=204)


def number_in(request: web.Request) -> int:
    """Answer the version of the path.

    Raises:
        Refused: `version-unknown`, 404.

    """
    text = request.match_info["number"]
    if not text.isascii() or not text.isdigit() or len(text) > len("999999"):
        raise Refused("version-unknown", "The track has no such version.", status=404)
    return int(text)


async def _require_match(session: Session, request: web.Request, track_id: UUID) -> None:
    """See that the versions are still those that were looked at."""
    if request.if_match is not None:
        versions = await versions_of(session, track_id, lock=True)
        await require_match(request, lambda: document(versions))


def _answered(request: web.Request, versions: list[tuple[TrackVersion, Master]]) -> web.Response:
    return answered(request, document(versions))


def document(versions: list[tuple[TrackVersion, Master]]) -> VersionList:
    """Say which masters a track has and had."""
    return VersionList(items=[facts(*one) for one in versions])


def facts(version: TrackVersion, master: Master) -> VersionFacts:
    """Say of a master of a track what all who may see it are told."""
    return VersionFacts(
        number=version.number,
        state=VersionState(version.state),
        reason=version.reason,
        master=str(master.id),
        filename=master.filename,
        duration=master.duration_s,
        integrated_lufs=master.integrated_lufs,
        made_at=version.made_at,
        used_at=version.used_at,
    )
