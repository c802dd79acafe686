"""The books on a terminal: each command reads what accounting answers, and prints it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table

from accounting.journal import Balance, trial_balance
from base.settings import Settings
from base.tools import open_tools
from refrain.output import say

_MICROS = 1_000_000


async def show_trial(settings: Settings, before: datetime | None, *, as_json: bool) -> None:
    """Print the sum of debits and credits of each kind of account, and of all.

    Of what was booked `before` a time (UTC), or of everything.

    Raises:
        Unavailable: the database is away.

    """
    async with open_tools(settings) as tools, tools.database.read() as session:
        until = before and before.replace(tzinfo=UTC)
        found = by_kind(await trial_balance(session, before=until))
    if as_json:
        rows = [
            {"account": kind, "currency": currency, "debits": debits, "credits": credits_}
            for (kind, currency), (debits, credits_) in found.items()
        ]
        say(json.dumps({"scale": 6, "balances": rows}))
        return
    table = Table("account", "currency")
    for name in ("debits", "credits", "balance"):
        table.add_column(name, justify="right")
    for (kind, currency), (debits, credits_) in found.items():
        table.add_row(
            kind, currency, *(shown(one) for one in (debits, credits_, debits - credits_))
        )
    Console().print(table)


def by_kind(balances: Iterable[Balance]) -> dict[tuple[str, str], tuple[int, int]]:
    """Answer debits and credits of each kind of account and currency, and of `total`."""
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for one in balances:
        for name in (one.account.kind, "total"):
            sums[name, one.currency][0] += one.debits
            sums[name, one.currency][1] += one.credits
    totals = sorted(sums, key=lambda key: (key[0] == "total", key))
    return {key: (sums[key][0], sums[key][1]) for key in totals}


def shown(micros: int) -> str:
    """Answer an amount as people read it, to its last millionth."""
    whole, rest = divmod(abs(micros), _MICROS)
    return f"{'-' if micros < 0 else ''}{whole:,}.{rest:06}"
