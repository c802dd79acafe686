from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.deal_rows import NewDeal, add_deal, deals_of, end_deal
from accounting.deals import EVERYWHERE, Deal, DealModel, Dealt, Subject, deal_for
from base.database import Database
from base.errors import Refused
from catalog.models.music import Track
from catalog.releases import create_release, put_on
from catalog.roles import Role
from tests.support.catalog import audible, person

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
NONE = Dealt(model=DealModel.UNAVAILABLE)


def deal(  # noqa: PLR0913 - a deal has as many sides
    model: DealModel = DealModel.PAID,
    *,
    subject: Subject = Subject.TRACK,
    territories: set[str] | None = None,
    excluded: set[str] | None = None,
    starts_at: datetime = NOON,
    ends_at: datetime | None = None,
) -> Deal:
    return Deal(
        id=uuid4(),
        subject=subject,
        model=model,
        territories=None if territories is None else frozenset(territories),
        excluded=frozenset(excluded or ()),
        starts_at=starts_at,
        ends_at=ends_at,
        made_at=NOON,
    )


def test_without_any_deal_all_is_paid_everywhere() -> None:
    assert deal_for([], at=NOON, territory=None) == EVERYWHERE
    assert EVERYWHERE.model is DealModel.PAID


def test_with_a_deal_only_what_one_allows_is_to_be_had() -> None:
    one = deal(territories={"DE", "AT"}, excluded={"AT"}, ends_at=NOON + HOUR)

    def found(at: datetime, territory: str | None) -> Dealt:
        return deal_for([one], at=at, territory=territory)

    assert found(NOON, "DE") == Dealt(model=DealModel.PAID, deal_id=one.id)
    assert found(NOON + HOUR - timedelta(microseconds=1), "DE").deal_id == one.id
    for at, territory in (
        (NOON - timedelta(microseconds=1), "DE"),
        (NOON + HOUR, "DE"),
        (NOON, "AT"),
        (NOON, "FR"),
        (NOON, None),
    ):
        assert found(at, territory) == NONE


def test_who_is_nowhere_we_know_has_what_is_allowed_everywhere() -> None:
    anywhere, nearly = deal(DealModel.FREE), deal(excluded={"US"}, starts_at=NOON + HOUR)

    assert deal_for([anywhere, nearly], at=NOON + HOUR, territory=None).deal_id == anywhere.id
    assert deal_for([anywhere, nearly], at=NOON + HOUR, territory="DE").deal_id == nearly.id
    assert deal_for([nearly], at=NOON + HOUR, territory=None) == NONE


def test_what_is_said_of_the_track_comes_before_what_is_said_of_its_release() -> None:
    release = deal(subject=Subject.RELEASE, starts_at=NOON + HOUR)
    recording = deal(DealModel.UNAVAILABLE, subject=Subject.RECORDING)
    track = deal(DealModel.FREE, territories={"DE"})

    deals = [track, release, recording]

    assert deal_for(deals, at=NOON + HOUR, territory="DE").deal_id == track.id
    assert deal_for(deals, at=NOON + HOUR, territory="FR").deal_id == recording.id
    assert deal_for([release], at=NOON + HOUR, territory="FR").deal_id == release.id


@given(st.permutations([0, 1, 2]), st.sampled_from(["DE", "FR", None]), st.integers(-1, 3))
def test_the_order_in_which_deals_are_told_decides_nothing(
    order: list[int], territory: str | None, hours: int
) -> None:
    deals = [
        deal(territories={"DE"}),
        deal(DealModel.FREE, starts_at=NOON + HOUR, ends_at=NOON + 2 * HOUR),
        deal(DealModel.UNAVAILABLE, subject=Subject.RECORDING),
    ]
    at = NOON + hours * HOUR

    shuffled = [deals[number] for number in order]

    assert deal_for(shuffled, at=at, territory=territory) == deal_for(
        deals, at=at, territory=territory
    )


async def test_deals_of_many_tracks_are_found_by_all_that_they_are_about(
    database: Database,
) -> None:
    artist = await person(database, Role.ARTIST)
    first, other, third = [await audible(database, artist, one) for one in (b"1", b"2", b"3")]
    async with database.begin() as session:
        tracks = {one: await session.get_one(Track, one) for one in (first, other, third)}
        release = await create_release(session, artist, title="R", artist="A", now=NOON)
        await put_on(session, release, tracks[first])
        await put_on(session, release, tracks[other])
        by_subject: dict[Subject, UUID] = {}
        for subject, about in (
            (Subject.RELEASE, release.id),
            (Subject.RECORDING, tracks[other].recording_id),
            (Subject.TRACK, other),
        ):
            new = _new(subject, about)
            by_subject[subject] = await add_deal(session, new, by=artist.id, now=NOON)

    async with database.read() as session:
        found = await deals_of(session, [first, other, third])

    assert {track: {one.id for one in deals} for track, deals in found.items()} == {
        first: {by_subject[Subject.RELEASE]},
        other: set(by_subject.values()),
    }
    assert found[first][0].territories == frozenset({"DE"})


async def test_deals_end_and_none_begins_in_the_past(database: Database) -> None:
    artist = await person(database, Role.ARTIST)
    track = await audible(database, artist)
    async with database.begin() as session:
        number = await add_deal(session, _new(Subject.TRACK, track), by=artist.id, now=NOON)
        with pytest.raises(Refused) as refused:
            await add_deal(
                session, _new(Subject.TRACK, track), by=artist.id, now=NOON + timedelta(seconds=1)
            )
        assert refused.value.code == "deal-in-the-past"

    for later in (HOUR, 2 * HOUR):
        async with database.begin() as session:
            await end_deal(session, number, now=NOON + later)

    async with database.read() as session:
        [one] = (await deals_of(session, [track]))[track]
    assert one.ends_at == NOON + HOUR


def _new(subject: Subject, about: UUID) -> NewDeal:
    return NewDeal(
        subject=subject,
        subject_id=about,
        model=DealModel.PAID,
        territories=["DE"],
        excluded=[],
        starts_at=NOON,
        ends_at=None,
    )
