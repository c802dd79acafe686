"""The commands `refrain clients …`: applications that people sign in to with Refrain."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console

from refrain.starting import run, settings_of

app = typer.Typer(help="Applications that people sign in to with Refrain.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(help="The id of an application.")]
AsJson = Annotated[bool, typer.Option("--json", help="A JSON line each, for scripts.")]


class Way(StrEnum):
    """How people, or the application itself, come to tokens."""

    CODE = "code"
    DEVICE = "device"
    ITSELF = "itself"


@app.command("list")
def list_(*, as_json: AsJson = False) -> None:
    """List applications, the newest first."""
    from refrain.clients import list_clients, table_of

    found = run(list_clients(settings_of()))
    if as_json:
        for one in found:
            typer.echo(json.dumps(one))
    else:
        Console().print(table_of(found))


@app.command()
def add(  # noqa: PLR0913, PLR0917 - what an application is
    name: Annotated[str, typer.Argument(help="What people are told of it.")],
    redirect: Annotated[
        list[str] | None, typer.Option(help="Where people come back to after signing in.")
    ] = None,
    signed_out: Annotated[
        list[str] | None, typer.Option(help="Where they come back to after signing out.")
    ] = None,
    way: Annotated[list[Way] | None, typer.Option(help="How it comes to tokens.")] = None,
    scope: Annotated[str, typer.Option(help="What it may ask for; else anything.")] = "",
    account: Annotated[
        UUID | None, typer.Option(help="Whom it acts for by `--way itself`.")
    ] = None,
    *,
    secret: Annotated[bool, typer.Option("--secret", help="It runs where it keeps one.")] = False,
    trusted: Annotated[
        bool, typer.Option("--trusted", help="It is ours: people are not asked first.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Add an application; print its id, and its secret this once."""
    from refrain.clients import Wanted, add_one

    wanted = Wanted(
        name=name,
        redirect_uris=redirect or [],
        post_logout_redirect_uris=signed_out or [],
        ways=[str(one) for one in way or [Way.CODE]],
        scope=scope,
        account_id=account,
        keeps_secret=secret,
        is_trusted=trusted,
    )
    made = run(add_one(settings_of(), wanted))
    if as_json:
        typer.echo(json.dumps(made))
        return
    typer.echo(made["client_id"])
    if made["client_secret"]:
        typer.echo(made["client_secret"])


@app.command("secret")
def secret_(client: Id) -> None:
    """Give an application another secret, and print it this once."""
    from refrain.clients import renew_secret

    typer.echo(run(renew_secret(settings_of(), client)))


@app.command()
def remove(client: Id) -> None:
    """Remove an application; it acts for nobody from then on."""
    from refrain.clients import remove_one

    run(remove_one(settings_of(), client))


@app.command()
def forget_keys() -> None:
    """Forget the keys that sign, as one got into other hands; new ones are made when needed."""
    from refrain.clients import forget_all_keys

    run(forget_all_keys(settings_of()))
