"""What may be had where, when and for what, held against asking everybody who may be meant."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounting.deal_changes import next_change, next_had
from accounting.deals import (
    EVERYWHERE,
    Deal,
    DealModel,
    Dealt,
    DealUse,
    Subject,
    availability,
    deal_for,
    is_had_somewhere,
)
from base.local_days import begins_somewhere, ends_everywhere
from base.places import country_in, zones_of

DAY = date(2026, 3, 8)
NOON = datetime(2026, 3, 8, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ALLOWS = [DealModel.UNAVAILABLE, DealModel.PAID, DealModel.FREE]
#: Of countries with several times of day, a part of one, and one that no deal names.
NAMED = ("US", "US-CA", "US-NY", "PT", "DE")
ASKED = (*NAMED, "JP", None)
STREAM, DOWNLOAD = DealUse.STREAM, DealUse.DOWNLOAD


def deal(  # noqa: PLR0913 - a deal has as many sides
    model: DealModel = DealModel.PAID,
    *,
    number: int | None = None,
    subject: Subject = Subject.TRACK,
    territories: set[str] | None = None,
    excluded: set[str] | None = None,
    starts: date | datetime = DAY,
    ends: date | datetime | None = None,
    uses: set[DealUse] | None = None,
    is_supplied: bool = True,
) -> Deal:
    def is_day(told: date | datetime | None) -> bool:
        return isinstance(told, date) and not isinstance(told, datetime)

    ends_at = ends if isinstance(ends, datetime) else ends and ends_everywhere(ends)
    return Deal(
        id=uuid4() if number is None else UUID(int=number),
        subject=subject,
        model=model,
        territories=None if territories is None else frozenset(territories),
        excluded=frozenset(excluded or ()),
        starts_at=starts if isinstance(starts, datetime) else begins_somewhere(starts),
        ends_at=ends_at if isinstance(ends_at, datetime) else None,
        made_at=NOON - timedelta(days=30),
        starts_on=starts if is_day(starts) else None,
        ends_on=ends if is_day(ends) else None,
        uses=None if uses is None else frozenset(uses),
        is_supplied=is_supplied,
    )


def told(deals: list[Deal], territory: str | None, *, at: datetime = NOON) -> DealModel:
    return deal_for(deals, at=at, territory=territory).model


#: Few of each, so that deals meet: most are everywhere, for both uses, and begin long before.
some = st.sampled_from([set[str]()] * 4 + [{"US"}, {"US-CA"}, {"PT", "US-NY"}, {"DE"}])
hours = st.integers(-40, 40).map(lambda number: NOON + number * HOUR)
days = st.integers(-1, 1).map(lambda number: DAY + timedelta(days=number))
before = st.just(NOON - timedelta(days=9))
deals_said = st.lists(
    st.builds(
        deal,
        st.sampled_from(list(DealModel)),
        number=st.integers(1, 1 << 60),
        subject=st.sampled_from([Subject.RELEASE, Subject.TRACK, Subject.TRACK]),
        territories=st.none() | st.none() | some.filter(bool),
        excluded=some,
        starts=before | days | hours,
        ends=st.none() | days | hours,
        uses=st.none() | st.none() | st.sets(st.sampled_from(list(DealUse))),
        is_supplied=st.booleans(),
    ),
    max_size=5,
    unique_by=lambda one: one.id,
)


def zones_there(place: str) -> list[tzinfo]:
    known: list[tzinfo] = list(zones_of(place))
    return known or [timezone(number * HOUR) for number in range(-12, 15)]


def holds(one: Deal, at: datetime, zone: tzinfo) -> bool:
    """Whether a deal holds on the clock of one zone: by instants, and by no days."""
    begun = one.starts_at <= at
    if one.starts_on is not None:
        begun &= datetime.combine(one.starts_on, time.min, zone) <= at
    over = one.ends_at is not None and one.ends_at <= at
    if one.ends_on is not None:
        over |= datetime.combine(one.ends_on + timedelta(days=1), time.min, zone) <= at
    return begun and not over


def covers(one: Deal, place: str) -> bool:
    around = {place, country_in(place)}
    is_in = one.territories is None or bool(around & one.territories)
    return is_in and not around & one.excluded


def slowly(deals: list[Deal], at: datetime, territory: str | None, use: DealUse) -> DealModel:
    """Ask everybody who may be meant, on each of their clocks."""
    if not deals:
        return DealModel.PAID
    if territory is None:
        places = {"", *NAMED}
    else:
        places = {territory, *(one for one in NAMED if country_in(one) == territory)}
    found = [one_of(deals, at, place, zone, use) for place in places for zone in zones_there(place)]
    return min(found, key=ALLOWS.index)


def one_of(deals: list[Deal], at: datetime, place: str, zone: tzinfo, use: DealUse) -> DealModel:
    apply = [
        one
        for one in deals
        if holds(one, at, zone) and covers(one, place) and (one.uses is None or use in one.uses)
    ]
    said = [one for one in apply if not one.is_supplied]
    supplied = [one for one in apply if one.is_supplied]
    by_hand = sorted(said, key=lambda one: (one.subject, one.starts_at, str(one.id)))[-1:]
    is_supplied = any(one.is_supplied for one in deals)
    if not is_supplied:
        return by_hand[0].model if by_hand else DealModel.UNAVAILABLE
    most = max((one.subject for one in supplied), default=Subject.TRACK)
    label = [ALLOWS.index(one.model) for one in supplied if one.subject is most]
    return ALLOWS[min([min(label, default=0), *(ALLOWS.index(one.model) for one in by_hand)])]


@settings(max_examples=300)
@given(deals_said, hours, st.sampled_from(ASKED), st.sampled_from(list(DealUse)))
def test_what_may_be_had_is_the_least_of_all_who_may_be_meant(
    deals: list[Deal], at: datetime, territory: str | None, use: DealUse
) -> None:
    found = availability(deals, at=at, territory=territory, use=use)

    assert found.model is slowly(deals, at, territory, use)


@given(deals_said, hours, st.sampled_from(ASKED))
def test_a_play_is_paid_where_it_may_be_heard_and_kept(
    deals: list[Deal], at: datetime, territory: str | None
) -> None:
    def one(use: DealUse) -> DealModel:
        return availability(deals, at=at, territory=territory, use=use).model

    found = told(deals, territory, at=at)

    if found is not DealModel.UNAVAILABLE:
        assert one(STREAM) is not DealModel.UNAVAILABLE
    if one(STREAM) is DealModel.FREE:
        assert found is DealModel.FREE
    if DealModel.UNAVAILABLE not in {one(STREAM), one(DOWNLOAD)}:
        assert found is not DealModel.UNAVAILABLE


@given(deals_said, hours, st.sampled_from(ASKED), st.sampled_from(list(DealUse)))
def test_taking_a_use_away_makes_nothing_more_to_be_had(
    deals: list[Deal], at: datetime, territory: str | None, use: DealUse
) -> None:
    without = [
        replace(one, uses=(frozenset(DealUse) if one.uses is None else one.uses) - {use})
        for one in deals
    ]

    before, after = told(deals, territory, at=at), told(without, territory, at=at)

    assert ALLOWS.index(after) <= ALLOWS.index(before)


@given(deals_said, hours, st.sampled_from(ASKED))
def test_what_a_label_does_not_offer_no_hand_gives(
    deals: list[Deal], at: datetime, territory: str | None
) -> None:
    of_label = [deal(uses=set()), *(one for one in deals if one.is_supplied)]

    alone = told(of_label, territory, at=at)
    together = told([*of_label, *(one for one in deals if not one.is_supplied)], territory, at=at)

    assert ALLOWS.index(together) <= ALLOWS.index(alone)


@settings(max_examples=50)
@given(deals_said.filter(bool), hours)
def test_whoever_waits_for_the_next_change_misses_none(deals: list[Deal], at: datetime) -> None:
    after = next_change(deals, after=at)
    until = min(after or at + 100 * HOUR, at + 100 * HOUR)
    was = is_had_somewhere(deals, at=at)

    between = [at + (until - at) * part / 7 for part in range(7)]

    assert {is_had_somewhere(deals, at=one) for one in between} == {was}
    assert any(told(deals, one, at=at) is not DealModel.UNAVAILABLE for one in ASKED) <= was


@settings(max_examples=50)
@given(deals_said.filter(bool), hours)
def test_the_next_time_is_one_and_none_is_before(deals: list[Deal], at: datetime) -> None:
    found = next_had(deals, after=at)
    later = [at + number * HOUR for number in range(1, 110)]
    first = next((one for one in later if is_had_somewhere(deals, at=one)), None)

    assert found is None or is_had_somewhere(deals, at=found)
    if first is not None and not is_had_somewhere(deals, at=at):
        assert found is not None
        assert found <= first


def test_who_is_only_known_to_be_in_a_country_may_be_in_the_part_that_is_not_in_it() -> None:
    offer = deal(territories={"US"}, excluded={"US-CA"}, starts=NOON)

    assert told([offer], "US-NY") is DealModel.PAID
    assert told([offer], "US-CA") is told([offer], "US") is DealModel.UNAVAILABLE
    assert told([offer], None) is told([offer], "DE") is DealModel.UNAVAILABLE


def test_a_part_alone_is_less_than_the_country() -> None:
    offer = deal(territories={"US-CA"}, starts=NOON)

    assert told([offer], "US-CA") is DealModel.PAID
    assert told([offer], "US") is DealModel.UNAVAILABLE


@pytest.mark.parametrize(
    ("at", "territory", "expected"),
    [
        ("2026-03-07T14:59:59", "JP", False),
        ("2026-03-07T15:00:00", "JP", True),
        ("2026-03-08T14:59:59", "JP", True),
        ("2026-03-08T15:00:00", "JP", False),
        # Honolulu begins last, and the Atlantic coast ends first.
        ("2026-03-08T09:59:59", "US", False),
        ("2026-03-08T11:00:00", "US", True),
        ("2026-03-09T04:00:00", "US", False),
        # Nobody has had it who may be anywhere: it ends in the east before it begins in the west.
        ("2026-03-08T11:00:00", None, False),
    ],
)
def test_a_day_is_one_of_where_it_holds(at: str, territory: str | None, *, expected: bool) -> None:
    offer = deal(starts=DAY, ends=DAY)

    found = told([offer], territory, at=datetime.fromisoformat(f"{at}+00:00"))

    assert (found is DealModel.PAID) is expected


def test_a_play_leads_to_owning_or_is_not_offered() -> None:
    heard, kept = deal(uses={STREAM}), deal(uses={DOWNLOAD})
    at = NOON + timedelta(days=2)

    def found(*deals: Deal) -> Dealt:
        return deal_for(deals, at=at, territory="DE")

    assert found(heard) == found(kept) == Dealt(model=DealModel.UNAVAILABLE)
    both = found(heard, kept)
    assert (both.model, both.deal_id, both.kept_by) == (DealModel.PAID, heard.id, kept.id)
    one = deal()
    assert found(one) == Dealt(model=DealModel.PAID, deal_id=one.id)
    assert found(one).kept_by == one.id
    free = deal(DealModel.FREE, uses={STREAM})
    assert found(free).model is DealModel.FREE
    assert deal_for([], at=at, territory="DE") == EVERYWHERE


def test_of_what_a_label_says_twice_the_less_generous_is_believed() -> None:
    paid, free = deal(), deal(DealModel.FREE, starts=DAY + timedelta(days=1))
    at = NOON + timedelta(days=5)

    assert told([paid, free], "DE", at=at) is DealModel.PAID
    by_hand = [replace(one, is_supplied=False) for one in (paid, free)]
    assert told(by_hand, "DE", at=at) is DealModel.FREE
