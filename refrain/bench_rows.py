"""How many rows PostgreSQL looks at for what a read asks, by its own count (EXPLAIN ANALYZE).

What is answered says little of that: what is looked at and left out takes as long, and grows with
all there is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event

from base.database import Database
from base.tools import Tools
from refrain.bench_asking import ask_all
from refrain.figures import Measurement, Metric
from stream.app import serving

#: A statement, and what it was asked with.
_Question = tuple[str, Any]
_RATE = 20.0
_LEFT_OUT = ("Rows Removed by Filter", "Rows Removed by Index Recheck")
#: Of a million tracks: what no question may have to look at.
_ROWS = Metric(name="api_rows_read", unit="", bar=20_000.0)
_ITSELF = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What the dearest question of a read looked at: rows, and pages of memory or disk."""

    rows: int = 0
    pages: int = 0


async def rows_read(tools: Tools, asked: Mapping[str, Sequence[str]]) -> dict[str, Measurement]:
    """Ask each read in turn, and then PostgreSQL what its dearest question looked at."""
    found = {}
    async with serving(tools, host="127.0.0.1", port=0) as origin:
        port = int(origin.rpartition(":")[2])
        for name, heads in asked.items():
            with _questions(tools.database) as questions:
                some = [[name, head] for head in heads]
                await ask_all(port, rate=_RATE, seconds=len(some) / _RATE, asked=some)
            looked = [await _looked(tools.database, *one) for one in questions]
            most = max(looked, key=lambda one: one.rows, default=Looked())
            about = f"{name}, {most.pages} pages"
            found[name] = _ROWS.measured(most.rows, _ITSELF, file=about)
    return found


@contextmanager
def _questions(database: Database) -> Iterator[list[_Question]]:
    """Answer a list that gets every question until the block ends."""
    said: list[_Question] = []

    def note(*told: Any) -> None:  # noqa: ANN401 - the driver's own
        if told[2].startswith(("SELECT", "WITH")):
            said.append((told[2], told[3]))

    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def _looked(database: Database, statement: str, told: Any) -> Looked:  # noqa: ANN401 - the driver's own
    explained = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}"
    async with database.engine.connect() as connection:
        rows = await connection.exec_driver_sql(explained, told)
        said = rows.scalar_one()
    [answer] = json.loads(said) if isinstance(said, str) else said
    plan = answer["Plan"]
    pages = plan.get("Shared Hit Blocks", 0) + plan.get("Shared Read Blocks", 0)
    return Looked(rows=round(_rows(plan)), pages=pages)


def _rows(plan: Mapping[str, Any]) -> float:
    """Answer what the scans of a plan looked at, as often as each was made."""
    own = 0.0
    if "Relation Name" in plan or "Index Name" in plan:
        left_out = sum(plan.get(name, 0) for name in _LEFT_OUT)
        own = (plan["Actual Rows"] + left_out) * plan["Actual Loops"]
    return own + sum(_rows(one) for one in plan.get("Plans", ()))
