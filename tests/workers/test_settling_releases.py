"""A label's release comes out and goes as its deals say, and hands have the last word."""

from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select

from accounting.deal_rows import replace_supplied
from accounting.deals import SuppliedDeal
from base.clock import ManualClock
from base.database import Database
from catalog.kinds import Kind
from catalog.models.ddex import Delivery, ErnMessage, SuppliedRelease
from catalog.models.events import Event
from catalog.models.files import Master
from catalog.models.music import Track
from catalog.models.people import Account
from catalog.models.publishing import ReleaseMove
from catalog.models.releases import Release
from catalog.removal import remove_release
from catalog.roles import Role
from catalog.states import TrackState
from ingest.coming_out import approve, recall, withdraw
from ingest.release_deeds import Occasion
from tests.support.catalog import NOON, person
from tests.support.labels import Labelled, labelled
from tests.support.working import do, waiting, workshop
from workers.holding import Holding
from workers.releasing import release_due

DAY = timedelta(days=1)
NOTHING: list[SuppliedDeal] = []


class Shop:
    """A house with one label's release in it, and a clock."""

    def __init__(self, holding: Holding, clock: ManualClock, label: Labelled) -> None:
        self.holding, self.clock, self.label = holding, clock, label

    @property
    def database(self) -> Database:
        return self.holding.tools.database

    async def message(self, deals: Sequence[SuppliedDeal], **told: object) -> None:
        """Let a message say this, and look at it."""
        label, now = self.label, self.clock()
        async with self.database.begin() as session:
            await replace_supplied(session, label.supplied_id, deals, by=label.owner.id, now=now)
            supplied = await session.get_one(SuppliedRelease, label.supplied_id)
            supplied.told, supplied.due_at = {"offers": told}, now
            delivery = Delivery(
                id=uuid4(),
                partner_id=label.partner_id,
                way="http",
                layout="release",
                name=uuid4().hex,
                state="done",
                is_unlisted=False,
                findings=[],
                seen_at=now,
            )
            session.add(delivery)
            await session.flush()
            message = ErnMessage(
                id=uuid4(),
                partner_id=label.partner_id,
                delivery_id=delivery.id,
                path="m.xml",
                sha256="0",
                size_bytes=1,
                storage_key="k",
                is_test=False,
                state="done",
                findings=[],
                supplied_id=supplied.id,
                received_at=now,
            )
            session.add(message)
        await self.turn()

    async def turn(self, after: timedelta = timedelta()) -> None:
        """Let time pass, and a worker look."""
        self.clock.advance(after)
        await release_due(self.holding.tools)
        await do(self.holding, Kind.RELEASE)

    async def release(self) -> Release:
        async with self.database.read() as session:
            return await session.get_one(Release, self.label.release_id)

    async def state(self) -> str:
        return (await self.release()).state

    async def due_at(self) -> datetime | None:
        async with self.database.read() as session:
            found = await session.get_one(SuppliedRelease, self.label.supplied_id)
        return found.due_at

    async def moves(self) -> list[tuple[str, str | None]]:
        async with self.database.read() as session:
            query = select(ReleaseMove).order_by(ReleaseMove.number)
            return [(one.event, one.note) for one in await session.scalars(query)]

    async def by(self, role: Role, note: str = "Because.") -> Occasion:
        return Occasion(
            caller=await person(self.database, role),
            request_id="test",
            now=self.clock(),
            note=note,
            is_overseeing=True,
        )


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    clock = ManualClock(NOON)
    async with workshop(tmp_path, clock=clock) as holding:
        yield Shop(holding, clock, await labelled(holding.tools.database))


@pytest.fixture
async def real_shop(tmp_path: Path, database_url: str) -> AsyncIterator[Shop]:
    clock = ManualClock(NOON)
    async with workshop(tmp_path, clock=clock, database_url=database_url) as holding:
        yield Shop(holding, clock, await labelled(holding.tools.database))


async def test_it_comes_out_at_its_time_goes_and_comes_back(real_shop: Shop) -> None:
    shop, label = real_shop, real_shop.label
    week = label.deal(starts=NOON + DAY, ends=NOON + 7 * DAY)

    await shop.message([week])
    found = await shop.release()
    assert (found.state, found.publish_at, found.is_announced) == ("scheduled", NOON + DAY, False)
    assert await shop.due_at() == NOON + DAY
    await shop.turn(DAY - timedelta(seconds=1))
    assert await shop.state() == "scheduled"
    await shop.turn(timedelta(seconds=1))
    assert await shop.state() == "published"
    assert await shop.due_at() == NOON + 7 * DAY

    await shop.turn(6 * DAY)
    found = await shop.release()
    assert (found.state, found.reason) == (
        *("withdrawn",),
        "No deal of its label holds any more.",
    )
    assert await shop.due_at() is None
    async with shop.database.read() as session:
        track = await session.get_one(Track, label.tracks[0])
    assert track.state == TrackState.WITHDRAWN

    await shop.message([label.deal()])
    assert await shop.state() == "published"
    assert [event for event, _ in await shop.moves()] == [
        *("schedule", "publish", "withdraw", "reinstate"),
    ]
    async with shop.database.read() as session:
        kinds = list(await session.scalars(select(Event.kind).order_by(Event.number)))
        track = await session.get_one(Track, label.tracks[0])
    assert [one for one in kinds if one.startswith("release.")] == [
        *("release.scheduled", "release.published", "release.withdrawn", "release.reinstated"),
    ]
    assert track.state in {TrackState.PLAYABLE, TrackState.COMPLETE}


async def test_a_takedown_is_a_message_without_deals(shop: Shop) -> None:
    await shop.message([shop.label.deal()])
    assert await shop.state() == "published"

    await shop.message(NOTHING)

    assert await shop.state() == "withdrawn"
    await shop.turn(DAY)
    assert await shop.state() == "withdrawn"


async def test_a_release_of_one_country_comes_out_when_its_day_begins_there(shop: Shop) -> None:
    day = date(2026, 12, 1)
    await shop.message([shop.label.deal(starts=day, territories=frozenset({"JP"}))])

    assert (await shop.release()).publish_at == datetime.fromisoformat("2026-11-30T15:00:00+00:00")


async def test_a_later_message_dates_it_anew_and_one_without_deals_takes_it_back(
    shop: Shop,
) -> None:
    await shop.message([shop.label.deal(starts=NOON + 2 * DAY)])
    await shop.message([shop.label.deal(starts=NOON + 3 * DAY)])
    assert (await shop.release()).publish_at == NOON + 3 * DAY
    await shop.message(NOTHING)
    found = await shop.release()
    assert (found.state, found.publish_at) == ("draft", None)

    await shop.message([shop.label.deal()])
    assert await shop.state() == "published"
    assert [event for event, _ in await shop.moves()] == ["schedule", "recall", "publish"]


async def test_it_is_shown_before_from_when_the_label_says_so(shop: Shop) -> None:
    shown = (NOON + DAY).isoformat()
    await shop.message([shop.label.deal(starts=NOON + 2 * DAY)], shown_from=shown)
    assert not (await shop.release()).is_announced

    await shop.turn(DAY)

    found = await shop.release()
    assert (found.state, found.is_announced, found.publish_at) == (
        *("scheduled", True),
        NOON + 2 * DAY,
    )
    await shop.turn(DAY)
    assert await shop.state() == "published"


async def test_it_waits_for_its_masters_and_looks_soon(shop: Shop) -> None:
    async with shop.database.begin() as session:
        track = await session.get_one(Track, shop.label.tracks[0])
        track.state = TrackState.EXAMINING
        (await session.get_one(Master, track.master_id)).pcm_sha256 = None
    await shop.message([shop.label.deal()])
    assert (await shop.state(), await shop.moves()) == ("draft", [])
    due_at = await shop.due_at()
    assert due_at is not None
    assert due_at <= NOON + timedelta(seconds=5)

    async with shop.database.begin() as session:
        track = await session.get_one(Track, shop.label.tracks[0])
        track.state = TrackState.COMPLETE
        (await session.get_one(Master, track.master_id)).pcm_sha256 = "0" * 64
    await shop.turn(timedelta(seconds=5))

    assert await shop.state() == "published"


async def test_what_cannot_be_used_keeps_it_back_and_is_looked_at_by_the_hour(
    shop: Shop,
) -> None:
    async with shop.database.begin() as session:
        track = await session.get_one(Track, shop.label.tracks[0])
        track.state, track.reason = TrackState.REJECTED, "It is damaged."

    await shop.message([shop.label.deal()])

    assert await shop.state() == "draft"
    assert await shop.due_at() == NOON + timedelta(hours=1)


async def test_a_purge_takes_it_out_for_good(shop: Shop) -> None:
    await shop.message([shop.label.deal()])
    async with shop.database.begin() as session:
        supplied = await session.get_one(SuppliedRelease, shop.label.supplied_id)
        supplied.purged_at = supplied.due_at = shop.clock()

    await shop.turn()

    found = await shop.release()
    assert (found.state, found.reason) == ("withdrawn", "Its label has taken it back for good.")


@pytest.mark.parametrize("is_ours_first", [True, False])
async def test_what_a_moderator_withdrew_no_message_brings_back(
    shop: Shop, *, is_ours_first: bool
) -> None:
    await shop.message([shop.label.deal()])
    if is_ours_first:
        await shop.message(NOTHING)
    occasion = await shop.by(Role.MODERATOR)
    async with shop.database.begin() as session:
        await withdraw(session, shop.label.release_id, occasion)

    await shop.message([shop.label.deal(starts=NOON + timedelta(hours=1))])
    await shop.turn(DAY)

    found = await shop.release()
    assert (found.state, found.reason) == ("withdrawn", "Because.")


async def test_what_somebody_took_back_waits_for_the_next_message(shop: Shop) -> None:
    await shop.message([shop.label.deal(starts=NOON + DAY)])
    shop.clock.advance(timedelta(seconds=1))
    occasion = await shop.by(Role.MODERATOR)
    async with shop.database.begin() as session:
        await recall(session, shop.label.release_id, occasion)
    await shop.turn(2 * DAY)
    assert await shop.state() == "draft"

    await shop.message([shop.label.deal()])

    assert await shop.state() == "published"


async def test_whose_music_is_looked_at_has_deliveries_looked_at(shop: Shop) -> None:
    async with shop.database.begin() as session:
        (await session.get_one(Account, shop.label.owner.id)).is_reviewed = True
    await shop.message([shop.label.deal()])
    assert await shop.state() == "submitted"
    await shop.turn(DAY)
    assert await shop.state() == "submitted"

    occasion = await shop.by(Role.MODERATOR)
    async with shop.database.begin() as session:
        await approve(session, shop.label.release_id, occasion)
    assert await shop.state() == "published"
    await shop.message(NOTHING)
    assert await shop.state() == "withdrawn"


async def test_nothing_is_looked_at_that_is_not_due(shop: Shop) -> None:
    await shop.message([shop.label.deal()])

    await release_due(shop.holding.tools)

    assert await waiting(shop.holding, Kind.RELEASE) == []


async def test_a_draft_goes_with_its_deals_and_leaves_what_its_label_said(shop: Shop) -> None:
    await shop.message(NOTHING)
    async with shop.database.begin() as session:
        await remove_release(
            session, shop.label.release_id, now=NOON, until=NOON + timedelta(days=1)
        )

    await shop.turn(DAY)

    async with shop.database.read() as session:
        supplied = await session.get_one(SuppliedRelease, shop.label.supplied_id)
        assert supplied.release_id is None
