"""Tables of labels: whatever stands in a title, a row is a row, and nothing in it is a formula."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.dsr.financial import FINANCIAL, SALE, sale_lines
from accounting.dsr.lines import cells_of
from accounting.dsr.sold import Context, Sale, Summary, differences
from accounting.dsr.templates import FIELDS, About, DayForm, Row, Table, template_of
from accounting.statements import Section
from base.errors import Refused
from catalog.described import ReleaseDescribed, TrackDescribed

ABOUT = About(
    since=date(2026, 3, 1),
    until=date(2026, 3, 31),
    month="2026-03",
    number=2,
    message_id="M-2",
    replaces="M-1",
    sender="Kooperativ",
    recipient="=HYPERLINK()",
)
_TEXTS = st.text(max_size=20) | st.sampled_from(["=1+1", "+49", "-1", "@x", "\t=1", "\r=1", 'a"b'])
_NUMBER = re.compile(r"-?[0-9]+([.,][0-9]+)?")
_AMOUNTS = st.integers(0, 10**15)


@st.composite
def sales(draw: st.DrawFn) -> Sale:
    usages, returns = draw(st.integers(0, 10**6)), draw(st.integers(0, 10**3))
    release = ReleaseDescribed(
        id=UUID(int=2), title=draw(_TEXTS), artist=draw(_TEXTS), upc=draw(_TEXTS), grid=None
    )
    track = TrackDescribed(
        id=UUID(int=1),
        recording_id=UUID(int=3),
        title=draw(_TEXTS),
        artist=draw(_TEXTS),
        isrc=draw(_TEXTS),
        release=draw(st.none() | st.just(release)),
    )
    return Sale(
        track=track,
        currency="EUR",
        territory=draw(st.sampled_from(["DE", ""])),
        month="2026-03",
        step=draw(st.integers(0, 9)),
        usages=usages,
        returns=returns,
        price=draw(_AMOUNTS) if usages else 0,
        returned=draw(_AMOUNTS) if returns else 0,
        earned=draw(_AMOUNTS) if usages else 0,
        taken_back=draw(_AMOUNTS) if returns else 0,
        is_later=draw(st.booleans()),
    )


columns = st.one_of(
    st.fixed_dictionaries(
        {"name": st.text(st.characters(categories=("L", "P", "S")), min_size=1, max_size=9),
         "field": st.sampled_from(sorted(FIELDS))}
    ),
    st.fixed_dictionaries(
        {"name": st.just("Fixed"), "text": st.sampled_from(["", "=SUM(A1)", "4711", "a;b,c|d"])}
    ),
)  # fmt: skip
templates = st.fixed_dictionaries(
    {
        "columns": st.lists(columns, min_size=1, max_size=8),
        "delimiter": st.sampled_from([",", ";", "\t", "|"]),
        "decimal": st.sampled_from([".", ","]),
        "days": st.sampled_from([one.value for one in DayForm]),
        "places": st.integers(0, 10),
        "has_header": st.booleans(),
        "has_totals": st.booleans(),
        "has_mark": st.booleans(),
    }
)


def printed(said: dict[str, Any], found: list[Sale]) -> tuple[str, list[Row]]:
    table = Table(template_of(said))
    rows = [
        Row(about=ABOUT, sale=one, currency=one.currency, reason="play", amount=one.net)
        for one in found
    ]
    return table.head() + "".join(map(table.row, rows)) + table.foot(), rows


@given(templates, st.lists(sales(), max_size=5))
def test_whatever_is_sold_a_row_has_the_columns_that_were_asked_for(
    said: dict[str, Any], found: list[Sale]
) -> None:
    text, _ = printed(said, found)

    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""),
                           delimiter=said["delimiter"]))  # fmt: skip

    totals = said["has_totals"] and bool(found)
    assert len(rows) == len(found) + said["has_header"] + totals
    assert all(len(row) == len(said["columns"]) for row in rows)
    for row in rows[said["has_header"] : len(rows) - totals]:
        for cell in row:
            is_number = _NUMBER.fullmatch(cell) is not None
            assert is_number or not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert not set("\n\x00\u2028") & set("".join(map("".join, rows)))


@given(st.lists(sales(), max_size=6), st.sampled_from([".", ","]))
def test_the_last_row_is_what_all_rows_come_to_and_no_amount_is_rounded(
    found: list[Sale], decimal: str
) -> None:
    said = {
        "columns": [{"name": "A", "field": "currency"}, {"name": "B", "field": "amount"},
                    {"name": "C", "field": "usages"}],
        "decimal": decimal, "has_totals": True, "has_header": False,
    }  # fmt: skip
    text, rows = printed(said, found)

    cells = list(csv.reader(io.StringIO(text)))

    amounts = [Decimal(row[1].replace(",", ".")) for row in cells]
    assert [int(one * 1_000_000) for one in amounts[: len(rows)]] == [one.amount for one in rows]
    if rows:
        assert amounts[-1] == sum(amounts[:-1])
        assert cells[-1][2] == str(sum(one.usages for one in found))


@given(sales())
def test_whatever_is_sold_is_a_record_of_the_profile(sale: Sale) -> None:
    line, *specific = sale_lines(7, sale, 1)

    record, flaws = SALE.record(cells_of(line))

    assert flaws == []
    assert len(specific) == sale.is_later
    assert FINANCIAL.adds(record) == {
        "AllocatedUsages": sale.usages,
        "Returns": sale.returns,
        "AllocatedRevenue": sale.earned,
        "AllocatedNetRevenue": sale.net,
    }


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({}, "columns"),
        ({"columns": []}, "columns"),
        ({"columns": [{"name": "A"}]}, "`field`, or has a `text`"),
        ({"columns": [{"name": "A", "field": "isrc", "text": "x"}]}, "not both"),
        ({"columns": [{"name": "A", "field": "__init__"}]}, "no field `__init__`"),
        ({"columns": [{"name": "A\n", "field": "isrc"}]}, "control characters"),
        ({"columns": [{"name": "A", "text": "x"}], "delimiter": "#"}, "delimiter"),
        ({"columns": [{"name": "A", "text": "x"}], "days": "%Y"}, "days"),
        ({"columns": [{"name": "A", "text": "x"}], "places": 11}, "places"),
        ({"columns": [{"name": "A", "text": "x"}], "run": "code"}, "run"),
    ],
)
def test_what_is_no_template_is_refused_and_why(said: dict[str, Any], says: str) -> None:
    with pytest.raises(Refused, match="report-template-unfit") as refused:
        template_of(said)

    assert says in refused.value.sentence


@pytest.mark.parametrize(("form", "says"), [("YYYYMMDD", "20260301"), ("DD/MM/YYYY", "01/03/2026")])
def test_days_are_written_as_they_are_asked_for(form: str, says: str) -> None:
    assert DayForm(form).of(ABOUT.since) == says


def test_differences_name_what_differs_and_by_how_much() -> None:
    plays = ("EUR", False, Section.PLAYS)
    summary = Summary(net=5)

    assert differences({plays: 5}, {plays: 5}, {Context(currency="EUR"): summary}) == []
    [booked] = differences({plays: 4}, {plays: 5}, {Context(currency="EUR"): summary})
    assert "the books have 4, and the statements tell 5" in booked
    [summed] = differences({plays: 6}, {plays: 6}, {Context(currency="EUR"): summary})
    assert "the report comes to 5, and the statements to 6" in summed


def test_what_is_lent_and_paid_out_is_no_part_of_what_was_earned() -> None:
    told = {("EUR", False, one): 100 for one in (Section.PAYOUTS, Section.ADVANCES)}
    kept = {("EUR", False, Section.RECOUPMENT): -30, ("EUR", False, Section.SHARES): 80}
    summary = Summary(
        beside={Section.PAYOUTS: 100, Section.ADVANCES: 100, Section.RECOUPMENT: -30,
                Section.SHARES: 80}
    )  # fmt: skip

    assert summary.total == 50
    assert summary.deductions == [(Section.RECOUPMENT, 30)]
    assert differences(told | kept, told | kept, {Context(currency="EUR"): summary}) == []
