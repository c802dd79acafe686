"""Statements to test with: a payee's month, without a database."""

from __future__ import annotations

from datetime import UTC, datetime

from accounting.months import month_named
from accounting.statements import Beside, Line, Period, Section, Statement, sum_of

MARCH = month_named("2026-03", "Europe/Berlin")


def line(  # noqa: PLR0913 - a line has as many sides
    section: Section = Section.PLAYS,
    *,
    recording: str = "song",
    step: int = 1,
    territory: str = "DE",
    month: str = "2026-03",
    number: int = 1,
    amount: int = 1680,
) -> Line:
    return Line(
        section=section,
        recording=recording,
        step=step,
        territory=territory,
        month=month,
        number=number,
        amount=amount,
    )


def statement(  # noqa: PLR0913 - a statement has as many sides
    *lines: Line,
    opening: int = 0,
    corrections: tuple[Line, ...] = (),
    version: int = 1,
    why: str = "",
    payee: str = "Ada",
    titles: dict[str, str] | None = None,
    beside: Beside | None = None,
) -> Statement:
    return Statement(
        payee_id="0f1e2d3c-4b5a-4968-8778-695a4b3c2d1e",
        payee=payee,
        period=Period(
            name=MARCH.name, starts_at=MARCH.starts_at, ends_at=MARCH.ends_at, zone=MARCH.zone
        ),
        currency="EUR",
        version=version,
        made_at=datetime(2026, 4, 2, 9, tzinfo=UTC),
        opening=opening,
        closing=opening + sum_of(lines),
        lines=lines,
        corrections=corrections,
        why=why,
        titles=titles,
        beside=beside or Beside(),
    )
