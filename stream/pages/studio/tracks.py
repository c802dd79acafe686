"""A track by itself: what is sung, who made it, and its masters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ValidationError

from base.errors import Refused
from catalog.credit_roles import ArtistRole, RoleKind
from catalog.facts import lyrics_of
from catalog.music import Published
from catalog.permissions import Permission
from catalog.releases import lock_track
from catalog.said import said_of_tracks
from catalog.version_states import VersionState
from catalog.versions import versions_of
from ingest.drafts import edit
from ingest.singles import edit_single
from stream.api.catalogue_documents import SaidOfTrack, credit_facts, named_facts, said_of
from stream.api.lyrics import WriteLyrics, delete_lyrics, sing
from stream.api.preconditions import tag_of_bytes
from stream.api.quality import quality_of
from stream.api.release_documents import EditRelease
from stream.api.releases import change_of
from stream.api.tracks import delete_track, own_track
from stream.api.versions import document as versions_document
from stream.api.versions import use
from stream.identity.callers import caller
from stream.identity.faults import Unfit
from stream.keys import TOOLS
from stream.pages.forms import form_of, form_page, notice_of, see_other
from stream.pages.language import N_
from stream.pages.studio.editor import TRACK_STATES

NOTICES = {
    "lyrics": N_("The lyrics are saved."),
    "unsung": N_("The lyrics are taken away."),
    "people": N_("Artists and credits are saved."),
    "version": N_("That master is the one that is heard now."),
}
ARTIST_ROLES = {
    ArtistRole.MAIN: N_("main artist"),
    ArtistRole.FEATURED: N_("featured"),
    ArtistRole.WITH: N_("with"),
    ArtistRole.REMIXER: N_("remixer"),
    ArtistRole.COMPOSER: N_("composer"),
    ArtistRole.CONDUCTOR: N_("conductor"),
    ArtistRole.DJ: N_("DJ"),
}
VERSION_STATES = {
    VersionState.WAITING: (N_("on its way"), "warn"),
    VersionState.READY: (N_("ready"), "accent"),
    VersionState.CURRENT: (N_("heard now"), "good"),
    VersionState.FORMER: (N_("earlier"), ""),
    VersionState.REJECTED: (N_("not usable"), "wrong"),
    VersionState.CANCELLED: (N_("taken back"), ""),
}
#: Empty rows behind what is there, to write more.
_SPARE = 2
_MOST = 150


async def get_track_editor(request: web.Request) -> web.Response:
    """Show a track to who looks after it."""
    return await _show(request, notice=notice_of(request, NOTICES))


async def post_lyrics(request: web.Request) -> web.Response:
    """Write what is sung, or take it away."""
    form = await form_of(request)
    try:
        if not form.get("plain", "").strip() and not form.get("synced", "").strip():
            await delete_lyrics(request)
            return see_other(f"{_here(request)}?notice=unsung#lyrics")
        await sing(request, _lyrics(form))
    except Refused as refused:
        return await _show(request, refused=refused, said=form)
    return see_other(f"{_here(request)}?notice=lyrics#lyrics")


async def post_people(request: web.Request) -> web.Response:
    """Write who is named, and who did what."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    try:
        track_id = (await own_track(request, request.match_info["track"])).track.id
        async with tools.database.begin() as session:
            found = await lock_track(session, track_id)
            [said] = (await said_of_tracks(session, [track_id])).values()
            named, did = named_facts(said.named), credit_facts(said.done)
            _require_shown(form, named, did)
            people = {
                "artists": _artists(form, {one.name: one.artist for one in named}),
                "credits": _credits(form, {(one.name, one.role): one for one in did}),
            }
            if not people["artists"]:
                raise Unfit({"artist-name-0": "A track has an artist: write at least one name."})
            if found.release is None:
                body = SaidOfTrack.model_validate(people)
                await edit_single(session, track_id, said_of(body), now=tools.clock())
            else:
                change = EditRelease.model_validate(
                    {"tracks": [{"track": str(track_id), **people}]}
                )
                await edit(session, found.release.id, who, change_of(change), now=tools.clock())
    except ValidationError:
        refused = Refused(
            "unfit", "A name or a role is too long, or there are too many.", status=422
        )
        return await _show(request, refused=refused, said=form)
    except Refused as refused:
        return await _show(request, refused=refused, said=form)
    return see_other(f"{_here(request)}?notice=people#people")


async def post_use(request: web.Request) -> web.Response:
    """Let another master of the track be heard."""
    await form_of(request)
    try:
        await use(request)
    except Refused as refused:
        return await _show(request, refused=refused)
    return see_other(f"{_here(request)}?notice=version#masters")


async def post_delete(request: web.Request) -> web.Response:
    """Delete the track, or withdraw it where listeners own it."""
    await form_of(request)
    found = await own_track(request, request.match_info["track"])
    try:
        await delete_track(request)
    except Refused as refused:
        return await _show(request, refused=refused)
    if found.release is None:
        return see_other("/studio")
    return see_other(f"/studio/releases/{found.release.id}?notice=deleted")


async def _show(
    request: web.Request,
    *,
    notice: str | None = None,
    refused: Refused | None = None,
    said: Mapping[str, str] | None = None,
) -> web.Response:
    who = await caller(request)
    found = await own_track(request, request.match_info["track"])
    track_id = found.track.id
    async with request.app[TOOLS].database.read() as session:
        [known] = (await said_of_tracks(session, [track_id])).values()
        named, did = named_facts(known.named), credit_facts(known.done)
        sung = await lyrics_of(session, track_id)
        versions = versions_document(await versions_of(session, track_id)).items
    typed = said or {}
    context = {
        "track": found.track,
        "acting": str(who.id),
        "duration_s": found.duration_s or 0,
        "release": found.release,
        "states": TRACK_STATES,
        "artists": _typed_people(typed, "artist") or [one.model_dump() for one in named],
        "credits": _typed_people(typed, "credit") or [one.model_dump() for one in did],
        "shown": typed.get("shown") or _digest(named, did),
        "spare": _SPARE,
        "artist_roles": ARTIST_ROLES,
        "role_names": list(RoleKind),
        "plain": typed.get("plain", sung.plain if sung else ""),
        "synced": typed.get("synced", (sung.synced or "") if sung else ""),
        "sung_language": typed.get("language", (sung.language or "") if sung else ""),
        "versions": versions,
        "version_states": VERSION_STATES,
        "findings": _findings(found),
        "master": found.master,
        "may_write": who.may(Permission.MUSIC_WRITE),
        "may_delete": who.may(Permission.MUSIC_DELETE),
        "notice": notice,
    }
    return await form_page(request, "studio/track.html", context, refused=refused)


def _require_shown(
    form: Mapping[str, str], named: Sequence[BaseModel], did: Sequence[BaseModel]
) -> None:
    if form.get("shown") != _digest(named, did):
        raise Refused(
            "changed-meanwhile",
            "Somebody else changed this meanwhile: look at it anew, and write it again.",
            status=412,
        )


def _digest(named: Sequence[BaseModel], did: Sequence[BaseModel]) -> str:
    """Answer what stands for the people that were shown: other ones have another."""
    return tag_of_bytes("\n".join(one.model_dump_json() for one in (*named, *did)).encode())


def _findings(found: Published) -> list[dict[str, Any]]:
    findings: list[dict[str, Any]] = quality_of(found).model_dump()["findings"]
    return findings


def _here(request: web.Request) -> str:
    return f"/studio/tracks/{request.match_info['track']}"


def _lyrics(form: Mapping[str, str]) -> WriteLyrics:
    try:
        return WriteLyrics(
            plain=form.get("plain") or None,
            synced=form.get("synced") or None,
            language=form.get("language") or None,
        )
    except ValidationError:
        raise Unfit({"plain": "That is longer than any lyrics that we take."}) from None


def _artists(form: Mapping[str, str], known: Mapping[str, str]) -> list[dict[str, Any]]:
    """Read who is named; a name that was there stays the same artist's."""
    return [
        {
            "name": one["name"],
            "role": ArtistRole(one["role"]) if one["role"] in set(ArtistRole) else ArtistRole.MAIN,
            "joined": one["joined"],
            "artist": known.get(one["name"]),
        }
        for one in _typed_people(form, "artist")
        if one["name"].strip()
    ]


def _credits(form: Mapping[str, str], known: Mapping[Any, Any]) -> Sequence[Mapping[str, Any]]:
    """Read who did what; of somebody who was there the numbers stay."""
    rows = []
    for one in _typed_people(form, "credit"):
        if one["name"].strip() and one["role"].strip():
            was = known.get((one["name"], one["role"]))
            numbers = was.model_dump(include={"ipi", "isni", "artist"}) if was else {}
            rows.append({"name": one["name"], "role": one["role"], **numbers})
    return rows


def _typed_people(form: Mapping[str, str], kind: str) -> list[dict[str, str]]:
    """Answer the rows of a form: `artist-name-0`, `artist-role-0`, and so on."""
    rows: list[dict[str, str]] = []
    for number in count():
        if f"{kind}-name-{number}" not in form or number > _MOST:
            return rows
        rows.append(
            {name: form.get(f"{kind}-{name}-{number}", "") for name in ("name", "role", "joined")}
        )
    return rows
