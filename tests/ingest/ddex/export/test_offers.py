"""Whoever reads our offers may the same, wherever and whenever, as our deals allow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.deals import Deal, DealModel, Subject, deal_for
from ingest.ddex.export.facts import Model, Offer
from ingest.ddex.export.offers import offers_of
from tests.support.told import NOON

HOUR = timedelta(hours=1)
COUNTRIES = frozenset({"DE", "FR", "US", "JP"})
NAMED = ("DE", "FR", "US")
some = st.frozensets(st.sampled_from(NAMED))
hours = st.integers(0, 5).map(lambda number: NOON + number * HOUR)
deals = st.lists(
    st.builds(
        Deal,
        id=st.uuids(),
        subject=st.sampled_from(Subject),
        model=st.sampled_from(DealModel),
        territories=st.none() | some,
        excluded=some,
        starts_at=hours,
        ends_at=st.none() | hours,
        made_at=st.just(NOON),
    ),
    max_size=5,
)


def deal(model: DealModel = DealModel.PAID, **said: object) -> Deal:
    facts = {"subject": Subject.RELEASE, "starts_at": NOON, "made_at": NOON, **said}
    return Deal(id=uuid4(), model=model, **facts)  # type: ignore[arg-type] - as tests say them


def offers(
    said: Sequence[Deal], *, now: datetime = NOON, is_free: bool = False
) -> tuple[Offer, ...]:
    return offers_of(said, is_free=is_free, out_at=NOON, now=now, countries=COUNTRIES)


def covers(offer: Offer, at: datetime, territory: str) -> bool:
    is_then = offer.starts_at <= at and (offer.ends_at is None or at < offer.ends_at)
    return is_then and (territory in offer.territories) is not offer.is_all_but


@given(deals, hours, st.sampled_from(sorted(COUNTRIES)))
def test_offers_allow_what_deals_allow(said: list[Deal], at: datetime, territory: str) -> None:
    model = deal_for(said, at=at, territory=territory).model

    found = [one.model for one in offers(said) if covers(one, at, territory)]

    assert [str(one) for one in found] == ([] if model is DealModel.UNAVAILABLE else [str(model)])


@given(deals, hours)
def test_what_ended_is_told_no_more_and_all_else_is(said: list[Deal], now: datetime) -> None:
    assert set(offers(said, now=now)) == {
        one for one in offers(said) if one.ends_at is None or one.ends_at > now
    }


def test_without_a_deal_all_is_offered_everywhere() -> None:
    assert offers([]) == (Offer(model=Model.PAID, starts_at=NOON),)
    assert offers([], is_free=True) == (Offer(model=Model.FREE, starts_at=NOON),)


def test_what_changes_nothing_parts_no_offer() -> None:
    said = [deal(), deal(starts_at=NOON + HOUR), deal(territories=frozenset({"XX"}))]

    assert offers(said) == (Offer(model=Model.PAID, starts_at=NOON),)


@pytest.mark.parametrize(
    ("said", "territories", "is_all_but"),
    [
        ({"territories": frozenset({"DE", "FR"})}, {"DE", "FR"}, False),
        ({"excluded": frozenset({"US"})}, {"US"}, True),
        ({"territories": frozenset({"DE", "FR"}), "excluded": frozenset({"FR"})}, {"DE"}, False),
    ],
)
def test_where_it_is_to_be_had(
    said: dict[str, object], territories: set[str], *, is_all_but: bool
) -> None:
    [offer] = offers([deal(**said)])

    assert (set(offer.territories), offer.is_all_but) == (territories, is_all_but)
