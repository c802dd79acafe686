"""What listeners have said of music: I like it, I follow them; and: I want it when it is out."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from aiohttp import web

from base.database import Session
from catalog.favourites import marks_of
from catalog.follows import is_followed
from catalog.liking import Kind
from stream.api.pre_saves import delete_pre_save, put_pre_save
from stream.pages.forms import form_of, onward, see_other
from stream.pages.listener.rows import Looking


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What whoever looks has said of something; nothing, of a visitor."""

    is_liked: bool = False
    is_followed: bool = False


async def marks_on(session: Session, looks: Looking, kind: Kind, subject_id: UUID) -> Marks:
    """Answer what whoever looks has said."""
    if looks.listener_id is None:
        return Marks()
    liked = False
    if kind in {Kind.TRACK, Kind.RELEASE, Kind.ARTIST}:
        [mark] = (await marks_of(session, looks.listener_id, kind, [subject_id])).values()
        liked = mark.since is not None
    followed = kind in {Kind.ARTIST, Kind.LABEL, Kind.PERSON} and await is_followed(
        session, looks.listener_id, kind, subject_id
    )
    return Marks(is_liked=liked, is_followed=followed)


async def post_pre_save(request: web.Request) -> web.Response:
    """Want a release that is announced, or no more."""
    form = await form_of(request)
    await (delete_pre_save if form.get("wanted") == "no" else put_pre_save)(request)
    return see_other(onward(form.get("next", "")))
