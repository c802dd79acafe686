"""What a label's message says of deals takes the place of what it said before, and no more."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from accounting.deal_rows import (
    NewDeal,
    add_deal,
    deals_of,
    end_deal,
    replace_supplied,
    supplied_deals,
)
from accounting.deals import DealModel, DealUse, Subject, SuppliedDeal, deal_for
from base.database import Database, Session
from catalog.models.deals import Deal as Row
from tests.support.catalog import NOON, begin_as_copy
from tests.support.labels import Labelled, labelled

DAY = timedelta(days=1)
LATER = NOON + DAY


async def say(
    database: Database, label: Labelled, deals: Sequence[SuppliedDeal], now: datetime = NOON
) -> None:
    async with database.begin() as session:
        await replace_supplied(session, label.supplied_id, deals, by=label.owner.id, now=now)


async def rows(database: Database, label: Labelled) -> dict[UUID, Row]:
    query = select(Row).where(Row.supplied_id == label.supplied_id)
    async with database.read() as session:
        return {row.id: row for row in await session.scalars(query)}


async def model(
    database: Database, label: Labelled, at: datetime, territory: str | None = "DE"
) -> DealModel:
    async with database.read() as session:
        found = await deals_of(session, label.tracks)
    return deal_for(found.get(label.tracks[0], ()), at=at, territory=territory).model


async def test_what_no_message_offers_is_not_to_be_had_and_no_hand_gives_it(
    database: Database,
) -> None:
    label = await labelled(database)
    assert await model(database, label, NOON) is DealModel.PAID  # nobody has said anything yet

    await say(database, label, [])
    await say(database, label, [])

    assert await model(database, label, NOON) is DealModel.UNAVAILABLE
    [row] = (await rows(database, label)).values()
    assert (row.model, row.uses, row.territories, row.release_id) == (
        *("unavailable", [], None),
        label.release_id,
    )
    by_hand = NewDeal(
        subject=Subject.RELEASE,
        subject_id=label.release_id,
        model=DealModel.PAID,
        territories=None,
        excluded=(),
        starts_at=None,
        ends_at=None,
    )
    async with database.begin() as session:
        await add_deal(session, by_hand, by=label.owner.id, now=NOON)
    assert await model(database, label, NOON) is DealModel.UNAVAILABLE


async def test_what_is_said_again_stays_and_what_is_not_ends_when_the_message_is_read(
    database: Database,
) -> None:
    label = await labelled(database, b"one", b"two")
    stays = label.deal(
        starts=date(2026, 1, 1), ends=date(2027, 1, 1), territories=frozenset({"FR", "DE"})
    )
    goes = label.deal(track=label.tracks[0], uses=frozenset({DealUse.STREAM}))
    comes = label.deal(DealModel.FREE, starts=LATER + DAY, excluded=frozenset({"US-CA"}))

    await say(database, label, [stays, goes, stays])
    before = await rows(database, label)
    await say(database, label, [comes, stays], LATER)
    once = await rows(database, label)
    await say(database, label, [stays, comes], LATER + DAY)

    assert len(before) == 3
    assert len(once) == 4
    ended = [row for row in once.values() if row.ends_at == LATER]
    assert [row.track_id for row in ended] == [label.tracks[0]]
    assert ended[0].id in before
    assert {row.id: row.ends_at for row in (await rows(database, label)).values()} == {
        row.id: row.ends_at for row in once.values()
    }
    [added] = once.keys() - before.keys()
    assert (once[added].model, once[added].excluded) == ("free", ["US-CA"])
    [dated] = [row for row in once.values() if row.starts_on]
    assert (dated.starts_on, dated.ends_on) == (date(2026, 1, 1), date(2027, 1, 1))
    # Who was told of it later did not have it before: it begins when it is said.
    assert (dated.starts_at, dated.ends_at) == (NOON, datetime(2027, 1, 2, 12, tzinfo=UTC))
    assert dated.territories == ["DE", "FR"]


async def test_what_was_played_stays_as_it_was(database: Database) -> None:
    label = await labelled(database)
    await say(database, label, [label.deal(starts=date(2026, 1, 1))])
    await say(database, label, [label.deal(DealModel.FREE, starts=date(2026, 1, 1))], LATER)

    assert await model(database, label, LATER - timedelta(seconds=1)) is DealModel.PAID
    assert await model(database, label, LATER) is DealModel.FREE
    assert await model(database, label, NOON - timedelta(seconds=1)) is DealModel.UNAVAILABLE


async def test_what_is_over_or_ends_before_it_begins_is_not_written_down(
    database: Database,
) -> None:
    label = await labelled(database)
    over = label.deal(starts=date(2020, 1, 1), ends=date(2020, 2, 1))
    backwards = label.deal(starts=LATER + DAY, ends=LATER)

    await say(database, label, [over, backwards])

    assert len(await rows(database, label)) == 1


async def test_what_a_hand_ended_a_message_says_anew(database: Database) -> None:
    label = await labelled(database)
    await say(database, label, [label.deal()])
    [offer] = [row.id for row in (await rows(database, label)).values() if row.key is None]
    async with database.begin() as session:
        await end_deal(session, offer, now=LATER)
    assert await model(database, label, LATER) is DealModel.UNAVAILABLE

    await say(database, label, [label.deal()], LATER + DAY)

    assert await model(database, label, LATER) is DealModel.UNAVAILABLE
    assert await model(database, label, LATER + DAY) is DealModel.PAID


async def test_deals_of_a_release_are_found_by_its_tracks(database: Database) -> None:
    label = await labelled(database, b"one", b"two")
    await say(database, label, [label.deal(track=label.tracks[1])])

    async with database.read() as session:
        found = await supplied_deals(session, label.supplied_id)

    assert {one: len(deals) for one, deals in found.items()} == dict(
        zip(label.tracks, (1, 2), strict=True)
    )


days = st.integers(-3, 3).map(lambda number: (NOON + number * DAY).date())
instants = st.integers(-3, 3).map(lambda number: NOON + number * DAY)
said = st.fixed_dictionaries(
    {
        "model": st.sampled_from(list(DealModel)),
        "starts": days | instants,
        "ends": st.none() | days | instants,
        "territories": st.none() | st.frozensets(st.sampled_from(["DE", "US-CA"])),
        "uses": st.none() | st.frozensets(st.sampled_from(list(DealUse))),
    }
)
messages = st.lists(st.lists(said, max_size=3), min_size=1, max_size=4)


def test_messages_end_in_what_the_last_of_them_says_however_often_it_comes(
    tmp_path: Path,
) -> None:
    path = tmp_path / "refrain.db"
    begin_as_copy(path)
    with asyncio.Runner() as runner:
        database = Database(f"sqlite+aiosqlite:///{path}")
        label = runner.run(labelled(database))

        async def after(told: list[list[dict[str, Any]]]) -> dict[Any, int]:
            """Answer what holds from the time of the last message on; nothing of it stays."""
            async with database.begin() as session:
                for number, deals in enumerate(told):
                    now = NOON + number * timedelta(minutes=1)
                    await _said(session, label, deals, now=now)
                    before = await _living(session, label, now=now)
                    await _said(session, label, deals, now=now)
                    assert await _living(session, label, now=now) == before
                last = await _living(session, label, now=now)
                await session.rollback()
            return last

        @given(messages)
        @settings(max_examples=20, deadline=None)
        def check(told: list[list[dict[str, Any]]]) -> None:
            alone = [[]] * (len(told) - 1) + [told[-1]]
            found = runner.run(after(told))
            assert _contents(found) == _contents(runner.run(after(alone)))

        check()
        runner.run(database.close())


async def _said(
    session: Session, label: Labelled, deals: list[dict[str, Any]], *, now: datetime
) -> None:
    told = [label.deal(**one) for one in deals]
    await replace_supplied(session, label.supplied_id, told, by=label.owner.id, now=now)


async def _living(session: Session, label: Labelled, *, now: datetime) -> dict[Any, Any]:
    query = select(Row).where(Row.supplied_id == label.supplied_id, Row.key.is_(None))
    found = {row.id: row for row in await session.scalars(query)}
    return {
        number: (
            *(row.model, row.territories, row.uses, row.starts_on, row.ends_on, row.ends_at),
            max(row.starts_at, now),
        )
        for number, row in found.items()
        if row.ends_at is None or row.ends_at > max(now, row.starts_at)
    }


def _contents(found: dict[Any, Any]) -> list[str]:
    return sorted(map(repr, found.values()))
