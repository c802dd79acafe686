"""The commands about plays that wait for a person, for who keeps the books."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console

from refrain.starting import run, settings_of

app = typer.Typer(help="Plays that are suspicious, and wait for a person.", no_args_is_help=True)

Plays = Annotated[list[str], typer.Argument(help="Ids of play sessions.")]
Why = Annotated[str, typer.Option(help="Why; it is kept with the decision.")]
AsJson = Annotated[bool, typer.Option("--json", help="A JSON line each, for scripts.")]


@app.command("list")
def list_(
    reason: Annotated[str | None, typer.Option(help="Only held for this, as `held:loop`.")] = None,
    account: Annotated[str | None, typer.Option(help="Only of this listener: its id.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 50,
    *,
    as_json: AsJson = False,
) -> None:
    """List plays that are held, those first that were heard first."""
    from refrain.holds import list_held, table_of

    found = run(list_held(settings_of(), reason=reason, account=account, limit=limit))
    if as_json:
        for one in found:
            typer.echo(json.dumps(one))
    else:
        Console().print(table_of(found))


@app.command()
def show(
    play: Annotated[str, typer.Argument(help="The id of a play session.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Say why a play is held, with the figures, and what was decided of it."""
    from refrain.holds import drawing_of, show_held

    found = run(show_held(settings_of(), play))
    if as_json:
        typer.echo(json.dumps(found))
    else:
        Console().print(drawing_of(found))


@app.command()
def release(plays: Plays, why: Why) -> None:
    """Let held plays be settled, as all others are."""
    from refrain.holds import release_plays

    typer.echo(f"{run(release_plays(settings_of(), plays, why=why))} released")


@app.command()
def reject(plays: Plays, why: Why) -> None:
    """Let held plays come to nothing: nobody is charged for them."""
    from refrain.holds import reject_plays

    typer.echo(f"{run(reject_plays(settings_of(), plays, why=why))} rejected")


@app.command()
def reverse(
    account: Annotated[str, typer.Argument(help="The id of the listener.")],
    since: Annotated[str, typer.Option(help="Heard since then, as 2026-11-01T00:00Z.")],
    until: Annotated[str, typer.Option(help="And before then.")],
    by: Annotated[str, typer.Option(help="The id of your own account.")],
    why: Why,
) -> None:
    """Undo plays that were settled, and all later steps of the same recordings."""
    from refrain.holds import reverse_plays

    done = run(reverse_plays(settings_of(), account, since=since, until=until, by=by, why=why))
    typer.echo(f"{done} reversed")


@app.command()
def limits(
    change: Annotated[
        list[str] | None, typer.Option("--set", help="A limit from now on, as plays_day=900.")
    ] = None,
    why: Annotated[str, typer.Option(help="Why; it is kept with them.")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Show how much is too much, and change it from now on."""
    from refrain.holds import show_limits

    found = run(show_limits(settings_of(), change or [], why=why))
    if as_json:
        typer.echo(json.dumps(found))
    else:
        for name, value in found.items():
            typer.echo(f"{name:16} {value:>12,}")
