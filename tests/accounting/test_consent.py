from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.consent import (
    Wanted,
    expanded,
    given_back,
    put_to,
    require_whole,
    without_declined,
)
from accounting.splits import WHOLE_PPM, Share
from base.errors import Refused

ADA, BEN, EVA, BAND = (UUID(int=number) for number in range(1, 5))


def share(payee: UUID | None, ppm: int, *, is_accepted: bool = True) -> Share:
    return Share(payee_id=payee, ppm=ppm, is_accepted=is_accepted)


@pytest.mark.parametrize(
    ("shares", "code"),
    [
        ([(ADA, 999_999)], "shares-not-whole"),
        ([(ADA, 1_000_001)], "shares-not-whole"),
        ([(ADA, WHOLE_PPM), (BEN, 0)], "shares-not-whole"),
        ([(ADA, 1_500_000), (BEN, -500_000)], "shares-not-whole"),
        ([(ADA, 500_000), (ADA, 500_000)], "payee-twice"),
        ([(UUID(int=n), 9_000) for n in range(101)], "shares-too-many"),
    ],
)
def test_what_is_not_one_whole_is_refused(shares: list[tuple[UUID, int]], code: str) -> None:
    with pytest.raises(Refused) as caught:
        require_whole([Wanted(payee_id=payee, ppm=ppm) for payee, ppm in shares])

    assert (caught.value.code, caught.value.status) == (code, 422)


@given(st.integers(1, WHOLE_PPM), st.lists(st.integers(1, 9), min_size=1, max_size=5))
def test_members_share_exactly_what_their_group_gets(ppm: int, weights: list[int]) -> None:
    members = {BAND: [(UUID(int=10 + n), weight) for n, weight in enumerate(weights)]}

    found = expanded([Wanted(payee_id=BAND, ppm=ppm), Wanted(payee_id=ADA, ppm=1)], members)

    assert found[-1] == Wanted(payee_id=ADA, ppm=1)
    assert sum(one.ppm for one in found[:-1]) == ppm
    assert {one.through_id for one in found[:-1]} == {BAND}


def test_who_holds_a_share_is_asked_also_when_there_is_none_left_for_them() -> None:
    wanted = [Wanted(payee_id=ADA, ppm=600_000), Wanted(payee_id=EVA, ppm=400_000)]

    asked = put_to(wanted, {ADA, BEN})

    assert [(one.wanted.payee_id, one.wanted.ppm, one.is_asked) for one in asked] == [
        (ADA, 600_000, True),
        (EVA, 400_000, False),
        (BEN, 0, True),
    ]


def test_what_somebody_declines_goes_back_to_who_had_given_it() -> None:
    before = [share(ADA, 500_000), share(BEN, 500_000)]
    declined = [share(ADA, 550_000), share(BEN, 150_000), share(EVA, 300_000, is_accepted=False)]

    assert given_back(30, owner_id=ADA, before=before, declined=declined) == {BEN: 30}


def test_what_nobody_had_given_goes_to_the_owner() -> None:
    before = [share(ADA, 500_000), share(BEN, 500_000, is_accepted=False)]
    declined = [share(ADA, 500_000), share(EVA, 500_000, is_accepted=False)]

    assert given_back(7, owner_id=ADA, before=before, declined=declined) == {ADA: 7}


@given(st.integers(0, 10**12), st.lists(st.integers(0, 9), min_size=3, max_size=3).filter(any))
def test_nothing_vanishes_on_its_way_back(amount: int, left: list[int]) -> None:
    before = [share(payee, 300_000) for payee in (ADA, BEN, EVA)]
    after = [share(payee, n * 10_000) for payee, n in zip((ADA, BEN, EVA), left, strict=True)]

    parts = given_back(amount, owner_id=ADA, before=before, declined=after)

    assert sum(parts.values()) == amount


def test_what_is_declined_of_a_sheet_that_holds_leaves_others_what_they_have() -> None:
    before = [share(ADA, 500_000), share(BEN, 500_000)]
    shares = [share(ADA, 100_000), share(BEN, 800_000), share(EVA, 100_000, is_accepted=False)]

    left = without_declined(shares, {2}, before=before, owner_id=ADA)

    assert left == (*shares[:2], share(ADA, 100_000))
