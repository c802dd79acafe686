"""What was paid for in an earlier house: plays, and the counters that go on from them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, case, func, or_, select

from accounting.counters import Pair, lock_counters, write_counters
from accounting.nearing import NEAR, note_near
from accounting.terms import terms_at
from base.bulk import among, in_parts, insert_many, update_many
from base.database import Session
from catalog.earlier_facts import Heard, HeardAs
from catalog.models.base import table_of
from catalog.models.earlier import EarlierCounter, EarlierPerson, EarlierPlay
from catalog.models.people import Account
from catalog.models.plays import Counter
from catalog.plays import UNHEARD, Standing

_PLAYS, _COUNTS, _COUNTERS = table_of(EarlierPlay), table_of(EarlierCounter), table_of(Counter)
_PLAY = ("id", "listener_id", "recording_id", "kind", "occurred_at")
_PAIR = ("listener_id", "recording_id")
#: A listener, a recording, and whether it was paid for.
Said = tuple[UUID, UUID, HeardAs]


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """Counters that were written, and pairs that paid there while they paid here, too.

    Of these none is counted that was added up, as its listener has one account instead of two.
    """

    counters: int
    both: tuple[Pair, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """All that came over: plays by kind, counted steps, what is owned.

    Steps and what is owned are counted anew from plays; `carried` are the steps that counters went
    on from, without what was added to them of steps paid for here, and `behind` the counters that
    stand below what was paid for.
    """

    paid: int
    free: int
    bought: int
    steps: int
    owned: int
    carried: int
    behind: int


class _Before(NamedTuple):
    """Where a counter went on from, and how many of these steps were paid for here."""

    has: Standing
    added: int


def said_of(play: Heard) -> Said:
    """Answer what is paid for by a play."""
    return play.listener_id, play.recording_id, play.kind


async def plays_among(session: Session, ids: Collection[UUID]) -> dict[UUID, Said]:
    """Answer which of the plays are here already, and what is paid for by them."""
    one = _PLAYS.c
    query = select(one.id, one.listener_id, one.recording_id, one.kind)
    rows = await session.execute(query.where(among(session, one.id, ids)))
    return {number: (who, what, HeardAs(kind)) for number, who, what, kind in rows}


async def plays_of_gone(session: Session) -> dict[HeardAs, int]:
    """Answer how many plays are of accounts that are nobody's any more, by kind."""
    one, account = _PLAYS.c, table_of(Account).c
    query = select(one.kind, func.count()).join(Account, account.id == one.listener_id)
    gone = query.where(or_(account.erased_at.is_not(None), account.closed_at.is_not(None)))
    rows = await session.execute(gone.group_by(one.kind))
    return {HeardAs(kind): number for kind, number in rows}


async def payers(session: Session) -> dict[UUID, int]:
    """Answer who paid for plays there, or bought, and how often."""
    one = _PLAYS.c
    query = select(one.listener_id, func.count()).where(one.kind != HeardAs.FREE)
    rows = await session.execute(query.group_by(one.listener_id))
    return {listener: number for listener, number in rows}  # noqa: C416 - rows are no pairs


async def add_plays(session: Session, plays: Sequence[Heard]) -> None:
    """Write down plays that are not here, as they were there."""
    rows = [
        (one.id, one.listener_id, one.recording_id, str(one.kind), one.at)
        for one in sorted(plays, key=lambda one: one.id)
    ]
    await insert_many(session, _PLAYS, _PLAY, rows)


async def carry_counts(session: Session, listeners: Collection[UUID], *, now: datetime) -> Carried:
    """Let the counters of listeners go on from what they had paid for there.

    Nobody else may do so meanwhile.
    """
    steps = (await terms_at(session, now)).steps
    counted = await _counted(session, listeners, steps=steps)
    before = await _carried_before(session, listeners)
    joined = await _joined_among(session, listeners)
    fresh = [
        pair
        for pair, there in counted.items()
        if pair not in before or _is_otherwise(there, before[pair], steps=steps)
    ]
    both: list[Pair] = []
    for some in in_parts(sorted(fresh)):
        standing = await lock_counters(session, some)
        was = {pair: before[pair].has if pair in before else UNHEARD for pair in some}
        has = {}
        for pair in some:
            if pair in before:
                own = before[pair].added
            elif pair[0] in joined and standing[pair].owned_at is None:
                own = standing[pair].plays
            else:
                own = 0
            owned_at = was[pair].owned_at or now
            has[pair] = added_up(counted[pair], own, steps=steps, owned_at=owned_at)
            if standing[pair].plays > was[pair].plays and (pair in before or not own):
                both.append(pair)
        await _write_carried(session, counted, has, known=before)
        goes_on = {pair: gone_on(standing[pair], was[pair], has[pair]) for pair in some}
        await write_counters(session, goes_on)
        near = [
            (recording, listener)
            for (listener, recording), now_at in goes_on.items()
            if max(standing[listener, recording].plays, now_at.plays) >= steps - NEAR
        ]
        await note_near(session, near, steps=steps)
    return Carried(counters=len(fresh), both=tuple(both))


def added_up(there: Standing, own: int, *, steps: int, owned_at: datetime | None) -> Standing:
    """Answer where a counter goes on from that stood `there`, of somebody with one account now.

    `own` steps were paid for here while it was another: both are added up, and at the last step
    it is theirs, since `owned_at`.
    """
    if not own or there.owned_at is not None:
        return there
    plays = min(there.plays + own, steps)
    return Standing(plays=plays, owned_at=owned_at if plays == steps else None)


def _is_otherwise(there: Standing, before: _Before, *, steps: int) -> bool:
    has = added_up(there, before.added, steps=steps, owned_at=before.has.owned_at)
    return has != before.has or has.plays - there.plays != before.added


async def _write_carried(
    session: Session,
    counted: Mapping[Pair, Standing],
    has: Mapping[Pair, Standing],
    *,
    known: Collection[Pair],
) -> None:
    rows = [
        (*pair, one.plays, one.owned_at, one.plays - counted[pair].plays or None)
        for pair, one in sorted(has.items())
    ]
    columns = ("plays", "owned_at", "added")
    new = [row for row in rows if row[:2] not in known]
    await insert_many(session, _COUNTS, (*_PAIR, *columns), new)
    old = [row for row in rows if row[:2] in known]
    await update_many(session, _COUNTS, _PAIR, columns, old)


async def _joined_among(session: Session, listeners: Collection[UUID]) -> set[UUID]:
    """Answer whose account was here before they were found to be somebody of that house."""
    account = table_of(EarlierPerson).c.account_id
    return set(await session.scalars(select(account).where(among(session, account, listeners))))


def gone_on(here: Standing, before: Standing, there: Standing) -> Standing:
    """Answer where a counter stands that stood `here`, of which `before` came from there.

    Steps are numbered: who paid for the sixth in both houses has paid for six.
    """
    own = None if here.owned_at == before.owned_at else here.owned_at
    times = [at for at in (own, there.owned_at) if at is not None]
    return Standing(plays=max(here.plays, there.plays), owned_at=max(times, default=None))


async def _counted(
    session: Session, listeners: Collection[UUID], *, steps: int
) -> dict[Pair, Standing]:
    rows = await session.execute(_counting(steps, among(session, _PLAYS.c.listener_id, listeners)))
    return {
        (listener, recording): Standing(
            plays=steps if owned_at is not None else paid, owned_at=owned_at
        )
        for listener, recording, paid, owned_at in rows
    }


def _counting(steps: int, *which: Any) -> Select[*tuple[Any, ...]]:  # noqa: ANN401 - conditions
    """Ask how often each recording was paid for, and when the last step was, or all the rest."""
    one = _PLAYS.c
    order = func.row_number().over(
        partition_by=(one.listener_id, one.recording_id, one.kind),
        order_by=(one.occurred_at, one.id),
    )
    each = (
        select(one.listener_id, one.recording_id, one.kind, one.occurred_at, order.label("number"))
        .where(one.kind != HeardAs.FREE, *which)
        .subquery()
    ).c
    is_paid = each.kind == HeardAs.PAID
    is_last = or_(each.kind == HeardAs.BOUGHT, and_(is_paid, each.number == steps))
    paid = func.coalesce(func.max(case((is_paid, each.number))), 0)
    owned_at = func.min(case((is_last, each.occurred_at)))
    query = select(each.listener_id, each.recording_id, paid, owned_at)
    return query.group_by(each.listener_id, each.recording_id)


async def _carried_before(session: Session, listeners: Collection[UUID]) -> dict[Pair, _Before]:
    one = _COUNTS.c
    query = select(one.listener_id, one.recording_id, one.plays, one.owned_at, one.added)
    rows = await session.execute(query.where(among(session, one.listener_id, listeners)))
    return {
        (listener, recording): _Before(Standing(plays=plays, owned_at=owned_at), added or 0)
        for listener, recording, plays, owned_at, added in rows
    }


async def totals(session: Session, *, now: datetime) -> Totals:
    """Answer what came over."""
    steps = (await terms_at(session, now)).steps
    kinds = select(_PLAYS.c.kind, func.count()).group_by(_PLAYS.c.kind)
    number = {kind: found for kind, found in await session.execute(kinds)}  # noqa: C416 - rows are no pairs
    anew = _counting(steps).subquery()
    listener, recording, paid, owned_at = anew.c
    plays = case((owned_at.is_not(None), steps), else_=paid)
    summed = select(func.coalesce(func.sum(plays), 0), func.count(owned_at))
    [(all_steps, owned)] = await session.execute(summed)
    counter = _COUNTERS.c
    brought = _COUNTS.c.plays - func.coalesce(_COUNTS.c.added, 0)
    carried = await session.scalar(select(func.sum(brought)))
    standing = (
        select(func.count())
        .select_from(anew)
        .outerjoin(
            _COUNTERS, and_(counter.listener_id == listener, counter.recording_id == recording)
        )
    )
    is_behind = or_(
        counter.plays.is_(None),
        counter.plays < plays,
        and_(owned_at.is_not(None), counter.owned_at.is_(None)),
    )
    return Totals(
        paid=number.get(HeardAs.PAID, 0),
        free=number.get(HeardAs.FREE, 0),
        bought=number.get(HeardAs.BOUGHT, 0),
        steps=int(all_steps),
        owned=owned,
        carried=int(carried or 0),
        behind=await session.scalar(standing.where(is_behind)) or 0,
    )
