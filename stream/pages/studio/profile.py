"""The pages of what everybody is told of one's artists and labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from aiohttp import web
from pydantic import ValidationError

from base.errors import Refused
from catalog.artists import ArtistKind, new_artist
from catalog.callers import Caller
from catalog.discographies import artists_looked_after, labels_looked_after
from catalog.models.artists import Artist, Label
from catalog.permissions import Permission
from ingest.fields import read_needed
from stream.api.artists import (
    WriteArtist,
    WriteLabel,
    own_artist,
    own_label,
    write_artist,
    write_label,
)
from stream.api.paging import Keyset
from stream.identity.callers import caller
from stream.identity.faults import Unfit
from stream.keys import TOOLS
from stream.pages.forms import form_of, form_page, notice_of, see_other
from stream.pages.language import N_, language_of
from stream.pages.studio.countries import countries
from stream.pages.studio.places import places_of

HERE = "/studio/profile"
_ARTISTS = Keyset("profile-artists", tuple[str, UUID])
_AT_ONCE, _MOST_LABELS = 30, 100
_FIELDS = ("name", "bio", "country", "isni", "mbid")
_NOTICES = {"saved": N_("Saved. Everybody sees it now.")}
KINDS = {
    ArtistKind.PERSON: N_("a person"),
    ArtistKind.GROUP: N_("a group"),
    ArtistKind.OTHER: N_("something else"),
}
_UNFIT = "Look at this again: it is too long, or not of the form that it should have."
_LINK = "Write whole addresses, one a line: https://example.org/ada"


async def get_profile_page(request: web.Request) -> web.Response:
    """Show the artists and labels that the caller looks after."""
    return await _overview(request, await caller(request))


async def post_profile_page(request: web.Request) -> web.Response:
    """Make an artist."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    try:
        name = read_needed("artist_name", form.get("name", ""))
        row = new_artist(who.id, name, now=tools.clock())
        async with tools.database.begin() as session:
            session.add(row)
    except Refused as refused:
        return await _overview(request, who, refused=Unfit({"name": refused.sentence}))
    return see_other(f"{HERE}/artists/{row.id}")


async def get_artist_page(request: web.Request) -> web.Response:
    """Show what is told of an artist, to be written."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        row = await own_artist(session, request, who)
    return await _edit(request, who, row)


async def get_label_page(request: web.Request) -> web.Response:
    """Show what is told of a label, to be written."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        row = await own_label(session, request, who)
    return await _edit(request, who, row)


async def post_artist_page(request: web.Request) -> web.Response:
    """Write of an artist."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    async with tools.database.read() as session:
        before = await own_artist(session, request, who)
    try:
        body = _said(WriteArtist, form, ("kind", "ipi"))
        async with tools.database.begin() as session:
            row = await own_artist(session, request, who)
            write_artist(row, body, now=tools.clock())
    except Refused as refused:
        return await _edit(request, who, before, refused=refused, said=form)
    return see_other(f"{request.path}?notice=saved")


async def post_label_page(request: web.Request) -> web.Response:
    """Write of a label."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    async with tools.database.read() as session:
        before = await own_label(session, request, who)
    try:
        body = _said(WriteLabel, form, ())
        async with tools.database.begin() as session:
            row = await own_label(session, request, who)
            write_label(row, body, now=tools.clock())
    except Refused as refused:
        return await _edit(request, who, before, refused=refused, said=form)
    return see_other(f"{request.path}?notice=saved")


def _said(
    model: type[WriteArtist | WriteLabel], form: Mapping[str, str], more: tuple[str, ...]
) -> Any:  # noqa: ANN401 - of the model that was named
    """Read a form.

    Raises:
        Unfit: a field is too long, or no address.

    """
    told: dict[str, object] = {name: form.get(name, "").strip() for name in (*_FIELDS, *more)}
    told["links"] = form.get("links", "").split()
    try:
        return model.model_validate(told)
    except ValidationError as error:
        fields = [str(one["loc"][0]) for one in error.errors()]
        raise Unfit({one: _LINK if one == "links" else _UNFIT for one in fields}) from None


async def _overview(
    request: web.Request, who: Caller, *, refused: Refused | None = None
) -> web.Response:
    after = _ARTISTS.after(request.query.get("cursor"))
    async with request.app[TOOLS].database.read() as session:
        found = await artists_looked_after(session, who.id, after=after, limit=_AT_ONCE + 1)
        labels = await labels_looked_after(session, who.id, after=None, limit=_MOST_LABELS)
    page = _ARTISTS.page(found, limit=_AT_ONCE, place=lambda one: (one.name, one.id))
    context: dict[str, Any] = {
        "place": HERE,
        "beside": places_of(who),
        "name": who.name,
        "artists": page.items,
        "labels": labels,
        "next": page.next,
        "kinds": KINDS,
        "may_write": who.may(Permission.MUSIC_WRITE),
        "may_see_members": who.may(Permission.MEMBERS_READ),
    }
    return await form_page(request, "studio/profile.html", context, refused=refused)


async def _edit(
    request: web.Request,
    who: Caller,
    row: Artist | Label,
    *,
    refused: Refused | None = None,
    said: Mapping[str, str] | None = None,
) -> web.Response:
    is_artist = isinstance(row, Artist)
    known = {name: str(getattr(row, name) or "") for name in _FIELDS}
    known |= {"links": "\n".join(row.links), "ipi": "", "kind": ""}
    if isinstance(row, Artist):
        known |= {"ipi": row.ipi or "", "kind": row.kind}
    context: dict[str, Any] = {
        "place": HERE,
        "beside": places_of(who),
        "path": request.path,
        "id": str(row.id),
        "heading": row.name,
        "is_artist": is_artist,
        "shown": f"/{'artists' if is_artist else 'labels'}/{row.id}",
        "kinds": [(str(one), words) for one, words in KINDS.items()],
        "countries": list(countries(language_of(request)).items()),
        "said": {**known, **(said or {})},
        "may_write": who.may(Permission.MUSIC_WRITE),
        "notice": notice_of(request, _NOTICES),
    }
    return await form_page(request, "studio/profile_edit.html", context, refused=refused)
