"""The commands of who keeps the books."""

from __future__ import annotations

from typing import Annotated

import typer

from refrain import cli_own_money, cli_topups
from refrain.cli_holds import app as holds_app
from refrain.cli_months import COMMANDS as MONTHS
from refrain.cli_months import Before
from refrain.cli_payouts import app as payout_app
from refrain.cli_proof import export, verify
from refrain.cli_reconciling import compare, reconcile
from refrain.cli_resuming import resume
from refrain.cli_terms import COMMANDS as TERMS
from refrain.starting import run, settings_of

app = typer.Typer(no_args_is_help=True)
cli_topups.add_to(app)
cli_own_money.add_to(app)
app.add_typer(payout_app, name="payout")
app.add_typer(holds_app, name="holds")
app.command()(compare)
app.command()(reconcile)
app.command()(resume)
app.command()(verify)
app.command()(export)
for command in (*MONTHS, *TERMS):
    app.command()(command)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON line, for scripts.")]


@app.callback()
def books() -> None:
    """Keep the books: balances, months, payouts, proofs."""


@app.command()
def trial(before: Before = None, *, as_json: AsJson = False) -> None:
    """Show the trial balance: what was debited and credited to each kind of account."""
    from refrain.books import show_trial

    run(show_trial(settings_of(), before, as_json=as_json))
