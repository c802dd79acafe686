"""What to look at before a month is closed."""

from datetime import UTC, datetime, timedelta

import pytest

from accounting.obstacles import SENTENCES, Code, Standing, obstacles

NOW = datetime(2026, 12, 1, tzinfo=UTC)
FRESH = NOW - timedelta(hours=3)


def said(standing: Standing) -> list[tuple[Code, int, bool]]:
    return [(one.code, one.number, one.is_bar) for one in obstacles(standing, now=NOW)]


def test_nothing_is_in_the_way_of_a_month_that_is_over_and_agrees() -> None:
    assert said(Standing(is_over=True, counts=dict.fromkeys(Code, 0), reconciled_at=FRESH)) == []


def test_only_that_it_is_not_over_is_a_bar() -> None:
    standing = Standing(is_over=False, counts={Code.HELD_PLAYS: 3}, reconciled_at=FRESH)

    assert said(standing) == [(Code.NOT_OVER, 1, True), (Code.HELD_PLAYS, 3, False)]


@pytest.mark.parametrize("at", [None, NOW - timedelta(days=3)])
def test_books_that_were_not_reconciled_lately_are_told(at: datetime | None) -> None:
    standing = Standing(is_over=True, counts={}, reconciled_at=at)

    assert said(standing) == [(Code.NOT_RECONCILED, 1, False)]


def test_each_is_said_in_a_sentence() -> None:
    assert SENTENCES.keys() == set(Code)
