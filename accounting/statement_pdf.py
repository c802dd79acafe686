"""A statement on paper: what it came to, by which tracks, and how anyone can check it.

It is for people: tracks that brought little are told together. Amounts in tables and beside bars
are whole, to the micro-unit, so that the same sum is the same wherever it stands; each table of
what was earned comes to all that was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from accounting.printing import BOTTOM, LEFT, RIGHT, ROW, Column, Face, Ink, Paper
from accounting.statements import (
    DEDUCTIONS,
    EARNINGS,
    MICROS_PER_CENT,
    TITLES,
    Line,
    Proof,
    Section,
    Statement,
    Sum,
    cents_of,
    exactly,
    in_order,
    money,
    sum_of,
    sums_by,
)

#: Bars on the first page, and rows of a table before the rest is told together.
_BARS, _ROWS = 8, 200
_BAR_LEFT, _BAR_WIDTH = 216, 240
#: What is heard and bought; the rest of what is earned stands in rows of its own.
_SALES = (Section.PLAYS, Section.PURCHASES)
_MINUS = "\N{MINUS SIGN}"
_NARROW = "\N{NO-BREAK SPACE}"


def as_pdf(statement: Statement, *, proof: Proof | None = None) -> bytes:
    """Answer a statement as a PDF document of A4 pages."""
    counted = _printed(statement, proof or Proof(), pages=0)
    return _printed(statement, proof or Proof(), pages=counted.page).printed()


def _printed(statement: Statement, proof: Proof, *, pages: int) -> Paper:
    title = f"Statement {statement.period.name}, {statement.payee}"
    paper = Paper(title=title, foot=lambda paper, page: _foot(paper, statement, proof, page, pages))
    _cover(paper, statement)
    _account(paper, statement)
    _bars(paper, statement)
    _by_track(paper, statement)
    _by(paper, statement, "By step", _step)
    _by(paper, statement, "By territory", lambda line: line.territory or "not known")
    _by(paper, statement, "By month in which it happened", lambda line: line.month)
    _corrections(paper, statement)
    return paper


def _cover(paper: Paper, statement: Statement) -> None:
    period = statement.period
    paper.text(LEFT, 64, "Refrain", size=11, face=Face.STRONG, ink=Ink.ACCENT)
    version = f", version {statement.version}" if statement.version > 1 else ""
    paper.text(RIGHT, 64, f"Statement{version}", size=11, ink=Ink.GREY, ends=True)
    paper.rule(74, ink=Ink.ACCENT)
    zone = ZoneInfo(period.zone)
    paper.text(LEFT, 128, f"{period.starts_at.astimezone(zone):%B %Y}", size=34, face=Face.LIGHT)
    paper.text(LEFT, 152, statement.payee, size=15, face=Face.STRONG, width=RIGHT - LEFT)
    bounds = (
        f"From {_instant(period.starts_at, zone)} until before {_instant(period.ends_at, zone)}"
    )
    paper.text(LEFT, 170, f"{bounds}, {period.zone}", ink=Ink.GREY)
    made = f"Made {_instant(statement.made_at, zone)}; amounts are in {statement.currency}"
    paper.text(LEFT, 183, made, ink=Ink.GREY)
    figures = (
        ("earned", sum_of(statement.of(*EARNINGS))),
        ("paid out", -sum_of(statement.of(Section.PAYOUTS))),
        ("owed to you at the end", statement.closing),
    )
    for number, (what, amount) in enumerate(figures):
        _figure(paper, LEFT + 170 * number, what, amount)
    paper.y = 282


def _figure(paper: Paper, x: int, what: str, amount: int) -> None:
    paper.rule(208, ink=Ink.BLACK, left=x, right=x + 143)
    paper.text(x, 241, _shown(cents_of(amount)), size=27, face=Face.LIGHT)
    paper.text(x, 257, what, size=10)
    paper.text(x, 269, f"exactly {exactly(amount).replace('-', _MINUS)}", size=8, ink=Ink.GREY)


def _account(paper: Paper, statement: Statement) -> None:
    """Print the way from the balance at first to the balance at the end."""
    sections = [
        each
        for each in (*EARNINGS, Section.ADVANCES, *DEDUCTIONS, Section.PAYOUTS)
        if statement.of(each)
    ]
    amounts = [statement.opening, *(sum_of(statement.of(each)) for each in sections)]
    names = ["Balance at the beginning", *(TITLES[each] for each in sections)]
    rows = [(name, _exact(amount)) for name, amount in zip(names, amounts, strict=True)]
    end = ("Balance at the end", _exact(statement.closing))
    paper.heading("The account", needs=len(rows) + 1)
    columns = (Column(heading="", x=LEFT), Column(heading="", x=RIGHT, is_figure=True))
    paper.y -= ROW // 2
    paper.table(columns, [*rows, end])
    _notes(paper, statement)


def _notes(paper: Paper, statement: Statement) -> None:
    rest = abs(statement.closing - cents_of(statement.closing) * MICROS_PER_CENT)
    beside = statement.beside
    said = [
        (rest, "{} is part of a cent, and stays on your account."),
        (beside.reserve, "{} is held in reserve for you."),
        (beside.advance, "{} of advances is still to be recouped."),
        (beside.suspense, "{} waits until you accept your share."),
    ]
    for amount, sentence in said:
        if amount:
            told = sentence.format(f"{exactly(amount)} {statement.currency}")
            paper.text(LEFT, paper.y, told, size=8, ink=Ink.GREY)
            paper.y += 11


def _bars(paper: Paper, statement: Statement) -> None:
    """Draw what the best tracks earned; what was heard before the month is paler."""
    key = _track(statement)
    lines = [line for line in statement.of(*EARNINGS) if line.recording]
    best = [one for one in sums_by(lines, key) if one.amount > 0][:_BARS]
    if not best:
        return
    paper.heading("What earned most", needs=len(best))
    for one in best:
        late = sum_of(x for x in lines if key(x) == one.of and statement.is_late(x))
        whole = max(1, _BAR_WIDTH * one.amount // best[0].amount)
        pale = min(whole, max(0, _BAR_WIDTH * late // best[0].amount))
        paper.text(LEFT, paper.y, _name(one.of), width=_BAR_LEFT - LEFT - 10)
        paper.bar(_BAR_LEFT, paper.y - 8, whole - pale, height=9, ink=Ink.ACCENT)
        paper.bar(_BAR_LEFT + whole - pale, paper.y - 8, pale, height=9, ink=Ink.SOFT)
        paper.text(RIGHT, paper.y, _exact(one.amount), ends=True)
        paper.y += ROW
    if any(statement.is_late(line) for line in lines):
        said = "Paler: heard in months before, and known to us only in this one."
        paper.text(_BAR_LEFT, paper.y, said, size=8, ink=Ink.GREY)
        paper.y += ROW


def _by_track(paper: Paper, statement: Statement) -> None:
    lines, key = statement.of(*EARNINGS), _track(statement)
    if not lines:
        return
    sums, plays = sums_by(lines, key), _plays(lines, key)
    late = _plays(filter(statement.is_late, lines), key)
    rows = [(_name(one.of), _count(plays[one.of]), _count(late[one.of])) for one in sums]
    columns = (
        Column(heading="Track", x=LEFT, width=270),
        Column(heading="plays", x=385, is_figure=True),
        Column(heading="of them late", x=450, is_figure=True),
        Column(heading=statement.currency, x=RIGHT, is_figure=True),
    )
    end = ("All tracks", _count(plays.total()), _count(late.total()))
    paper.heading("By track", needs=min(len(rows), 4))
    paper.table(columns, _summed(rows, sums, end))


def _by(paper: Paper, statement: Statement, heading: str, part: Callable[[Line], str]) -> None:
    """Print what was earned by something, in the order of that; what is no sale stands last."""
    lines = statement.of(*EARNINGS)
    if not lines:
        return

    def key(line: Line) -> str:
        # What it is called stands behind the tab, and before it how it is sorted.
        return f"0\t{part(line)}" if line.section in _SALES else f"1\t{TITLES[line.section]}"

    plays = _plays(lines, key)
    sums = sorted(sums_by(lines, key), key=lambda one: one.of)
    rows = [(_name(one.of), _count(plays[one.of])) for one in sums]
    columns = (
        Column(heading="", x=LEFT),
        Column(heading="plays", x=450, is_figure=True),
        Column(heading=statement.currency, x=RIGHT, is_figure=True),
    )
    paper.heading(heading, needs=min(len(rows), 4))
    paper.table(columns, _summed(rows, sums, ("Together", _count(plays.total()))))


def _corrections(paper: Paper, statement: Statement) -> None:
    """Print what was booked since, in a statement of a later version."""
    if statement.version == 1:
        return
    paper.heading("What changed since it was first made")
    paper.text(LEFT, paper.y, f"Why: {statement.why}", width=RIGHT - LEFT)
    paper.y += 2 * ROW
    lines = in_order(statement.corrections)
    rows = [
        (TITLES[line.section], statement.title_of(line.recording), line.month, _count(line.number))
        for line in lines
    ]
    sums = [Sum(of="", number=line.number, amount=line.amount) for line in lines]
    columns = (
        Column(heading="", x=LEFT, width=120),
        Column(heading="Track", x=180, width=190),
        Column(heading="month", x=380),
        Column(heading="number", x=450, is_figure=True),
        Column(heading=statement.currency, x=RIGHT, is_figure=True),
    )
    paper.table(columns, _summed(rows, sums, ("All changes", "", "", "")))
    paper.y += ROW // 2
    told = f"With them the balance at the end would have been {exactly(statement.restated)}."
    paper.text(LEFT, paper.y, f"{told} They are booked in later periods.", ink=Ink.GREY)


def _summed(
    rows: Sequence[tuple[str, ...]], sums: Sequence[Sum], end: tuple[str, ...]
) -> list[tuple[str, ...]]:
    """Answer rows with their amounts, which add up to that of the last; many are told as one."""
    told = [(*row, _exact(one.amount)) for row, one in zip(rows[:_ROWS], sums[:_ROWS], strict=True)]
    if rest := sums[_ROWS:]:
        blank = ("",) * (len(end) - 1)
        told.append((f"{len(rest)} others", *blank, _exact(sum(one.amount for one in rest))))
    return [*told, (*end, _exact(sum(one.amount for one in sums)))]


def _track(statement: Statement) -> Callable[[Line], str]:
    """Answer what says in which row of tracks a line is told: sales, and apart what is none."""

    def key(line: Line) -> str:
        if line.section in _SALES:
            return f"{line.recording}\t{statement.title_of(line.recording)}"
        what = TITLES[line.section]
        if not line.recording:
            return f"\t{what}"
        return f"{line.recording} {what}\t{statement.title_of(line.recording)}: {what.lower()}"

    return key


def _plays(lines: Iterable[Line], key: Callable[[Line], str]) -> Counter[str]:
    """Count plays by something; those that were undone count against them."""
    found = Counter[str]()
    for line in lines:
        if line.section is Section.PLAYS:
            found[key(line)] += line.number
        elif line.section is Section.REFUNDS and line.step:
            found[key(line)] -= line.number
    return found


def _foot(paper: Paper, statement: Statement, proof: Proof, page: int, pages: int) -> None:
    paper.rule(BOTTOM + 16)
    said = f"Digest of this statement {statement.digest.hex()}"
    paper.text(LEFT, BOTTOM + 28, said, size=7, ink=Ink.GREY)
    told = [f"{name} {value}" for name, value in _proofs(proof) if value]
    for number, one in enumerate(told):
        paper.text(LEFT, BOTTOM + 38 + 10 * number, one, size=7, ink=Ink.GREY)
    of_pages = f"{statement.period.name}, page {page} of {pages}"
    paper.text(RIGHT, BOTTOM + 28, of_pages, size=7, ink=Ink.GREY, ends=True)


def _proofs(proof: Proof) -> tuple[tuple[str, str], ...]:
    return ("Root of the journal", proof.root), ("Head of its chain", proof.head)


def _shown(cents: int) -> str:
    """Answer cents with thousands apart, and a minus that is as wide as a digit."""
    whole, _, rest = money(abs(cents)).partition(".")
    grouped = f"{int(whole):,}".replace(",", _NARROW)
    return f"{_MINUS if cents < 0 else ''}{grouped}.{rest}"


def _exact(amount: int) -> str:
    """Answer an amount to the micro-unit, with thousands apart."""
    whole, _, rest = exactly(abs(amount)).partition(".")
    grouped = f"{int(whole):,}".replace(",", _NARROW)
    return f"{_MINUS if amount < 0 else ''}{grouped}.{rest}"


def _name(key: str) -> str:
    return key.partition("\t")[2]


def _step(line: Line) -> str:
    return f"Play {line.step}" if line.step else "Bought outright"


def _count(number: int) -> str:
    return f"{number:,}".replace(",", _NARROW).replace("-", _MINUS) if number else ""


def _instant(at: datetime, zone: ZoneInfo) -> str:
    there = at.astimezone(zone)
    return f"{there.day} {there:%B %Y, %H:%M}"
