"""The rules of membership, without a database."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.errors import Broken, Refused
from catalog.membership import (
    REMINDERS,
    Admission,
    Right,
    Terms,
    has_lapsed,
    is_to_be_reminded,
    period_paid,
)
from catalog.share_register import Line, ShareKind, first_of, holdings

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
TODAY = NOON.date()
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@pytest.mark.parametrize(
    ("paid_through", "on", "first", "last"),
    [
        (None, date(2026, 3, 1), date(2026, 3, 1), date(2027, 2, 28)),
        (None, date(2024, 2, 29), date(2024, 2, 29), date(2025, 2, 28)),
        # Ahead of time, and within the grace, the years go on.
        (date(2026, 12, 31), date(2026, 12, 1), date(2027, 1, 1), date(2027, 12, 31)),
        (date(2026, 12, 31), date(2027, 1, 30), date(2027, 1, 1), date(2027, 12, 31)),
        (date(2026, 12, 31), date(2027, 1, 31), date(2027, 1, 31), date(2028, 1, 30)),
    ],
)
def test_dues_are_for_a_year(paid_through: date | None, on: date, first: date, last: date) -> None:
    period = period_paid(paid_through, on=on, grace_days=30)

    assert (period.starts_on, period.ends_on) == (first, last)


@given(days, st.integers(0, 400))
def test_who_pays_has_not_lapsed_and_loses_no_day(paid_through: date, late: int) -> None:
    on = paid_through + timedelta(days=late)
    period = period_paid(paid_through, on=on, grace_days=30)

    assert not has_lapsed(period.ends_on, grace_days=0, on=on)
    assert period.starts_on in {on, paid_through + timedelta(days=1)}
    assert 365 <= (period.ends_on - period.starts_on).days + 1 <= 366


def test_each_reminder_comes_once() -> None:
    through, reminded, heard = date(2026, 12, 31), None, []
    for number in range(-60, 60):
        day = through + timedelta(days=number)
        if is_to_be_reminded(through, reminded_on=reminded, today=day):
            reminded = day
            heard.append(number)

    assert heard == [-days for days in REMINDERS]


@pytest.mark.parametrize(
    "wrong",
    [{"dues": -1}, {"share_value": 0}, {"admission": Admission.PAID, "dues": 0, "shares": 0}],
)
def test_terms_that_nobody_can_meet_are_refused(wrong: dict[str, object]) -> None:
    good: dict[str, object] = {
        "class_id": "listener",
        "valid_from": NOON,
        "title": "Listeners",
        "dues": 5,
        "share_value": 1,
        "shares": 1,
        "currency": "EUR",
        "admission": Admission.OPERATOR,
        "rights": frozenset({Right.VOTE}),
        "grace_days": 30,
    }
    Terms(**good)  # type: ignore[arg-type] # as it takes them

    with pytest.raises(Refused, match="bad-member-terms"):
        Terms(**good | wrong)  # type: ignore[arg-type] # the same


ANNA, BEN, EVA = uuid4(), uuid4(), uuid4()


def line(first: int, last: int, giver: UUID | None, taker: UUID | None) -> Line:
    kind = ShareKind.TRANSFER
    if giver is None:
        kind = ShareKind.ISSUE
    elif taker is None:
        kind = ShareKind.REDEMPTION
    return Line(
        kind=kind,
        first=first,
        last=last,
        from_id=giver,
        to_id=taker,
        value=1_000_000,
        currency="EUR",
        at=NOON,
    )


def test_a_register_tells_who_holds_what() -> None:
    lines = [line(1, 10, None, ANNA), line(4, 6, ANNA, BEN), line(11, 11, None, BEN)]
    lines += [line(5, 5, BEN, None), line(1, 1, ANNA, EVA)]

    held = [(one.first, one.last, one.holder) for one in holdings(lines)]

    assert held == [
        (1, 1, EVA),
        *((2, 3, ANNA), (4, 4, BEN), (6, 6, BEN), (7, 10, ANNA), (11, 11, BEN)),
    ]
    of_ben = [one for one in lines if BEN in {one.from_id, one.to_id}]
    assert [one.first for one in holdings(of_ben, of=BEN)] == [4, 6, 11]


@pytest.mark.parametrize("wrong", [line(9, 11, ANNA, BEN), line(1, 1, BEN, None)])
def test_what_one_does_not_hold_cannot_leave_them(wrong: Line) -> None:
    with pytest.raises(Broken, match="register-inconsistent"):
        holdings([line(1, 10, None, ANNA), wrong])


@given(st.lists(st.integers(1, 9), min_size=1, max_size=5), st.data())
def test_the_first_shares_of_a_member_are_as_many_as_asked_for(
    sizes: list[int], data: st.DataObject
) -> None:
    lines, first = [], 1
    for size in sizes:
        lines.append(line(first, first + size - 1, None, ANNA))
        first += size + 3
    count = data.draw(st.integers(1, sum(sizes)))

    taken = first_of(holdings(lines), count)

    assert sum(one.count for one in taken) == count
    with pytest.raises(Refused, match="too-few-shares"):
        first_of(holdings(lines), sum(sizes) + 1)
