"""Flat files: what is written is read again, and whatever is done to a file is found."""

from __future__ import annotations

import io
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.dsr.basic_audio import BASIC_AUDIO, RECORDING, SALES, STREAMS, SUMMARY
from accounting.dsr.cells import Cell, CellKind, Value, decimal_of, micros_of, text_of
from accounting.dsr.checking import Checked, Checker, Finding, faults_of
from accounting.dsr.lines import cells_of, harmless, line_of
from accounting.dsr.naming import FileName
from accounting.dsr.profiles import FOOT, Head
from accounting.dsr.writing import Report
from base.errors import Broken, Refused

_HEAD = Head(
    message_id="M-1",
    created_at=datetime(2026, 11, 3, 8, tzinfo=UTC),
    since=date(2026, 10, 1),
    until=date(2026, 10, 31),
    sender_id="PADPIDA2020010101X",
    sender="Kooperativ",
    service="StreamToOwn",
    recipient_id="PADPIDA2020010102Y",
    recipient="A label",
)


@dataclass(frozen=True)
class Sold:
    """A row of a block."""

    summary: int
    number: int
    returned: int
    price: int
    is_stream: bool


sold = st.builds(
    Sold,
    summary=st.integers(1, 3),
    number=st.integers(0, 10**6),
    returned=st.integers(0, 10**3),
    price=st.integers(0, 10**10),
    is_stream=st.booleans(),
)
blocks = st.lists(st.tuples(st.text(min_size=1), st.lists(sold, min_size=1, max_size=4)))


def _block(number: int, title: str, rows: list[Sold]) -> list[str]:
    lines = [
        RECORDING.line(
            {
                "BlockId": number,
                "ResourceReference": 1,
                "DspResourceId": f"track:{number}",
                "ISRC": ("DEABC2600001",),
                "Title": title,
                "DisplayArtistName": title,
                "ResourceType": "SoundRecording",
            }
        )
    ]
    for place, one in enumerate(rows):
        values: dict[str, Value] = {
            "BlockId": number,
            "SummaryRecordId": one.summary,
            "SalesTransactionId": f"{number}-{place}",
            "TransactedResource": 1,
            "IsRoyaltyBearing": True,
            "PriceConsumerPaidExcSalesTax": decimal_of(one.price),
        }
        if one.is_stream:
            lines.append(STREAMS.line({**values, "NumberOfStreams": one.number}))
        else:
            counts = {"Usages": one.number, "Returns": one.returned, "SalesUpgrade": False}
            lines.append(SALES.line({**values, **counts}))
    return lines


def _summaries(some: list[tuple[str, list[Sold]]]) -> list[str]:
    usages, revenue = defaultdict[int, int](int), defaultdict[int, int](int)
    for one in (one for _, rows in some for one in rows):
        usages[one.summary] += one.number
        returned = 0 if one.is_stream else one.returned
        revenue[one.summary] += (one.number - returned) * one.price
    return [
        SUMMARY.line(
            {
                "SummaryRecordId": number,
                "CommercialModel": "PayAsYouGoModel",
                "UseType": "OnDemandStream",
                "Territory": "DE",
                "Usages": usages[number],
                "CurrencyOfReporting": "EUR",
                "NetRevenue": decimal_of(revenue[number]),
            }
        )
        for number in (1, 2, 3)
    ]


def _written(some: list[tuple[str, list[Sold]]], most_lines: int | None = None) -> list[str]:
    report = Report(BASIC_AUDIO, io.BytesIO, most_lines=most_lines)
    for number, (title, rows) in enumerate(some, 1):
        report.add(_block(number, title, rows))
    files = []
    for number in range(1, report.files + 1):
        out = io.BytesIO()
        report.write(number, out, head=_HEAD, summaries=_summaries(some))
        files.append(out.getvalue().decode())
    report.close()
    return files


def _checked(text: str) -> Checked:
    checker = Checker([BASIC_AUDIO])
    for line in text.removesuffix("\n").split("\n"):
        checker.take(line)
    return checker.end()


def _found(files: list[str]) -> list[Finding]:
    checked = [_checked(one) for one in files]
    return [*(one for file in checked for one in file.findings), *faults_of(checked)]


@given(blocks, st.none() | st.integers(1, 20))
def test_whatever_is_written_is_a_report_whose_sums_are_right(
    some: list[tuple[str, list[Sold]]], most_lines: int | None
) -> None:
    files = _written(some, most_lines)

    assert _found(files) == []
    assert sum(_checked(one).blocks for one in files) == len(some)


@given(blocks.filter(bool), st.data())
def test_a_line_that_is_lost_doubled_or_changed_is_found(
    some: list[tuple[str, list[Sold]]], data: st.DataObject
) -> None:
    lines = _written(some)[0].removesuffix("\n").split("\n")
    at = data.draw(st.integers(0, len(lines) - 1))
    how = data.draw(st.sampled_from(["lost", "doubled", "swapped"]))

    if how == "lost":
        harmed = lines[:at] + lines[at + 1 :]
    elif how == "doubled":
        harmed = [*lines[: at + 1], *lines[at:]]
    else:
        harmed = _with_other_figure(lines, at)

    assert _found(["\n".join(harmed)])


def _with_other_figure(lines: list[str], at: int) -> list[str]:
    """Change a figure of the first row after a place that has one, or of the last line."""
    columns = {"SY01.01": 8, "SU02": 7, "FOOT": 1}
    place = next(n for n in range(at, len(lines)) if lines[n].split("\t")[0] in columns)
    cells = lines[place].split("\t")
    cells[columns[cells[0]]] = str(int(cells[columns[cells[0]]]) + 1)
    return [*lines[:place], "\t".join(cells), *lines[place + 1 :]]


def test_a_month_without_sales_is_a_head_summaries_and_a_foot() -> None:
    (text,) = _written([])

    assert [line.split("\t")[0] for line in text.splitlines()] == [
        *("HEAD", "SY01.01", "SY01.01", "SY01.01", "FOOT")
    ]
    assert text.splitlines()[-1] == "FOOT\t5\t5\t3\t0\t0"
    assert _found([text]) == []


def test_a_report_of_several_files_says_in_each_how_many_lines_all_have() -> None:
    some = [("A", [Sold(1, 2, 0, 2400, is_stream=True)])] * 3

    files = _written(some, most_lines=2)

    assert [one.splitlines()[-1] for one in files] == ["FOOT\t7\t21\t3\t1\t3"] * 3
    assert [one.split("\t")[6:8] for one in files] == [["1", "3"], ["2", "3"], ["3", "3"]]
    assert _found(files) == []
    assert {one.rule for one in _found(files[:2])} == {"files", "sum", "count"}


@given(st.lists(st.lists(st.text(min_size=1), max_size=3), min_size=1, max_size=5))
def test_cells_are_read_as_they_were_written_and_a_line_stays_one(cells: list[list[str]]) -> None:
    line = line_of(cells)

    assert len(line.splitlines()) <= 1
    assert cells_of(line) == [[harmless(one) for one in values] for values in cells]


def test_what_a_title_holds_is_escaped_or_made_harmless() -> None:
    assert line_of([["A|B"], [], ["C\\D"], ["E\tF"], ["G\r\nH\x1b[2J\x00"]]) == (
        "A\\|B\t\tC\\\\D\tE\\\tF\tG  H [2J "
    )


@pytest.mark.parametrize("line", ["A\\B", "A\\", "A\\\\\\"])
def test_a_backslash_before_what_needs_none_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="backslash"):
        cells_of(line)


@given(st.integers(-(2**63), 2**63))
def test_amounts_are_exact_however_large(micros: int) -> None:
    assert micros_of(text_of(micros)) == micros
    assert decimal_of(micros) * 10**6 == micros


@pytest.mark.parametrize(
    ("micros", "text"), [(2400, "0.0024"), (1_226_400, "1.2264"), (-5_000_000, "-5"), (0, "0")]
)
def test_amounts_have_no_more_places_than_needed(micros: int, text: str) -> None:
    assert text_of(micros) == text


@pytest.mark.parametrize("text", ["0.0000001", "1e3", "", "1,5", "NaN", "٣"])
def test_what_is_no_amount_in_micro_units_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no amount"):
        micros_of(text)


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (CellKind.FLAG, True, "true"),
        (CellKind.DECIMAL, Decimal("1E+2"), "100"),
        (CellKind.DAY, date(2026, 10, 1), "2026-10-01"),
        (CellKind.INSTANT, datetime(2026, 10, 1, 12, tzinfo=UTC), "2026-10-01T12:00:00Z"),
        (CellKind.DURATION, "PT3M7.5S", "PT3M7.5S"),
    ],
)
def test_values_are_printed_as_their_cells_want_them(
    kind: CellKind, value: Value, text: str
) -> None:
    assert Cell(name="A", kind=kind).texts(value) == [text]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (Cell(name="A", needed=True), None),
        (Cell(name="A"), ("1", "2")),
        (Cell(name="A", kind=CellKind.WHOLE), "1.5"),
        (Cell(name="A", kind=CellKind.DURATION), "PT"),
        (Cell(name="A", kind=CellKind.FLAG), "yes"),
    ],
)
def test_what_a_cell_may_not_hold_is_never_written(cell: Cell, value: Value) -> None:
    with pytest.raises(Broken, match="dsr-cell"):
        cell.texts(value)


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("HEAD\t", "HAED\t", "no-head"),
        ("BasicAudioProfile\t1.2", "BasicAudioProfile\t9.9", "profile"),
        ("SU02\t1\t1", "SU02\t1\t7", "summary-unknown"),
        ("SU02\t1\t1", "SU09\t1\t1", "record"),
        ("1-0\t\t1\ttrue", "1-0\t\t2\ttrue", "reference"),
        ("1-0\t\t1\ttrue", "1-0\t\t\ttrue", "transacted"),
        ("\ttrue\t2\t", "\ttrue\tmany\t", "cell"),
        ("\ttrue\t2\t", "\t2\t", "cell"),
        ("0.0024", "0.0025", "sum"),
        ("FOOT\t", "#FOOT\t", "no-foot"),
        ("SY01.01\t2", "SY01.01\t1", "summary-again"),
        ("track:1", "track\\:1", "escape"),
        ("FOOT\t10", "FOOT\t11", "count"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(old: str, new: str, rule: str) -> None:
    rows = [Sold(1, 2, 0, 2400, is_stream=True), Sold(2, 1, 1, 5, is_stream=False)]
    text = _written([("A", rows), ("B", rows[:1])])[0]
    assert old in text

    assert rule in {one.rule for one in _found([text.replace(old, new, 1)])}


def test_a_block_that_comes_again_or_out_of_order_is_found() -> None:
    one = _written([("A", [Sold(1, 2, 0, 2400, is_stream=True)])])[0].splitlines()
    again = [*one[:4], *one[4:6], *[line.replace("\t1\t", "\t0\t", 1) for line in one[4:6]], one[6]]

    assert "block-again" in {each.rule for each in _found(["\n".join(again)])}
    assert "order" in {
        each.rule for each in _found(["\n".join([*one[:4], one[5], one[4], one[6]])])
    }


def test_findings_of_a_file_that_is_none_are_few() -> None:
    garbage = [f"SU02\t{n}" for n in range(1000)]

    assert len(_checked("\n".join([_written([])[0].splitlines()[0], *garbage])).findings) == 100


def test_names_of_files_are_read_as_they_are_written() -> None:
    name = FileName(
        recipient="PADPIDA2020010102Y",
        sender="PADPIDA2020010101X",
        service="",
        period="2026-10",
        territory="multi",
        created_at=datetime(2026, 11, 3, 8, 5, 9, tzinfo=UTC),
        number=2,
        files=3,
        is_packed=True,
    )

    assert str(name) == (
        "DSR_PADPIDA2020010102Y_PADPIDA2020010101X__2026-10_multi_2of3_20261103T080509.tsv.gz"
    )
    assert FileName.parse(str(name)) == name
    assert name.semaphore == (
        "DSR_PADPIDA2020010102Y_PADPIDA2020010101X__2026-10_multi_20261103T080509.ctrl"
    )


@pytest.mark.parametrize(
    "name",
    [
        "DSR_A_B_C_2026-10_DE_1of1_20261103T080000.txt",
        "DSR_A_B_C_2026-13_DE_1of1_20261103T080000.tsv",
        "DSR_A_B_C_2026-10_DE_2of1_20261103T080000.tsv",
        "DSR_A_B_C_2026-10_DE_1of1_20261303T080000.tsv",
        "DSR_../A_B_C_2026-10_DE_1of1_20261103T080000.tsv",
        "DSR_A_B_2026-10_DE_1of1_20261103T080000.tsv",
    ],
)
def test_what_is_no_name_of_a_report_is_refused(name: str) -> None:
    with pytest.raises(Refused, match="dsr-name"):
        FileName.parse(name)


def test_single_records_come_in_one_file() -> None:
    with pytest.raises(Broken, match="dsr-files"):
        Report(replace(BASIC_AUDIO, has_blocks=False), io.BytesIO, most_lines=9)


def test_a_foot_has_the_cells_that_its_profile_gives_it() -> None:
    assert FOOT.line({"NumberOfLinesInFile": 1, "NumberOfSummaryRecords": 1,
                      "NumberOfBlocksInFile": 0}) == "FOOT\t1\t\t1\t0\t"  # fmt: skip
