"""The commands of who closes months, and reads what they came to."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from refrain.starting import run, settings_of

AsJson = Annotated[bool, typer.Option("--json", help="One JSON line, for scripts.")]
Token = Annotated[str, typer.Option(envvar="REFRAIN_TOKEN", help="Bearer token of a treasurer.")]
Month = Annotated[str, typer.Argument(help="A month, as in 2026-11.")]
OfMonth = Annotated[str | None, typer.Option("--month", help="A month; this one unless told.")]
Before = Annotated[datetime | None, typer.Option(help="As of an instant (UTC); now unless told.")]


def close(
    month: Month,
    token: Token = "",
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it comes to.")] = False,
    as_json: AsJson = False,
) -> None:
    """Close a month: nothing is booked in it any more, and payees have their statements."""
    from refrain.months import close_month, look_ahead

    if dry_run:
        run(look_ahead(settings_of(), month, as_json=as_json))
    else:
        run(close_month(settings_of(), month, token=token, as_json=as_json))


def restate(
    month: Month,
    why: Annotated[str, typer.Option(help="A sentence that payees read.")],
    payee: Annotated[str | None, typer.Option(help="Of this payee alone.")] = None,
    token: Token = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Tell statements of a closed month anew, where later bookings changed what it came to."""
    from accounting.restating import Restating
    from refrain.months import restate_month

    asked = Restating(period=month, why=why, payee_id=payee)
    run(restate_month(settings_of(), asked, token=token, as_json=as_json))


def statement(
    month: Month,
    payee: Annotated[str, typer.Argument(help="Whose: the id of their account, or of a label.")],
    out: Annotated[Path, typer.Option(help="Where it is written: .pdf, .csv or .json.")],
    currency: Annotated[
        str | None, typer.Option(help="In which; needed where there are several.")
    ] = None,
    version: Annotated[
        int | None, typer.Option(min=1, help="Which of several; the latest unless told.")
    ] = None,
) -> None:
    """Write a statement to a file, as its payee gets it."""
    from accounting.told import Which
    from refrain.months import write_statement

    asked = Which(payee_id=payee, period=month, currency=currency, version=version)
    run(write_statement(settings_of(), asked, path=out))


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


def surplus(  # noqa: PLR0913 - what may be said of it
    year: Annotated[int, typer.Argument(help="A year whose months are all closed.")],
    worked: Annotated[
        list[str] | None, typer.Option(help="Who did the work: ACCOUNT=WEIGHT; any number.")
    ] = None,
    workers: Annotated[
        str, typer.Option(help="Class of members who did the work, each as much as the others.")
    ] = "",
    currency: Annotated[str, typer.Option(help="Of what was earned in this.")] = "EUR",
    token: Token = "",
    *,
    propose: Annotated[bool, typer.Option("--propose", help="Propose to give it so.")] = False,
    give: Annotated[bool, typer.Option("--give", help="Book what another proposed.")] = False,
    as_json: AsJson = False,
) -> None:
    """Share a year's surplus among artists, listeners and workers: say it, propose it, give it."""
    from refrain.months import (
        Sharing,
        give_surplus,
        members_worked,
        propose_surplus,
        share_surplus,
        weights_of,
    )

    if give and (propose or worked or workers):
        raise typer.BadParameter("what is given is what another person proposed, as it is")
    settings = settings_of()
    weights = run(members_worked(settings, workers, year)) if workers else {}
    sharing = Sharing(year=year, worked=weights | weights_of(worked or []), currency=currency)
    if give:
        run(give_surplus(settings, sharing, token=token, as_json=as_json))
    elif propose:
        run(propose_surplus(settings, sharing, token=token, as_json=as_json))
    else:
        run(share_surplus(settings, sharing, as_json=as_json))


COMMANDS = (close, restate, statement, income, liabilities, deferred, surplus)
