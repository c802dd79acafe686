from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from accounting.ledger import Account, AccountKind
from accounting.splits import (
    UNCLAIMED,
    WHOLE_PPM,
    Agreed,
    Contract,
    Share,
    Sharing,
    Sheet,
    in_force,
    sharing_of,
    timeline_of,
)
from base.money import allocate
from base.units import Micros

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ADA, BEN, EVA, LABEL = (UUID(int=number) for number in range(1, 5))


def payable(payee: UUID) -> Account:
    return Account(AccountKind.PAYABLE, str(payee))


def suspense(payee: UUID) -> Account:
    return Account(AccountKind.SUSPENSE, str(payee))


def accepted(payee: UUID | None, ppm: int) -> Share:
    return Share(payee_id=payee, ppm=ppm, is_accepted=payee is not None)


def sheet(*shares: Share, at: datetime = NOON, number: int = 1) -> Sheet:
    return Sheet(id=UUID(int=90 + number), number=number, starts_at=at, shares=shares)


def contract(ppm: int, *, at: datetime = NOON, until: datetime | None = None) -> Contract:
    return Contract(id=UUID(int=80), number=1, starts_at=at, ends_at=until, label_id=LABEL, ppm=ppm)


@st.composite
def sheets(draw: st.DrawFn) -> tuple[Share, ...]:
    """Shares of up to eight payees, some not accepted, and sometimes of somebody unknown."""
    weights = draw(st.lists(st.integers(1, 50), min_size=1, max_size=8))
    payees: list[UUID | None] = [UUID(int=number + 10) for number in range(len(weights))]
    if draw(st.booleans()):
        payees[-1] = None
    parts = allocate(Micros(WHOLE_PPM), weights)
    said = draw(st.lists(st.booleans(), min_size=len(weights), max_size=len(weights)))
    return tuple(
        Share(payee_id=payee, ppm=part, is_accepted=is_accepted and payee is not None)
        for payee, part, is_accepted in zip(payees, parts, said, strict=True)
    )


contracts = st.none() | st.integers(0, WHOLE_PPM).map(contract)
amounts = st.integers(0, 10**15)


@given(amounts, sheets(), contracts)
def test_nothing_vanishes_and_nobody_is_a_whole_unit_off(
    amount: int, shares: tuple[Share, ...], over: Contract | None
) -> None:
    sharing = sharing_of(ADA, sheet(*shares), over)

    parts = dict(sharing.divide(amount))

    assert sum(parts.values()) == amount
    assert all(part > 0 for part in parts.values())
    total = sum(weight for _, weight in sharing.shares)
    for account, weight in sharing.shares:
        assert abs(parts.get(account, 0) * total - amount * weight) < total


@given(amounts, sheets().flatmap(lambda s: st.tuples(st.just(s), st.permutations(s))), contracts)
def test_the_order_of_shares_decides_nothing(
    amount: int, both: tuple[tuple[Share, ...], list[Share]], over: Contract | None
) -> None:
    one, other = both

    assert sharing_of(ADA, sheet(*one), over).divide(amount) == (
        sharing_of(ADA, sheet(*other), over).divide(amount)
    )


@given(amounts, sheets())
def test_who_has_not_accepted_yet_is_booked_what_they_will_get(
    amount: int, shares: tuple[Share, ...]
) -> None:
    all_accepted = tuple(accepted(one.payee_id, one.ppm) for one in shares)

    waiting = sharing_of(ADA, sheet(*shares), None).divide(amount)
    settled = sharing_of(ADA, sheet(*all_accepted), None).divide(amount)

    assert [(account.of, part) for account, part in waiting] == [
        (account.of, part) for account, part in settled
    ]


@given(amounts, sheets(), st.integers(0, WHOLE_PPM))
def test_a_label_gets_its_part_before_anybody_else(
    amount: int, shares: tuple[Share, ...], ppm: int
) -> None:
    parts = dict(sharing_of(ADA, sheet(*shares), contract(ppm)).divide(amount))

    assert abs(parts.get(payable(LABEL), 0) * WHOLE_PPM - amount * ppm) < WHOLE_PPM


def test_scenario_split_of_one_micro_unit_in_three() -> None:
    thirds = sheet(accepted(ADA, 333_334), accepted(BEN, 333_333), accepted(EVA, 333_333))
    sharing = sharing_of(ADA, thirds, None)

    assert sharing.divide(1) == [(payable(ADA), 1)]
    assert sharing.divide(2) == [(payable(ADA), 1), (payable(BEN), 1)]
    assert sharing.divide(100) == [(payable(ADA), 34), (payable(BEN), 33), (payable(EVA), 33)]
    assert sharing.divide(0) == []


def test_scenario_share_changed_in_mid_day() -> None:
    halves = sheet(accepted(ADA, 500_000), accepted(BEN, 500_000), at=NOON - DAY)
    thirds = sheet(accepted(ADA, 750_000), accepted(BEN, 250_000), at=NOON, number=2)
    timeline = timeline_of(ADA, own=Agreed(sheets=(halves, thirds)))

    just_before = NOON - timedelta(microseconds=1)
    assert timeline.at(just_before).divide(100) == [(payable(ADA), 50), (payable(BEN), 50)]
    assert timeline.at(NOON).divide(100) == [(payable(ADA), 75), (payable(BEN), 25)]
    assert timeline.at(just_before).facts == {"sheet": str(halves.id)}
    assert timeline.at(NOON).facts == {"sheet": str(thirds.id)}


def test_without_a_sheet_the_owner_gets_all() -> None:
    sharing = timeline_of(EVA).at(NOON)

    assert sharing == Sharing(shares=((payable(EVA), WHOLE_PPM),))
    assert sharing.divide(2_400) == [(payable(EVA), 2_400)]


def test_a_recording_of_its_own_sheet_does_not_follow_its_owners() -> None:
    own = Agreed(sheets=(sheet(accepted(BEN, WHOLE_PPM), at=NOON),))
    general = Agreed(sheets=(sheet(accepted(EVA, WHOLE_PPM), at=NOON + DAY, number=2),))

    timeline = timeline_of(ADA, own=own, general=general)

    assert timeline.at(NOON - DAY).divide(5) == [(payable(ADA), 5)]
    assert timeline.at(NOON + 2 * DAY).divide(5) == [(payable(BEN), 5)]
    assert timeline_of(ADA, general=general).at(NOON + DAY).divide(5) == [(payable(EVA), 5)]


def test_what_is_not_accepted_waits_and_what_nobody_is_known_for_is_unclaimed() -> None:
    shares = sheet(
        accepted(ADA, 500_000), Share(payee_id=BEN, ppm=300_000), Share(payee_id=None, ppm=200_000)
    )

    parts = sharing_of(ADA, shares, None).divide(10)

    assert parts == [(payable(ADA), 5), (suspense(BEN), 3), (UNCLAIMED, 2)]


def test_a_contract_holds_until_it_ends() -> None:
    timeline = timeline_of(ADA, general=Agreed(contracts=(contract(200_000, until=NOON + DAY),)))

    assert timeline.at(NOON - DAY).divide(10) == [(payable(ADA), 10)]
    assert timeline.at(NOON).divide(10) == [(payable(ADA), 8), (payable(LABEL), 2)]
    assert timeline.at(NOON + DAY).divide(10) == [(payable(ADA), 10)]


def test_a_label_that_is_the_payee_leaves_nothing_to_divide() -> None:
    sharing = sharing_of(ADA, sheet(accepted(ADA, WHOLE_PPM)), contract(WHOLE_PPM))

    assert sharing.divide(7) == [(payable(LABEL), 7)]


def test_a_label_that_also_has_a_share_has_one_account() -> None:
    shares = sheet(accepted(ADA, 500_000), accepted(LABEL, 500_000))

    parts = sharing_of(ADA, shares, contract(200_000)).divide(10)

    assert parts == [(payable(ADA), 4), (payable(LABEL), 6)]


def test_of_two_sheets_from_the_same_instant_the_later_one_holds() -> None:
    first, second = sheet(accepted(ADA, WHOLE_PPM)), sheet(accepted(BEN, WHOLE_PPM), number=2)

    assert in_force([second, first], NOON) == second
