"""Who heard whose music on a day: sketches, that people of many days can be counted once by.

They are added to as plays are settled, and to add somebody twice changes nothing. Who heard
something did so though it was given back later; artists do not hear themselves, nor do members of
theirs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, tuple_

from accounting.changed_counts import Place
from accounting.settlement import PlayKind
from accounting.sketch import FEW, SIZE, Sketch, mark_of, parse_sketch, print_sketch, sketched
from base.bulk import among_rows, in_parts, insert_many
from base.database import Session
from catalog.insiders import acts_for_its_owner
from catalog.models.base import table_of
from catalog.models.insights import DayOfListeners
from catalog.models.plays import Play

#: All territories together; and the one that is not known.
ALL, UNKNOWN = "**", "--"
_KEY = ("payee_id", "day", "territory")
_BEGINNING = Place(settled_at=datetime(1970, 1, 1, tzinfo=UTC))
_PLAYS, _DAYS = table_of(Play).c, table_of(DayOfListeners)

_Of = tuple[UUID, date, str]


async def note_hearers(session: Session, place: Place, *, limit: int) -> Place | None:
    """Add whose plays were settled behind a place; answer where to go on if there may be more."""
    order = _PLAYS.settled_at, _PLAYS.id
    query = select(
        *(_PLAYS.payee_id, _PLAYS.listener_id, _PLAYS.territory),
        *(_PLAYS.occurred_at, _PLAYS.kind, *order),
        acts_for_its_owner(_PLAYS.listener_id, _PLAYS.recording_id, at=_PLAYS.occurred_at).label(
            "is_inside"
        ),
    ).where(tuple_(*order) > (place.settled_at, place.play_id))
    rows = (await session.execute(query.order_by(*order).limit(limit))).all()
    heard = defaultdict[_Of, set[int]](set)
    for row in rows:
        if row.kind == PlayKind.OWN or row.is_inside:
            continue
        mark = mark_of(row.payee_id, row.listener_id)
        day = row.occurred_at.astimezone(UTC).date()
        for territory in (ALL, row.territory or UNKNOWN):
            heard[row.payee_id, day, territory].add(mark)
    await _add(session, heard)
    last = Place(settled_at=rows[-1].settled_at, play_id=rows[-1].id) if rows else None
    return last if len(rows) == limit else None


async def note_all_hearers(session: Session, *, at_once: int) -> None:
    """Note who heard what there is, instead of what was noted before; a part at a time."""
    await session.execute(delete(_DAYS))
    place: Place | None = _BEGINNING
    while place is not None:
        place = await note_hearers(session, place, limit=at_once)


async def hearers_of(
    session: Session, payee_id: UUID, *, since: date, until: date
) -> dict[date, Sketch]:
    """Answer the sketches of days, from one on and before another, of all territories together."""
    query = select(_DAYS.c.day, _DAYS.c.sketch).where(_DAYS.c.territory == ALL)
    rows = await session.execute(query.where(*_between(payee_id, since, until)))
    return {day: parse_sketch(text) for day, text in rows}


async def territories_heard(
    session: Session, payee_id: UUID, *, since: date, until: date
) -> dict[str, Sketch]:
    """Answer of each territory who heard in some days: no more of them than are few."""
    query = select(_DAYS.c.territory, _DAYS.c.sketch).where(_DAYS.c.territory != ALL)
    found: dict[str, Sketch] = {}
    for territory, text in await session.execute(query.where(*_between(payee_id, since, until))):
        known = found.get(territory, ())
        if len(known) < FEW:
            found[territory] = sketched(known, parse_sketch(text), size=FEW)
    return found


def _between(payee_id: UUID, since: date, until: date) -> tuple[ColumnElement[bool], ...]:
    return _DAYS.c.payee_id == payee_id, _DAYS.c.day >= since, _DAYS.c.day < until


async def _add(session: Session, heard: Mapping[_Of, set[int]]) -> None:
    for keys in in_parts(sorted(heard)):
        known = await _known(session, keys)
        rows = [
            (*key, new)
            for key in keys
            if (new := _with(known.get(key, b""), heard[key], key[2])) != known.get(key)
        ]
        if rows:
            gone = among_rows(session, _DAYS, _KEY, [row[:3] for row in rows])
            await session.execute(delete(_DAYS).where(gone))
            await insert_many(session, _DAYS, (*_KEY, "sketch"), rows)


async def _known(session: Session, keys: Sequence[_Of]) -> dict[_Of, bytes]:
    columns = [_DAYS.c[name] for name in (*_KEY, "sketch")]
    rows = await session.execute(select(*columns).where(among_rows(session, _DAYS, _KEY, keys)))
    return {(payee, day, territory): text for payee, day, territory, text in rows}


def _with(known: bytes, marks: Iterable[int], territory: str) -> bytes:
    size = SIZE if territory == ALL else FEW
    return print_sketch(sketched(parse_sketch(known), marks, size=size))
