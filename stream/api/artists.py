"""Artists and labels as documents: what is told of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, HttpUrl

from base.database import Session
from catalog.artists import (
    ArtistKind,
    artist_of,
    label_of,
    new_artist,
    new_label,
    unknown_artist,
    unknown_label,
)
from catalog.callers import Caller
from catalog.discographies import (
    artists_looked_after,
    delete_artist,
    delete_label,
    is_artist_public,
    is_label_public,
    labels_looked_after,
)
from catalog.genres import GENRES
from catalog.models.artists import Artist, Label
from catalog.oversight import oversees
from catalog.permissions import Permission
from catalog.pictures import PictureOf, Shown
from catalog.words import folded, sort_name_of
from ingest.fields import read_field, read_needed
from ingest.lrc import plain
from stream.api.answers import answered
from stream.api.asking import asking, told
from stream.api.catalogue_documents import words_in
from stream.api.paging import Keyset, Paged
from stream.api.picture_documents import ArtworkFacts, pictures_told
from stream.api.preconditions import require_match
from stream.identity.callers import caller, caller_or_none
from stream.ids import id_in
from stream.keys import TOOLS

_ARTISTS = Keyset("artists", tuple[str, UUID])
_LABELS = Keyset("labels", tuple[str, UUID])
_BIO_LETTERS = 10_000
_NUMBERS = ("isni", "ipi", "mbid", "country")
Link = Annotated[HttpUrl, Field(max_length=500)]
Text = Annotated[str, Field(max_length=200)]


class WriteLabel(BaseModel):
    """Write of a label; what is left out stays, `null` and empty words take away."""

    model_config = ConfigDict(extra="forbid")

    name: Text | None = None
    sort_name: Text | None = None
    bio: Annotated[str, Field(max_length=_BIO_LETTERS)] | None = None
    country: Text | None = None
    isni: Text | None = None
    mbid: Text | None = None
    links: list[Link] | None = Field(default=None, max_length=20)


class WriteArtist(WriteLabel):
    """Write of an artist; as of a label."""

    kind: ArtistKind | None = None
    ipi: Text | None = None


class LabelDocument(BaseModel):
    """A label; `account` looks after what is told of it.

    Others are told of its picture once that can be shown: `state` is `ready`.
    """

    id: str
    account: str | None
    name: str
    sort_name: str
    bio: str | None
    country: str | None
    isni: str | None
    mbid: str | None
    links: list[str]
    picture: ArtworkFacts | None
    created_at: datetime
    changed_at: datetime


class ArtistDocument(LabelDocument):
    """An artist; as a label."""

    kind: ArtistKind
    ipi: str | None


class ArtistList(BaseModel):
    """The artists that you look after, by name."""

    items: list[ArtistDocument]
    next: str | None


class LabelList(BaseModel):
    """The labels that you look after, by name."""

    items: list[LabelDocument]
    next: str | None


class GenreFacts(BaseModel):
    """A genre; `parent` is the one that it is a kind of."""

    slug: str
    name: str
    parent: str | None


class GenreList(BaseModel):
    """All genres, parents before their children."""

    items: list[GenreFacts]
    next: None = None


async def get_artists(request: web.Request) -> web.Response:
    """Answer the artists that the caller looks after."""
    asked, who = asking(request, Paged), await caller(request)
    after = _ARTISTS.after(asked.cursor)
    async with request.app[TOOLS].database.read() as session:
        found = await artists_looked_after(session, who.id, after=after, limit=asked.limit + 1)
        page = _ARTISTS.page(found, limit=asked.limit, place=_named)
        items = await _artists(session, page.items, is_own=True)
    return _json(request, ArtistList(items=items, next=page.next))


async def get_labels(request: web.Request) -> web.Response:
    """Answer the labels that the caller looks after."""
    asked, who = asking(request, Paged), await caller(request)
    after = _LABELS.after(asked.cursor)
    async with request.app[TOOLS].database.read() as session:
        found = await labels_looked_after(session, who.id, after=after, limit=asked.limit + 1)
        page = _LABELS.page(found, limit=asked.limit, place=_named)
        items = await _labels(session, page.items, is_own=True)
    return _json(request, LabelList(items=items, next=page.next))


async def post_artist(request: web.Request) -> web.Response:
    """Make an artist that the caller looks after."""
    who, tools = await caller(request), request.app[TOOLS]
    body = await told(request, WriteArtist)
    row = new_artist(who.id, read_needed("artist_name", body.name or ""), now=tools.clock())
    async with tools.database.begin() as session:
        session.add(row)
        write_artist(row, body, now=tools.clock())
        answer = await artist_told(session, row)
    return _json(request, answer, status=201, at=f"/api/v1/artists/{row.id}")


async def post_label(request: web.Request) -> web.Response:
    """Make a label that the caller looks after."""
    who, tools = await caller(request), request.app[TOOLS]
    body = await told(request, WriteLabel)
    row = new_label(who.id, read_needed("artist_name", body.name or ""), now=tools.clock())
    async with tools.database.begin() as session:
        session.add(row)
        write_label(row, body, now=tools.clock())
        answer = await label_told(session, row)
    return _json(request, answer, status=201, at=f"/api/v1/labels/{row.id}")


async def get_artist(request: web.Request) -> web.Response:
    """Answer an artist whom all can hear, or one of the caller's."""
    async with request.app[TOOLS].database.read() as session:
        row = await visible_artist(session, request)
        is_own = _is_own(row, await caller_or_none(request, session))
        return _json(request, await artist_told(session, row, is_own=is_own))


async def get_label(request: web.Request) -> web.Response:
    """Answer a label that has put something out, or one of the caller's."""
    async with request.app[TOOLS].database.read() as session:
        row = await visible_label(session, request)
        is_own = _is_own(row, await caller_or_none(request, session))
        return _json(request, await label_told(session, row, is_own=is_own))


async def patch_artist(request: web.Request) -> web.Response:
    """Write of an artist of the caller's."""
    who, tools = await caller(request), request.app[TOOLS]
    body = await told(request, WriteArtist)
    async with tools.database.begin() as session:
        row = await own_artist(session, request, who)
        await require_match(request, lambda: artist_told(session, row))
        write_artist(row, body, now=tools.clock())
        return _json(request, await artist_told(session, row))


async def patch_label(request: web.Request) -> web.Response:
    """Write of a label of the caller's."""
    who, tools = await caller(request), request.app[TOOLS]
    body = await told(request, WriteLabel)
    async with tools.database.begin() as session:
        row = await own_label(session, request, who)
        await require_match(request, lambda: label_told(session, row))
        write_label(row, body, now=tools.clock())
        return _json(request, await label_told(session, row))


async def remove_artist(request: web.Request) -> web.Response:
    """Delete an artist of the caller's whom nothing names."""
    who, tools = await caller(request), request.app[TOOLS]
    until = tools.clock() + timedelta(seconds=tools.settings.removal_grace_s)
    async with tools.database.begin() as session:
        row = await own_artist(session, request, who)
        await require_match(request, lambda: artist_told(session, row))
        await delete_artist(session, row, until=until)
    return web.Response(status=204)


async def remove_label(request: web.Request) -> web.Response:
    """Delete a label of the caller's that has nothing."""
    who, tools = await caller(request), request.app[TOOLS]
    until = tools.clock() + timedelta(seconds=tools.settings.removal_grace_s)
    async with tools.database.begin() as session:
        row = await own_label(session, request, who)
        await require_match(request, lambda: label_told(session, row))
        await delete_label(session, row, until=until)
    return web.Response(status=204)


async def get_genres(request: web.Request) -> web.Response:
    """Answer all genres."""
    facts = [GenreFacts(slug=one.slug, name=one.name, parent=one.parent) for one in GENRES.values()]
    return _json(request, GenreList(items=facts))


async def visible_artist(session: Session, request: web.Request) -> Artist:
    """Answer the artist of the path whom all can hear, or who is the caller's.

    Raises:
        Refused: `artist-unknown`, 404.

    """
    who = await caller_or_none(request, session)
    row = await artist_of(session, _artist_id(request))
    if not _is_own(row, who) and not await is_artist_public(session, row.id):
        raise unknown_artist()
    return row


async def visible_label(session: Session, request: web.Request) -> Label:
    """Answer the label of the path that has put something out, or is the caller's.

    Raises:
        Refused: `label-unknown`, 404.

    """
    who = await caller_or_none(request, session)
    row = await label_of(session, _label_id(request))
    if not _is_own(row, who) and not await is_label_public(session, row.id):
        raise unknown_label()
    return row


async def own_artist(
    session: Session, request: web.Request, who: Caller, *, lock: bool = True
) -> Artist:
    """Answer the artist of the path, who is the caller's; locked to be written.

    Raises:
        Refused: `artist-unknown`, 404, also where another looks after them.

    """
    row = await artist_of(session, _artist_id(request), lock=lock)
    if not _is_own(row, who):
        raise unknown_artist()
    return row


async def own_label(
    session: Session, request: web.Request, who: Caller, *, lock: bool = True
) -> Label:
    """Answer the label of the path, which is the caller's; locked to be written.

    Raises:
        Refused: `label-unknown`, 404, also where another looks after it.

    """
    row = await label_of(session, _label_id(request), lock=lock)
    if not _is_own(row, who):
        raise unknown_label()
    return row


def _is_own(row: Artist | Label, who: Caller | None) -> bool:
    if who is None:
        return False
    return who.id == row.account_id or oversees(who, Permission.MUSIC_OVERSEE)


def _artist_id(request: web.Request) -> UUID:
    return id_in(request.match_info["artist"], unknown_artist())


def _label_id(request: web.Request) -> UUID:
    return id_in(request.match_info["label"], unknown_label())


def write_artist(row: Artist, body: WriteArtist, *, now: datetime) -> None:
    """Write what a body says of an artist; as of a label."""
    if body.kind is not None:
        row.kind = body.kind
    write_label(row, body, now=now)


def write_label(row: Artist | Label, body: WriteLabel, *, now: datetime) -> None:
    """Write what a body says; what files and messages say changes that no more."""
    if "name" in body.model_fields_set:
        row.name = read_needed("artist_name", body.name or "")
        row.sort_name = folded(sort_name_of(row.name))
    if body.sort_name:
        row.sort_name = folded(read_needed("artist_name", body.sort_name))
    if "bio" in body.model_fields_set:
        row.bio = plain(body.bio or "") or None
    if "links" in body.model_fields_set:
        row.links = [str(one) for one in body.links or ()]
    for name, text in words_in(body, _NUMBERS).items():
        word = read_field(name, text)
        setattr(row, name, UUID(word) if word and name == "mbid" else word)
    row.edited = sorted({*row.edited, *body.model_fields_set})
    row.changed_at = now


def _named(row: Artist | Label) -> tuple[str, UUID]:
    return row.name, row.id


async def artist_told(session: Session, row: Artist, *, is_own: bool = True) -> ArtistDocument:
    """Say all that is told of an artist."""
    return (await _artists(session, [row], is_own=is_own))[0]


async def label_told(session: Session, row: Label, *, is_own: bool = True) -> LabelDocument:
    """Say all that is told of a label."""
    return (await _labels(session, [row], is_own=is_own))[0]


async def _artists(
    session: Session, rows: Sequence[Artist], *, is_own: bool
) -> list[ArtistDocument]:
    pictures = await _pictures(session, Shown.ARTIST, rows, is_own=is_own)
    return [
        ArtistDocument(
            **_facts(row), picture=pictures.get(row.id), kind=ArtistKind(row.kind), ipi=row.ipi
        )
        for row in rows
    ]


async def _labels(session: Session, rows: Sequence[Label], *, is_own: bool) -> list[LabelDocument]:
    pictures = await _pictures(session, Shown.LABEL, rows, is_own=is_own)
    return [LabelDocument(**_facts(row), picture=pictures.get(row.id)) for row in rows]


async def _pictures(
    session: Session, kind: Shown, rows: Sequence[Artist | Label], *, is_own: bool
) -> dict[UUID, ArtworkFacts]:
    chosen = {PictureOf(kind=kind, id=row.id): row.artwork_id for row in rows}
    told = await pictures_told(session, chosen, is_own=is_own)
    return {of.id: facts for of, facts in told.items()}


def _facts(row: Artist | Label) -> dict[str, Any]:
    names = ("name", "sort_name", "bio", "country", "isni", "links", "created_at", "changed_at")
    return {
        "id": str(row.id),
        "account": str(row.account_id) if row.account_id else None,
        "mbid": str(row.mbid) if row.mbid else None,
        **{name: getattr(row, name) for name in names},
    }


def _json(
    request: web.Request, body: BaseModel, *, status: int = 200, at: str | None = None
) -> web.Response:
    return answered(request, body, status=status, headers={"Location": at} if at else {})
