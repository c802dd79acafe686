"""A statement as CSV for spreadsheets and as JSON for programs; neither rounds anything away.

Amounts are micro-units; cents stand beside them for the eye, each with the rest of those before it
carried on, so that they add up too.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence

from accounting.statements import (
    MICROS_PER_CENT,
    Line,
    Statement,
    cents_of,
    in_cents,
    in_order,
    money,
)

SCALE = 6
_COLUMNS = ("part", "reason", "recording", "title", "step", "territory", "month", "late", "number")
_AMOUNTS = ("amount_micros", "amount", "currency")
#: What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(statement: Statement) -> str:
    """Answer a table: the balance at first, each line, the balance at the end."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow((*_COLUMNS, *_AMOUNTS))
    table.writerow(_balance(statement, "opening", statement.opening))
    lines = in_order(statement.lines)
    table.writerows(_rows(statement, "booked", lines, before=statement.opening))
    table.writerow(_balance(statement, "closing", statement.closing))
    if statement.version > 1:
        later = in_order(statement.corrections)
        table.writerows(_rows(statement, "booked later", later, before=statement.closing))
        table.writerow(_balance(statement, "restated", statement.restated))
    return text.getvalue()


def as_json(statement: Statement) -> str:
    """Answer a document; amounts are integers of micro-units, `scale` 6."""
    period = statement.period
    document = {
        "payee": {"id": statement.payee_id, "name": statement.payee},
        "period": period.name,
        "starts_at": period.starts_at.isoformat(),
        "ends_at": period.ends_at.isoformat(),
        "zone": period.zone,
        "currency": statement.currency,
        "scale": SCALE,
        "version": statement.version,
        "why": statement.why,
        "made_at": statement.made_at.isoformat(),
        "opening": statement.opening,
        "closing": statement.closing,
        "closing_cents": cents_of(statement.closing),
        "carried": statement.closing - cents_of(statement.closing) * MICROS_PER_CENT,
        "restated": statement.restated,
        "beside": {
            "reserve": statement.beside.reserve,
            "advance": statement.beside.advance,
            "suspense": statement.beside.suspense,
        },
        "lines": [_document(statement, line) for line in in_order(statement.lines)],
        "corrections": [_document(statement, line) for line in in_order(statement.corrections)],
        "digest": statement.digest.hex(),
    }
    return json.dumps(document, ensure_ascii=False)


def _document(statement: Statement, line: Line) -> dict[str, str | int | bool]:
    return {
        "reason": line.section.value,
        "recording": line.recording,
        "title": statement.title_of(line.recording),
        "step": line.step,
        "territory": line.territory,
        "month": line.month,
        "late": statement.is_late(line),
        "number": line.number,
        "amount": line.amount,
    }


def _rows(
    statement: Statement, part: str, lines: Sequence[Line], *, before: int
) -> Iterable[Sequence[str | int]]:
    # What is shown begins with the balance before, of which a part of a cent may be carried.
    shown = in_cents([before, *(line.amount for line in lines)])[1:]
    for line, cents in zip(lines, shown, strict=True):
        told = (line.section.value, line.recording, _cell(statement.title_of(line.recording)))
        where = (line.step or "", _cell(line.territory), line.month)
        late = "late" if statement.is_late(line) else ""
        amounts = (line.amount, money(cents), statement.currency)
        yield (part, *told, *where, late, line.number, *amounts)


def _balance(statement: Statement, part: str, amount: int) -> Sequence[str | int]:
    rest = [""] * (len(_COLUMNS) - 1)
    return (part, *rest, amount, money(cents_of(amount)), statement.currency)


def _cell(text: str) -> str:
    """Let a spreadsheet take it for a text, whatever an artist called it."""
    return f"'{text}" if text.startswith(_FORMULA) else text
