"""Figures as a file that spreadsheets open."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from aiohttp import web

from stream.attachments import attachment

#: What a spreadsheet would take for a formula, in front of a text (CWE-1236).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
Cell = str | int | None


def csv_file(name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> web.Response:
    """Answer a table as a file; its first line says what stands in each column."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(head)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    headers = {
        "Content-Disposition": attachment(name, ".csv"),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return web.Response(
        text=file.getvalue(), content_type="text/csv", charset="utf-8", headers=headers
    )


def _safe(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
