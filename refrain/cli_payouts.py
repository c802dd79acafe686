"""The commands `refrain books payout …`, for those who pay the artists."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from refrain.starting import run, settings_of

app = typer.Typer(
    help="Pay payees: planned by one, approved by another, sent by file.", no_args_is_help=True
)

Token = Annotated[str, typer.Option(envvar="REFRAIN_TOKEN", help="Bearer token of a treasurer.")]
RunId = Annotated[UUID, typer.Argument(metavar="RUN", help="The id of a run.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON line a run, for scripts.")]


@app.command("list")
def list_(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 5,
    *,
    as_json: AsJson = False,
) -> None:
    """List runs, the newest first, and what became of each payout."""
    from refrain.payouts import list_runs, say_run

    for one in run(list_runs(settings_of(), limit=limit)):
        say_run(one, as_json=as_json)


@app.command()
def draft(
    key: Annotated[str, typer.Option(help="A name of your own, so that it is planned once.")],
    token: Token = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Plan to pay all that closed months owe."""
    from refrain.payouts import draft_run, say_run

    say_run(run(draft_run(settings_of(), token=token, key=key)), as_json=as_json)


@app.command()
def approve(run_id: RunId, token: Token = "", *, as_json: AsJson = False) -> None:
    """Approve a run that somebody else planned: its money is under way then."""
    from refrain.payouts import approve_run, say_run

    say_run(run(approve_run(settings_of(), run_id, token=token)), as_json=as_json)


@app.command()
def cancel(run_id: RunId, token: Token = "", *, as_json: AsJson = False) -> None:
    """Give up a run that was not sent to the bank."""
    from refrain.payouts import cancel_run, say_run

    say_run(run(cancel_run(settings_of(), run_id, token=token)), as_json=as_json)


@app.command()
def export(
    run_id: RunId,
    out: Annotated[Path, typer.Option(dir_okay=False, help="Where to write the file.")],
    token: Token = "",
) -> None:
    """Write the pain.001 file of a run for the bank, the same each time."""
    from refrain.payouts import export_run, write_privately

    content = run(export_run(settings_of(), run_id, token=token))
    write_privately(out, content)  # it names people and their accounts


@app.command()
def settle(run_id: RunId, token: Token = "", *, as_json: AsJson = False) -> None:
    """Book that all of a run has left the account, but for what came back."""
    from refrain.payouts import say_run, settle_run

    say_run(run(settle_run(settings_of(), run_id, token=token)), as_json=as_json)


@app.command("return")
def return_(
    payout_id: Annotated[UUID, typer.Argument(metavar="PAYOUT", help="The id of a payout.")],
    reason: Annotated[str, typer.Option(help="The bank's code, as AC04: account closed.")],
    fee_cents: Annotated[int, typer.Option(min=0, help="What the bank took for it.")] = 0,
    token: Token = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Say that a transfer came back; once another person says the same, it is owed again."""
    from refrain.payouts import return_payout, say_run

    if len(reason) != 4 or not reason.isalnum():  # noqa: PLR2004 - as all codes of ISO 20022
        raise typer.BadParameter("A reason is a code of four letters and digits.")
    back = return_payout(
        settings_of(), payout_id, reason=reason.upper(), fee_cents=fee_cents, token=token
    )
    say_run(run(back), as_json=as_json)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="camt.053 or .054.")],
    token: Token = "",
) -> None:
    """Book what a bank's statement tells of payouts; exit status 1 if some does not fit."""
    from refrain.payouts import import_statement

    results = run(import_statement(settings_of(), file.read_bytes(), token=token))
    troubles = [one for one in results if one.trouble]
    for one in troubles:
        typer.echo(f"{one.news.reference}: {one.trouble}: {one.sentence}")
    typer.echo(f"{len(results) - len(troubles)} of {len(results)} are booked")
    if troubles:
        raise typer.Exit(1)
