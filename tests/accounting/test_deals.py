from dataclasses import replace
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

    assert deal_for([anywhere], at=NOON + HOUR, territory=None).deal_id == anywhere.id
    assert deal_for([anywhere, nearly], at=NOON + HOUR, territory=None).deal_id == nearly.id
    assert deal_for([anywhere, nearly], at=NOON + HOUR, territory="US").deal_id == anywhere.id
    assert deal_for([nearly], at=NOON + HOUR, territory=None) == NONE


COUNTRIES = ("DE", "FR", "US")
#: One that no deal names stands for all of those.
ANYWHERE = (*COUNTRIES, "JP")
some = st.sets(st.sampled_from(COUNTRIES))
deals_said = st.lists(
    st.builds(
        deal,
        st.sampled_from(list(DealModel)),
        subject=st.sampled_from(list(Subject)),
        territories=st.none() | some,
        excluded=some,
        starts_at=st.integers(0, 3).map(lambda hours: NOON + hours * HOUR),
        ends_at=st.none() | st.integers(1, 4).map(lambda hours: NOON + hours * HOUR),
    ),
    max_size=5,
)
instants = st.integers(-1, 5).map(lambda hours: NOON + hours * HOUR)


@given(deals_said, instants)
def test_nobody_may_more_nowhere_than_wherever_they_may_be(deals: list[Deal], at: datetime) -> None:
    allows = [DealModel.UNAVAILABLE, DealModel.PAID, DealModel.FREE]
    there = [deal_for(deals, at=at, territory=one).model for one in ANYWHERE]

    nowhere = deal_for(deals, at=at, territory=None).model

    assert nowhere == min(there, key=allows.index)


@given(some, instants, st.sampled_from([*ANYWHERE, None]))
def test_all_but_some_countries_is_the_same_in_whichever_way_it_is_said(
    but: set[str], at: datetime, territory: str | None
) -> None:
    def said_later(countries: set[str]) -> Deal:
        one = deal(DealModel.UNAVAILABLE, territories=countries)
        return replace(one, made_at=NOON + HOUR)

    subtracted = [deal(excluded=but)]
    told = [deal(), said_later(but)]
    told_singly = [deal(), *(said_later({one}) for one in but)]

    ways = (subtracted, told, told_singly)
    found = {deal_for(one, at=at, territory=territory).model for one in ways}

    is_allowed = at >= NOON and (territory not in but if territory else not but)
    assert found == {DealModel.PAID if is_allowed else DealModel.UNAVAILABLE}


@given(deals_said, instants, st.sampled_from(ANYWHERE))
def test_what_applies_covers_the_place_and_no_other_deal_matters(
    deals: list[Deal], at: datetime, territory: str
) -> None:
    about = [one for one in deals if one.may_hold(at) and one.covers(territory)]

    found = deal_for(deals, at=at, territory=territory)

    if not about:
        assert found == (NONE if deals else EVERYWHERE)
    else:
        [best] = [one for one in about if one.id == found.deal_id]
        assert found == deal_for(about, at=at, territory=territory)
        assert best.subject == max(one.subject for one in about)


async def test_a_deal_is_for_a_country_at_least(database: Database) -> None:
    artist = await person(database, Role.ARTIST)
    new = _new(Subject.TRACK, await audible(database, artist))
    for countries, but in ((list[str](), list[str]()), (["DE"], ["DE", "FR"])):
        wrong = replace(new, territories=countries, excluded=but)
        async with database.begin() as session:
            with pytest.raises(Refused, match="a country at least"):
                await add_deal(session, wrong, by=artist.id, now=NOON)


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
