"""Sums of plays, counted as they come: in any order, again and again, and what is given back."""

import random
from collections import Counter as Counts
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from accounting.articles import article_of
from accounting.buying import Order, buy
from accounting.changed_counts import Place
from accounting.counting import count_anew, count_changed
from accounting.plays import settle_due
from accounting.refunds import Why, charges_of, refund_all
from accounting.rollups import MOST_A_DAY, listeners_between
from accounting.sketch import parse_sketch, people_in
from base.clock import ManualClock
from base.database import Database, Session
from base.errors import Refused
from catalog.callers import Caller
from catalog.erasing import erase
from catalog.heat import heat_of
from catalog.models.charts import DayOfPlays, Nearing, Trend
from catalog.models.insights import DayOfListeners, DayOfWays
from catalog.models.ledger import LedgerTxn
from catalog.models.music import Recording, Track
from catalog.models.people import Account, Member
from catalog.models.plays import Counter, Grant, Play, PlaySession
from catalog.models.purchases import Purchase
from catalog.roles import Capacity, Role
from catalog.states import PlayState
from tests.support.catalog import NOON, audible, person
from tests.support.credit import credited

Sums = dict[tuple[UUID, date], tuple[int, int, int, int]]


@dataclass
class Town:
    """People, what they hear, and chance."""

    database: Database
    clock: ManualClock
    listeners: Sequence[Caller]
    tracks: Sequence[UUID]
    chance: random.Random

    async def hears(self) -> None:
        """Let people hear some things some hours ago, and settle them only now, or later."""
        async with self.database.begin() as session:
            session.add_all([await self.hearing(session) for _ in range(5)])
        if self.chance.random() < 0.7:
            await self.settles()

    async def hearing(self, session: Session) -> PlaySession:
        at = self.clock() - timedelta(hours=self.chance.choice([0, 1, 30, 500]))
        track = await session.get_one(Track, self.chance.choice(self.tracks))
        return PlaySession(
            id=uuid4(),
            listener_id=self.chance.choice(self.listeners).id,
            track_id=track.id,
            recording_id=track.recording_id,
            master_id=track.master_id,
            grant=Grant.FULL,
            duration_ms=180_000,
            threshold_ms=45_000,
            opened_at=at,
            active_at=at,
            state=PlayState.QUALIFIED,
            reason="qualified",
            territory=self.chance.choice([None, "DE", "ES"]),
        )

    async def loves_one(self) -> None:
        """Let somebody new hear one track seven times in a row, and one buy the rest of another."""
        fan = await person(self.database, Role.LISTENER)
        await credited(self.database, fan, 20_000)
        fans = replace(self, listeners=[fan], tracks=self.tracks[:1])
        async with self.database.begin() as session:
            session.add_all([await fans.hearing(session) for _ in range(7)])
        await self.settles()
        await replace(fans, tracks=self.tracks[1:]).buys()

    async def settles(self) -> None:
        await self.database.run(lambda session: settle_due(session, limit=99, now=self.clock()))

    async def buys(self) -> None:
        listener, track = self.chance.choice(self.listeners), self.chance.choice(self.tracks)

        async def work(session: Session) -> None:
            article = await article_of(session, track)
            order = Order(
                key=str(uuid4()),
                asked=f"track:{track}",
                listener_id=listener.id,
                payer_id=listener.id,
                articles=(article,),
                territory=None,
            )
            await buy(session, order, now=self.clock())

        with suppress(Refused):  # what is theirs already
            await self.database.run(work)

    async def gives_back(self) -> None:
        listener = self.chance.choice(self.listeners)

        async def work(session: Session) -> None:
            charges = await charges_of(session, listener.id)
            if charges:
                one = max(charges, key=lambda charge: (charge.recording_id, charge.last_step))
                why = Why(by=listener.id, reason="by mistake")
                await refund_all(session, [one], why=why, now=self.clock())

        await self.database.run(work)

    async def counts(self) -> None:
        """Count in parts so small that there are several."""
        place: Place | None = None
        while True:
            now, here = self.clock(), place
            counted = await self.database.run(
                lambda session, now=now, here=here: count_changed(
                    session, here, now=now, at_once=self.chance.choice([2, 5, 1000])
                )
            )
            place = counted.place
            if place is None:
                return


@pytest.fixture
async def town(database: Database) -> Town:
    chance = random.Random(7)
    artists = [await person(database, Role.ARTIST) for _ in range(2)]
    listeners = [*artists, *[await person(database, Role.LISTENER) for _ in range(2)]]
    for one in listeners:
        await credited(database, one, 20_000)
    tracks = [
        await audible(database, chance.choice(artists), f"song {number}".encode())
        for number in range(2)
    ]
    band = Member(
        account_id=artists[0].id,
        person_id=listeners[2].id,
        capacity=Capacity.VIEWER,
        since=NOON + timedelta(days=2),  # what they heard before counts
        added_by=artists[0].id,
    )
    async with database.begin() as session:
        session.add(band)
    clock = ManualClock(NOON)
    return Town(database=database, clock=clock, listeners=listeners, tracks=tracks, chance=chance)


Ways = dict[tuple[UUID, date, UUID, UUID, str, str], int]
Hearers = dict[tuple[UUID, date, str], int]
Kept = tuple[Sums, set[tuple[UUID, UUID]], dict[UUID, float], Ways, Hearers]


async def kept(database: Database) -> Kept:
    async with database.read() as session:
        days = {
            (one.recording_id, one.day): (one.plays, one.listeners, one.paid, one.counted)
            for one in await session.scalars(select(DayOfPlays))
        }
        near = {
            (one.recording_id, one.listener_id) for one in await session.scalars(select(Nearing))
        }
        heat = {one.recording_id: one.heat for one in await session.scalars(select(Trend))}
        ways = {
            (one.recording_id, one.day, one.payee_id, one.track_id, one.way, one.territory): (
                one.number
            )
            for one in await session.scalars(select(DayOfWays))
        }
        hearers = {
            (one.payee_id, one.day, one.territory): people_in(parse_sketch(one.sketch))
            for one in await session.scalars(select(DayOfListeners))
        }
    return days, near, heat, ways, hearers


async def insiders(session: Session) -> dict[tuple[UUID, UUID], datetime]:
    """Answer who acts for the owner of which recording, and since when."""
    rows = select(Recording.id, Member.person_id, Member.since)
    found = await session.execute(rows.join(Member, Member.account_id == Recording.owner_id))
    return {(recording, person): since for recording, person, since in found}


def is_inside(one: Play | Purchase, inside: dict[tuple[UUID, UUID], datetime]) -> bool:
    since = inside.get((one.recording_id, one.listener_id))
    at = one.occurred_at if isinstance(one, Play) else one.bought_at
    return since is not None and since <= at


async def by_hand(database: Database) -> Kept:
    """Count by the plainest means."""
    async with database.read() as session:
        undone = set(await session.scalars(select(LedgerTxn.reverses)))
        others = [one for one in await session.scalars(select(Play)) if one.kind != "own"]
        plays = [one for one in others if one.txn_id is None or one.txn_id not in undone]
        bought = [
            one for one in await session.scalars(select(Purchase)) if one.txn_id not in undone
        ]
        inside = await insiders(session)
        others, plays, bought = (
            [one for one in some if not is_inside(one, inside)] for some in (others, plays, bought)
        )
        counters = list(await session.scalars(select(Counter)))
        gone = set(await session.scalars(select(Account.id).where(Account.erased_at.is_not(None))))
    heard: dict[tuple[UUID, date], dict[UUID, list[Play]]] = defaultdict(lambda: defaultdict(list))
    for play in plays:
        heard[play.recording_id, play.occurred_at.date()][play.listener_id].append(play)
    days = {
        key: (
            sum(map(len, of.values())),
            len(of),
            sum(bool(one.step) for some in of.values() for one in some),
            sum(min(len(some), MOST_A_DAY) for some in of.values()),
        )
        for key, of in heard.items()
    }
    near = {
        (one.recording_id, one.listener_id)
        for one in counters
        if one.plays in {7, 8} and one.owned_at is None and one.listener_id not in gone
        if (one.recording_id, one.listener_id) not in inside
    }
    by_recording: dict[UUID, dict[date, int]] = defaultdict(dict)
    for (recording, day), sums in days.items():
        by_recording[recording][day] = sums[1]
    heats: dict[UUID, Any] = {one: heat_of(of) for one, of in by_recording.items()}
    return days, near, heats, ways_by_hand(plays, bought), hearers_by_hand(others)


def ways_by_hand(plays: Sequence[Play], bought: Sequence[Purchase]) -> Ways:
    ways: Counts[tuple[UUID, date, UUID, UUID, str, str]] = Counts()
    for play in plays:
        day, place = play.occurred_at.date(), play.territory or ""
        key = play.recording_id, day, play.payee_id, play.track_id
        ways[*key, str(play.step) if play.step else play.kind, place] += 1
        ways[*key, "won", place] += play.step == 9
    for one in bought:
        for way in ("bought", "won"):
            key = one.recording_id, one.bought_at.date(), one.payee_id, one.track_id
            ways[*key, way, one.territory or ""] += 1
    return dict(+ways)


def hearers_by_hand(plays: Sequence[Play]) -> Hearers:
    heard: dict[tuple[UUID, date, str], set[UUID]] = defaultdict(set)
    for play in plays:
        for place in ("**", play.territory or "--"):
            heard[play.payee_id, play.occurred_at.date(), place].add(play.listener_id)
    return {key: min(len(of), 5 if key[2] != "**" else 99) for key, of in heard.items()}


async def test_what_is_counted_bit_by_bit_is_what_counting_all_anew_finds(town: Town) -> None:
    await town.counts()
    things = [town.hears] * 6 + [town.gives_back] * 2 + [town.counts] * 2 + [town.buys]
    for _ in range(24):
        await town.chance.choice(things)()
        town.clock.advance(timedelta(minutes=town.chance.choice([0, 1, 20])))
    await town.loves_one()
    async with town.database.begin() as session:
        await erase(session, town.listeners[-1].id, now=town.clock())
    await town.counts()

    bit_by_bit = await kept(town.database)
    await town.counts()
    again = await kept(town.database)
    await town.database.run(lambda session: count_anew(session, now=town.clock()))
    anew = await kept(town.database)

    assert bit_by_bit == again == anew == await by_hand(town.database)
    days, near, _, ways, _ = anew
    assert {"1", "2", "bought", "won"} <= {key[4] for key in ways}
    assert len(days) > 5
    assert len(near) > 0
    assert any(plays > counted for plays, _, _, counted in days.values())
    await see_people_counted_once(town)


async def see_people_counted_once(town: Town) -> None:
    """See that who heard something on several days is one of those who heard it."""
    since, until = NOON.date() - timedelta(days=30), NOON.date() + timedelta(days=9)
    async with town.database.read() as session:
        undone = set(await session.scalars(select(LedgerTxn.reverses)))
        inside = await insiders(session)
        people: dict[UUID, set[UUID]] = defaultdict(set)
        for one in await session.scalars(select(Play).where(Play.kind != "own")):
            if one.txn_id not in undone and not is_inside(one, inside):
                people[one.recording_id].add(one.listener_id)
        found = await listeners_between(session, list(people), since=since, until=until)

    assert found == {recording: len(some) for recording, some in people.items()}
