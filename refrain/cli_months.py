"""The commands of who closes months, and reads what they came to."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from refrain.starting import run, settings_of

AsJson = Annotated[bool, typer.Option("--json", help="One JSON line, for scripts.")]
Month = Annotated[str, typer.Argument(help="A month, as in 2026-11.")]
OfMonth = Annotated[str | None, typer.Option("--month", help="A month; this one unless told.")]
Before = Annotated[datetime | None, typer.Option(help="As of an instant (UTC); now unless told.")]


def close(
    month: Month,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it comes to.")] = False,
    as_json: AsJson = False,
) -> None:
    """Close a month: nothing is booked in it any more, and payees have their statements."""
    from refrain.months import close_month, look_ahead

    run((look_ahead if dry_run else close_month)(settings_of(), month, as_json=as_json))


def restate(
    month: Month,
    why: Annotated[str, typer.Option(help="A sentence that payees read.")],
    payee: Annotated[str | None, typer.Option(help="Of this payee alone.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Tell statements of a closed month anew, where later bookings changed what it came to."""
    from refrain.months import restate_month

    run(restate_month(settings_of(), month, why=why, payee=payee, as_json=as_json))


def statement(
    month: Month,
    payee: Annotated[str, typer.Argument(help="Whose: the id of their account, or of a label.")],
    out: Annotated[Path, typer.Option(help="Where it is written: .pdf, .csv or .json.")],
) -> None:
    """Write a statement to a file, as its payee gets it."""
    from refrain.months import write_statement

    run(write_statement(settings_of(), month, payee=payee, path=out))


def income(month: OfMonth = None, *, as_json: AsJson = False) -> None:
    """Show what the co-operative earned and spent in a month."""
    from refrain.months import show_income

    run(show_income(settings_of(), month, as_json=as_json))


def liabilities(before: Before = None, *, as_json: AsJson = False) -> None:
    """Show what is owed to listeners, payees and tax offices."""
    from refrain.months import show_liabilities

    run(show_liabilities(settings_of(), before, as_json=as_json))


def deferred(before: Before = None, *, as_json: AsJson = False) -> None:
    """Show credit that was paid for and not spent, by how long it has waited."""
    from refrain.months import show_deferred

    run(show_deferred(settings_of(), before, as_json=as_json))


def surplus(
    year: Annotated[int, typer.Argument(help="A year whose months are all closed.")],
    worked: Annotated[
        list[str] | None, typer.Option(help="Who did the work: ACCOUNT=WEIGHT; any number.")
    ] = None,
    currency: Annotated[str, typer.Option(help="Of what was earned in this.")] = "EUR",
    *,
    give: Annotated[bool, typer.Option("--give", help="Book it; else only say it.")] = False,
    as_json: AsJson = False,
) -> None:
    """Share a year's surplus among artists, listeners and workers; say it, or give it."""
    from refrain.months import Sharing, share_surplus, weights_of

    sharing = Sharing(year=year, worked=weights_of(worked or []), currency=currency, is_given=give)
    run(share_surplus(settings_of(), sharing, as_json=as_json))


COMMANDS = (close, restate, statement, income, liabilities, deferred, surplus)
