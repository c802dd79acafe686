"""What rows of the earlier house mean here: a function for each table, which takes one row.

Each raises `Left` where nothing can come of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TypeVar

from base.errors import Refused
from catalog.earlier_facts import (
    Album,
    Group,
    Heard,
    HeardAs,
    Held,
    Item,
    Like,
    Listing,
    Membership,
    Person,
    Song,
)
from catalog.folding import Email, parse_email
from catalog.playlist_rules import Visibility
from catalog.release_types import ReleaseType, type_said
from catalog.roles import AccountKind, Role
from ingest.words import date_of
from refrain.earlier.fields import Fields, Left

T = TypeVar("T")
#: What a row becomes.
Read = Callable[[Fields], T]
_NAME, _LIST_NAME, _SAYS = 200, 200, 2_000
#: Where a row says nothing of when it came to be: no later than the oldest of that house.
_BEFORE = datetime(2015, 1, 1, tzinfo=UTC)
#: What hashes our own sign-in verifies; others are asked to choose a password anew.
_VERIFIED = re.compile(
    r"\$argon2(?:id|i|d)\$v=\d+\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})(?:\$[A-Za-z0-9+/]+){2}"
)
#: The most that one sign-in may take, as is written there: KiB, rounds, threads.
_COSTLIEST = (1 << 20, 16, 16)
_LONGEST_HASH = 255
_COUNTRY = re.compile(r"[A-Z]{2}")
#: Statuses of tracks, by their numbers there.
_STATUS = ("free+paid", "hidden", "free", "paid", "deleted")
_LABELS = ("label", "distributor")
_ROLES = {"artist": Role.ARTIST, "band": Role.ARTIST, "member": None, "label": Role.LABEL}
#: Offices are given by hand: who held one there need not hold one here.
OFFICES = frozenset({"admin", "superadmin", "moderator"})


def person(row: Fields, *, roles: Mapping[str, str]) -> Person:
    """Read a user; `roles` are the names of roles by their numbers."""
    _refuse_gone(row)
    name = row.text("display_name", "nickname", "name", most=_NAME)
    return Person(
        id=row.needed_id("id"),
        name=name or "A listener",
        email=_email(row.said("email")),
        is_confirmed=bool(row.is_set("email_confirmed")),
        hash=_hash(row.said("password", "password_hash")),
        country=_country(row),
        role=_ROLES.get(role_name(row, roles)),
        created_at=_created(row),
    )


def role_name(row: Fields, roles: Mapping[str, str]) -> str:
    """Answer what a user was there, in small letters."""
    told = row.said("role", "role_id") or ""
    return roles.get(told, told).casefold()


def group(row: Fields, *, types: Mapping[str, str]) -> Group:
    """Read a group; `types` are the names of types by their numbers."""
    _refuse_gone(row)
    told = row.said("type", "type_id") or ""
    kind = types.get(told, told).casefold()
    return Group(
        id=row.needed_id("id"),
        owner_id=row.id("owner_id", "user_id"),
        kind=AccountKind.LABEL if kind in _LABELS else AccountKind.ARTIST,
        is_band=kind == "band",
        name=row.needed("display_name", "name", most=_NAME),
        bio=row.text("description", "short_bio", most=_SAYS),
        country=_country(row),
        created_at=_created(row),
    )


def membership(row: Fields) -> Membership:
    """Read who acted for a group."""
    _refuse_gone(row)
    return Membership(
        group_id=row.needed_id("user_group_id", "group_id", "belongs_to_id"),
        person_id=row.needed_id("user_id", "member_id"),
    )


def song(row: Fields) -> Song:
    """Read a track; of one that was deleted what was paid for stays."""
    status = _status(row)
    return Song(
        id=row.needed_id("id"),
        owner_id=row.needed_id("creator_id"),
        number=row.whole("legacy_id", "tid"),
        title=row.text("track_name", "title") or "Untitled",
        artist=row.text("track_artist"),
        file=row.said("track_url", "url"),
        place=row.whole("track_number"),
        composer=row.text("track_composer", most=_NAME),
        cover=row.said("track_cover_art", "cover"),
        is_free=status == "free",
        is_public=status in {"free+paid", "free", "paid"},
        is_deleted=status == "deleted" or row.at("deleted_at") is not None,
        created_at=_created(row),
    )


def album(row: Fields) -> Album:
    """Read a trackgroup that is no playlist."""
    _refuse_gone(row)
    is_hidden = row.is_set("private") is True or row.is_set("enabled") is False
    told = row.said("type") or ""
    return Album(
        id=row.needed_id("id"),
        owner_id=row.needed_id("creator_id"),
        title=row.text("title") or "Untitled",
        artist=row.text("display_artist"),
        # `lp` is what an album is called there.
        type=ReleaseType.ALBUM if told.casefold() == "lp" else type_said([told]),
        released_on=date_of((row.said("release_date") or "")[:10]),
        cover=row.said("cover"),
        is_public=not is_hidden,
        created_at=_created(row),
    )


def is_list(row: Fields) -> bool:
    """Whether a trackgroup is what is called a playlist here."""
    return (row.said("type") or "").casefold() == "playlist"


def listing(row: Fields) -> Listing:
    """Read a list that somebody made."""
    _refuse_gone(row)
    is_private = row.is_set("private") is not False
    return Listing(
        id=row.needed_id("id"),
        owner_id=row.needed_id("creator_id", "user_id"),
        title=row.text("title", most=_LIST_NAME) or "Untitled",
        description=row.text("about", most=_SAYS) or "",
        visibility=Visibility.PRIVATE if is_private else Visibility.PUBLIC,
        created_at=_created(row),
    )


def item(row: Fields) -> Item:
    """Read what stood on a trackgroup or a list."""
    return Item(
        on_id=row.needed_id("track_group_id", "playlist_id"),
        track_id=row.needed_id("track_id"),
        index=row.whole("index") or 0,
    )


def like(row: Fields) -> Like:
    """Read what somebody liked."""
    if row.is_set("type") is False:
        raise Left("not-liked", "It was liked no more.")
    return Like(
        person_id=row.needed_id("user_id"),
        track_id=row.needed_id("track_id"),
        since=_created(row),
    )


def heard(row: Fields) -> Heard:
    """Read a play: event 1 was paid for, 0 was not."""
    event = row.said("event", "type")
    if event not in {"0", "1"}:
        raise Left("bad-event", "Its event is neither 0 nor 1: nobody knows if it was paid for.")
    return Heard(
        id=row.key(),
        listener_id=row.needed_id("user_id"),
        recording_id=row.needed_id("track_id"),
        kind=HeardAs.PAID if event == "1" else HeardAs.FREE,
        at=_created(row),
    )


def bought(row: Fields) -> Heard:
    """Read a purchase of a track."""
    return Heard(
        id=row.key(),
        listener_id=row.needed_id("user_id"),
        recording_id=row.needed_id("track_id"),
        kind=HeardAs.BOUGHT,
        at=_created(row),
    )


def bought_album(row: Fields) -> Heard:
    """Read a purchase of a trackgroup, whose number stands for that of a recording."""
    return Heard(
        id=row.key(),
        listener_id=row.needed_id("user_id"),
        recording_id=row.needed_id("track_group_id"),
        kind=HeardAs.BOUGHT,
        at=_created(row),
    )


def held(row: Fields) -> Held:
    """Read what somebody had to spend."""
    return Held(listener_id=row.needed_id("user_id"), credits=row.credits("total"))


def _refuse_gone(row: Fields) -> None:
    if row.at("deleted_at") is not None:
        raise Left("deleted", "It was deleted there.")


def _created(row: Fields) -> datetime:
    return row.at("created_at", "purchased_at", "date") or _BEFORE


def _email(told: str | None) -> Email | None:
    try:
        return parse_email(told) if told else None
    except Refused:
        return None


def _hash(told: str | None) -> str | None:
    found = _VERIFIED.fullmatch(told) if told and len(told) <= _LONGEST_HASH else None
    if found is None or any(int(c) > m for c, m in zip(found.groups(), _COSTLIEST, strict=True)):
        return None
    return told


def _country(row: Fields) -> str | None:
    told = (row.said("country") or "").strip().upper()
    return told if _COUNTRY.fullmatch(told) else None


def _status(row: Fields) -> str:
    told = (row.said("status") or "").casefold()
    number = row.whole("status")
    if number is not None and 0 <= number < len(_STATUS):
        return _STATUS[number]
    if told in _STATUS:
        return told
    raise Left("bad-status", "Its status is none that is known: nobody knows who may hear it.")
