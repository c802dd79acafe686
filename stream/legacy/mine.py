"""What is whoever asks' own: who they are, what they like, and what they own."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web

from accounting.books import balance_of
from accounting.library import owned_by_number
from base.database import Session
from catalog.callers import Caller
from catalog.discographies import artists_looked_after, labels_looked_after
from catalog.email_addresses import email_of
from catalog.favourites import count_favourites, disfavour, favour, favourites_of, marks_of
from catalog.liking import Kind, require_there
from catalog.memberships import is_admitted, membership_of
from catalog.models.memberships import Membership
from catalog.people import lock_account, name_of, rename
from catalog.permissions import Permission
from catalog.roles import Role
from ingest.fields import read_needed
from stream.api.asking import told
from stream.identity.callers import caller
from stream.keys import TOOLS
from stream.legacy.bodies import OfTrack, Profile, ids_in
from stream.legacy.paging import Document, listed, single
from stream.legacy.reading import page_of
from stream.legacy.told import told_artists, told_labels, told_tracks

_MOST_GROUPS = 100
_ROLES = {
    Role.OPERATOR: ("admin", "runs the house"),
    Role.LABEL: ("label", "puts music out"),
    Role.ARTIST: ("artist", "makes music"),
}
_LISTENER = ("user", "listens")


async def get_profile(request: web.Request) -> Document:
    """Answer who asks, and what they have to spend, in milli-credits."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        return single(await _profile(session, request, who))


async def put_profile(request: web.Request) -> Document:
    """Call whoever asks something else."""
    who, wanted = await caller(request), await told(request, Profile)
    async with request.app[TOOLS].database.begin() as session:
        if wanted.displayName is not None:
            await lock_account(session, who.id)
            await rename(session, who.id, read_needed("artist_name", wanted.displayName))
        return single(await _profile(session, request, who))


async def get_favorites(request: web.Request) -> Document:
    """Answer the tracks that whoever asks likes, the newest first."""
    who, page = await caller(request), page_of(request)
    async with request.app[TOOLS].database.read() as session:
        found = await favourites_of(
            session, who.id, Kind.TRACK, limit=page.limit, offset=page.offset
        )
        count = await count_favourites(session, who.id, Kind.TRACK)
        data = await told_tracks(session, request, [one.subject_id for one in found])
    return listed(data, count=count, page=page)


async def post_favorite(request: web.Request) -> Document:
    """Like a track, or like it no more: it is the one button for both."""
    who, tools, track_id = await caller(request), request.app[TOOLS], await _track(request)
    async with tools.database.begin() as session:
        mark = (await marks_of(session, who.id, Kind.TRACK, [track_id]))[track_id]
        is_liked = mark.since is None
        if is_liked:
            await require_there(session, Kind.TRACK, track_id, for_id=who.id)
            await favour(session, who.id, Kind.TRACK, track_id, now=tools.clock())
        else:
            await disfavour(session, who.id, Kind.TRACK, track_id)
    return single({"trackId": str(track_id), "userId": str(who.id), "type": is_liked})


async def get_liked_of(request: web.Request) -> Document:
    """Answer which of some tracks whoever asks likes."""
    who, ids = await caller(request), ids_in(request.query.getall("ids", []))
    async with request.app[TOOLS].database.read() as session:
        marks = await marks_of(session, who.id, Kind.TRACK, ids) if ids else {}
    return single([{"trackId": str(o)} for o, mark in marks.items() if mark.since is not None])


async def get_collection(request: web.Request) -> Document:
    """Answer the tracks that whoever asks owns, the newest first."""
    who, page = await caller(request), page_of(request)
    async with request.app[TOOLS].database.read() as session:
        items, count = await owned_by_number(session, who.id, limit=page.limit, offset=page.offset)
        tracks = [one.track_id for one in items if one.track_id is not None]
        data = await told_tracks(session, request, tracks)
    return listed(data, count=count, page=page)


async def _track(request: web.Request) -> UUID:
    return (await told(request, OfTrack)).trackId


async def _profile(session: Session, request: web.Request, who: Caller) -> Document:
    email = await email_of(session, who.person_id)
    member = await membership_of(session, who.person_id)
    is_member = member is not None and is_admitted(member)
    makes_music = not who.roles.isdisjoint({Role.ARTIST, Role.LABEL})
    role, description = next((o for r, o in _ROLES.items() if r in who.roles), _LISTENER)
    return {
        "id": str(who.id),
        "uid": str(who.id),
        "legacyId": None,
        "clientId": None,
        "token": None,
        "displayName": await name_of(session, who.id),
        "email": None if email is None else email.address,
        "emailConfirmed": email is not None and email.verified_at is not None,
        "newsletterNotification": False,
        "role": {"name": role, "description": description},
        "credit": {"total": await _credit(session, request, who)},
        "ownedGroups": await groups_of(session, request, who),
        "isListenerMember": is_member and not makes_music,
        "isMusicMember": is_member and makes_music,
        "memberships": [] if member is None or not is_member else [_membership(member)],
    }


async def _credit(session: Session, request: web.Request, who: Caller) -> int | None:
    """Answer what somebody has to spend, if what they showed allows to tell it."""
    if not who.may(Permission.WALLET_READ):
        return None
    return await balance_of(session, who.id, now=request.app[TOOLS].clock())


def _membership(member: Membership) -> Document:
    return {"id": str(member.id), "class": {"id": member.class_id, "name": member.class_id}}


async def groups_of(session: Session, request: web.Request, who: Caller) -> list[Document]:
    """Tell of the artists and labels that somebody looks after."""
    artists = await artists_looked_after(session, who.id, after=None, limit=_MOST_GROUPS)
    labels = await labels_looked_after(session, who.id, after=None, limit=_MOST_GROUPS)
    return [
        *await told_artists(session, request, [one.id for one in artists]),
        *await told_labels(session, request, [one.id for one in labels]),
    ]
