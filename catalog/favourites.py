"""What somebody likes, and how many stars they give it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    bindparam,
    cast,
    delete,
    func,
    insert,
    literal,
    null,
    select,
    union_all,
)

from base.database import Session, is_new
from base.errors import Refused
from base.several import among_told
from catalog.keysets import behind
from catalog.liking import Kind
from catalog.models.base import table_of
from catalog.models.listening import Favourite, Rating

#: Of each kind.
MOST = 20_000
Place = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Since when somebody likes something, and the stars that they give it."""

    since: datetime | None = None
    stars: int | None = None


async def favour(
    session: Session, account_id: UUID, kind: Kind, subject_id: UUID, *, now: datetime
) -> bool:
    """Write down that somebody likes something; answer whether that is new.

    Raises:
        Refused: `too-many`, 409.

    """
    await _require_room(session, Favourite, account_id, kind)
    row = {"account_id": account_id, "kind": kind, "subject_id": subject_id, "since": now}
    return await is_new(session, Favourite, row)


async def disfavour(session: Session, account_id: UUID, kind: Kind, subject_id: UUID) -> None:
    """Forget that somebody likes something."""
    which = _one(Favourite, account_id, kind, subject_id)
    await session.execute(delete(Favourite).where(*which))


async def favour_all(
    session: Session, query: Select[*tuple[Any, ...]], subject_id: UUID, *, now: datetime
) -> None:
    """Let a release be liked by all accounts of a query that do not like it yet."""
    who = query.subquery().c[0]
    known = select(Favourite.account_id).where(
        Favourite.kind == Kind.RELEASE, Favourite.subject_id == subject_id
    )
    table = table_of(Favourite)
    subject = literal(subject_id, table.c.subject_id.type)
    rows = select(who, literal(str(Kind.RELEASE)), subject, literal(now, table.c.since.type))
    columns = ["account_id", "kind", "subject_id", "since"]
    await session.execute(insert(table).from_select(columns, rows.where(who.not_in(known))))


async def favourites_of(  # noqa: PLR0913 - whose, of what, and from where on
    session: Session,
    account_id: UUID,
    kind: Kind,
    *,
    limit: int,
    after: Place | None = None,
    offset: int = 0,
) -> list[Favourite]:
    """Answer what somebody likes of a kind, the newest first, from behind a place or so many."""
    order = Favourite.since, Favourite.subject_id
    mine = Favourite.account_id == account_id, Favourite.kind == kind
    query = select(Favourite).where(*mine, behind(order, after, descending=True))
    query = query.order_by(*(one.desc() for one in order)).limit(limit).offset(offset)
    return list(await session.scalars(query))


async def count_favourites(session: Session, account_id: UUID, kind: Kind) -> int:
    """Answer how much somebody likes of a kind."""
    mine = Favourite.account_id == account_id, Favourite.kind == kind
    return await session.scalar(select(func.count()).where(*mine)) or 0


async def rate(  # noqa: PLR0913 - who, what, how, when
    session: Session, account_id: UUID, kind: Kind, subject_id: UUID, *, stars: int, now: datetime
) -> None:
    """Give something stars, instead of those that it had.

    Raises:
        Refused: `too-many`, 409.

    """
    await _require_room(session, Rating, account_id, kind)
    key = {"account_id": account_id, "kind": str(kind), "subject_id": subject_id}
    if not await is_new(session, Rating, {**key, "stars": stars, "rated_at": now}):
        row = await session.get_one(Rating, tuple(key.values()), with_for_update=True)
        row.stars, row.rated_at = stars, now


async def unrate(session: Session, account_id: UUID, kind: Kind, subject_id: UUID) -> None:
    """Take stars away."""
    await session.execute(delete(Rating).where(*_one(Rating, account_id, kind, subject_id)))


async def ratings_of(
    session: Session, account_id: UUID, kind: Kind, *, limit: int, after: Place | None = None
) -> list[Rating]:
    """Answer what somebody gave stars to, the newest first."""
    order = Rating.rated_at, Rating.subject_id
    mine = Rating.account_id == account_id, Rating.kind == kind
    query = select(Rating).where(*mine, behind(order, after, descending=True))
    query = query.order_by(*(one.desc() for one in order)).limit(limit)
    return list(await session.scalars(query))


async def marks_of(
    session: Session, account_id: UUID, kind: Kind, ids: Collection[UUID]
) -> dict[UUID, Mark]:
    """Answer what somebody thinks of some things."""
    told = {"account": account_id, "kind": kind, "ids": ids}
    rows = (await session.execute(_MARKS, told)).all()
    since = {one.subject_id: one.since for one in rows if one.since is not None}
    stars = {one.subject_id: one.stars for one in rows if one.stars is not None}
    return {one: Mark(since=since.get(one), stars=stars.get(one)) for one in ids}


def _marks(table: Table, since: ColumnElement[Any], stars: ColumnElement[Any]) -> Select[Any]:
    mine = table.c.account_id == bindparam("account"), table.c.kind == bindparam("kind")
    query = select(table.c.subject_id, since.label("since"), stars.label("stars"))
    return query.where(*mine, among_told(table.c.subject_id, "ids"))


_LIKED, _RATED = table_of(Favourite), table_of(Rating)
_MARKS = union_all(
    _marks(_LIKED, _LIKED.c.since, cast(null(), _RATED.c.stars.type)),
    _marks(_RATED, cast(null(), _LIKED.c.since.type), _RATED.c.stars),
)


def _one(model: type[Any], account_id: UUID, kind: Kind, subject_id: UUID) -> tuple[Any, ...]:
    return model.account_id == account_id, model.kind == kind, model.subject_id == subject_id


async def _require_room(session: Session, model: type[Any], account_id: UUID, kind: Kind) -> None:
    mine = model.account_id == account_id, model.kind == kind
    if (await session.scalar(select(func.count()).where(*mine)) or 0) >= MOST:
        raise Refused("too-many", f"There are {MOST} already: remove some first.", status=409)
