"""Three ways of payout beside each other, on a terminal and as a picture."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

from rich.console import Console
from rich.table import Table
from rich.text import Text

from accounting.comparison import Comparison
from accounting.comparison_picture import picture_of, shown
from accounting.months import month_named
from accounting.payout_ways import comparison_of, names_of
from base.log import escaped
from base.settings import Settings
from base.tools import open_tools
from refrain.output import say


async def compare_and_show(
    settings: Settings, name: str, *, currency: str, svg: Path | None, as_json: bool
) -> None:
    """Compare a month and print it.

    Raises:
        Refused: `bad-period`. Unavailable: the database is away.

    """
    month = month_named(name, settings.books_zone)
    async with open_tools(settings) as tools, tools.database.read() as session:
        found = await comparison_of(session, month, currency=currency)
        names = await names_of(session, [row.payee_id for row in found.rows])
    if svg is not None:
        title = f"What {month.name} pays"
        drawn = picture_of(found, names, title=title, currency=currency)
        await asyncio.to_thread(svg.write_text, drawn, "utf-8")
    if as_json:
        say(json.dumps({"month": month.name, "currency": currency, **found.as_json(names)}))
    else:
        Console().print(_table_of(found, names))


def _table_of(found: Comparison, names: Mapping[UUID, str]) -> Table:
    table = Table("payee", box=None)
    for name in ("listeners", "plays", "stream-to-own", "pro-rata", "user-centric"):
        table.add_column(name, justify="right")
    for row in found.rows:
        amounts = (shown(one) for one in (row.stream_to_own, row.pro_rata, row.user_centric))
        payee = Text(escaped(names.get(row.payee_id, str(row.payee_id))))
        table.add_row(payee, str(row.listeners), str(row.plays), *amounts)
    total = shown(found.micros)
    table.add_row("all", str(found.listeners), str(found.plays), total, total, total, style="bold")
    return table
